"""Demand: what customers can choose this month, and what they choose."""

from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import blocks
from abm.agents import mandates as reserved
from abm.agents.lab import NO_HOSTING
from abm.agents.shelf import Shelf
from abm.mechanisms import demand as d
from abm.mechanisms import diffusion, pressure, pricing
from abm.phases import bargaining, mandates
from abm.phases.adoption import choose
from abm.phases.outlook import Outlook

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
SETTLING_MONTHS = 24
"""Months of adoption before the curtain rises, with the supply of the first month frozen."""


def settle_in(market: "Market") -> None:
    """Let use settle on the supply of the first month before the first month is played."""
    from abm.phases.prices import reprice

    reprice(market)
    if not market.scenario.demand.enabled:
        return
    outlook = supply(market)
    choose(market, outlook, SETTLING_MONTHS)
    measure(market, outlook)
    market.outlook = outlook


def adopt(market: "Market") -> None:
    """Let communities reconsider part of their use, and let the market grow."""
    p = market.scenario.demand
    if not p.enabled:
        market.communities.use[...] = 0.0
        market.offers.use[...] = 0.0
        market.outlook = Outlook.empty(market)
        return
    outlook = supply(market)
    choose(market, outlook)
    market.segments.adoption = diffusion.grow(p, market.segments.adoption, outlook.best_fit)
    measure(market, outlook)
    market.outlook = outlook


def supply(market: "Market") -> Outlook:
    """What is on offer this month, as customers see it and as sellers project it."""
    outlook = on_offer(market)
    _representative(market, outlook)
    return outlook


def on_offer(market: "Market") -> Outlook:
    """What customers see this month: fitness, prices at every host, values of the hosts."""
    s, segments = market.scenario, market.segments
    shelf = Shelf.now(market)
    rows, nests = shelf.rows, shelf.nests
    theta = market.offers.theta.take(rows, axis=0) + market.contribution_gain.take(rows, axis=0)
    delta = d.right_size(segments.needs @ theta.T, market.good_enough)
    sibling = -s.pricing.cost_exponent * log(10) * delta
    prices, convenience = prices_by_way(market, rows, nests.n_open), segments.convenience
    return Outlook(
        rows=rows,
        nests=nests,
        fit=d.fitness(s.demand, theta, market.required, delta),
        hosts=d.choose_hosts(s.demand, segments.price_taste, prices, sibling, convenience),
        sibling=sibling,
    )


def prices_by_way(market: "Market", rows: NDArray[np.int64], n_open: int) -> Floats:
    """Price of each offer at each way to get it, USD/m tokens; zero where it is not offered.

    Args:
        market: the market.
        rows: offers, open ones first.
        n_open: how many are open. What they cost is what `prices.reprice` last set.

    Returns:
        Shape (offers, ways), stored way after way.
    """
    s, offers, opened = market.scenario, market.offers, rows[:n_open]
    n_clouds, direct, cost = market.clouds.rows, offers.price[rows], offers.unit_cost[opened]
    price = np.zeros((d.FIRST_CLOUD + n_clouds, rows.size))
    price[d.DIRECT] = direct
    price[d.SELF, :n_open] = cost
    if not s.hosting.enabled or n_clouds == 0:
        return price.T
    listed = offers.listed.T.take(rows, axis=1)
    hosts = np.add.reduce(listed[:, :n_open], axis=0) + (direct[:n_open] > 0)
    competitive = pricing.host_price(s.pricing, cost, hosts)
    manageable = offers.licence[opened] != NO_HOSTING
    np.copyto(price[d.GARDEN, :n_open], competitive, where=manageable)
    # A closed model costs on a cloud what its lab asks; an open one what competition leaves.
    direct[:n_open] = competitive
    np.copyto(price[d.FIRST_CLOUD :], direct, where=listed)
    return price.T


def _representative(market: "Market", outlook: Outlook) -> None:
    """Pull of each offer on the mean customer of each segment, for projections."""
    p, rows, nests = market.scenario.demand, outlook.rows, outlook.nests
    fit = np.ascontiguousarray(outlook.fit)
    outlook.mean_fit = np.matmul(fit, market.segments.needs[:, :, None])[:, :, 0]
    weights = _at_home(market)
    # With the network term, and without.
    utility = np.empty((2, *outlook.mean_fit.shape))
    value, taste = utility
    np.multiply(p.quality, np.log(outlook.mean_fit), out=taste)
    taste += weights @ outlook.hosts.value
    value[...] = taste
    if p.network > 0:
        pull = p.network * market.rules.friction[:, None] if market.policies else p.network
        value += pull * np.log(1 + market.offers.use[rows] / p.network_floor)
    if reserved.in_force(market):
        outlook.log_sum, outlook.taste_log_sum = (
            mandates.log_sums(market, outlook, of, weights) for of in utility
        )
    relative = p.nest_lineage / p.nest_model
    odds = utility / p.nest_lineage
    np.exp(np.minimum(odds, 500, out=odds), out=odds)
    family = np.add.reduceat(odds, nests.families, axis=2)
    by_family = family**relative
    totals = np.empty((*family.shape[:2], 2))
    np.add.reduce(by_family[:, :, : nests.open_families], axis=2, out=totals[:, :, 0])
    np.add.reduce(by_family[:, :, nests.open_families :], axis=2, out=totals[:, :, 1])
    outlook.totals, outlook.taste_totals = totals
    # What a model adds to its lineage is what there is with it, less what there is without.
    rest = np.maximum(family[0].take(nests.member, axis=1) - odds[0], 0.0)
    found = np.zeros((2, len(rest), market.offers.rows))
    found[0][:, rows] = by_family[0].take(nests.member, axis=1) - rest**relative
    found[1][:, rows] = rest
    outlook.odds, outlook.lineage_rest = found


def _at_home(market: "Market") -> Floats:
    """Share of the customers at home on each cloud, the same on all where nobody is."""
    customers = market.clouds.customers
    total = float(np.add.reduce(customers))
    if total > 0:
        return customers / total
    clouds = max(market.clouds.rows, 1)
    return np.full(clouds, 1 / clouds)


def measure(market: "Market", outlook: Outlook) -> None:
    """Add up spending by offer, way and cloud, and what labs get of it."""
    rows, offers, price, mood = outlook.rows, market.offers, outlook.hosts.price, _mood(market)
    models, ways = price.shape
    outlook.unlicensed = bargaining.unlicensed(market)
    _in_play(market, outlook, mood)
    used = _used(market, rows)
    budgets = used[:, 1:]
    spend = budgets * (mood * market.segments.adoption)[:, None, None]
    by_segment, addressable = mandates.ways(market, outlook, spend)
    _by_cloud(market, outlook, addressable)
    # Products with ones are quicker than sums.
    of_way = np.ones(ways)
    outlook.way_spend = np.zeros((offers.rows, ways))
    outlook.way_spend[rows] = np.add.reduce(by_segment, axis=0)
    outlook.direct_revenue = outlook.way_spend[:, d.DIRECT]
    np.matmul(outlook.way_spend, of_way, out=offers.spend)
    flagship = by_segment / np.maximum(price, 1e-300) @ of_way
    outlook.tokens = np.zeros(offers.rows)
    outlook.tokens[rows] = np.add.reduce(flagship * np.exp(-outlook.sibling), axis=0)
    rate = np.zeros((models, ways))
    cost = price[:, d.SELF]
    asked = np.maximum(price[:, d.GARDEN], cost)  # where it is not in the garden, nothing is owed
    rate[:, d.GARDEN] = bargaining.unmanaged_royalty(market, asked, cost, outlook.unlicensed[rows])
    rate[:, d.FIRST_CLOUD :] = offers.royalty.take(rows, axis=0)
    found = np.empty((4, len(used), models))
    found[0] = used[:, 0]
    np.add.reduce(budgets, axis=1, out=found[1])
    found[2] = by_segment @ of_way / np.maximum(outlook.in_play, 1e-12)[:, None]
    found[3] = (by_segment * rate) @ of_way
    by_offer = np.zeros((4, len(used), offers.rows))
    by_offer[:, :, rows] = found
    outlook.used, outlook.shares, outlook.royalties = by_offer[:2], by_offer[2], by_offer[3]
    np.add.reduce(outlook.used[0], axis=0, out=offers.use)
    outlook.lab_use = offers.use[0::2] + offers.use[1::2]


def _in_play(market: "Market", outlook: Outlook, mood: float) -> None:
    """Monthly spending at stake by segment, now and at the end of a lab's planning horizon."""
    p, segments = market.scenario.demand, market.segments
    budget = mood * segments.budget / 12
    horizon = market.scenario.strategy.horizon
    outlook.in_play = budget * segments.adoption
    outlook.in_play_ahead = budget * diffusion.grown(
        p, segments.adoption, outlook.best_fit, horizon
    )


def _mood(market: "Market") -> float:
    """Part of the budget at stake: experiments are ordered from above while money is cheap.

    They are, whatever the models can do.
    """
    p = market.scenario.demand
    return 1 - p.experiments + p.experiments * pressure.mandate(market.climate)


def _used(market: "Market", rows: NDArray[np.int64]) -> Floats:
    """What communities use of some offers, added up by segment.

    Returns:
        Weighted by size, and by the budgets of those at home on each cloud at full adoption, USD m
        a month, (segments, 1 + clouds, offers).
    """
    weights = (_purses(market, block) for block in market.blocks)
    use, segments = market.communities.use, market.segments.count
    return blocks.weighted_sums(market.blocks, weights, use, rows, segments)


def _purses(market: "Market", block: blocks.Block) -> Floats:
    """Sizes of a block's communities, and their budgets by cloud, (1 + clouds, communities).

    A budget counts with its owner's home cloud; the homeless are with the first.
    """
    clouds = max(market.clouds.rows, 1)
    home = np.maximum(market.communities.home[block.rows], 0)
    purses = np.empty((1 + clouds, home.size), dtype=block.weights.dtype)
    purses[0] = block.weights[0]
    np.multiply(home == np.arange(clouds)[:, None], block.weights[1], out=purses[1:])
    return purses


def _by_cloud(market: "Market", outlook: Outlook, addressable: Floats) -> None:
    """Spending of each cloud's customers on each offer, now and over the planning horizon.

    Args:
        market: the market.
        outlook: what is on offer, to which it is added.
        addressable: spending that clouds can hope for by segment, cloud and offer on sale, USD m.
    """
    rows, ahead = outlook.rows, outlook.in_play_ahead / np.maximum(outlook.in_play, 1e-300)
    segments, clouds, models = addressable.shape
    weights = np.ones((3, segments))
    weights[1:] = (1 + ahead) / 2
    moving = market.segments.moving
    if market.policies:
        horizon = market.scenario.strategy.horizon
        moving = diffusion.reconsidered(market.reconsiders(), horizon)
    weights[2] *= moving
    spend = weights @ addressable.reshape(segments, clouds * models)
    # Without clouds there is one column nevertheless, of those who are at home on none.
    by_cloud = np.zeros((3, clouds, market.offers.rows))
    by_cloud[:, :, rows] = spend.reshape(3, clouds, models)
    by_cloud = by_cloud[:, : market.clouds.rows]
    outlook.cloud_spend, outlook.cloud_ahead, outlook.cloud_reconsidered = by_cloud
