"""Changes from the command line: ``race.growth=5``, ``labs.Mistral AI.cash=200``."""

from collections.abc import Iterable
from typing import Any

from abm.errors import Problem, ScenarioError
from abm.scenario.declared import DROPS, first_unknown, nearest
from abm.scenario.documents import Place
from abm.scenario.inheritance import Draft
from abm.scenario.messages import unknown_key
from abm.scenario.notation import (
    NAMED,
    Key,
    nodes,
    parse_key,
    parse_value,
    spell_key,
    spell_value,
)
from abm.scenario.references import names_of

SET = Place("--set")
"""The place of whatever an override says."""


def parse(override: str) -> tuple[Key, object]:
    """Key and value of an override; the value is TOML, or text that needs no quotation marks.

    Raises:
        ScenarioError: if it is not of the form ``key=value``.
    """
    try:
        key, rest = parse_key(override)
        if not rest.startswith("="):
            raise ValueError("there is no value")
        return key, parse_value(rest[1:])
    except ValueError as error:
        message = f"not of the form key=value, such as race.growth=5: {error}"
        raise ScenarioError([Problem(SET.file, None, override, None, message)]) from None


def spell(key: Key, value: object) -> str:
    """The override that sets a key to a value: the inverse of `parse`."""
    return f"{spell_key(key)}={spell_value(value)}"


def listed(overrides: Iterable[str]) -> list[str]:
    """Overrides in a list; a single text is one, and not as many as it has letters."""
    return [overrides] if isinstance(overrides, str) else list(overrides)


def apply(draft: Draft, overrides: Iterable[str]) -> None:
    """Lay overrides over a draft, the later over the earlier; what is wrong joins its problems."""
    for override in listed(overrides):
        try:
            names, value = parse(override)
            key = _addressed(names, draft.values)
            _check(key, value, draft.values)
        except ScenarioError as error:
            draft.problems.extend(error.problems)
            continue
        if key[0] in DROPS:
            draft.drop(key[0], value, SET)
        else:
            values = _nested(key, value)
            draft.merge(values, dict.fromkeys(_set_keys(key, values), SET))


def _addressed(names: Key, values: dict[str, Any]) -> Key:
    """Join the parts of an unquoted name that holds dots, as in ``labs.01.AI.cash``."""
    if names[0] not in NAMED or len(names) < 2:
        return names
    known = names_of(values, names[0])
    joined = [(names[0], ".".join(names[1:end]), *names[end:]) for end in range(len(names), 1, -1)]
    exact = [key for key in joined if key[1] in known]
    # A misspelt name may hold dots as well: then what follows it must at least be a field.
    likely = [key for key in joined if len(key) > 2 and first_unknown(key) is None]
    return next(iter([*exact, *likely, names]))


def _check(key: Key, value: object, values: dict[str, Any]) -> None:
    """Raise unless the key exists: an override changes what is there, it adds no entries."""
    if key[0] in DROPS and len(key) == 1:
        return
    if key[0] == "extends":
        message = "only a file can extend another"
        raise ScenarioError([Problem(SET.file, None, spell_key(key), value, message)])
    if key[0] in NAMED and len(key) > 1:
        _check_entry(key, value, names_of(values, key[0]))
    unknown = first_unknown(key)
    if unknown is not None and not unknown.allowed:
        message = f"{spell_key(key[: unknown.depth])} has no parts; it is set as a whole"
        raise ScenarioError([Problem(SET.file, None, spell_key(key), value, message)])
    if unknown is not None:
        raise ScenarioError([unknown_key(key[: unknown.depth + 1], value, SET)])


def _check_entry(key: Key, value: object, known: list[str]) -> None:
    table, name = key[:2]
    fields = value if isinstance(value, dict) else None
    message = near = allowed = ""
    if name not in known:
        message, allowed = f"{name!r} names none of the {table}", ", ".join(known)
        match = nearest(name, known)
        near = spell_key((table, match, *key[2:])) if match else ""
    elif len(key) == 2 and fields is None:
        message = "must be a table of fields, or name one field"
    elif key[2:] == ("name",) or (len(key) == 2 and fields and fields.get("name", name) != name):
        message = "an entry is addressed by its name, which cannot be changed"
    if message:
        problem = Problem(SET.file, None, spell_key(key), value, message, allowed, near)
        raise ScenarioError([problem])


def _set_keys(key: Key, values: dict[str, Any]) -> list[Key]:
    """What an override sets: its key and all below, but not the name that only addresses."""
    own_name = (*key[:2], "name")
    below = [node for node, _ in nodes(values) if node[: len(key)] == key]
    return [node for node in below if node != own_name]


def _nested(key: Key, value: object) -> dict[str, Any]:
    """The override as a file would say it."""
    named = key[0] in NAMED and len(key) > 1
    for name in reversed(key[2:] if named else key[1:]):
        value = {name: value}
    if named and isinstance(value, dict):
        value = [{"name": key[1], **value}]
    return {key[0]: value}
