"""The monthly numbers of the market, each declared once with its unit and meaning."""

from bisect import bisect_left
from itertools import pairwise
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents.offer import CLOSED, OPEN
from abm.agents.stages import LIVE
from abm.mechanisms import demand as d
from abm.mechanisms import disclosure, knowledge
from abm.mechanisms.capability import data_gain
from abm.record.diary import Diary
from abm.record.snapshot import Snapshot, log_sum

if TYPE_CHECKING:
    from abm.market import Market
    from abm.population import Segments
    from abm.scenario import Scenario

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Columns = dict[str, Any]
"""Columns of the market table by name, one value a month."""

MARKET_COLUMNS = {
    "open_spend_share": ("1", "share of spending on models that goes to open ones"),
    "open_token_share": ("1", "share of tokens served by open models"),
    "open_workload_share": ("1", "share of enterprise workloads on open models"),
    "outside_share": ("1", "share of enterprise use that goes to no model"),
    "frontier": ("OOM", "value-weighted capability of the best model on the market"),
    "best_closed": ("OOM", "value-weighted capability of the best closed model"),
    "best_open": ("OOM", "value-weighted capability of the best open model"),
    "best_open_lag": ("months", "how long ago the best closed model was as good as the best open"),
    "median_independent_lag": ("months", "the same for the median independent open lab"),
    "hhi_labs": ("0-10000", "concentration of spending by lab"),
    "hhi_workloads": ("0-10000", "concentration of enterprise workloads by lab"),
    "hhi_hosting": ("0-10000", "concentration of hosted spending by cloud"),
    "labs_active": ("labs", "labs in business"),
    "open_labs_active": ("labs", "of them, labs that release weights"),
    "releases": ("count", "releases of the month"),
    "providers_hosted": ("labs", "labs with a managed listing in the largest catalogue"),
    "providers_hosted_any": ("labs", "labs with a managed listing on any cloud"),
    "labs_with_model": ("labs", "living labs with a model on the market"),
    "frontier_run_cost": ("USD m", "dearest run behind a model released so far"),
    "price_index": ("1", "cheapest price at the capability of the first month's best open model"),
    "api_spend": ("USD m/month", "spending on models through labs' APIs and clouds"),
    "enterprise_api_spend": ("USD m/month", "of it, by enterprises"),
    "product_revenue": ("USD m/month", "revenue of labs' own products"),
    "capital_climate": ("1", "capital climate, 1 is normal"),
    "mean_disclosure_open": ("1", "mean disclosure index of open labs"),
    "data_disclosure_open": ("1", "mean disclosure of data by open labs"),
    "public_knowledge": (
        "OOM",
        "best disclosed algorithms and data quality, as far as the median lab can absorb",
    ),
    "funding": ("USD m", "equity raised in the month, seed money of entrants included"),
    "suits_pending": ("count", "suits pending"),
    "contributed": ("person-months", "unpaid work on open models"),
    "customer_surplus": (
        "USD m/month",
        "log-sum of customers in money; compare worlds, not levels",
    ),
    "fiscal_cost": ("USD m", "public money spent in the month"),
}
"""Columns of the market table: unit and meaning."""

SEGMENT_COLUMNS = {
    "in_play": ("USD m/month", "spending at stake, of which models get what customers choose"),
    "log_sum": ("utils", "log of one plus the pull of all models on the segment's mean customer"),
    "log_sum_taste": ("utils", "the same without the pull of what others use"),
    "open_share": ("1", "share of the use of models that goes to open ones"),
}
"""Columns of the segments' table: unit and meaning."""


def hhi(shares: Floats) -> Floats:
    """Herfindahl-Hirschman index of non-negative amounts, 0 to 10000; zero if there are none.

    Args:
        shares: amounts, shape (..., firms).
    """
    total = shares.sum(axis=-1, keepdims=True)
    percent = np.divide(100 * shares, total, out=np.zeros_like(shares), where=total > 0)
    index: Floats = (percent**2).sum(axis=-1)
    return index


class FrontierPath:
    """History of the best closed capability, to date what open models can do now.

    Args:
        trend: speed of the frontier before the first month, OOM a month.
    """

    def __init__(self, trend: float) -> None:
        self.trend = trend
        self.path: list[float] = []

    def add(self, level: float) -> None:
        """Note the level of the month: the best so far, models are not unlearnt."""
        self.path.append(max(level, self.path[-1]) if self.path else level)

    def lag(self, level: float) -> float:
        """Months since the path first reached a level; negative if it has not yet."""
        now = len(self.path) - 1
        if not isfinite(level) or not isfinite(self.path[-1]):
            return nan
        if level <= self.path[0]:
            return now + (self.path[0] - level) / self.trend
        if level > self.path[-1]:
            return -(level - self.path[-1]) / self.trend
        first = bisect_left(self.path, level)
        below, above = self.path[first - 1], self.path[first]
        return now - (first - 1 + (level - below) / max(above - below, 1e-12))


class Yardsticks:
    """What months are measured against: the past, the first month, and what no month changes.

    Args:
        market: the market before its first month.
    """

    def __init__(self, market: "Market") -> None:
        self.scenario, self.segments = market.scenario, market.segments
        self.path = FrontierPath(market.scenario.frontier_trend)
        self.reference: dict[str, float] = {}
        enterprises = market.segments.of_kind("enterprise")[market.communities.segment]
        self.enterprises = float(market.communities.size[enterprises].sum())


def measure(months: Snapshot, against: Yardsticks) -> Floats:
    """Compute the market table, shape (columns, months).

    Args:
        months: what was kept of the months, those before them measured already.
        against: what they are measured against.
    """
    columns = _frontier(months, against.path) | _use(months, against.enterprises)
    columns |= _activity(months, against.segments)
    columns["price_index"] = _price_index(months, against)
    columns["capital_climate"] = months.climate
    shown = months.alive & ~months.closed
    columns["mean_disclosure_open"] = _means(disclosure.index(months.disclosure), shown)
    columns["data_disclosure_open"] = _means(months.disclosure[:, :, disclosure.DATA], shown)
    columns["public_knowledge"] = _public_knowledge(months, against.scenario)
    columns["suits_pending"] = months.pending_suits
    columns["contributed"] = months.contributed
    columns["customer_surplus"] = _surplus(months, against)
    columns["fiscal_cost"] = months.fiscal_cost
    table = np.array([columns[name] for name in MARKET_COLUMNS], dtype=np.float64)
    # What does not exist (the best open model where none is open) is no number, not minus infinity.
    table[~np.isfinite(table)] = nan
    return table


def _means(values: Floats, counts: Mask) -> list[float]:
    """Mean of each month's values over the labs that count; NaN if none does."""
    counted, ends = values[counts], counts.sum(axis=1).cumsum().tolist()
    return [
        float(np.add.reduce(counted[first:end])) / (end - first) if first < end else nan
        for first, end in pairwise([0, *ends])
    ]


def _medians(values: Floats, counts: Mask) -> Floats:
    """Median of each month's finite values that count; NaN if there is none."""
    counts = counts & np.isfinite(values)
    ordered, size = np.sort(np.where(counts, values, inf), axis=1), counts.sum(axis=1)
    month = np.arange(len(size))
    middle = (ordered[month, (size - 1) // 2] + ordered[month, size // 2]) / 2
    return np.where(size > 0, middle, nan)


def _frontier(months: Snapshot, path: FrontierPath) -> Columns:
    """The best models, and how far open ones lag behind closed ones.

    Among the independent are open labs without an owner; their median is the median lab.
    """
    opened, closed = months.level[:, OPEN::2], months.level[:, CLOSED::2]
    best_open, best_closed = opened.max(axis=1), closed.max(axis=1)
    alone = months.alive & ~months.closed & ~months.owned & (months.parent_budget <= 0)
    levels = (best_open, best_closed, _medians(opened, alone))
    lags, independent_lags = [], []
    for best, rival, independent in zip(*(level.tolist() for level in levels), strict=True):
        path.add(rival if isfinite(rival) else best)
        lags.append(path.lag(best))
        independent_lags.append(path.lag(independent))
    return {
        "frontier": np.maximum(best_open, best_closed),
        "best_closed": best_closed,
        "best_open": best_open,
        "best_open_lag": lags,
        "median_independent_lag": independent_lags,
    }


def _use(months: Snapshot, enterprises: float) -> Columns:
    """Shares and concentration of spending, tokens and workloads.

    Args:
        months: what was kept of the months.
        enterprises: size of all communities of enterprises.
    """
    work, sold = months.workloads, months.on_sale.nonzero()
    # Of what is on sale only, way after way: most of a month's offers and ways are empty.
    spent = np.ascontiguousarray(months.way_spend[sold].T)
    by_way = np.array([np.bincount(sold[0], way, len(work)) for way in spent], dtype=float).T
    paid = np.zeros_like(work)
    paid[sold] = spent.sum(axis=0)
    nobody = np.ones(len(work))
    return {
        "open_spend_share": _open_share(paid),
        "open_token_share": _open_share(months.tokens),
        "open_workload_share": _open_share(work),
        "outside_share": 1 - work.sum(axis=1) / enterprises if enterprises > 0 else nobody,
        "hhi_labs": hhi(paid[:, 0::2] + paid[:, 1::2]),
        "hhi_workloads": hhi(work[:, 0::2] + work[:, 1::2]),
        "hhi_hosting": hhi(by_way[:, d.FIRST_CLOUD :]),
        "api_spend": by_way.sum(axis=1) - by_way[:, d.SELF],
        "enterprise_api_spend": months.enterprise_spend,
    }


def _open_share(by_line: Floats) -> Floats:
    """Share of open lines in amounts by line, shape (..., offers); zero if there are none."""
    return _ratio(by_line[..., OPEN::2].sum(axis=-1), by_line.sum(axis=-1))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Part over whole; zero where there is nothing."""
    ratio: Floats = np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
    return ratio


def _activity(months: Snapshot, segments: "Segments") -> Columns:
    """Counts of labs, listings, releases, and flows of money into labs."""
    served = months.live[:, 0::2] | months.live[:, 1::2]
    # Clouds first: rows of labs are longer than rows of clouds.
    lines = np.ascontiguousarray(months.listed.transpose(2, 0, 1))
    listed = lines[:, :, 0::2] | lines[:, :, 1::2]
    revenue = months.seats * segments.arpu[np.maximum(months.product_segment, 0)]
    return {
        "labs_active": months.alive.sum(axis=1),
        "open_labs_active": (months.alive & ~months.closed).sum(axis=1),
        "releases": months.releases,
        "providers_hosted": listed.sum(axis=2).max(axis=0, initial=0),
        "providers_hosted_any": listed.any(axis=0).sum(axis=1),
        "labs_with_model": (served & months.alive).sum(axis=1),
        "frontier_run_cost": months.dearest_run,
        "product_revenue": (revenue * (months.product_stage == LIVE)).sum(axis=1),
        "funding": months.funding,
    }


def _price_index(months: Snapshot, against: Yardsticks) -> Floats:
    """Cheapest price on offer at a fixed capability, relative to the first month."""
    level, offered, reference = months.level, months.on_sale, against.reference
    if "level" not in reference and offered.any():
        first = int(offered.any(axis=1).argmax())
        reference["level"] = float(level[first, OPEN::2][offered[first, OPEN::2]].max(initial=-inf))
    at = reference.get("level", nan)
    if not isfinite(at):
        return np.full(len(level), nan)
    able = (offered & (level >= at - 1e-9)).nonzero()
    # The sibling of a stronger family that is just as capable is cheaper by its size.
    size = 10 ** (-against.scenario.pricing.cost_exponent * (level[able] - at))
    scaled = np.full(level.shape, inf)
    scaled[able] = months.cheapest[able] * size
    now = scaled.min(axis=1)
    if "price" not in reference and np.isfinite(now).any():
        reference["price"] = float(now[np.isfinite(now).argmax()])
    index: Floats = now / reference.get("price", nan)
    return index


def _public_knowledge(months: Snapshot, scenario: "Scenario") -> Floats:
    """Best disclosed algorithms plus best disclosed data quality, each as far as disclosed."""
    p, quality = scenario.knowledge, np.zeros(months.alive.shape)
    living, known = months.alive, months.algorithms
    taught_a = disclosure.teaches_algorithms(months.disclosure) ** p.disclosure_exponent
    taught_q = disclosure.teaches_data(months.disclosure) ** p.disclosure_exponent
    floor = known.min(axis=1, where=living, initial=inf, keepdims=True)
    floor[floor == inf] = 0.0
    algorithms = floor + (known - floor) * taught_a
    shown = living & (taught_q > 0)
    quality[shown] = data_gain(scenario.capability, months.data[shown]).mean(axis=1)
    quality *= taught_q
    best = np.add(*(x.max(axis=1, where=living, initial=-inf) for x in (algorithms, quality)))
    public: Floats = best * _medians(knowledge.absorptive_capacity(p, months.researchers), living)
    return public


def _surplus(months: Snapshot, against: Yardsticks) -> Floats:
    """Customers' gain from the models on offer, to first order, USD m a month.

    (Y / alpha) ln(1 + sum of nests): a log-sum in money. Differences between worlds mean something;
    the level, against a world without any model, is beyond what a first order can say.
    """
    alpha = against.scenario.demand.price * against.segments.price_taste
    gain: Floats = (months.in_play / alpha * months.log_sum).sum(axis=1)
    return gain


def measure_segments(diary: Diary, months: slice, rho: float) -> dict[str, Floats]:
    """Compute columns of the segments' table, each (months, segments).

    Args:
        diary: what was written down.
        months: which of its months.
        rho: how the nests are weighed.
    """
    return {
        "in_play": diary.of("in_play", months),
        "log_sum": log_sum(diary, months, rho),
        "log_sum_taste": log_sum(diary, months, rho, network=False),
        "open_share": _open_share(diary.of("used", months)),
    }
