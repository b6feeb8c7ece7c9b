"""What a lab believes it would sell: shares, royalties, and gross profit of its API and product.

Own price and rivals' actions are frozen, the market is the one of last month.
"""

from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import mandates, ruled
from abm.agents.offer import CLOSED, OPEN
from abm.agents.stages import LIVE
from abm.mechanisms import demand

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]


def own_shares(
    market: "Market",
    theta: Floats,
    price: float,
    nest: int,
    line: int,
    fits: NDArray[np.bool_] | None = None,
) -> Floats:
    """Spend share that an offer would win in each segment against last month's market.

    Args:
        market: the market.
        theta: capabilities to try, shape (alternatives, domains).
        price: price of the offer, USD/m tokens.
        nest: 0 open, 1 closed.
        line: offer row that it replaces (its present pull is taken out first).
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.

    Returns:
        Shares, shape (alternatives, segments).
    """
    return _shares(market, _utility(market, theta, price), nest, line, fits)


def _utility(market: "Market", theta: Floats, price: float) -> Floats:
    """Utility of an offer to each segment's mean customer, shape (alternatives, segments)."""
    p, seg = market.scenario.demand, market.segments
    kappa = market.scenario.pricing.cost_exponent
    delta = demand.right_size(seg.needs @ theta.T, market.good_enough)
    log_price = log(max(price, 1e-6)) - kappa * log(10) * delta.T
    value = p.support - p.price * seg.price_taste * log_price
    value += p.quality * np.log(_fitness(market, theta, delta))
    return value


def _shares(
    market: "Market", value: Floats, nest: int, line: int, fits: NDArray[np.bool_] | None
) -> Floats:
    """Spend share that an offer of some utility would win; arguments as in `own_shares`."""
    p, outlook = market.scenario.demand, market.outlook
    # A model built on another's base shares its lineage's customers.
    relative = p.nest_lineage / p.nest_model
    if market.labs.model_base[line // 2] >= 0:
        rest = outlook.lineage_rest[:, line]
        added = (rest + np.exp(value / p.nest_lineage)) ** relative - rest**relative
    else:
        added = np.exp(value / p.nest_model)
    camp = np.maximum(outlook.totals[:, nest] - outlook.odds[:, line], 0.0)
    shares = _won(market, added, camp, outlook.totals[:, 1 - nest])
    if not mandates.in_force(market):
        return shares
    eligible = mandates.eligible(market)
    among = np.where(mandates.by_offer(eligible), outlook.odds, 0.0)
    among[:, line] = 0.0
    rivals = among[:, 0::2].sum(axis=1), among[:, 1::2].sum(axis=1)
    able = eligible[line % 2, line // 2] if fits is None else fits
    rules = market.rules
    reserved = rules.reserved_share * able * _won(market, added, rivals[nest], rivals[1 - nest])
    served: Floats = (1 - rules.local_share) * ((1 - rules.reserved_share) * shares + reserved)
    return served


def _fitness(market: "Market", theta: Floats, below: Floats | float = 0.0) -> Floats:
    """Fitness for the needs of each segment, shape (alternatives, segments).

    Args:
        market: the market.
        theta: capabilities to try, shape (alternatives, domains).
        below: how far below them each segment buys, OOM, shape (segments, alternatives).
    """
    seg = market.segments
    fit = demand.fitness(market.scenario.demand, theta, seg.requirement, market.month, below)
    fitness: Floats = np.matmul(fit, seg.needs[:, :, None])[:, :, 0].T
    return fitness


def _won(market: "Market", added: Floats, camp: Floats, rival: Floats) -> Floats:
    """Shares that pulls win against those of others.

    Args:
        market: the market.
        added: what an offer adds to its camp's pull, shape (alternatives, segments).
        camp: pull of all others in its camp, shape (segments,).
        rival: pull of the other camp, shape (segments,).
    """
    p = market.scenario.demand
    nested = np.maximum(camp + added, 1e-300)
    weight = nested**p.nest_model
    shares: Floats = added / nested * weight / (1 + weight + rival**p.nest_model)
    return shares


def long_run_shares(market: "Market", lines: NDArray[np.int64] | None = None) -> Floats:
    """Spend share of offers once all have reconsidered.

    Args:
        market: the market.
        lines: rows of the offers; all of them if absent.

    Returns:
        Shape (segments, offers).
    """
    p, outlook = market.scenario.demand, market.outlook
    lines = np.arange(outlook.odds.shape[1]) if lines is None else lines
    relative, nest = p.nest_lineage / p.nest_model, lines % 2
    rest = outlook.lineage_rest[:, lines]
    pull = outlook.odds[:, lines] + rest**relative
    family = np.maximum(pull ** (1 / relative), 1e-300)
    camp = np.maximum(outlook.totals, 1e-300)
    chosen = camp**p.nest_model / (1 + (outlook.totals**p.nest_model).sum(axis=1, keepdims=True))
    shares: Floats = (family - rest) / family * pull / camp[:, nest] * chosen[:, nest]
    return shares


def shares_ahead(market: "Market", now: Floats, long_run: Floats) -> Floats:
    """Spend shares at the end of the horizon: only who reconsiders by then moves.

    Args:
        market: the market.
        now: present shares, shape (..., segments).
        long_run: shares once all have reconsidered, broadcastable to the same shape.
    """
    moved = demand.reconsidered_by(market.reconsiders(), market.scenario.strategy.horizon)
    return now + moved * (long_run - now)


def api_profit(market: "Market", theta: Floats, line: int) -> Floats:
    """Yearly gross profit of an API at the end of the horizon, USD m, shape (alternatives,).

    The price is that of a small seller, for a model of the size that the lab has now. Customers of
    a closed model come along when it is opened, and not the other way round.
    """
    profit: Floats = api_profits(market, theta, line).sum(axis=1)
    return profit


def api_profits(
    market: "Market", theta: Floats, line: int, fits: NDArray[np.bool_] | None = None
) -> Floats:
    """The same by segment, shape (alternatives, segments).

    Args:
        market: the market.
        theta: capabilities to try, shape (alternatives, domains).
        line: row of the offer.
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.
    """
    return _profits(market, _utility(market, theta, _asked(market, line)), line, fits)


def profit_by_camp(lab: "Lab", camps: tuple[int, ...]) -> Floats:
    """Yearly gross profit of an API of the lab's best model, USD m, in some camps, (2,).

    Args:
        lab: the lab.
        camps: those in which it would sell through an API; it earns nothing in the others.
    """
    market, profit = lab.model, np.zeros(2)
    value = _utility(market, lab.theta[None], _asked(market, lab.line))
    for camp in camps:
        profit[camp] = _profits(market, value, 2 * lab.row + camp).sum()
    return profit


def _asked(market: "Market", line: int) -> float:
    """Price of a small seller for a model of the size that the lab of a line has now."""
    return fair_price(market, float(market.labs.log_compute[line // 2]))


def _profits(
    market: "Market", value: Floats, line: int, fits: NDArray[np.bool_] | None = None
) -> Floats:
    """Profits of an API of some utility; arguments as in `api_profits`."""
    nest, outlook = line % 2, market.outlook
    now = outlook.shares[:, line] + (outlook.shares[:, line ^ 1] if nest == OPEN else 0.0)
    shares = shares_ahead(market, now, _shares(market, value, nest, line, fits))
    profit: Floats = 12 * shares * outlook.in_play_ahead * _sold_directly(market, line)
    return profit * (1 - 1 / fair_markup(market))


def _sold_directly(market: "Market", line: int) -> float:
    """Part of the spending on a line that its lab's own API wins, among all ways to get it."""
    direct = float(market.outlook.direct_revenue[line])
    if direct > 0:
        return direct / float(market.offers.spend[line])
    # One's own machines, an unmanaged listing and each cloud compete for an open model.
    return 1.0 if line % 2 == CLOSED else 1 / (2.0 + market.clouds.rows)


def royalties_ahead(market: "Market", lab: int) -> Floats:
    """Yearly royalties at the end of the horizon on open and on closed models, USD m, shape (2,).

    Royalties move with the spending on the models that they are paid for.
    """
    outlook = market.outlook
    # What is built on open weights pays the lab at the root; a closed model has its own lab to pay.
    rooted = (market.offers.owner[0::2] == lab).nonzero()[0]
    lines = np.append(2 * rooted, 2 * lab + CLOSED)
    owed = outlook.royalties[:, lines].T
    if not np.count_nonzero(owed):
        return np.zeros(2)
    now = outlook.shares[:, lines].T
    grown = outlook.in_play_ahead / np.maximum(outlook.in_play, 1e-12)
    ahead = shares_ahead(market, now, long_run_shares(market, lines).T)
    risen = grown * np.divide(ahead, now, out=np.zeros_like(now), where=now > 0)
    due = 12 * (owed * risen).sum(axis=1)
    return np.array([due[:-1].sum(), due[-1]])


def fair_markup(market: "Market") -> float:
    """Price over cost of a small seller alone in its lineage, at an elasticity 1 + alpha/rho_m."""
    p = market.scenario.demand
    return 1 + p.nest_model / p.price


def fair_price(market: "Market", log_compute: float) -> float:
    """Price at the mark-up of a small seller, USD/m tokens."""
    p = market.scenario
    size: float = 10 ** (p.pricing.cost_exponent * (log_compute - p.pricing.reference_compute))
    cost = p.pricing.reference_cost * size * p.pricing.serving_progress ** (-market.month / 12)
    return float(cost * fair_markup(market))


def product_profit(
    market: "Market", lab: "Lab", theta: Floats, fits: NDArray[np.bool_] | None = None
) -> Floats:
    """Yearly gross profit of a product at the end of the horizon.

    Args:
        market: the market.
        lab: whose product.
        theta: capabilities to try, shape (alternatives, domains).
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.

    Returns:
        USD m, shape (alternatives, segments).
    """
    s, seg = market.scenario, market.segments
    fitness = _fitness(market, theta)
    size = np.maximum(seg.seats, 1e-9)
    building = 0 if lab.product_stage == LIVE else s.product.build_months
    months = max(s.strategy.horizon - building, 0.0)
    pool = np.maximum(size - market.seats_taken, 0.0)
    pull = s.product.innovation + s.product.imitation * float(lab.seats) / size
    stay: Floats | float = 1.0
    if market.policies:
        pool *= ruled.product_access(lab, fits)
        stay = ruled.product_retention(lab, months)
    revenue: Floats = 12 * stay * (float(lab.seats) + months * pull * pool * fitness) * seg.arpu
    return revenue * (1 - s.product.service_cost)
