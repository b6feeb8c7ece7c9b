"""How files extend one another: the line of ancestors, merging, and removal by name."""

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from abm.errors import Problem, ScenarioError
from abm.scenario.declared import DROPS, FILE_KEYS, nearest
from abm.scenario.documents import Document, Place
from abm.scenario.library import find
from abm.scenario.notation import NAMED, Key, entry_name, nodes, spell_key
from abm.scenario.references import forget, names_of


@dataclass
class Draft:
    """A scenario in the making: merged values, where each came from, what is wrong so far."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Key, Place | Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, key: Key) -> Place:
        """Where a key, or else the innermost table around it, was last written."""
        while key and key not in self.origins:
            key = key[:-1]
        origin = self.origins.get(key, Place(""))
        # A file is searched for the line of a key only when somebody asks for it.
        return origin.place(key) if isinstance(origin, Document) else origin

    def last_place(self, key: Key) -> Place:
        """Where a table was last written to: its header, unless an override came after it."""
        place = self.place(key)
        below = [self.place(other) for other in self.origins if key and other[: len(key)] == key]
        return below[-1] if below and below[-1].file != place.file else place

    def merge(self, values: dict[str, Any], places: dict[Key, Place | Document]) -> None:
        """Lay values over those that are there, each with its place or the file that says it."""
        _merge(self.values, deepcopy(values), root=True)
        for key, place in places.items():
            self.origins.pop(key, None)  # the order of the origins is that of writing
            self.origins[key] = place

    def drop(self, key: str, names: object, place: Place) -> None:
        """Remove entries of a named list, and every mention of a removed lab."""
        table = DROPS[key]
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._complain(place, key, names, "must be a list of names")
            return
        known = names_of(self.values, table)
        for name in names:
            if name not in known:
                message = f"names none of the {table}"
                self._complain(place, key, name, message, ", ".join(known), nearest(name, known))
        self._remove(table, set(names) & set(known), place)

    def _remove(self, table: str, names: set[str], place: Place) -> None:
        if not names:
            return
        self.values[table] = [
            entry
            for index, entry in enumerate(self.values[table])
            if entry_name(entry, index) not in names
        ]
        gone = {(table, name) for name in names}
        self.origins = {key: at for key, at in self.origins.items() if key[:2] not in gone}
        # Only labs: what a lab should do without its cloud or its segment is for the user to say.
        if table == "labs":
            self.origins.update(dict.fromkeys(forget(self.values, table, names), place))

    def _complain(
        self, place: Place, key: str, value: object, message: str, allowed: str = "", near: str = ""
    ) -> None:
        self.problems.append(Problem(place.file, place.line, key, value, message, allowed, near))


def lineage(path: Path) -> list[Document]:
    """A file and all that it extends, the oldest ancestor first.

    Raises:
        ScenarioError: if one of them cannot be read or found, or extends itself in the end.
    """
    documents: list[Document] = []
    following: Path | None = path
    while following is not None:
        document = Document.read(following)
        documents.append(document)
        if following.resolve() in {older.path.resolve() for older in documents[:-1]}:
            raise _cycle(documents)
        following = _parent(document)
    return documents[::-1]


def drafted(documents: list[Document]) -> Draft:
    """Merge a line of ancestors, the oldest first."""
    draft = Draft()
    for document in documents:
        values = {key: value for key, value in document.values.items() if key not in FILE_KEYS}
        for table in NAMED:
            values.update(_told_apart(draft, document, table))
        draft.merge(values, dict.fromkeys([(), *(key for key, _ in nodes(values))], document))
        for key in DROPS:
            if key in document.values:
                draft.drop(key, document.values[key], document.place((key,)))
    return draft


def _parent(document: Document) -> Path | None:
    name = document.values.get("extends")
    if name is None:
        return None
    if isinstance(name, str):
        return find(name, beside=document)
    place = document.place(("extends",))
    message = "must be the name of a scenario or a path"
    raise ScenarioError([Problem(place.file, place.line, "extends", name, message)])


def _cycle(documents: list[Document]) -> ScenarioError:
    place = documents[-2].place(("extends",))
    chain = " -> ".join(document.label for document in documents)
    value = documents[-2].values["extends"]
    message = f"extends itself in the end: {chain}"
    return ScenarioError([Problem(place.file, place.line, "extends", value, message)])


def _told_apart(draft: Draft, document: Document, table: str) -> dict[str, list[Any]]:
    """A named list of a file, each name once: a second entry would silently change the first."""
    entries = document.values.get(table)
    if not isinstance(entries, list):
        return {}
    seen: dict[str, Any] = {}
    for index, entry in enumerate(entries):
        name = entry_name(entry, index)
        if name in seen:
            place = document.place((table, name))
            key = spell_key((table, name))
            message = "named twice in this file"
            draft.problems.append(Problem(place.file, place.line, key, None, message))
        seen.setdefault(name, entry)
    return {table: list(seen.values())}


def _merge(base: dict[str, Any], layer: dict[str, Any], *, root: bool = False) -> None:
    for name, value in layer.items():
        old = base.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            _merge(old, value)
        elif root and name in NAMED and isinstance(old, list) and isinstance(value, list):
            _merge_entries(old, value)
        else:
            base[name] = value


def _merge_entries(base: list[Any], layer: list[Any]) -> None:
    rows = {entry_name(entry, index): entry for index, entry in enumerate(base)}
    for entry in layer:
        name = entry.get("name") if isinstance(entry, dict) else None
        old = rows.get(name) if isinstance(name, str) else None
        if isinstance(old, dict):
            _forget_sources(old, entry)
            _merge(old, entry)
        else:
            base.append(entry)


def _forget_sources(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Drop the sources of numbers that change: they vouch for the old ones."""
    sources = old.get("sources")
    if not isinstance(sources, dict):
        return
    before = dict(nodes(old))
    for key, value in nodes(new):
        if key in before and not isinstance(value, dict) and before[key] != value:
            sources.pop(".".join(key), None)
