"""Metrics of releases, use, catalogues and spending."""

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats

from abm.analysis.claims.metrics.panel import (
    SEEN,
    YEAR,
    between,
    correlation,
    labs_at,
    mean,
    month,
)
from abm.analysis.incidents import listings
from abm.analysis.measures import best_open_spell
from abm.analysis.windows import Window

if TYPE_CHECKING:
    from abm.record.run import Run

FROTH = 18
"""Months of the short term."""

BEFORE, AFTER = 3, 6
"""Months around a listing between which the worth of a lab is compared."""

SPELL = (1.5, 6.0)
"""Months as the best open model that count as about three."""


def open_release_trend(run: "Run") -> float:
    """Kendall's tau of open releases a month with time, over the first months (Mann 1945)."""
    last = month(run, FROTH - 1)
    found = run.releases.filter(pl.col("camp") == "open", pl.col("month") <= last)["month"]
    counts = np.bincount(found.to_numpy(), minlength=last + 1)
    if counts.size < 3:
        return math.nan
    tau = float(stats.kendalltau(np.arange(counts.size), counts).statistic)
    return 0.0 if math.isnan(tau) else tau


def one_open_model(run: "Run") -> float:
    """Share of months, after half a year, in which one lab has most of the use of open labs."""
    late = run.labs.filter(~pl.col("closed"), pl.col("alive"), pl.col("month") >= month(run, 6))
    tops = late.group_by("month").agg(pl.col("use").max() / pl.col("use").sum()).sort("month")
    return mean((tops["use"].fill_nan(0.0) > 0.5).cast(pl.Float64))


def carried_by_pressure(run: "Run") -> float:
    """Share of new managed listings of open models that the deciders' pressure carried.

    Without what deciders ask for, the listing would not have been worth its slot.
    """
    weight, found = run.scenario.hosting.pressure_weight, []
    for event in run.events.filter(pl.col("kind") == "hosted").iter_rows(named=True):
        reason = json.loads(event["reason"])
        if reason["camp"] == "open":
            alone = reason["net"] - weight * reason["asked"]
            found.append(float(alone <= reason["slot_cost"]))
    return mean(found)


def listing_gain(run: "Run") -> float:
    """Log change of a lab's value around its first open listing, net of unlisted open labs'.

    From `BEFORE` months before to `AFTER` months after (difference in differences), mean over
    listings of labs that no cloud listed before.
    """
    worth = {
        (row[0], row[1]): math.log(row[2])
        for row in run.labs.filter(pl.col("alive"), ~pl.col("closed"), pl.col("value") > 0)
        .select("lab", "month", "value")
        .iter_rows()
    }
    first = {x.lab: x.month for x in listings(run) if x.camp == "open" and not x.further}
    listed = set(run.hosting["lab"].unique()) if run.hosting.height else set()

    def change(lab: str, when: int) -> float:
        start, end = worth.get((lab, when - BEFORE)), worth.get((lab, when + AFTER))
        return math.nan if start is None or end is None else end - start

    others = sorted({lab for lab, _ in worth} - listed - set(first))
    return mean(
        change(lab, when) - mean(change(other, when) for other in others)
        for lab, when in first.items()
    )


def unhosted_share(run: "Run") -> float:
    """Share of open labs with a model that no cloud lists as managed, mean of the last year."""
    start = max(run.market.height - YEAR, 0)
    models = run.labs.filter(
        pl.col("alive"), ~pl.col("closed"), pl.col("capability").is_finite()
    ).select("month", "lab")
    late = models.filter(pl.col("month") >= start)
    listed = run.hosting.filter(pl.col("camp") == "open").select("month", "lab").unique()
    return 1 - late.join(listed, on=["month", "lab"]).height / late.height if late.height else 0.0


def share_persistence(run: "Run") -> float:
    """Correlation over open labs of the use of their models at half a year and at three years."""
    early = labs_at(run, 6).filter(~pl.col("closed")).select("lab", "use")
    late = labs_at(run, SEEN).select("lab", later="use")
    both = (
        early.join(late, on="lab", how="left")
        .sort("lab")
        .with_columns(pl.col("later").fill_null(0))
    )
    return correlation(both["use"].to_list(), both["later"].to_list())


def log_spend(run: "Run") -> float:
    """Log of customers' mean monthly spending on models over the first two years."""
    spend = between(run, "api_spend", 0, 23)
    return math.log(spend) if spend > 0 else math.nan


def three_months_best(run: "Run") -> float:
    """Whether the median spell of a lab at best open model lies within `SPELL`; one or zero."""
    dates = run.market["date"]
    spell = best_open_spell(run, Window(dates[0], dates[-1]))
    return float(SPELL[0] <= spell <= SPELL[1])


def late_open_share(run: "Run") -> float:
    """Share of spending on models that goes to open ones, mean of the fourth year."""
    return between(run, "open_spend_share", SEEN, SEEN + YEAR)


def private_open_gap(run: "Run") -> float:
    """Use of open models where privacy matters most less where it matters least, last year.

    Segments other than developers; share of the use of models, mean of the last year.
    """
    tastes = {s.name: s.privacy for s in run.scenario.segments if s.kind != "developer"}
    if len(set(tastes.values())) < 2:
        return math.nan
    late = run.segments.filter(pl.col("month") >= run.market.height - YEAR)

    def share(taste: float) -> float:
        names = [name for name, privacy in tastes.items() if privacy == taste]
        return mean(late.filter(pl.col("segment").is_in(names))["open_share"])

    return share(max(tastes.values())) - share(min(tastes.values()))
