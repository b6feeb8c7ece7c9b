"""What the maps show: shares of ends, one mode or two, and what tells early."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from abm.analysis.futures.branches import Auc, predicted, ranked
from abm.analysis.futures.clusters import Gap, best, first_component, gaps
from abm.analysis.futures.dip import DipTest, dip_test
from abm.analysis.futures.maps import EARLY_NAMES, HOME, Atlas
from abm.analysis.futures.regimes import DECLARED, REGIMES, Thresholds, keeps_up, lasts, regime
from abm.analysis.intervals import of_share
from abm.analysis.sweep import Row
from abm.experiment.worker import Failure

Floats = NDArray[np.float64]

FEATURES = ("open_spend_share", "best_open_lag", "hhi_labs", "sales")
"""What ends are grouped by."""

FEWEST = 10
"""Runs from which modes and branches are looked for."""

CHANCE = 0.05
"""p-value below which one mode is given up."""

QUESTIONS: dict[str, Callable[[Row, Thresholds], bool]] = {
    "open models keep up": keeps_up,
    "independents last": lasts,
}
"""What is to be told early."""


@dataclass(frozen=True)
class Modes:
    """Whether some runs fall into groups.

    Attributes:
        runs: which runs, in words.
        gaps: gap statistics; empty if there are too few runs.
        dips: dip tests of the first component and of each feature that is no count.
        left_out: runs without an open model at the end, which have no lag.
    """

    runs: str
    gaps: list[Gap]
    dips: dict[str, DipTest]
    left_out: int

    @property
    def verdict(self) -> str:
        """Groups if the gap statistic finds some, modes if the dip test leaves a valley between."""
        if not self.gaps:
            return "too few runs to tell"
        groups, p = best(self.gaps), self.dips["first component"].p
        if groups == 1:
            return "one continuum" if p >= CHANCE else "no groups, and yet more than one mode"
        if p >= CHANCE:
            return f"{groups} groups without a valley between them: a continuum"
        return f"{groups} groups, and more than one mode"


@dataclass(frozen=True)
class Findings:
    """Everything about the maps.

    Attributes:
        atlas: what was played.
        runs: one row a finished run (`abm.analysis.futures.maps.play`).
        failures: the others.
        thresholds: where the two questions turn.
    """

    atlas: Atlas
    runs: pl.DataFrame
    failures: list[Failure]
    thresholds: Thresholds = DECLARED

    @cached_property
    def shares(self) -> pl.DataFrame:
        """One row a cell and regime: ``share`` of runs with Wilson interval, ``runs``."""
        return pl.DataFrame(_shares(self.runs, self.thresholds), schema=_SHARES)

    @cached_property
    def cells(self) -> pl.DataFrame:
        """One row a cell: medians of the outcomes on which the ends rest, and of what was shown."""
        names = [*FEATURES, "open_workload_share", "starters_surviving", "mean_disclosure"]
        names += ["open_labs_active", "turned_closed"]
        return self.runs.group_by("map", "across", "up", maintain_order=True).agg(
            pl.len().alias("runs"), *[pl.col(name).fill_nan(None).median() for name in names]
        )

    @cached_property
    def robustness(self) -> pl.DataFrame:
        """Share of each regime in the scenario as it is, with one threshold moved at a time."""
        home = self.runs.filter(map=HOME)
        moves = {"lag": (3.0, 12.0), "share": (0.1, 1 / 3), "survival": (1 / 3, 2 / 3)}
        variants = {"as declared": self.thresholds} | {
            f"{name} {value:.2g}": replace(self.thresholds, **{name: value})
            for name, values in moves.items()
            for value in values
        }
        return pl.DataFrame(
            [
                {"thresholds": name}
                | {row["regime"]: row["share"] for row in _shares(home, thresholds)}
                for name, thresholds in variants.items()
            ]
        )

    @cached_property
    def modes(self) -> list[Modes]:
        """Of the scenario as it is, and of each map as a whole."""
        sets = {"the scenario as it is": self.runs.filter(map=HOME)}
        sets |= {f"all of the map {name}": self.runs.filter(map=name) for name in self.atlas.maps}
        return [_modes(name, runs) for name, runs in sets.items()]

    @cached_property
    def branches(self) -> pl.DataFrame:
        """One row a question, set of runs and predictor: ``auc``, ``low``, ``high``, ``n``.

        Predictors are the dials of a map, all early variables, both, and each early variable alone.
        Runs that all end alike have no rows.
        """
        found: list[dict[str, Any]] = []
        for name in (HOME, *self.atlas.maps):
            runs = self.runs.filter(map=name)
            for question, answer in QUESTIONS.items():
                ends_so = np.array(
                    [answer(row, self.thresholds) for row in runs.iter_rows(named=True)]
                )
                for predictor, auc in _aucs(runs, ends_so, dials=name != HOME).items():
                    row = {"map": name, "question": question, "predictor": predictor}
                    found.append(row | auc._asdict())
        return pl.DataFrame(found, schema=_BRANCHES)


_SHARES = pl.Schema(
    {"map": pl.String, "across": pl.Float64, "up": pl.Float64, "regime": pl.String}
    | dict.fromkeys(("share", "low", "high"), pl.Float64)
    | {"runs": pl.Int64}
)
_BRANCHES = pl.Schema(
    dict.fromkeys(("map", "question", "predictor"), pl.String)
    | dict.fromkeys(("auc", "low", "high"), pl.Float64)
    | {"n": pl.Int64}
)


def _shares(runs: pl.DataFrame, at: Thresholds) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for (name, across, up), cell in runs.group_by("map", "across", "up", maintain_order=True):
        ends = [end for row in cell.iter_rows(named=True) if (end := regime(row, at))]
        for item in REGIMES:
            share = of_share(ends.count(item), len(ends)) if ends else None
            found.append(
                {
                    "map": name,
                    "across": across,
                    "up": up,
                    "regime": item.name,
                    "share": ends.count(item) / len(ends) if ends else None,
                    "low": share.low if share else None,
                    "high": share.high if share else None,
                    "runs": len(ends),
                }
            )
    return found


def _modes(name: str, runs: pl.DataFrame) -> Modes:
    points = runs.select(FEATURES).to_numpy().astype(float)
    whole = np.isfinite(points).all(axis=1)
    left_out, points = int((~whole).sum()), points[whole]
    if len(points) < FEWEST:
        return Modes(name, [], {}, left_out)
    lines = {"first component": first_component(points)}
    # A count of sales takes few values, each of which would look like a mode.
    lines |= {column: points[:, i] for i, column in enumerate(FEATURES) if column != "sales"}
    dips = {column: dip_test(values) for column, values in lines.items()}
    return Modes(name, gaps(points), dips, left_out)


def _aucs(runs: pl.DataFrame, ends_so: NDArray[np.bool_], *, dials: bool) -> dict[str, Auc]:
    """Areas under the curve by predictor; empty where nothing can be told apart."""
    seeds = runs["seed"].to_list()
    if runs.height < FEWEST or min(ends_so.sum(), (~ends_so).sum()) < FEWEST / 2:
        return {}
    variables = runs.select(EARLY_NAMES).to_numpy().astype(float)
    sets: dict[str, Floats] = {"all of month 12": variables}
    if dials:
        places = runs.select("across", "up").to_numpy().astype(float)
        sets |= {"the dials": places, "both": np.hstack([places, variables])}
    found = {}
    for name, columns in sets.items():
        try:
            found[name] = ranked(predicted(columns, ends_so, seeds), ends_so, seeds)
        except ValueError:  # too few seeds of one kind to predict from the others
            continue
    for i, name in enumerate(EARLY_NAMES):
        found[name] = ranked(variables[:, i], ends_so, seeds)
    return found
