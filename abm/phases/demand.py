"""Demand: what customers can choose this month, and what they choose."""

from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import blocks
from abm.agents import mandates as reserved
from abm.agents.lab import NO_HOSTING
from abm.mechanisms import demand as d
from abm.mechanisms import pressure, pricing
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
    market.segments.adoption = d.grow(p, market.segments.adoption, _best_fit(outlook))
    measure(market, outlook)
    market.outlook = outlook


def _best_fit(outlook: Outlook) -> Floats:
    """Fitness of the best model on offer for each segment's mean customer."""
    best: Floats = outlook.mean_fit.max(axis=1, initial=0.0)
    return best


def supply(market: "Market") -> Outlook:
    """What is on offer this month, as customers see it and as sellers project it."""
    outlook = on_offer(market)
    _representative(market, outlook)
    return outlook


def on_offer(market: "Market") -> Outlook:
    """What customers see this month: fitness, prices at every host, values of the hosts."""
    s, offers, segments = market.scenario, market.offers, market.segments
    outlook = Outlook.empty(market)
    live = offers.live.nonzero()[0]
    # Open models first, and models of one lineage side by side.
    lineage = live % 2 * market.labs.rows + offers.owner[live]
    order = lineage.argsort(kind="stable")
    rows, lineage = live[order], lineage[order]
    begins = np.ones(rows.size, dtype=np.bool_)
    np.not_equal(lineage[1:], lineage[:-1], out=begins[1:])
    n_open = int(lineage.searchsorted(market.labs.rows))
    outlook.rows, outlook.nests = rows, d.Nests.of(begins.nonzero()[0], n_open, rows.size)
    theta = offers.theta[rows] + market.contribution_gain[rows]
    delta = d.right_size(segments.needs @ theta.T, market.good_enough)
    outlook.sibling = -s.pricing.cost_exponent * log(10) * delta
    outlook.fit = d.fitness(s.demand, theta, segments.requirement, market.month, delta)
    outlook.mean_fit = np.matmul(outlook.fit, segments.needs[:, :, None])[:, :, 0]
    outlook.hosts = d.choose_hosts(
        s.demand,
        segments.price_taste,
        prices_by_way(market, rows, n_open),
        outlook.sibling,
        segments.convenience,
    )
    return outlook


def prices_by_way(market: "Market", rows: NDArray[np.int64], n_open: int) -> Floats:
    """Price of each offer at each way to get it, USD/m tokens; zero where it is not offered.

    Args:
        market: the market.
        rows: offers, open ones first.
        n_open: how many are open. What they cost is what `prices.reprice` last set.
    """
    s, offers = market.scenario, market.offers
    n_clouds, direct, cost = market.clouds.rows, offers.price[rows], offers.unit_cost[rows[:n_open]]
    price = np.zeros((rows.size, d.FIRST_CLOUD + n_clouds))
    price[:, d.DIRECT] = direct
    price[:n_open, d.SELF] = cost
    if not s.hosting.enabled or n_clouds == 0:
        return price
    listed = offers.listed[rows]
    hosts = listed[:n_open].sum(axis=1) + (direct[:n_open] > 0)
    competitive = pricing.host_price(s.pricing, cost, hosts)
    manageable = offers.licence[rows[:n_open]] != NO_HOSTING
    price[:n_open, d.GARDEN] = np.where(manageable, competitive, 0.0)
    # A closed model costs on a cloud what its lab asks; an open one what competition leaves.
    at_cloud = np.concatenate([competitive, direct[n_open:]])
    price[:, d.FIRST_CLOUD :] = np.where(listed, at_cloud[:, None], 0.0)
    return price


def _representative(market: "Market", outlook: Outlook) -> None:
    """Pull of each offer on the mean customer of each segment, for projections."""
    p, rows, nests = market.scenario.demand, outlook.rows, outlook.nests
    if rows.size == 0:
        return
    customers = market.clouds.customers
    weights = customers if customers.sum() > 0 else np.ones(outlook.hosts.value.shape[1])
    weights = weights / weights.sum()
    host_value = weights @ outlook.hosts.value
    taste = p.quality * np.log(outlook.mean_fit) + host_value
    value = taste
    if p.network > 0:
        share = market.offers.use[rows]
        pull = p.network * market.rules.friction[:, None]
        value = taste + pull * np.log((p.network_floor + share) / p.network_floor)
    if reserved.in_force(market):
        outlook.taste_log_sum, outlook.log_sum = (
            mandates.log_sums(market, outlook, of, weights) for of in (taste, value)
        )
    relative = p.nest_lineage / p.nest_model
    odds = np.array([taste, value]) / p.nest_lineage
    odds = np.exp(np.minimum(np.maximum(odds, -500), 500))
    family = np.add.reduceat(odds, nests.families, axis=2)
    pull = family**relative
    totals = np.empty((*family.shape[:2], 2))
    np.add.reduce(pull[:, :, : nests.open_families], axis=2, out=totals[:, :, 0])
    np.add.reduce(pull[:, :, nests.open_families :], axis=2, out=totals[:, :, 1])
    outlook.taste_totals, outlook.totals = totals
    rest = np.maximum(family[1].take(nests.member, axis=1) - odds[1], 0.0)
    outlook.lineage_rest[:, rows] = rest
    outlook.odds[:, rows] = (rest + odds[1]) ** relative - rest**relative


def measure(market: "Market", outlook: Outlook) -> None:
    """Add up spending by offer, way and cloud, and what labs get of it."""
    rows, offers, hosts = outlook.rows, market.offers, outlook.hosts
    _in_play(market, outlook)
    by_segment, addressable = mandates.ways(market, outlook, _spending(market, outlook))
    by_way = by_segment.sum(axis=0)
    outlook.way_spend[rows] = by_way
    price = hosts.price
    per_dollar = np.divide(1.0, price, out=np.zeros(price.shape), where=price > 0)
    flagship = np.einsum("sjw,jw->sj", by_segment, per_dollar)
    outlook.tokens[rows] = (flagship * np.exp(-outlook.sibling)).sum(axis=0)
    if market.clouds.rows:
        _by_cloud(market, outlook, addressable)
    offers.spend[...] = 0.0
    offers.spend[rows] = by_way.sum(axis=1)
    outlook.direct_revenue = outlook.way_spend[:, d.DIRECT]
    outlook.lab_use = offers.use[0::2] + offers.use[1::2]
    outlook.shares[:, rows] = by_segment.sum(axis=2) / np.maximum(outlook.in_play, 1e-12)[:, None]
    rate = np.zeros(by_way.shape)
    outlook.unlicensed = bargaining.unlicensed(market)
    rate[:, d.GARDEN] = bargaining.garden_royalty(market, outlook)[rows]
    rate[:, d.FIRST_CLOUD :] = offers.royalty[rows]
    outlook.royalties[:, rows] = np.einsum("sjw,jw->sj", by_segment, rate)


def _in_play(market: "Market", outlook: Outlook) -> None:
    """Monthly spending at stake by segment, now and at the end of a lab's planning horizon."""
    p, segments = market.scenario.demand, market.segments
    budget = _mood(market) * segments.budget / 12
    horizon = market.scenario.strategy.horizon
    outlook.in_play = budget * segments.adoption
    outlook.in_play_ahead = budget * d.grown(p, segments.adoption, _best_fit(outlook), horizon)


def _mood(market: "Market") -> float:
    """Part of the budget at stake: experiments are ordered from above while money is cheap.

    They are, whatever the models can do.
    """
    p = market.scenario.demand
    return 1 - p.experiments + p.experiments * pressure.mandate(market.climate)


def _spending(market: "Market", outlook: Outlook) -> Floats:
    """Monthly spending by segment, cloud and offer on sale, USD m."""
    table, segments = market.communities, market.segments
    clouds = np.arange(max(market.clouds.rows, 1))[:, None]
    # A budget counts in the column of its owner's home cloud; the homeless are with the first.
    purses = (
        (np.maximum(table.home[block.rows], 0) == clouds) * block.weights[1]
        for block in market.blocks
    )
    spend = blocks.weighted_sums(market.blocks, purses, table.use, outlook.rows, segments.count)
    spend *= (_mood(market) * segments.adoption)[:, None, None]
    return spend


def _by_cloud(market: "Market", outlook: Outlook, addressable: Floats) -> None:
    """Spending of each cloud's customers on each offer, now and over the planning horizon.

    Args:
        market: the market.
        outlook: what is on offer, to which it is added.
        addressable: spending that clouds can hope for by segment, cloud and offer on sale, USD m.
    """
    rows, ahead = outlook.rows, outlook.in_play_ahead / np.maximum(outlook.in_play, 1e-300)
    growth = (1 + ahead) / 2
    moved = d.reconsidered(market.reconsiders(), market.scenario.strategy.horizon)
    weights = np.array([np.ones(growth.size), growth, growth * moved])
    segments, clouds, models = addressable.shape
    by_segment = addressable.reshape(segments, clouds * models)
    by_cloud = np.zeros((3, clouds, market.offers.rows))
    by_cloud[:, :, rows] = (weights @ by_segment).reshape(3, clouds, models)
    outlook.cloud_spend, outlook.cloud_ahead, outlook.cloud_reconsidered = by_cloud
