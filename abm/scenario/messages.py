"""What the validator found, in words: one `Problem` per error, with place and remedy."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from abm.errors import Problem
from abm.scenario.declared import (
    choices,
    field_at,
    hard_bounds,
    names_at,
    nearest,
    nearest_key,
    with_unit,
)
from abm.scenario.documents import Place
from abm.scenario.inheritance import Draft
from abm.scenario.notation import NAMED, Key, entry_name, spell_key
from abm.scenario.references import names_of

_BOUNDS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")

KINDS = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a table",
    "string_type": "text",
}

_ALIKE = 0.8
"""Likeness from which an incomplete new entry looks like a misspelt old one."""


def problems_of(error: ValidationError, draft: Draft) -> Iterator[Problem]:
    """Translate every error that the validation of a draft raised."""
    for detail in error.errors(include_url=False):
        key, item = _key(detail["loc"], draft.values)
        rule = detail["type"] == "value_error"  # over several values of a table
        place = draft.last_place(key) if rule else draft.place(key)
        if detail["type"] == "extra_forbidden":
            yield unknown_key(key, detail["input"], place)
        elif detail["type"] == "missing":
            yield _missing(key, draft.values, place)
        else:
            yield _wrong(detail, key, item, place)


def unknown_key(key: Key, value: object, place: Place) -> Problem:
    """A key that the schema does not have."""
    return Problem(
        place.file,
        place.line,
        spell_key(key),
        value,
        "unknown key",
        allowed=", ".join(names_at(key[:-1])),
        suggestion=nearest_key(key),
    )


def _missing(key: Key, values: dict[str, Any], place: Place) -> Problem:
    """A required value that is not there, or an entry that meant to change another."""
    near = ""
    if len(key) > 1 and key[0] in NAMED:
        others = [name for name in names_of(values, key[0]) if name != key[1]]
        match = nearest(key[1], others, _ALIKE)
        near = spell_key((key[0], match)) if match else ""
    message = with_unit("is required", field_at(key))
    return Problem(place.file, place.line, spell_key(key), None, message, suggestion=near)


def _wrong(detail: ErrorDetails, key: Key, item: int | None, place: Place) -> Problem:
    """A value of a wrong type, out of bounds, or at odds with its neighbours."""
    names = choices(field_at(key))
    value = None if detail["type"] == "value_error" else detail["input"]
    message = _words(detail, key)
    if item is not None:
        message = f"entry {item + 1} {message}"
    near = nearest(value, names) if isinstance(value, str) else ""
    return Problem(place.file, place.line, spell_key(key), value, message, ", ".join(names), near)


def _words(detail: ErrorDetails, key: Key) -> str:
    kind, context, field = detail["type"], detail.get("ctx", {}), field_at(key)
    if kind in _BOUNDS:
        return f"must be {hard_bounds(field)}"
    if kind == "list_type" and key[0] in NAMED and len(key) == 1:
        return f"must be a list of tables, each under [[{key[0]}]]"
    if kind in KINDS:
        return with_unit(f"must be {KINDS[kind]}", field)
    if kind == "literal_error":
        return f"must be one of {', '.join(choices(field))}"
    if kind == "string_pattern_mismatch" and field is not None:
        return f"must look like {field.default}"
    if kind == "string_too_short":
        return "must not be empty"
    if kind == "too_long":
        return f"takes at most {context['max_length']} of them"
    if kind == "too_short":
        return f"needs at least {context['min_length']} of them"
    return str(context["error"]) if kind == "value_error" else detail["msg"]


def _key(location: tuple[int | str, ...], values: dict[str, Any]) -> tuple[Key, int | None]:
    """The key of an error, and the entry of a plain list that it is about, if any."""
    parts = list(location)
    if len(parts) > 1 and parts[0] in NAMED and isinstance(parts[1], int):
        parts[1] = entry_name(values[str(parts[0])][parts[1]], parts[1])
    item = parts.pop() if parts and isinstance(parts[-1], int) else None
    return tuple(map(str, parts)), item if isinstance(item, int) else None
