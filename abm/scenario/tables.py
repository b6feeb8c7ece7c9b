"""Tables other than scenarios: files of policies and experiments, validated by their own schema."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from abm.errors import MOST_PROBLEMS, Problem
from abm.scenario import messages
from abm.scenario.declared import choices, hard_bounds, nearest
from abm.scenario.documents import Document


def problems_of(
    error: ValidationError, model: type[BaseModel], document: Document, above: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """Every error of a file, or of the table below a key of it, in words and in their order.

    Args:
        error: what the validation raised.
        model: schema of the table.
        document: the file.
        above: names of the tables around it.
    """
    details = error.errors(include_url=False)[: MOST_PROBLEMS + 1]
    found = (_problem(detail, model, document, above) for detail in details)
    yield from sorted(found, key=lambda problem: problem.line or 0)


def _problem(
    detail: ErrorDetails, model: type[BaseModel], document: Document, above: tuple[str, ...]
) -> Problem:
    names, owner = _address(detail["loc"], model)
    kind, field = detail["type"], owner.model_fields.get(names[-1]) if names else None
    value = None if kind in ("missing", "value_error") else detail["input"]
    known, near = _allowed(detail, owner, field), ""
    if kind in ("extra_forbidden", "literal_error", "union_tag_invalid"):
        near = nearest(names[-1] if kind == "extra_forbidden" else _tag(value), known)
    if kind.startswith("union_tag"):
        names, value = [*names, "kind"], _tag(value) or None
    place = document.place((*above, *names))
    key = _spelt((*above, *names))
    return Problem(
        place.file, place.line, key, value, _words(detail, field, known), ", ".join(known), near
    )


def _words(detail: ErrorDetails, field: FieldInfo | None, known: list[str]) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return "unknown key"
    if kind in ("missing", "union_tag_not_found"):
        return "is required"
    if kind in messages.KINDS:
        return f"must be {messages.KINDS[kind]}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "literal_error":
        return (
            f"must be one of {', '.join(known)}"
            if known
            else f"must be {detail['ctx']['expected']}"
        )
    if kind == "union_tag_invalid":
        return "there is none of this kind"
    bounds = hard_bounds(field)
    message = detail["msg"]
    return f"must be {bounds}" if bounds else message[:1].lower() + message[1:]


def _allowed(detail: ErrorDetails, owner: type[BaseModel], field: FieldInfo | None) -> list[str]:
    """What may stand there: keys of the table, kinds of entries, or values of the field."""
    if detail["type"] == "extra_forbidden":
        return list(owner.model_fields)
    if detail["type"].startswith("union_tag"):
        tags = str(detail.get("ctx", {}).get("expected_tags", ""))
        return [tag.strip(" '") for tag in tags.split(",") if tag]
    return choices(field) or _inner_choices(field)


def _inner_choices(field: FieldInfo | None) -> list[str]:
    """The values that the entries of a list may take."""
    inner = get_args(field.annotation)[:1] if field is not None else ()
    return list(get_args(inner[0])) if inner and get_origin(inner[0]) is Literal else []


def _tag(value: object) -> str:
    """The kind that an entry names."""
    named = value.get("kind") if isinstance(value, dict) else value
    return named if isinstance(named, str) else ""


def _address(
    location: tuple[int | str, ...], model: type[BaseModel]
) -> tuple[list[str], type[BaseModel]]:
    """Names and numbers down to a key, without kinds of entries, and the table that holds it."""
    names: list[str] = []
    owner: type[BaseModel] = model
    arms: dict[str, type[BaseModel]] = {}
    for part in location:
        if isinstance(part, str) and part in arms:
            owner, arms = arms[part], {}
            continue
        names.append(str(part))
        field = owner.model_fields.get(str(part))
        arms = _arms(field.annotation) if field is not None else arms
    while len(names) > 1 and names[-1].isdigit() and names[-2] in owner.model_fields and not arms:
        names.pop()
    return names, owner


def _arms(annotation: Any) -> dict[str, type[BaseModel]]:
    """Schemas that the entries of a list can have, by their kind."""
    found: dict[str, type[BaseModel]] = {}
    for inner in get_args(annotation):
        table = isinstance(inner, type) and issubclass(inner, BaseModel)
        if table and "kind" in inner.model_fields:
            found.update(dict.fromkeys(choices(inner.model_fields["kind"]), inner))
        else:
            found.update(_arms(inner))
    return found


def _spelt(names: tuple[str, ...]) -> str:
    """A key as people read it: entries of a list are counted from one."""
    text = ""
    for name in names:
        text += f"[{int(name) + 1}]" if name.isdigit() else f".{name}" if text else name
    return text
