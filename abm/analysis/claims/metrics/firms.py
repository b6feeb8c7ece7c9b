"""Metrics of what becomes of firms: money, survival, sales, pivots."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats

from abm.agents.stages import LIVE
from abm.analysis.claims.metrics.panel import SEEN, independents, labs_at, mean, middle, month
from abm.analysis.fates import Fate, fates

if TYPE_CHECKING:
    from abm.record.run import Run


def self_financing_gap(run: "Run") -> float:
    """Part of spending that revenue pays: labs with a product less open labs without, two years.

    Median over independents of the first month of income over spending, each lab counted apart
    with and without a live product.
    """
    rows = run.labs.filter(
        pl.col("alive"), pl.col("month") < 24, pl.col("lab").is_in(independents(run))
    )
    live, spent = pl.col("product_stage") == LIVE, pl.col("income") + pl.col("burn")
    paid = pl.col("income").sum() / spent.clip(lower_bound=1e-9).sum()
    with_one = rows.filter(live).group_by("lab").agg(paid)["income"]
    without = rows.filter(~live, ~pl.col("closed")).group_by("lab").agg(paid)["income"]
    return middle(with_one) - middle(without)


def equity_share(run: "Run") -> float:
    """Part of the money that comes to open labs without a product that is equity and no sale."""
    rows = run.labs.filter(
        pl.col("alive"),
        ~pl.col("closed"),
        pl.col("product_stage") < LIVE,
        pl.col("parent_budget") <= 0,
    )
    rounds = run.events.filter(pl.col("kind") == "funding").select("month", "amount", lab="actor")
    raised = float(rounds.join(rows.select("lab", "month"), on=["lab", "month"])["amount"].sum())
    earned = float(rows["income"].sum())
    return raised / (raised + earned) if raised + earned > 0 else math.nan


def _lives(fate: Fate, last: int) -> float:
    return float(fate.month is None or fate.month > last)


def _survival(found: Iterable[Fate], last: int) -> float:
    return mean(_lives(fate, last) for fate in found)


def open_survival(run: "Run") -> float:
    """Share of the open independents of the first month neither sold nor closed at three years."""
    return _survival((f for f in fates(run) if f.independent_of("open")), month(run, SEEN))


def product_survival_gap(run: "Run") -> float:
    """Share of open independents left at three years: begun with a product less begun without."""
    products = {lab.name: bool(lab.product) for lab in run.scenario.labs}
    free = [fate for fate in fates(run) if fate.independent_of("open")]
    last = month(run, SEEN)
    return _survival((f for f in free if products[f.lab]), last) - _survival(
        (f for f in free if not products[f.lab]), last
    )


def sold_share(run: "Run") -> float:
    """Share of the independents of the first month sold or hired away within three years."""
    last = month(run, SEEN)
    free = [fate for fate in fates(run) if fate.independent_of("")]
    sold = (f.fate in ("sold", "hired away") and not _lives(f, last) for f in free)
    return mean(map(float, sold))


def product_helps_survival(run: "Run") -> float:
    """Rank-biserial correlation of product users at a year with being in business at the end.

    Among independents of the first month that live then. Zero if all or none of them last, since
    users then tell nothing.
    """
    alive = labs_at(run, 12).filter(pl.col("lab").is_in(independents(run)))
    ends = {fate.lab: fate.month for fate in fates(run)}
    lasts = np.array([ends[lab] is None for lab in alive["lab"]])
    seats = alive["seats"].to_numpy()
    if lasts.all() or not lasts.any():
        return 0.0 if lasts.size else math.nan
    u = stats.mannwhitneyu(seats[lasts], seats[~lasts]).statistic
    return float(2 * u / (lasts.sum() * (~lasts).sum()) - 1)


def pivot_share(run: "Run") -> float:
    """Share of general-purpose independents of the first month that pivot within three years."""
    general = {lab.name for lab in run.scenario.labs if not lab.focus} & set(independents(run))
    turned = run.events.filter(
        pl.col("kind") == "pivot",
        pl.col("month") <= month(run, SEEN),
        pl.col("actor").is_in(general),
    )
    return turned["actor"].n_unique() / len(general) if general else math.nan
