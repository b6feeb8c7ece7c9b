"""Outcomes: what one run comes to, one number each, from its tables alone.

Every outcome is declared once in `OUTCOMES`, with unit, window and meaning. A comparison of worlds
rests on nothing else: it takes one number a run, so that no month, lab or event of a run is ever
counted as if it were a run of its own.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from abm.analysis.fates import fates
from abm.analysis.incidents import SALES
from abm.errors import AbmError

if TYPE_CHECKING:
    from abm.record.run import Run

YEAR = 12
"""Months of the window ``last year``: all there are, if a run is shorter."""

Direction = Literal["up", "down", ""]


@dataclass(frozen=True)
class Outcome:
    """One number of a run.

    Attributes:
        name: how users call it.
        unit: unit of the number, and of its effects.
        window: which months it is about.
        meaning: what it is, in words.
        measure: the number of a run; NaN where there is nothing to measure.
        better: which way is better, if nobody would dispute it; empty if people may differ.
    """

    name: str
    unit: str
    window: str
    meaning: str
    measure: Callable[["Run"], float] = field(repr=False)
    better: Direction = ""


# -- how a column of the market becomes a number --------------------------------------------------


def _finite(values: Iterable[float | None]) -> list[float]:
    return [x for x in values if x is not None and math.isfinite(x)]


def _mean(values: Iterable[float | None]) -> float:
    found = _finite(values)
    return float(np.mean(found)) if found else math.nan


def last_year(run: "Run", column: str) -> float:
    """Mean of the last twelve months in which the column exists."""
    return _mean(run.market[column].tail(YEAR))


def at_end(run: "Run", column: str) -> float:
    """Value of the last month."""
    return float(run.market[column][-1])


def total(run: "Run", column: str) -> float:
    """Sum over all months."""
    return float(run.market[column].sum())


def per_month(run: "Run", column: str) -> float:
    """Mean over all months."""
    return _mean(run.market[column])


def progress(run: "Run", column: str) -> float:
    """Gain from the first to the last month, a year; NaN for a run of one month."""
    levels = run.market[column]
    years = (levels.len() - 1) / YEAR
    return float(levels[-1] - levels[0]) / years if years else math.nan


def price_level(run: "Run") -> float:
    """Mean log10 of the price index over the last year."""
    return _mean(math.log10(x) for x in _finite(run.market["price_index"].tail(YEAR)) if x > 0)


# -- events, flows, labs --------------------------------------------------------------------------


def count(run: "Run", kinds: Sequence[str]) -> float:
    """Events of some kinds."""
    return float(run.events.filter(pl.col("kind").is_in(list(kinds))).height)


def turned_closed(run: "Run") -> float:
    """Changes of camp from weights to an API."""
    turned = (pl.col("kind") == "camp_change") & (pl.col("amount") > 0)
    return float(run.events.filter(turned).height)


def received(run: "Run", kind: str, sector: str) -> float:
    """What a sector receives net by one kind of payment, USD m; NaN if no books are kept."""
    if not run.scenario.ledger.enabled:
        return math.nan
    return float(run.flows.filter(pl.col("kind") == kind)[sector].sum())


def shown(run: "Run", column: str) -> float:
    """Mean of a column over the labs in business, over the last year."""
    last = run.labs.filter(pl.col("month") >= run.market.height - YEAR, pl.col("alive"))
    # In numpy: the order in which polars adds up groups, and so the last bit, may differ by run.
    month = last["month"].to_numpy()
    sums, labs = np.bincount(month, weights=last[column].to_numpy()), np.bincount(month)
    return _mean((sums[labs > 0] / labs[labs > 0]).tolist())


def survival(run: "Run", camp: str = "") -> float:
    """Share of the independents of the first month (of one camp) neither sold nor closed."""
    found = [fate.fate == "alive" for fate in fates(run) if fate.independent_of(camp)]
    return _mean(map(float, found))


def months_in_business(run: "Run") -> float:
    """Mean months to exit of the independents of the first month, cut at the end of the run."""
    end = run.market.height
    found = [fate.month for fate in fates(run) if fate.independent_of("")]
    return _mean(float(end if month is None else month) for month in found)


# -- all of them ----------------------------------------------------------------------------------

LAST, END, ALL = "last year", "last month", "all months"


def _column(name: str, unit: str, meaning: str, better: Direction = "", how: str = LAST) -> Outcome:
    """An outcome that a column of the market table gives."""
    measures = {LAST: last_year, END: at_end, ALL: total}
    return Outcome(name, unit, how, meaning, partial(measures[how], column=name), better)


def _count(name: str, meaning: str, *kinds: str) -> Outcome:
    return Outcome(name, "events", ALL, meaning, partial(count, kinds=kinds))


_TABLE = (
    _column("open_spend_share", "1", "share of spending on models that goes to open ones"),
    _column("open_token_share", "1", "share of tokens served by open models"),
    _column("open_workload_share", "1", "share of enterprise workloads on open models"),
    _column("best_open_lag", "months", "the best open model behind the best closed one"),
    _column("median_independent_lag", "months", "median independent open lab behind best closed"),
    _column("hhi_labs", "0-10000", "concentration of spending by lab"),
    _column("hhi_workloads", "0-10000", "concentration of enterprise workloads by lab"),
    _column("hhi_hosting", "0-10000", "concentration of hosted spending by cloud"),
    _column("labs_active", "labs", "labs in business", how=END),
    _column("open_labs_active", "labs", "of them, labs that release weights", how=END),
    Outcome(
        "starters_surviving", "1", END,
        "share of the independent labs of the first month neither sold nor closed", survival,
    ),
    Outcome(
        "open_starters_surviving", "1", END,
        "share of those that released weights in the first month neither sold nor closed",
        partial(survival, camp="open"),
    ),
    Outcome(
        "months_to_exit", "months", ALL,
        "mean months to sale or closure of these labs, cut at the end (restricted mean)",
        months_in_business,
    ),
    _count("sales", "labs bought, or licensed and hired away", *SALES),
    _count("shutdowns", "labs closed without a buyer", "shutdown"),
    _count("pivots", "labs that narrow their focus", "pivot"),
    Outcome("turned_closed", "events", ALL, "labs that turn from weights to an API", turned_closed),
    _count("entries", "new labs, founded from outside or by leavers", "entry", "spin_off"),
    _column("providers_hosted", "labs", "labs in the largest managed catalogue"),
    _column("providers_hosted_any", "labs", "labs with a managed listing on any cloud"),
    Outcome(
        "releases_a_month", "1/month", ALL, "releases", partial(per_month, column="releases")
    ),
    Outcome(
        "frontier_progress", "OOM/year", ALL, "gain of the best model on the market",
        partial(progress, column="frontier"), "up",
    ),
    Outcome(
        "open_progress", "OOM/year", ALL, "gain of the best open model",
        partial(progress, column="best_open"),
    ),
    _column("public_knowledge", "OOM", "disclosed know-how that the median lab can absorb"),
    Outcome(
        "mean_disclosure", "1", LAST, "disclosure index, mean of all labs in business",
        partial(shown, column="disclosure"),
    ),
    Outcome(
        "data_disclosure", "1", LAST, "disclosure of data, mean of all labs in business",
        partial(shown, column="data_disclosure"),
    ),
    Outcome(
        "log_price_index", "log10", LAST,
        "price of the first month's best open capability, powers of ten", price_level, "down",
    ),
    _column("api_spend", "USD m/month", "spending on models through APIs and clouds"),
    _column("product_revenue", "USD m/month", "revenue of labs' own products"),
    _column("frontier_run_cost", "USD m", "dearest run behind a model released", how=END),
    _column("funding", "USD m", "equity raised by labs", how=ALL),
    _column("contributed", "person-months", "unpaid work on open models", how=ALL),
    _count("lawsuits", "suits over training data", "lawsuit"),
    Outcome(
        "litigation_transfers", "USD m", ALL, "damages paid to rightsholders",
        partial(received, kind="damages", sector="R"),
    ),
    _column("fiscal_cost", "USD m", "public money spent", "down", how=ALL),
)  # fmt: skip

OUTCOMES: dict[str, Outcome] = {outcome.name: outcome for outcome in _TABLE}
"""Outcomes by name."""

HEADLINES = (
    "median_independent_lag",
    "best_open_lag",
    "open_workload_share",
    "open_labs_active",
    "starters_surviving",
    "sales",
    "hhi_labs",
    "frontier_progress",
    "log_price_index",
)
"""Outcomes that a figure and a short table show unless others are asked for."""


def chosen(names: Iterable[str] | None) -> tuple[Outcome, ...]:
    """The outcomes of these names; all of them if none are named.

    Raises:
        AbmError: if one is unknown, or named twice.
    """
    from abm.scenario.declared import nearest

    wanted = list(OUTCOMES if names is None else names)
    for name in wanted:
        if name not in OUTCOMES:
            near = nearest(name, OUTCOMES)
            meant = f"; did you mean {near}?" if near else f" (allowed: {', '.join(OUTCOMES)})"
            raise AbmError(f"outcome {name!r}: there is none of this name{meant}")
        if wanted.count(name) > 1:
            raise AbmError(f"outcome {name!r}: named twice")
    return tuple(OUTCOMES[name] for name in wanted)


def measure(run: "Run", outcomes: Iterable[Outcome] = _TABLE) -> dict[str, float]:
    """One number of the run for each outcome; NaN where there is nothing to measure."""
    return {outcome.name: float(outcome.measure(run)) for outcome in outcomes}
