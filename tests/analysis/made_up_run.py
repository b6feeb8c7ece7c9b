"""Runs made up by hand, with only what a test is about."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from abm.analysis.windows import Window
from abm.record.run import Run, date_labels
from abm.scenario import Scenario

CAST = {
    "Mistral AI": {"camp": "open", "cash": 60.0},
    "Adept": {"camp": "open", "cash": 30.0},
    "Reka AI": {"camp": "closed", "cash": 10.0},
    "Aster": {
        "camp": "closed",
        "cash": 900.0,
        "flagship": {"compute": 25.0, "cost": 40.0, "age": 2},
    },
}
"""Two open-first labs of the cohort, one that is not, and one outside it."""

YEAR = Window("2023-10", "2024-09")
"""The twelve months that these runs last."""


def scenario(months: int = 12, cast: Mapping[str, Mapping[str, Any]] = CAST) -> Scenario:
    return Scenario.model_validate(
        {
            "title": "Made up",
            "months": months,
            "domains": ["chat"],
            "labs": [{"name": name, "researchers": 10, **lab} for name, lab in cast.items()],
            "clouds": [
                {"name": "North", "cash": 9.0, "customers": 0.6, "catalogue": [next(iter(cast))]},
                {"name": "South", "cash": 9.0, "customers": 0.4},
            ],
            "segments": [
                {
                    "name": "Hobby",
                    "kind": "developer",
                    "share": 1.0,
                    "budget": 10.0,
                    "adoption": 0.5,
                    "needs": {"chat": 1.0},
                    "requirement": 24.0,
                    "hazard": 0.1,
                }
            ],
        }
    )


def event(month: int, kind: str, actor: str, counterpart: str = "", **reason: Any) -> Any:
    """One event, as a row."""
    return (month, kind, actor, counterpart, 0.0, json.dumps(reason))


def listing(
    month: int, lab: str, cloud: str, camp: str = "open", wait: int = 0, rank: int = 1
) -> Any:
    """A managed listing, as a row of the events."""
    reason = {"camp": camp, "months_since_first_release": wait, "rank_in_camp": rank}
    return event(month, "hosted", lab, cloud, **reason)


def run(
    months: int = 12,
    events: Iterable[Any] = (),
    releases: Iterable[tuple[int, str, str]] = (),
    labs: Iterable[Mapping[str, Any]] = (),
    cast: Mapping[str, Mapping[str, Any]] = CAST,
    **market: list[float],
) -> Run:
    """Build a run.

    Args:
        months: how many were played, from October 2023.
        events: rows of `event`.
        releases: month, lab, and the lab that it built on, if any.
        labs: rows of the labs' table with month and lab, and what the test is about.
        cast: labs of the scenario.
        market: columns of the market table.
    """
    world = scenario(months, cast)
    dates = date_labels(world)
    named = {"date": pl.String, "lab": pl.String}
    return Run(
        scenario=world,
        seed=7,
        market=pl.DataFrame({"month": list(range(months)), "date": dates, **market}),
        labs=pl.DataFrame(
            [{"date": dates[row["month"]], **row} for row in labs],
            schema=None
            if labs
            else {"month": pl.Int64, **named, "burn": pl.Float64, "alive": pl.Boolean},
        ),
        releases=pl.DataFrame(
            [(month, dates[month], lab, base) for month, lab, base in releases],
            schema={"month": pl.Int64, **named, "built_on": pl.String},
            orient="row",
        ),
        events=pl.DataFrame(
            [(row[0], dates[row[0]], *row[1:]) for row in events],
            schema={
                "month": pl.Int64,
                "date": pl.String,
                "kind": pl.String,
                "actor": pl.String,
                "counterpart": pl.String,
                "amount": pl.Float64,
                "reason": pl.String,
            },
            orient="row",
        ),
        segments=pl.DataFrame(),
        hosting=pl.DataFrame(),
        edges=pl.DataFrame(),
        flows=pl.DataFrame(),
    )
