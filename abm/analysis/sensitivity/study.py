"""A sensitivity study: play a design, and put each assumption's influence beside its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from abm.analysis.outcomes import OUTCOMES, chosen, measure
from abm.analysis.sensitivity.designs import LUCK, Floats, Plan
from abm.analysis.sensitivity.indices import indices
from abm.analysis.sweep import Progress, Row, claim, sweep
from abm.experiment.worker import Failure
from abm.record.run import Run
from abm.scenario import scenario_hash

KIND = "abm-sensitivity"
"""What the manifest of a study's folder calls itself."""

OUTCOMES_SHOWN = (
    "best_open_lag",
    "median_independent_lag",
    "open_workload_share",
    "open_spend_share",
    "hhi_labs",
    "sales",
    "starters_surviving",
    "open_labs_active",
    "frontier_progress",
    "mean_disclosure",
)
"""Outcomes that the ranking is over, unless others are named."""


@dataclass(frozen=True)
class Sensitivity:
    """A design that was played.

    Attributes:
        plan: the design.
        points: its points in the unit cube, luck last.
        rows: what each run came to, or why it failed.
        outcomes: names of the outcomes that are looked at.
    """

    plan: Plan
    points: Floats
    rows: list[Row | Failure]
    outcomes: tuple[str, ...]

    @cached_property
    def indices(self) -> pl.DataFrame:
        """One row an outcome and factor: see `abm.analysis.sensitivity.indices`."""
        plan = self.plan
        tables = [
            indices(plan.method, plan.keys, self.points, self._values(name), plan.seed).select(
                pl.lit(name).alias("outcome"), pl.all()
            )
            for name in self.outcomes
        ]
        return pl.concat(tables)

    @cached_property
    def ledger(self) -> pl.DataFrame:
        """One row a factor, the most influential first: influence beside the quality of the source.

        ``influence`` is the mean weight over the outcomes, ``above_luck`` the number of outcomes
        that it moves more than luck does (lower end against luck's own weight), ``moves`` the one
        that it moves most and ``direction`` which way, if that can be told.
        """
        found = pl.DataFrame([self._entry(name) for name in [*self.plan.keys, LUCK]])
        return found.sort("influence", "parameter", descending=[True, False], nulls_last=True)

    @property
    def failures(self) -> pl.DataFrame:
        """One row a run that failed: ``point``, ``stage``, ``cause``, and its values."""
        values = self.plan.values(self.points)
        lost = [(i, row) for i, row in enumerate(self.rows) if isinstance(row, Failure)]
        named = [
            {"point": i, "run": row.run_id, "stage": row.stage, "cause": row.cause}
            | {key: float(column[i]) for key, column in values.items()}
            for i, row in lost
        ]
        return pl.DataFrame(named, schema=None if named else {"point": pl.Int64})

    @property
    def runs(self) -> pl.DataFrame:
        """One row a run: ``point``, ``seed``, ``failed``, the parameters, the outcomes."""
        failed = [isinstance(row, Failure) for row in self.rows]
        return pl.DataFrame(
            {"point": range(len(failed)), "seed": self.plan.seeds(self.points), "failed": failed}
            | {key: np.asarray(x, float) for key, x in self.plan.values(self.points).items()}
            | {name: self._values(name) for name in OUTCOMES}
        )

    def _values(self, outcome: str) -> Floats:
        return np.array(
            [np.nan if isinstance(row, Failure) else row[outcome] for row in self.rows], dtype=float
        )

    def _entry(self, name: str) -> dict[str, Any]:
        about: dict[str, Any] = {"parameter": name, "meaning": "the seed alone", "grade": "-"}
        for item in self.plan.assumptions:
            if item.key == name:
                about = {
                    "parameter": name,
                    "meaning": item.meaning,
                    "grade": item.grade,
                    "value": item.value,
                    "low": item.low,
                    "high": item.high,
                    "unit": item.unit,
                    "source": item.source,
                }
        return about | _influence(self.indices, name)


def _influence(table: pl.DataFrame, name: str) -> dict[str, Any]:
    """How much one factor moves, over all outcomes."""
    own = table.filter(pl.col("parameter") == name).sort("outcome")
    luck = table.filter(pl.col("parameter") == LUCK).sort("outcome")
    if own.is_empty():
        return {"influence": None, "above_luck": 0, "moves": "", "direction": ""}
    most = own.sort("weight", descending=True).row(0, named=True)
    surely = own["weight"] - own["weight_half"] > luck["weight"]
    return {
        "influence": float(np.mean(own["weight"].to_numpy())),
        "above_luck": int(surely.sum()),
        "moves": most["outcome"],
        "direction": _direction(most),
    }


def _direction(row: dict[str, Any]) -> str:
    """Which way a Morris effect goes; empty if it cannot be told, or for a share of variance."""
    if row["sigma"] is None or abs(row["first"]) <= row["first_half"]:
        return ""
    return "up" if row["first"] > 0 else "down"


def run(
    plan: Plan,
    folder: Path,
    outcomes: Sequence[str] | None = None,
    *,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> Sensitivity:
    """Play a design into a folder, from where it stopped.

    All outcomes are measured and kept; those that are looked at can be chosen anew at no cost.

    Args:
        plan: the design.
        folder: where what is played is kept.
        outcomes: names of the outcomes to rank by; absent: `OUTCOMES_SHOWN`.
        workers: processes.
        progress: told how far it is.

    Raises:
        AbmError: if an outcome is unknown, or the folder holds another study or is in use.
    """
    names = tuple(item.name for item in chosen(outcomes or OUTCOMES_SHOWN))
    claim(folder, KIND, described(plan))
    points = plan.points()
    every = list(OUTCOMES)
    reduce = partial(_reduced, names=every)
    rows = sweep(plan.specs(points), reduce, every, folder, workers=workers, progress=progress)
    return Sensitivity(plan, points, rows, names)


def _reduced(run: Run, names: Sequence[str]) -> Row:
    return measure(run, chosen(names))


def described(plan: Plan) -> dict[str, Any]:
    """All that makes a design, as plain data."""
    return {
        "scenario": scenario_hash(plan.base),
        "title": plan.base.title,
        "months": plan.base.months,
        "method": plan.method,
        "size": plan.size,
        "seed": plan.seed,
        "parameters": {item.key: [item.low, item.high] for item in plan.assumptions},
    }
