"""A study beside the targets, and the distributions that no single number holds."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import polars as pl
from scipy import stats

from abm.analysis.incidents import EXITS, SALES, Change, Exit
from abm.analysis.study import Observation, Study
from abm.analysis.targets import Target, targets

INTERVAL = (5.0, 95.0)
"""Percentiles of the interval over seeds."""

HORIZON = max(target.window.last for target in targets())
"""Last month that any target looks at: the distributions count events up to its end."""

NOT_MEASURED = "not measured"
"""Verdict where no seed yields a number."""


@dataclass(frozen=True)
class Standing:
    """One target beside what the seeds show.

    Attributes:
        target: the target.
        median: median over the seeds that yield a number.
        low: lower end of the interval over them.
        high: upper end of it.
        inside: share of them inside the target's band.
        seeds: how many they are.
    """

    target: Target
    median: float
    low: float
    high: float
    inside: float
    seeds: int

    @property
    def verdict(self) -> str:
        """``in`` if the median lies in the band, ``MISS`` if not."""
        if not self.seeds:
            return NOT_MEASURED
        return "in" if self.target.holds(self.median) else "MISS"


def compare(study: Study) -> list[Standing]:
    """Hold a study against every target."""
    return [
        _compare(target, [seen.measures[target.id] for seen in study.observations])
        for target in targets()
    ]


def _compare(target: Target, values: Sequence[float]) -> Standing:
    found = [value for value in values if not math.isnan(value)]
    low, middle, high = _percentiles(found, (INTERVAL[0], 50.0, INTERVAL[1]))
    inside = sum(map(target.holds, found)) / len(found) if found else math.nan
    return Standing(target, middle, low, high, inside, len(found))


def _percentiles(values: Sequence[float], at: Sequence[float]) -> list[float]:
    """Percentiles of values; NaN of nothing."""
    if not values:
        return [math.nan] * len(at)
    return [float(x) for x in np.percentile(np.asarray(values, dtype=float), at)]


# -- who is listed -----------------------------------------------------------------------------


def who_is_listed(study: Study) -> pl.DataFrame:
    """Labs by how often they are newly listed: one row a lab and camp.

    Columns: lab, camp, share of seeds with a listing that the start did not have, median month and
    median wait of the first of them, mean number of new clouds in those seeds.
    """
    n = len(study.observations)
    rows = [
        {"seed": seen.seed, "lab": x.lab, "camp": x.camp, "month": x.month, "wait": x.wait}
        for seen in study.observations
        for x in seen.listings
        if x.date <= HORIZON
    ]
    schema = {"seed": pl.Int64, "lab": pl.String, "camp": pl.String, "month": pl.Int64}
    table = pl.DataFrame(rows, schema={**schema, "wait": pl.Int64})
    return (
        table.group_by("seed", "lab", "camp")
        .agg(pl.col("month").min(), pl.col("wait").min(), clouds=pl.len())
        .group_by("lab", "camp")
        .agg(
            share=pl.len() / n,
            median_month=pl.col("month").median(),
            median_wait=pl.col("wait").median(),
            mean_clouds=pl.col("clouds").mean(),
        )
        .sort(["share", "lab", "camp"], descending=[True, False, False])
    )


def waits(study: Study) -> pl.DataFrame:
    """Months from a lab's first release in a camp to its listings: quartiles over all seeds.

    Columns: listings (which of them), n, share of seeds with one, and the quartiles. A model that
    is never listed has no wait, so these are waits of those that succeed.
    """
    n = len(study.observations)
    rows = []
    for camp, further in product(("open", "closed"), (False, True)):
        found = [
            [
                float(x.wait)
                for x in seen.listings
                if x.date <= HORIZON and x.camp == camp and x.further == further
            ]
            for seen in study.observations
        ]
        pooled = [wait for seed in found for wait in seed]
        quartiles = _percentiles(pooled, (25.0, 50.0, 75.0))
        rows.append(
            {
                "listings": f"{camp}, {'further clouds' if further else 'first cloud'}",
                "n": len(pooled),
                "share": sum(map(bool, found)) / n,
                **dict(zip(("quartile_1", "median", "quartile_3"), quartiles, strict=True)),
            }
        )
    return pl.DataFrame(rows)


# -- who leaves, who narrows -------------------------------------------------------------------


def counts(study: Study) -> pl.DataFrame:
    """Events up to `HORIZON` by kind: median and interval of their number per seed, and when.

    Columns: kind, median, low and high of the number of labs per seed, median month of the events.
    """
    rows = []
    for name, months_of in TALLIES.items():
        found = [months_of(seen) for seen in study.observations]
        low, middle, high = _percentiles(
            [float(len(months)) for months in found], (INTERVAL[0], 50.0, INTERVAL[1])
        )
        when = _percentiles([float(x) for months in found for x in months], (50.0,))[0]
        rows.append(
            {"kind": name, "median": middle, "low": low, "high": high, "median_month": when}
        )
    return pl.DataFrame(rows)


def _months(happened: Iterable[Change]) -> list[int]:
    return [x.month for x in happened if x.date <= HORIZON]


def _exit_months(seen: Observation, kinds: Sequence[str]) -> list[int]:
    return [x.month for x in seen.exits if x.kind in kinds and x.date <= HORIZON]


def _listed_months(seen: Observation, camp: str) -> list[int]:
    """Month of every lab's first new listing in a camp."""
    first: dict[str, int] = {}
    for x in seen.listings:
        if x.camp == camp and x.date <= HORIZON:
            first.setdefault(x.lab, x.month)
    return list(first.values())


TALLIES: dict[str, Callable[[Observation], list[int]]] = {
    **{kind: partial(_exit_months, kinds=(kind,)) for kind in EXITS},
    "all sales and closures": partial(_exit_months, kinds=EXITS),
    "pivot": lambda seen: _months(seen.pivots),
    "newly listed (open)": partial(_listed_months, camp="open"),
    "newly listed (closed)": partial(_listed_months, camp="closed"),
    "delisted": lambda seen: _months(seen.delistings),
}
"""What is counted in a run: months of the events up to `HORIZON`, at most one a lab."""


def tallies(seen: Observation) -> dict[str, int]:
    """Numbers of labs of one run to which each thing happened up to `HORIZON`."""
    return {name: len(months_of(seen)) for name, months_of in TALLIES.items()}


def who(study: Study, chosen: Callable[[Observation], Iterable[tuple[str, int]]]) -> pl.DataFrame:
    """Labs by the share of seeds in which something happens to them, with the median month.

    Args:
        study: the study.
        chosen: lab and month of what counts, at most one a lab and seed.
    """
    rows = [pair for seen in study.observations for pair in chosen(seen)]
    table = pl.DataFrame(rows, schema={"lab": pl.String, "month": pl.Int64}, orient="row")
    return (
        table.group_by("lab")
        .agg(share=pl.len() / len(study.observations), median_month=pl.col("month").median())
        .sort(["share", "lab"], descending=[True, False])
    )


def who_is_sold(study: Study) -> pl.DataFrame:
    """Labs by how often they are bought, or licensed and hired away."""
    return who(study, lambda seen: _exits_of(seen, SALES))


def who_is_shut(study: Study) -> pl.DataFrame:
    """Labs by how often they close without a buyer."""
    return who(study, lambda seen: _exits_of(seen, ("shutdown",)))


def who_pivots(study: Study) -> pl.DataFrame:
    """Labs by how often they narrow their focus by two classes of breadth."""
    return who(study, lambda seen: [(x.lab, x.month) for x in seen.pivots if x.date <= HORIZON])


def _exits_of(seen: Observation, kinds: Sequence[str]) -> list[tuple[str, int]]:
    return [(x.lab, x.month) for x in seen.exits if x.kind in kinds and x.date <= HORIZON]


@dataclass(frozen=True)
class RunwayEffect:
    """How far the month of exit follows the runway at the start (Spearman's rho).

    It is taken among the exits up to `HORIZON`: who is still in business then is not in it.
    Only labs that were there at the start count; one that burns nothing has the longest runway of
    all. Exits of all seeds are pooled, so the same lab occurs many times; the second number takes
    one point a lab, the medians over its exits.

    Attributes:
        rho: over exits.
        exits: how many.
        rho_labs: over labs.
        labs: how many.
        entrants: exits left out, of labs that came later.
    """

    rho: float
    exits: int
    rho_labs: float
    labs: int
    entrants: int


def runway_effect(study: Study) -> RunwayEffect:
    """Rank correlation of the month of exit with starting runway, up to `HORIZON`."""
    all_exits = [x for seen in study.observations for x in seen.exits if x.date <= HORIZON]
    known = [x for x in all_exits if not math.isnan(x.runway)]
    by_lab: dict[str, list[Exit]] = {}
    for x in known:
        by_lab.setdefault(x.lab, []).append(x)
    months = [float(np.median([x.month for x in group])) for group in by_lab.values()]
    runways = [_middle([x.runway for x in group]) for group in by_lab.values()]
    return RunwayEffect(
        rho=spearman([x.runway for x in known], [float(x.month) for x in known]),
        exits=len(known),
        rho_labs=spearman(runways, months),
        labs=len(by_lab),
        entrants=len(all_exits) - len(known),
    )


def _middle(values: Sequence[float]) -> float:
    """Lower median: exists for infinite values too."""
    return sorted(values)[(len(values) - 1) // 2]


def spearman(x: Sequence[float], y: Sequence[float]) -> float:
    """Rank correlation; infinity ranks last; NaN of fewer than three pairs, or of ties only."""
    if len(x) < 3 or len(set(x)) < 2 or len(set(y)) < 2:
        return math.nan
    return float(np.corrcoef(stats.rankdata(x), stats.rankdata(y))[0, 1])
