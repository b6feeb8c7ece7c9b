"""Names by which the entries of a scenario refer to one another."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from abm.errors import Problem
from abm.scenario.cast import REFERENCES
from abm.scenario.declared import nearest
from abm.scenario.documents import Place
from abm.scenario.notation import Key, entry_name, spell_key


class Mention(NamedTuple):
    """A name that an entry mentions, and the list to which it should belong."""

    key: Key
    name: str
    target: str

    def problem(self, names: list[str], place: Place) -> Problem:
        """Say that the list has no such name."""
        return Problem(
            place.file,
            place.line,
            spell_key(self.key),
            self.name,
            f"names none of the {self.target}",
            allowed=", ".join(names),
            suggestion=nearest(self.name, names),
        )


def names_of(values: dict[str, Any], table: str) -> list[str]:
    """Names of the entries of a list of tables, or of names; empty if it is neither."""
    entries = values.get(table)
    if not isinstance(entries, list):
        return []
    return [
        entry if isinstance(entry, str) else entry_name(entry, index)
        for index, entry in enumerate(entries)
    ]


def dangling(values: dict[str, Any]) -> Iterator[Mention]:
    """Every mention of a name that is not there; values of a wrong type are passed over."""
    known = {target: set(names_of(values, target)) for _, _, target in REFERENCES}
    for table, field, target in REFERENCES:
        if not isinstance(values.get(target, []), list):
            continue
        for name, entry in _entries(values, table):
            for mentioned in _mentioned(entry.get(field)):
                if mentioned not in known[target]:
                    yield Mention((table, name, field), mentioned, target)


def forget(values: dict[str, Any], target: str, names: Collection[str]) -> list[Key]:
    """Remove, in place, every mention of entries of a list; return the keys that changed."""
    changed: list[Key] = []
    for table, field, aim in REFERENCES:
        for name, entry in _entries(values, table) if aim == target else ():
            if set(_mentioned(entry.get(field))) & set(names):
                entry[field] = _without(entry[field], names)
                changed.append((table, name, field))
    return changed


def _entries(values: dict[str, Any], table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    entries = values.get(table)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield entry_name(entry, index), entry


def _mentioned(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    items = value if isinstance(value, list | dict) else ()
    return [item for item in items if isinstance(item, str)]


def _without(value: object, names: Collection[str]) -> object:
    if isinstance(value, str):
        return ""
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if name not in names}
    items = value if isinstance(value, list) else ()
    return [item for item in items if not (isinstance(item, str) and item in names)]
