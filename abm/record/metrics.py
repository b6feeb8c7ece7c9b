"""The monthly numbers of the market, each declared once with its unit and meaning."""

from bisect import bisect_left
from math import isfinite, nan
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents.blocks import weighted_sums
from abm.agents.offer import CLOSED, OPEN
from abm.agents.stages import LIVE
from abm.mechanisms import demand as d
from abm.mechanisms import disclosure, knowledge
from abm.mechanisms.capability import data_gain
from abm.record.events import Event

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]

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


def hhi(shares: Floats) -> float:
    """Herfindahl-Hirschman index of non-negative amounts, 0 to 10000; zero if there are none."""
    total = float(shares.sum())
    return float(((100 * shares / total) ** 2).sum()) if total > 0 else 0.0


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
    """What a month is measured against: the past, the first month, and who counts as enterprise.

    Args:
        market: the market before its first month.
    """

    def __init__(self, market: "Market") -> None:
        self.path = FrontierPath(market.scenario.frontier_trend)
        self.reference: dict[str, float] = {}
        enterprises = market.segments.of_kind("enterprise")[market.communities.segment]
        self.enterprises = float(market.communities.size[enterprises].sum())


def measure(market: "Market", against: Yardsticks) -> dict[str, float]:
    """Compute the month's row of the market table."""
    offers, labs, path = market.offers, market.labs, against.path
    level = np.where(offers.live, offers.theta @ market.domain_value, -np.inf)
    best_open, best_closed = float(level[OPEN::2].max()), float(level[CLOSED::2].max())
    path.add(best_closed if isfinite(best_closed) else best_open)
    row = {
        "frontier": max(best_open, best_closed),
        "best_closed": best_closed,
        "best_open": best_open,
        "best_open_lag": path.lag(best_open),
        "median_independent_lag": _independent_lag(market, path, level),
    }
    row.update(_use(market, against.enterprises))
    row.update(_activity(market))
    row["price_index"] = _price_index(market, level, against.reference)
    row["capital_climate"] = market.climate
    shown = labs.disclosure[labs.alive & ~labs.closed]
    row["mean_disclosure_open"] = _mean(disclosure.index(shown))
    row["data_disclosure_open"] = _mean(shown[:, disclosure.DATA])
    row["public_knowledge"] = _public_knowledge(market)
    row["suits_pending"] = float(market.pending_suits)
    row["contributed"] = market.contributed
    row["customer_surplus"] = _surplus(market)
    row["fiscal_cost"] = market.fiscal_cost
    # What does not exist (the best open model where none is open) is no number, not minus infinity.
    return {name: row[name] if isfinite(row[name]) else nan for name in MARKET_COLUMNS}


def _mean(values: Floats) -> float:
    return float(values.sum()) / values.size if values.size else nan


def _independent_lag(market: "Market", path: FrontierPath, level: Floats) -> float:
    """Lag of the median open lab without an owner."""
    labs = market.labs
    rows = np.flatnonzero(labs.alive & ~labs.closed & ~labs.owned & (labs.parent_budget <= 0))
    levels = [value for value in level[2 * rows].tolist() if isfinite(value)]
    return path.lag(median(levels)) if levels else nan


def _enterprises(market: "Market") -> tuple[Floats, float]:
    """What enterprises use of each offer, weighted by size, and what they spend."""
    segments, rows = market.segments, np.flatnonzero(market.offers.live)
    enterprises = segments.of_kind("enterprise")
    weights = (block.weights for block in market.blocks)
    use = market.communities.use
    sums = weighted_sums(market.blocks, weights, use, rows, segments.count)[enterprises]
    work = np.zeros(market.offers.rows)
    work[rows] = sums[:, 0].sum(axis=0)
    paid = segments.adoption[enterprises] @ sums[:, 1].sum(axis=1)
    return work, float(paid)


def _use(market: "Market", enterprises: float) -> dict[str, float]:
    """Shares and concentration of spending, tokens and workloads.

    Args:
        market: the market.
        enterprises: size of all communities of enterprises.
    """
    outlook = market.outlook
    work, paid_for = _enterprises(market)
    by_way = outlook.way_spend.sum(axis=0)
    paid = outlook.way_spend.sum(axis=1)
    return {
        "open_spend_share": _open_share(paid),
        "open_token_share": _open_share(outlook.tokens),
        "open_workload_share": _open_share(work),
        "outside_share": 1 - float(work.sum()) / enterprises if enterprises > 0 else 1.0,
        "hhi_labs": hhi(paid[0::2] + paid[1::2]),
        "hhi_workloads": hhi(work[0::2] + work[1::2]),
        "hhi_hosting": hhi(by_way[d.FIRST_CLOUD :]),
        "api_spend": float(by_way.sum() - by_way[d.SELF]),
        "enterprise_api_spend": paid_for,
    }


def _open_share(by_line: Floats) -> float:
    """Share of open lines in an amount by line; zero if there is none."""
    total = float(by_line.sum())
    return float(by_line[OPEN::2].sum()) / total if total > 0 else 0.0


def _activity(market: "Market") -> dict[str, float]:
    """Counts of labs, listings, releases, and flows of money into labs."""
    labs, offers = market.labs, market.offers
    served = offers.live[0::2] | offers.live[1::2]
    listed = offers.listed[0::2] | offers.listed[1::2]
    this_month = _this_month(market)
    segment = np.maximum(labs.product_segment, 0)
    products = labs.seats * market.segments.arpu[segment] * (labs.product_stage == LIVE)
    return {
        "labs_active": float(labs.alive.sum()),
        "open_labs_active": float((labs.alive & ~labs.closed).sum()),
        "releases": float(sum(e.kind == "release" for e in this_month)),
        "providers_hosted": float(listed.sum(axis=0).max(initial=0)),
        "providers_hosted_any": float(listed.any(axis=1).sum()) if listed.size else 0.0,
        "labs_with_model": float((served & labs.alive).sum()),
        "frontier_run_cost": market.dearest_run,
        "product_revenue": float(products.sum()),
        "funding": float(
            sum(e.amount for e in this_month if e.kind in ("funding", "entry", "spin_off"))
        ),
    }


def _this_month(market: "Market") -> list[Event]:
    """Events of the current month."""
    found = []
    for event in reversed(market.events):
        if event.month != market.month:
            break
        found.append(event)
    return found[::-1]


def _price_index(market: "Market", level: Floats, reference: dict[str, float]) -> float:
    """Cheapest price on offer at a fixed capability, relative to the first month."""
    outlook = market.outlook
    if outlook.rows.size == 0:
        return nan
    price = np.where(outlook.hosts.price > 0, outlook.hosts.price, np.inf)
    price[:, d.SELF] = np.inf
    cheapest = price.min(axis=1)
    if "level" not in reference:
        open_rows = outlook.rows[: outlook.n_open]
        reference["level"] = float(level[open_rows].max(initial=-np.inf))
    if not isfinite(reference["level"]):
        return nan
    # The sibling of a stronger family that is just as capable is cheaper by its size.
    excess = level[outlook.rows] - reference["level"]
    kappa = market.scenario.pricing.cost_exponent
    able = (excess >= -1e-9) & np.isfinite(excess)
    now = float((cheapest[able] * 10 ** (-kappa * excess[able])).min(initial=np.inf))
    if not isfinite(now):
        return nan
    return now / reference.setdefault("price", now)


def _public_knowledge(market: "Market") -> float:
    """Best disclosed algorithms plus best disclosed data quality, each as far as disclosed."""
    labs, living = market.labs, market.living
    if living.size == 0:
        return nan
    p = market.scenario.knowledge
    shown, known = labs.disclosure[living], labs.algorithms[living]
    taught_a = disclosure.teaches_algorithms(shown) ** p.disclosure_exponent
    taught_q = disclosure.teaches_data(shown) ** p.disclosure_exponent
    floor = known.min()
    algorithms = (floor + (known - floor) * taught_a).max()
    gain = data_gain(market.scenario.capability, labs.data[living])
    quality = (gain.mean(axis=1) * taught_q).max()
    able = knowledge.absorptive_capacity(p, labs.researchers[living])
    return float((algorithms + quality) * median(able.tolist()))


def measure_segments(market: "Market") -> dict[str, Floats]:
    """Compute the month's rows of the segments' table, one value a segment."""
    log_sum, taste = log_sums(market)
    return {
        "in_play": market.outlook.in_play.copy(),
        "log_sum": log_sum,
        "log_sum_taste": taste,
        "open_share": _open_shares(market),
    }


def _open_shares(market: "Market") -> Floats:
    """Share of open lines in the use of models by segment, communities weighted by size."""
    use, rows = market.communities.use, np.flatnonzero(market.offers.live)
    size = (block.weights[:1] for block in market.blocks)
    by_line = weighted_sums(market.blocks, size, use, rows, market.segments.count)[:, 0]
    work = np.zeros((by_line.shape[0], market.offers.rows))
    work[:, rows] = by_line
    total, opened = work.sum(axis=1), work[:, OPEN::2].sum(axis=1)
    shares: Floats = np.divide(opened, total, out=np.zeros_like(total), where=total > 0)
    return shares


def log_sums(market: "Market") -> tuple[Floats, Floats]:
    """Worth of the choice to each segment's mean customer, utils, and without the network term.

    The outside option, no model, is worth zero. Mandates that reserve demand take part of the
    choice away.
    """
    outlook = market.outlook
    if outlook.log_sum is not None and outlook.taste_log_sum is not None:
        return outlook.log_sum, outlook.taste_log_sum
    rho = market.scenario.demand.nest_model
    nests = (np.maximum(totals, 0) ** rho for totals in (outlook.totals, outlook.taste_totals))
    log_sum, taste = (np.log(1 + nest.sum(axis=1)) for nest in nests)
    return log_sum, taste


def _surplus(market: "Market") -> float:
    """Customers' gain from the models on offer, to first order, USD m a month.

    (Y / alpha) ln(1 + sum of nests): a log-sum in money. Differences between worlds mean something;
    the level, against a world without any model, is beyond what a first order can say.
    """
    p = market.scenario.demand
    alpha = p.price * market.segments.price_taste
    return float((market.outlook.in_play / alpha * log_sums(market)[0]).sum())
