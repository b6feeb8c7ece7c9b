"""What a lab believes it would sell: shares, royalties, and gross profit of its API and product.

Own price and rivals' actions are frozen, the market is the one of last month.
"""

from math import fsum, log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import mandates, ruled
from abm.agents.offer import CLOSED, OPEN
from abm.agents.stages import LIVE
from abm.mechanisms import demand, diffusion

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]
BOTH = slice(None)
"""Both camps, one after the other."""
_COMES_ALONG = np.array([[1.0, 1.0], [0.0, 1.0]])
"""Customers of each line whom a lab keeps when it releases in each camp, (camps, lines)."""


def own_shares(
    market: "Market",
    theta: Floats,
    price: float,
    row: int,
    camps: int | slice,
    fits: NDArray[np.bool_] | None = None,
) -> Floats:
    """Spend share that an offer would win in each segment against last month's market.

    Args:
        market: the market.
        theta: capabilities to try, shape (..., domains).
        price: price of the offer, USD/m tokens.
        row: the lab that offers it, in place of what it has in that camp.
        camps: the camp in which it would, or `BOTH`, one after the other.
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.

    Returns:
        Shares, shape (..., segments), or (camps, segments) in both.
    """
    return _shares(market, _utility(market, theta, price), row, camps, fits)


def _utility(market: "Market", theta: Floats, price: float) -> Floats:
    """Utility of an offer to each segment's mean customer, shape (..., segments)."""
    p, seg = market.scenario.demand, market.segments
    kappa = market.scenario.pricing.cost_exponent
    below = np.maximum(theta @ seg.needs.T - market.good_enough, 0.0)
    value = np.log(_fitness(market, theta, market.required + below))
    value *= p.quality
    value += p.support
    # The smaller sibling is cheaper than the flagship.
    below *= p.price * kappa * log(10)
    below -= p.price * log(max(price, 1e-6))
    below *= seg.price_taste
    value += below
    return value


def _shares(
    market: "Market",
    value: Floats,
    row: int,
    camps: int | slice,
    fits: NDArray[np.bool_] | None = None,
) -> Floats:
    """Spend share that an offer of some utility would win.

    Args:
        market: the market.
        value: its utility, shape (..., segments).
        row: the lab that offers it.
        camps: the camp in which it would, or `BOTH`, one after the other.
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.

    Returns:
        Shares, shape (..., segments), or (camps, segments) in both.
    """
    p, outlook = market.scenario.demand, market.outlook
    lines = slice(2 * row, 2 * row + 2)
    # A model built on another's base shares its lineage's customers.
    if market.labs.model_base[row] >= 0:
        relative = p.nest_lineage / p.nest_model
        rest = outlook.lineage_rest.T[lines][camps]
        added = (rest + np.exp(value / p.nest_lineage)) ** relative - rest**relative
    else:
        added = np.exp(value / p.nest_model)

    def won(pull: Floats, totals: Floats) -> Floats:
        camp = np.maximum(totals[camps] - pull.T[lines][camps], 0.0)
        return _won(market, added, camp, totals[::-1][camps])

    shares = won(outlook.odds, outlook.totals.T)
    if not mandates.in_force(market):
        return shares
    eligible = mandates.eligible(market)
    among = np.where(mandates.by_offer(eligible), outlook.odds, 0.0)
    able = eligible[camps, row] if fits is None else fits
    rules, rivals = market.rules, np.array([among[:, 0::2].sum(axis=1), among[:, 1::2].sum(axis=1)])
    reserved = rules.reserved_share * able * won(among, rivals)
    served: Floats = (1 - rules.local_share) * ((1 - rules.reserved_share) * shares + reserved)
    return served


def _fitness(market: "Market", theta: Floats, needed: Floats) -> Floats:
    """Fitness for the needs of each segment, shape (..., segments).

    Args:
        market: the market.
        theta: capabilities to try, shape (..., domains).
        needed: what each segment requires, OOM, shape (..., segments).
    """
    p = market.scenario.demand
    return demand.usefulness(p, theta[..., None, :], needed[..., None], market.segments.needs)


def _won(market: "Market", added: Floats, camp: Floats, rival: Floats) -> Floats:
    """Shares that pulls win against those of others.

    Args:
        market: the market.
        added: what an offer adds to its camp's pull, shape (..., segments).
        camp: pull of all others in its camp, shape (segments,) or (camps, segments).
        rival: pull of the other camp, same shape.
    """
    p = market.scenario.demand
    nested = np.maximum(camp + added, 1e-300)
    weight = nested**p.nest_model
    against = weight + rival**p.nest_model
    against += 1
    against *= nested
    weight *= added
    weight /= against
    return weight


def long_run_shares(market: "Market", lines: list[int]) -> Floats:
    """Spend share of offers once all have reconsidered.

    Args:
        market: the market.
        lines: rows of the offers.

    Returns:
        Shape (segments, offers).
    """
    p, outlook = market.scenario.demand, market.outlook
    relative = p.nest_lineage / p.nest_model
    rest = outlook.lineage_rest.take(lines, axis=1)
    pull = outlook.odds.take(lines, axis=1) + rest**relative
    family = np.maximum(pull ** (1 / relative), 1e-300)
    # What a camp is worth to customers, for each unit of pull in it.
    worth = outlook.totals**p.nest_model
    per_pull = worth / np.maximum(outlook.totals, 1e-300)
    per_pull /= (1 + worth[:, OPEN] + worth[:, CLOSED])[:, None]
    shares: Floats = (family - rest) / family * pull
    shares *= per_pull.take([line % 2 for line in lines], axis=1)
    return shares


def shares_ahead(market: "Market", now: Floats, long_run: Floats) -> Floats:
    """Spend shares at the end of the horizon: only who reconsiders by then moves.

    Args:
        market: the market.
        now: present shares, shape (..., segments).
        long_run: shares once all have reconsidered, broadcastable to the same shape.
    """
    moved = market.segments.moved
    if market.policies:
        horizon = market.scenario.strategy.horizon
        moved = diffusion.reconsidered_by(market.reconsiders(), horizon)
    return now + moved * (long_run - now)


def api_profit(market: "Market", theta: Floats, line: int) -> Floats:
    """Yearly gross profit of an API at the end of the horizon, USD m, shape (...,).

    The price is that of a small seller, for a model of the size that the lab has now. Customers of
    a closed model come along when it is opened, and not the other way round.

    Args:
        market: the market.
        theta: capabilities to try, shape (..., domains).
        line: row of the offer.
    """
    row, camp = divmod(line, 2)
    spending = _sold(market, theta, row, camp) @ market.outlook.in_play_ahead
    profit: Floats = spending * _kept(market, line)
    return profit


def api_profits(
    market: "Market", theta: Floats, line: int, fits: NDArray[np.bool_] | None = None
) -> Floats:
    """The same by segment, shape (..., segments).

    Args:
        market: the market.
        theta: capabilities to try, shape (..., domains).
        line: row of the offer.
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.
    """
    row, camp = divmod(line, 2)
    spending = _sold(market, theta, row, camp, fits) * market.outlook.in_play_ahead
    return spending * _kept(market, line)


def profit_by_camp(lab: "Lab", camps: int | slice) -> Floats:
    """Yearly gross profit of an API of the lab's best model, USD m, in each camp, shape (2,).

    Args:
        lab: the lab.
        camps: the one in which it would sell through an API, or `BOTH`; it earns nothing in the
            other.
    """
    market, row = lab.model, lab.row
    profit = np.zeros(2)
    profit[camps] = _sold(market, lab.theta, row, camps) @ market.outlook.in_play_ahead
    profit[CLOSED] *= _kept(market, 2 * row + CLOSED)
    profit[OPEN] *= _kept(market, 2 * row + OPEN)
    return profit


def _sold(
    market: "Market",
    theta: Floats,
    row: int,
    camps: int | slice,
    fits: NDArray[np.bool_] | None = None,
) -> Floats:
    """Spend shares of an API at the end of the horizon; arguments and shape as in `_shares`."""
    asked = fair_price(market, float(market.labs.log_compute[row]))
    held = market.outlook.shares.T[2 * row : 2 * row + 2]
    held = held[CLOSED] if camps == CLOSED else (_COMES_ALONG @ held)[camps]
    return shares_ahead(market, held, own_shares(market, theta, asked, row, camps, fits))


def _kept(market: "Market", line: int) -> float:
    """What a lab's own API keeps in a year of a month's spending on a line, in months of it."""
    return 12 * _sold_directly(market, line) * (1 - 1 / fair_markup(market))


def _sold_directly(market: "Market", line: int) -> float:
    """Part of the spending on a line that its lab's own API wins, among all ways to get it."""
    direct = float(market.outlook.direct_revenue[line])
    if direct > 0:
        return direct / float(market.offers.spend[line])
    # One's own machines, an unmanaged listing and each cloud compete for an open model.
    return 1.0 if line % 2 == CLOSED else 1 / (2.0 + market.clouds.rows)


def royalties_ahead(market: "Market", lab: int) -> tuple[float, float]:
    """Yearly royalties at the end of the horizon on open and on closed models, USD m.

    Royalties move with the spending on the models that they are paid for.
    """
    outlook = market.outlook
    # What is built on open weights pays the lab at the root; a closed model has its own lab to pay.
    rooted = (market.offers.owner[0::2] == lab).nonzero()[0].tolist()
    lines = [*(2 * row for row in rooted), 2 * lab + CLOSED]
    owed = outlook.royalties.take(lines, axis=1)
    if not np.count_nonzero(owed):
        return 0.0, 0.0
    now = outlook.shares.take(lines, axis=1).T
    owed = owed.T / np.where(now > 0, now, np.inf)
    owed *= shares_ahead(market, now, long_run_shares(market, lines).T)
    grown = 12 * outlook.in_play_ahead / np.maximum(outlook.in_play, 1e-12)
    *opened, closed = (owed @ grown).tolist()
    return fsum(opened), closed


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
        theta: capabilities to try, shape (..., domains).
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.

    Returns:
        USD m, shape (..., segments).
    """
    s, seg = market.scenario, market.segments
    fitness = _fitness(market, theta, market.required)
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
