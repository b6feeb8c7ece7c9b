"""Loading a scenario: find it, follow what it extends, lay overrides on top, validate."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from abm.errors import Problem
from abm.scenario import overrides as override
from abm.scenario.documents import Document
from abm.scenario.inheritance import Draft, drafted, lineage
from abm.scenario.library import find, scenario_folder, shipped
from abm.scenario.notation import NAMED, Key, nodes, spell_key
from abm.scenario.schema import Scenario
from abm.scenario.validation import doubts, validated

__all__ = ["Listing", "Resolved", "available", "load", "scenario_folder", "scenario_hash", "varied"]

DEFAULT = "default"
"""Origin of a value that no file and no override sets."""


class Listing(NamedTuple):
    """A shipped scenario, as a list of them shows it."""

    name: str
    title: str
    description: str
    path: Path


@dataclass(frozen=True)
class Resolved:
    """A scenario with its history.

    Attributes:
        name: name of the file, without its ending.
        scenario: the validated scenario.
        draft: where each value was written.
    """

    name: str
    scenario: Scenario
    draft: Draft = field(repr=False)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The scenario in full as plain tables, lists and numbers, defaults included."""
        return self.scenario.model_dump(mode="json")

    @cached_property
    def warnings(self) -> list[Problem]:
        """Values that are allowed, yet outside their plausible range."""
        return doubts(self.values, self.draft)

    @cached_property
    def hash(self) -> str:
        """Fingerprint of the full scenario (see `scenario_hash`)."""
        return scenario_hash(self.scenario)

    @cached_property
    def origins(self) -> dict[str, str]:
        """For every value its origin: ``file:line``, ``--set`` or ``default``."""
        written = self.draft.origins
        return {
            spell_key(key): str(self.draft.place(key)) if key in written else DEFAULT
            for key, _ in _leaves(self.values)
        }

    def chosen(self) -> list[tuple[str, Any, str]]:
        """Key, value and origin of every value that is set rather than left at its default."""
        return [
            (spell_key(key), value, self.origins[spell_key(key)])
            for key, value in _leaves(self.values)
            if self.origins[spell_key(key)] != DEFAULT
        ]


def load(name_or_path: str | Path, overrides: Iterable[str] = ()) -> Resolved:
    """Load a scenario.

    Args:
        name_or_path: the name of a shipped scenario, or a path that ends in ``.toml``.
        overrides: changes of the form ``key=value``, the later over the earlier.

    Raises:
        ScenarioError: with every problem found, each with file, key, value and what is allowed.
    """
    documents = lineage(find(name_or_path))
    draft = drafted(documents)
    override.apply(draft, overrides)
    return Resolved(documents[-1].name, validated(draft), draft)


def varied(scenario: Scenario, overrides: Iterable[str]) -> Scenario:
    """A scenario with some values changed, checked as if a file had said so.

    Args:
        scenario: the scenario; it stays as it is.
        overrides: changes of the form ``key=value``, the later over the earlier.

    Raises:
        ScenarioError: with every problem found, each with key, value and what is allowed.
    """
    changes = override.listed(overrides)
    if not changes:
        return scenario
    draft = Draft(scenario.model_dump())
    override.apply(draft, changes)
    return validated(draft)


def scenario_hash(scenario: Scenario) -> str:
    """SHA-256 of everything in a scenario, defaults included, in hexadecimal digits.

    Two ways of writing the same scenario have the same hash, in every process.
    """
    canonical = json.dumps(
        scenario.model_dump(mode="json"),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
        allow_nan=False,
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def available() -> list[Listing]:
    """The shipped scenarios, in the order of their names.

    Raises:
        ScenarioError: if one of the files, or one that it extends, cannot be read.
    """
    listings = []
    for name, path in shipped().items():
        documents = lineage(path)
        title, description = (_latest(documents, key) for key in ("title", "description"))
        listings.append(Listing(name, title, description, path))
    return listings


def _latest(documents: list[Document], key: str) -> str:
    return next((str(item.values[key]) for item in documents[::-1] if key in item.values), "")


def _leaves(values: dict[str, Any]) -> Iterator[tuple[Key, Any]]:
    """The single values of a scenario, without the tables and lists of entries around them."""
    lists = {(table,) for table in NAMED}
    return (
        (key, value)
        for key, value in nodes(values)
        if not isinstance(value, dict) and key not in lists
    )
