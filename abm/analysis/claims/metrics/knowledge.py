"""Metrics of what labs know, show and can do."""

import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from abm.agents.stages import LIVE
from abm.analysis.claims.changes import first_sharer
from abm.analysis.claims.metrics.panel import (
    SEEN,
    YEAR,
    between,
    independents,
    labs_at,
    mean,
    middle,
    month,
)
from abm.analysis.targets_report import spearman

if TYPE_CHECKING:
    from abm.record.run import Run

NEAR = 3.0
"""Months behind the best lab within which a lab is at the frontier."""

SLICE = (0.1, 0.5)
"""Part of the scorecard that a specialist is said to win."""


def weights_without_data(run: "Run") -> float:
    """Disclosure of weights (an open lab's is one) less that of data, open labs at two years."""
    return 1 - between(run, "data_disclosure_open", 24, 24)


def data_shown(run: "Run") -> float:
    """Disclosure of data by open labs, mean of the third and fourth year."""
    return between(run, "data_disclosure_open", 24, 47)


def data_variance_share(run: "Run") -> float:
    """Part of the spread of open labs' capability net of compute that data explain, at two years.

    Capability net of compute is additive, algorithms + data + post-training, so that the Shapley
    share of data is their covariance with the sum over the variance of the sum.
    """
    rows = labs_at(run, 24).filter(~pl.col("closed"), pl.col("capability").is_finite())
    if rows.height < 3:
        return math.nan
    data = rows["data_gain"].to_numpy()
    after = (rows["capability"] - rows["base_capability"]).to_numpy()
    total = rows["algorithms"].to_numpy() + data + after
    spread = float(total.var())
    return float(np.cov(data, total, bias=True)[0, 1]) / spread if spread > 0 else math.nan


def independent_lag(run: "Run") -> float:
    """Lag of the median independent open lab behind the best closed model, around three years."""
    return between(run, "median_independent_lag", SEEN - 6, SEEN + 6)


def best_open_lag(run: "Run") -> float:
    """Lag of the best open model behind the best closed one, around three years."""
    return between(run, "best_open_lag", SEEN - 6, SEEN + 6)


def open_capability(run: "Run") -> float:
    """Capability of the open independents of the first month that live at two years, mean."""
    rows = labs_at(run, 24).filter(pl.col("lab").is_in(independents(run, "open")))
    return mean(rows["capability"])


def sharer_capability(run: "Run") -> float:
    """Capability at two years of the lab that shares where only one does; its last if it ended."""
    rows = run.labs.filter(
        pl.col("lab") == first_sharer(run.scenario), pl.col("alive"), pl.col("month") <= 24
    )
    return float(rows["capability"][-1]) if rows.height else math.nan


def sharer_keeps(run: "Run") -> float:
    """Disclosure of that lab at three years over its first month's; its last if it ended."""
    rows = run.labs.filter(
        pl.col("lab") == first_sharer(run.scenario),
        pl.col("alive"),
        pl.col("month") <= month(run, SEEN),
    )
    shown = rows["disclosure"]
    return float(shown[-1] / shown[0]) if rows.height and shown[0] > 0 else math.nan


def post_training_gap(run: "Run") -> float:
    """By how much the gap in post-training widens in three years, relative to the largest gain.

    Gain of the closed lab with most of it less that of the median open independent.
    """
    ceiling = run.scenario.post_training.ceiling
    return (_gap(run, SEEN) - _gap(run, 0)) / ceiling if ceiling > 0 else math.nan


def _gap(run: "Run", when: int) -> float:
    rows = labs_at(run, when).with_columns(gain=pl.col("capability") - pl.col("base_capability"))
    best = [x for x in rows.filter("closed")["gain"] if math.isfinite(x)]
    free = rows.filter(~pl.col("closed"), pl.col("parent_budget") <= 0)["gain"]
    return max(best) - middle(free) if best else math.nan


def leaves_the_frontier(run: "Run") -> float:
    """Independents within `NEAR` months of the best lab: how many fewer at three years."""
    return _near(run, 0) - _near(run, SEEN)


def _near(run: "Run", when: int) -> float:
    rows = labs_at(run, when).filter(pl.col("capability").is_finite())
    floor = -math.inf if not rows.height else float(rows["capability"].max())  # type: ignore[arg-type]
    near = pl.col("capability") >= floor - NEAR * run.scenario.frontier_trend
    return float(rows.filter(near, pl.col("parent_budget") <= 0).height)


def niche_pace(run: "Run") -> float:
    """Yearly gain in capability of open specialists with a product less that of those without.

    From one year to three, over labs that live at both.
    """
    half = len(run.scenario.domains) / 2
    rows = labs_at(run, 12).filter(~pl.col("closed"), pl.col("breadth") <= half)
    later = labs_at(run, SEEN).select("lab", after="capability")
    years = max(month(run, SEEN) - month(run, 12), 1) / YEAR
    both = rows.join(later, on="lab").sort("lab")
    both = both.with_columns(pace=(pl.col("after") - pl.col("capability")) / years)
    live = pl.col("product_stage") == LIVE
    return mean(both.filter(live)["pace"]) - mean(both.filter(~live)["pace"])


def specialists_win_a_slice(run: "Run") -> float:
    """Whether the median open specialist beats the ablest lab in a part of the domains, `SLICE`.

    One or zero, at three years; zero without open specialists.
    """
    half = len(run.scenario.domains) / 2
    rows = labs_at(run, SEEN).filter(~pl.col("closed"), pl.col("breadth") <= half)
    return float(SLICE[0] <= middle(rows["domains_ahead"]) <= SLICE[1])


def closing_up(run: "Run") -> float:
    """Fall of the rank correlation of capability and disclosure, first half-year to fourth year."""
    last = month(run, SEEN + YEAR - 1)
    early, late = range(6), range(month(run, SEEN), last + 1)
    rows = run.labs.filter(
        pl.col("month").is_in([*early, *late]), pl.col("alive"), pl.col("capability").is_finite()
    )
    pairs = rows.select("month", "capability", "disclosure").partition_by("month", as_dict=True)
    ranks = {when: _ranks(found) for (when,), found in pairs.items()}
    return mean(ranks.get(when) for when in early) - mean(ranks.get(when) for when in late)


def _ranks(rows: pl.DataFrame) -> float:
    return spearman(rows["capability"].to_list(), rows["disclosure"].to_list())
