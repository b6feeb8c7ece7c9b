"""Small worlds to play with, and ways to compare two runs to the last bit."""

import hashlib
import json
from typing import Any

import numpy as np
import polars as pl

from abm.market import Market
from abm.record.run import Run
from abm.scenario import Scenario
from abm.scenario.fields import Mechanism

SWITCHES = tuple(
    name
    for name, field in Scenario.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Mechanism)
)
"""Every section of a scenario that can be switched off."""


def _parameters() -> dict[str, tuple[type, float, float]]:
    found = {}
    for section in SWITCHES:
        fields = Scenario.model_fields[section].annotation.model_fields
        for name, field in fields.items():
            low, high = (field.json_schema_extra or {}).get("range", (0, 0))
            if low < high and name != "max_labs":
                found[f"{section}.{name}"] = (field.annotation, low, high)
    return found


PARAMETERS = _parameters()
"""Every parameter with a range: dotted key to type, lower and upper end."""

DOMAINS = ["prose", "code"]


def lab(name: str, **changes: Any) -> dict[str, Any]:
    """An open lab with a small model and money for a year or two."""
    plain = {
        "name": name,
        "researchers": 20,
        "staff": 10,
        "cash": 60.0,
        "raised": 80.0,
        "algorithms": -0.5,
        "data_stock": 4.0,
        "comparisons": 0.5,
        "flagship": {"compute": 23.5, "cost": 0.5, "age": 2},
        "disclosure": {"weights": 1.0},
    }
    return plain | changes


def closed_lab(name: str, **changes: Any) -> dict[str, Any]:
    """The same, behind an API."""
    return lab(name, **{"camp": "closed", "disclosure": {}} | changes)


def cloud(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "cash": 500.0, "inflow": 5.0, "customers": 0.5} | changes


def segment(name: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "name": name,
        "kind": "enterprise",
        "share": 1.0,
        "budget": 2000.0,
        "adoption": 0.2,
        "needs": {"prose": 0.5, "code": 0.5},
        "requirement": 24.5,
        "hazard": 0.1,
        "seats": 10.0,
        "arpu": 20.0,
    }
    return plain | changes


def world(
    labs: list[dict[str, Any]],
    clouds: list[dict[str, Any]] | None = None,
    segments: list[dict[str, Any]] | None = None,
    **changes: Any,
) -> Scenario:
    """A scenario of twelve months; keys with a dot change single parameters."""
    plain = {
        "title": "A small world",
        "months": 12,
        "communities": 12,
        "domains": DOMAINS,
        "labs": labs,
        "clouds": clouds or [],
        "segments": segments or [segment("firms")],
        "entry": {"rate": 0.0, "max_labs": max(8, len(labs) + 4)},
    }
    return changed(Scenario.model_validate(plain), changes)


def changed(scenario: Scenario, changes: dict[str, Any]) -> Scenario:
    """The scenario with some values replaced, by dotted key, and validated anew."""
    values = scenario.model_dump()
    for key, value in changes.items():
        *path, last = key.split(".")
        table = values
        for name in path:
            table = table[name]
        table[last] = value
    return Scenario.model_validate(values)


def without(scenario: Scenario, *mechanisms: str) -> Scenario:
    """The scenario with some mechanisms switched off."""
    return changed(scenario, {f"{name}.enabled": False for name in mechanisms})


CALM = {
    "capability.release_noise": 0.0,
    "knowledge.noise": 0.0,
    "release.slip": 0.0,
    "demand.taste_spread": 0.0,
    "capital.noise": 0.0,
    "acquisition.valuation_noise": 0.0,
    "strategy.enabled": False,
    "entry.enabled": False,
    "litigation.enabled": False,
}
"""Changes that leave no luck in how labs fare, apart from rounds of capital."""


def play(scenario: Scenario, seed: int = 0, **arguments: Any) -> tuple[Market, Run]:
    """A finished run and the market that it leaves behind."""
    market = Market(scenario, seed=seed, **arguments)
    return market, market.run()


def events(market: Market, kind: str) -> list[Any]:
    """Events of one kind."""
    return [event for event in market.events if event.kind == kind]


def exact(column: pl.Series) -> bytes:
    """A column to the last bit, NaN and signed zeros included."""
    if column.dtype.is_numeric():
        return bytes(column.null_count()) + column.to_numpy().tobytes()
    return json.dumps(column.to_list()).encode()


def differences(first: Run, second: Run, before: int | None = None) -> list[str]:
    """Columns that differ between two runs, as ``table.column``.

    Args:
        first: a run.
        second: another.
        before: compare only the months before this one.
    """
    found = []
    for name, table in first.tables.items():
        other = second.tables[name]
        if before is not None:
            table, other = (frame.filter(pl.col("month") < before) for frame in (table, other))
        if table.columns != other.columns:
            found.append(f"{name}: columns")
        else:
            found += [
                f"{name}.{column}"
                for column in table.columns
                if exact(table[column]) != exact(other[column])
            ]
    return found


def fingerprint(run: Run) -> str:
    """One number for a whole run."""
    digest = hashlib.sha256()
    for name, table in run.tables.items():
        for column in table:
            digest.update(f"{name}.{column.name}".encode() + exact(column))
    return digest.hexdigest()


def residuals(market: Market, opening: dict[str, float]) -> float:
    """Largest residual of the month's rows and columns relative to the gross flow.

    Args:
        market: after a month.
        opening: cash of the labs and of the clouds before it.
    """
    flows = np.array(list(market.ledger.flows.values())).reshape(-1, 8)
    gross = max(float(np.abs(flows).sum()), 1.0)
    rows = float(np.abs(flows.sum(axis=1)).max(initial=0.0))
    booked = flows.sum(axis=0)[1:3]
    moved = [
        float(market.labs.cash.sum()) - opening["labs"],
        float(market.clouds.cash.sum()) - opening["clouds"],
    ]
    return max(rows, float(np.abs(booked - moved).max())) / gross
