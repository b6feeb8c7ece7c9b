"""The twin of a run: the same world with one thing changed, and where the two part.

Worlds part where a number differs by more than rounding (`ROUNDING`, 1e-12).
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from abm.analysis.alternatives import Alternative, Policy
from abm.analysis.playing import World
from abm.errors import AbmError
from abm.policy import compose
from abm.record.manifest import content_hash
from abm.record.run import Run

KEYS: dict[str, tuple[str, ...]] = {
    "market": ("month",),
    "segments": ("month", "segment"),
    "labs": ("month", "lab"),
    "releases": ("month", "lab", "camp", "version"),
    "hosting": ("month", "cloud", "lab", "camp"),
    "events": ("month", "kind", "actor", "counterpart"),
    "edges": ("month", "source", "target", "kind"),
    "flows": ("month", "kind"),
}
"""What a row of each table is about; the other columns are what is said of it."""

ROUNDING = 1e-12
"""Numbers no further apart are equal: relative to the larger one, or in their unit if that is more.

Sums taken in another order differ by some 1e-16 of their size; what a change does is soon larger.
"""

WORDS = ("month", "date", "row", "reason")
"""Columns that are no quantity, whatever their type."""


def twins(run: Run, change: Alternative) -> tuple[Run, Run]:
    """The run played again, and its twin: the same seed, one thing changed.

    Args:
        run: a finished run.
        change: what is different; a policy takes the place of those of the run.

    Raises:
        AbmError: if this version plays the run in another way than it was recorded, so that the
            difference would not be that of the change; or if the change cannot be compared.
        ScenarioError: if the change cannot be made.
    """
    scenario, policy = change.world(run.scenario), _policy_of(run)
    again = World(run.scenario, run.seed, act=policy).build().run()
    if any(content_hash(run.tables[name]) != content_hash(again.tables[name]) for name in KEYS):
        raise AbmError(
            "the run cannot be replayed: it was played by another version, or under a policy that "
            "has changed; play it anew with this one"
        )
    return again, World(scenario, run.seed, act=change.policy or policy).build().run()


def _policy_of(run: Run) -> Policy | None:
    """The policies that a run was played under, composed anew; none if there were none.

    Raises:
        AbmError: if one was a function, which no folder can hold.
        ScenarioError: if a policy is no longer there.
    """
    functions = [policy["name"] for policy in run.policies if policy["hash"] is None]
    if functions:
        names = ", ".join(functions)
        raise AbmError(f"the run cannot be replayed: it was played under a function ({names})")
    return compose("+".join(policy["name"] for policy in run.policies)) if run.policies else None


# -- events ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventDifference:
    """An event that is not the same in both worlds.

    Attributes:
        where: ``here`` if it happened in the run alone, ``twin`` in the twin alone, ``both`` if it
            happened in both but not alike.
        event: the row of the events table; the twin's, where it happened in both.
        before: the run's row, where it happened in both.
    """

    where: Literal["here", "twin", "both"]
    event: Mapping[str, Any]
    before: Mapping[str, Any] | None = None

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """What differs in amount and reason: values of the run and of the twin."""
        if self.before is None:
            return {}
        here, twin = (
            {"amount": row["amount"], **json.loads(row["reason"])}
            for row in (self.before, self.event)
        )
        return {
            name: (here.get(name), twin.get(name))
            for name in here | twin
            if not _same(here.get(name), twin.get(name))
        }


def event_differences(run: Run, twin: Run) -> list[EventDifference]:
    """Every event that is not the same in both worlds, in order of months.

    Events of one month, kind, actor and counterpart are the same event; where a month has several,
    they are matched in order.
    """
    here, there = _keyed(run), _keyed(twin)
    found: list[tuple[int, int, EventDifference]] = []
    for key in here | there:
        one, other = here.get(key), there.get(key)
        if one is None and other is not None:
            found.append((*other[0], EventDifference("twin", other[1])))
        elif other is None and one is not None:
            found.append((*one[0], EventDifference("here", one[1])))
        elif one is not None and other is not None and one[1] != other[1]:
            both = EventDifference("both", other[1], one[1])
            found += [(*other[0], both)] if both.changed else []
    return [item for _, _, item in sorted(found, key=lambda entry: entry[:2])]


def _keyed(run: Run) -> dict[tuple[Any, ...], tuple[tuple[int, int], dict[str, Any]]]:
    """Events by what they are, numbered where a month has several, with their place."""
    seen: dict[tuple[Any, ...], int] = {}
    keyed = {}
    for place, row in enumerate(run.events.iter_rows(named=True)):
        name = tuple(row[column] for column in KEYS["events"])
        seen[name] = seen.get(name, -1) + 1
        keyed[(*name, seen[name])] = ((row["month"], place), row)
    return keyed


def chain(differences: list[EventDifference], length: int) -> list[EventDifference]:
    """The first event that differs, then those that happened in one of the worlds only."""
    later = [item for item in differences[1:] if item.where != "both"]
    return [*differences[:1], *later][:length]


# -- tables ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableDifference:
    """How one table differs.

    Attributes:
        table: name of the table.
        rows: rows in the run.
        twin_rows: rows in the twin.
        month: first month in which it differs; none if it does not.
        about: what the first differing row is about.
        column: first column that differs there; empty if only one world has the row.
        here: its value in the run; none if the run has no such row.
        twin: its value in the twin.
        end: numbers that differ in the last month: about what, which column, the two values.
    """

    table: str
    rows: int
    twin_rows: int
    month: int | None = None
    about: str = ""
    column: str = ""
    here: Any = None
    twin: Any = None
    end: tuple[tuple[str, str, float, float], ...] = ()


def table_differences(run: Run, twin: Run) -> list[TableDifference]:
    """Where each table first differs, and how it differs at the end."""
    last = run.market.height - 1
    return [_table(name, table, twin.tables[name], last) for name, table in run.tables.items()]


def _table(name: str, here: pl.DataFrame, twin: pl.DataFrame, last: int) -> TableDifference:
    first = next(_rows(name, here, twin), None)
    if first is None:
        return TableDifference(name, here.height, twin.height)
    key, one, other = first
    column = next((c for c in here.columns if one and other and not _same(one[c], other[c])), "")
    return TableDifference(
        name,
        here.height,
        twin.height,
        month=key[0],
        about=_about(key),
        column=column,
        here=one[column] if one and column else None,
        twin=other[column] if other and column else None,
        end=tuple(_at_end(name, here, twin, last)),
    )


Row = dict[str, Any]


def _rows(
    name: str, here: pl.DataFrame, twin: pl.DataFrame
) -> Iterator[tuple[tuple[Any, ...], Row | None, Row | None]]:
    """Rows that are not the same, in order of months: what they are about, and both versions."""
    only_here = _indexed(name, here.join(twin, on=here.columns, how="anti", nulls_equal=True))
    only_twin = _indexed(name, twin.join(here, on=here.columns, how="anti", nulls_equal=True))
    for key in sorted(only_here | only_twin):
        one, other = only_here.get(key), only_twin.get(key)
        if one is None or other is None or not all(_same(one[c], other[c]) for c in one):
            yield key, one, other


def _indexed(name: str, rows: pl.DataFrame) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[c] for c in KEYS[name]): row for row in rows.iter_rows(named=True)}


def _at_end(
    name: str, here: pl.DataFrame, twin: pl.DataFrame, last: int
) -> Iterator[tuple[str, str, float, float]]:
    """Numbers of the last month that differ; a row that one world lacks counts as nothing."""
    tables = (table.filter(pl.col("month") == last) for table in (here, twin))
    one, other = tables
    numbers = [c for c, kind in here.schema.items() if kind.is_numeric() and c not in WORDS]
    for key, before, after in _rows(name, one, other):
        for column in numbers:
            values = [float("nan") if row is None else row[column] for row in (before, after)]
            if not _same(*values):
                yield _about(key), column, values[0], values[1]


def _about(key: tuple[Any, ...]) -> str:
    return ", ".join(str(part) for part in key[1:] if part != "")


def _same(one: Any, other: Any) -> bool:
    """Equality but for rounding, in which what does not exist equals itself."""
    if isinstance(one, float) and isinstance(other, float):
        near = math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING)
        return near or (math.isnan(one) and math.isnan(other))
    return bool(one == other)
