"""Bargaining between labs and clouds: what a listing would mean to both, and who gets what."""

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents.lab import RESTRICTED
from abm.mechanisms import hosting as h
from abm.mechanisms import pricing
from abm.mechanisms.knowledge import units

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """What listing each offer would mean to one cloud in a quarter, arrays over all offers.

    Attributes:
        royalty: lab's share of the revenue.
        revenue: expected from the cloud's own customers, USD m.
        margin: what the cloud keeps after serving cost and royalty, USD m.
        similarity: how far the catalogue covers the offer already.
        asked: budget of the customers whose deciders ask for it, USD m.
        breadth: profit on customers who come for a broad catalogue, USD m.
        cannibalised: margin taken from the cloud's own models, USD m.
        net: worth of the listing, USD m.
    """

    royalty: Floats
    revenue: Floats
    margin: Floats
    similarity: Floats
    asked: Floats
    breadth: Floats
    cannibalised: Floats
    net: Floats

    def of(self, line: int) -> dict[str, float]:
        """Terms of one offer, for an event's reason."""
        return {name: round(float(getattr(self, name)[line]), 6) for name in vars(self)}


@dataclass(frozen=True)
class Shared:
    """What all bargains of a month share: everything that no catalogue changes.

    Attributes:
        live: rows of the offers on the market.
        cover: how far each of them would cover each, (live, live); see `hosting.cover`.
        asked: budget of the customers whose deciders ask for each offer, (clouds, offers), USD m.
        denied: share of its profit that a host without a licence would lose, (offers,).
        least: least share of the profit that goes to the lab, (offers,).
        marked_down: share of a rival's margin that a cloud would mark down for its own, (offers,).
        direct: whether the lab sells it itself, (offers,).
        margin: what the lab keeps of a dollar that it sells itself, (offers,).
        pull: of the lab's own interface beside a listing, odds, (offers,).
        alone: pull of running it without a managed listing, odds, (offers,).
    """

    live: NDArray[np.int64]
    cover: Floats
    asked: Floats
    denied: Floats
    least: Floats
    marked_down: Floats
    direct: NDArray[np.bool_]
    margin: Floats
    pull: Floats
    alone: Floats

    @classmethod
    def of(cls, market: "Market") -> "Shared":
        """Read it off the market of the month."""
        p, s, offers = market.scenario.demand, market.scenario, market.offers
        live, direct = np.flatnonzero(offers.live), offers.price > 0
        cost = np.divide(offers.unit_cost, offers.price, out=np.ones(offers.rows), where=direct)
        sought = market.open_line & offers.live
        margin = (1 + s.pricing.host_margin) ** (-p.price / p.nest_host)
        unmanaged = _odds(market, s.hosting.garden_quality * (p.home_cloud + p.support)) * margin
        own_machines = _cheapness(market, np.where(market.open_line, offers.unit_cost, 0.0))
        worth = _worth_of_privacy(market) * (_odds(market, -p.self_hosting) + unmanaged)
        return cls(
            live=live,
            cover=_covers(market, live),
            asked=np.where(sought, 3 * market.pressure.repeat(2, axis=1), 0.0),
            denied=_denied(market),
            least=market.rules.by_offer("lab_share"),
            marked_down=market.rules.by_offer("self_preference"),
            direct=direct,
            margin=np.maximum(1 - cost, 0.0),
            pull=_cheapness(market, offers.price) * _odds(market, p.support),
            alone=own_machines * worth,
        )


def bargain(market: "Market", k: int, shared: Shared | None = None) -> Terms:
    """Bargain over every offer with one cloud: joint profit, outside options, royalty (Nash).

    Z = (margin + breadth) (1 - similarity) + kappa P - own: the margin is forecast over the
    planning horizon from paid use observed among the cloud's customers, the pressure from what
    deciders ask for. For a model that is listed the pressure is the one that dropping it would
    bring back.

    Args:
        market: the market.
        k: the cloud.
        shared: what it shares with the other bargains of the month; read afresh if absent.
    """
    p, offers, is_open = market.scenario.hosting, market.offers, market.open_line
    shared = shared or Shared.of(market)
    listed = offers.listed[:, k]
    others = offers.listed.sum(axis=1) - listed
    price = np.where(is_open, _competitive(market, others + listed), offers.price)
    sold = offers.live & (market.outlook.cloud_spend[k] > 0) & (price > 0)
    paid = np.where(sold, price, 1.0)
    capture = np.where(sold, _capture(market, paid, others, shared), 0.0)
    spending = _expected_spending(market, k, capture)
    revenue = spending * capture
    profit = revenue * np.maximum(1 - offers.unit_cost / paid, 0.0)
    similarity = _similarity(market, listed, shared)
    # A closed model's lab could sell direct; a cloud without it sells what covers it already.
    lab_outside = np.where(is_open, 0.0, _diverted(market, k, capture, spending, others, shared))
    cloud_outside = profit * np.where(is_open, 1 - shared.denied, similarity)
    transfer = np.maximum(
        h.nash_transfer(p, profit, lab_outside, cloud_outside), shared.least * profit
    )
    margin = profit - transfer
    cannibalised = margin * _marked_down(market, k, shared)
    breadth = np.where(offers.live, _breadth(market, k), 0.0)
    return Terms(
        royalty=np.divide(transfer, revenue, out=np.zeros_like(revenue), where=revenue > 0),
        revenue=revenue,
        margin=margin,
        similarity=similarity,
        asked=shared.asked[k],
        breadth=breadth,
        cannibalised=cannibalised,
        net=(margin + breadth) * (1 - similarity)
        + p.pressure_weight * shared.asked[k]
        - cannibalised,
    )


def _breadth(market: "Market", k: int) -> Floats:
    """What the last listing, or one more, brings the cloud in customers, USD m a quarter."""
    p, customers = market.scenario.hosting, market.clouds.customers
    listed, horizon = market.offers.listed, market.scenario.strategy.horizon
    more = np.count_nonzero(listed, axis=0).astype(np.float64)
    last = more.copy()
    last[k] -= 1
    held, gained = (h.breadth_value(p, customers, slots, k, horizon) for slots in (last, more))
    return np.where(listed[:, k], held, gained)


def _marked_down(market: "Market", k: int, shared: Shared) -> Floats | float:
    """Part of the margin on each offer that a cloud takes to come out of its own lab's sales."""
    own = int(market.clouds.own_lab[k])
    if own < 0:
        return 0.0
    part: Floats = shared.marked_down * market.outlook.lab_use[own]
    part[2 * own : 2 * own + 2] = 0.0
    return part


def _expected_spending(market: "Market", k: int, capture: Floats) -> Floats:
    """Spending of the cloud's customers on each offer in a quarter of the planning horizon, USD m.

    Use grows with the market, and a listing that is new will win use from those who reconsider.
    """
    outlook, offers = market.outlook, market.offers
    lift = np.where(
        offers.listed[:, k], 1.0, h.listing_lift(market.scenario.demand, capture, offers.use)
    )
    expected: Floats = 3 * (outlook.cloud_ahead[k] + (lift - 1) * outlook.cloud_reconsidered[k])
    return expected


def _diverted(
    market: "Market",
    k: int,
    capture: Floats,
    spending: Floats,
    others: NDArray[np.int64],
    shared: Shared,
) -> Floats:
    """What each lab would earn more from the cloud's customers unlisted, USD m a quarter.

    Without it their spending on the model is smaller, and all of it goes through the other ways to
    get the model; with it only what the listing does not capture. On each way the lab earns what it
    earns there now: its own margin, or a rival cloud's royalty.
    """
    outlook, offers = market.outlook, market.offers
    loss = np.where(
        offers.listed[:, k], h.listing_loss(market.scenario.demand, capture, offers.use), 1.0
    )
    without = 3 * (outlook.cloud_ahead[k] + (loss - 1) * outlook.cloud_reconsidered[k])
    elsewhere = offers.listed.copy()
    elsewhere[:, k] = False
    earned = shared.margin + (elsewhere * offers.royalty).sum(axis=1)
    ways = np.maximum(shared.direct + others, 1)
    gained: Floats = np.maximum(without - spending * (1 - capture), 0.0) * earned / ways
    return gained


def _competitive(market: "Market", clouds: NDArray[np.int64]) -> Floats:
    """Price of each open model where so many clouds list it beside its lab, USD/m tokens."""
    offers = market.offers
    return pricing.host_price(
        market.scenario.pricing, offers.unit_cost, (clouds + (offers.price > 0)).astype(np.float64)
    )


def _covers(market: "Market", live: NDArray[np.int64]) -> Floats:
    """How far each offer on the market would be covered by each if that were listed."""
    theta, focus = market.offers.theta[live], market.offers.focus[live]
    unit = units(focus)
    # Customers' utilities correlate by 1 - rho^2 within a nest of the logit, and not across nests:
    # that far, and no further, one model stands in for another of the same focus.
    together = (live[:, None] - live) % 2 == 0
    np.fill_diagonal(together, val=False)
    overlap = (unit @ unit.T) * together * (1 - market.scenario.demand.nest_model**2)
    return h.cover(overlap, np.einsum("id,id->i", theta, focus), focus @ theta.T)


def _similarity(market: "Market", listed: NDArray[np.bool_], shared: Shared) -> Floats:
    """How far the cloud's catalogue covers each offer already."""
    similarity = np.zeros(market.offers.rows)
    similarity[shared.live] = h.redundancy(shared.cover[:, listed[shared.live]])
    return similarity


def _capture(market: "Market", price: Floats, others: NDArray[np.int64], shared: Shared) -> Floats:
    """Share of its customers' use of each model that the cloud would serve if it listed it.

    Args:
        market: the market.
        price: of each model at a cloud that lists it, USD/m tokens, shape (offers,).
        others: how many other clouds list it, shape (offers,).
        shared: what all bargains of the month share.
    """
    p = market.scenario.demand
    hosted = _cheapness(market, price) * _odds(market, p.support)
    listed = hosted * _odds(market, p.home_cloud)
    rivals = shared.pull + others * hosted + shared.alone
    captured: Floats = listed / (listed + rivals)
    return captured


def _odds(market: "Market", taste: float) -> float:
    """What a taste is worth in the choice among the ways to a model, odds."""
    return exp(taste / market.scenario.demand.nest_host)


def _cheapness(market: "Market", price: Floats) -> Floats:
    """Pull of prices in the choice among the ways to a model, odds; none without a price."""
    p = market.scenario.demand
    offered = price > 0
    pull = np.where(offered, price, 1.0) ** (-p.price / p.nest_host)
    return np.where(offered, pull, 0.0)


def _worth_of_privacy(market: "Market") -> float:
    """What keeping data to oneself is worth to the mean customer, odds, weighted by spending."""
    p, spent = market.scenario.demand, market.outlook.in_play
    taste = market.segments.privacy @ spent / max(float(spent.sum()), 1e-12)
    return exp(p.privacy * float(taste) / p.nest_host)


def payees(market: "Market") -> NDArray[np.int64]:
    """Lab that a royalty on each offer goes to: the lab itself, or whose clause binds its weights.

    Fine-tuning does not confer the right to charge: a royalty on an open model goes to the root of
    its lineage.
    """
    owner = market.offers.owner
    rooted = market.open_line & (owner >= 0)
    return np.where(rooted, owner, market.lab_of_line)


def _denied(market: "Market") -> Floats:
    """Share of its profit that a host without a licence would lose, for each offer."""
    enforced = (market.offers.licence >= RESTRICTED) & market.labs.alive[payees(market)]
    return np.where(enforced, market.scenario.hosting.enforceability, 0.0)


def garden_royalty(market: "Market") -> Floats:
    """Lab's share of the revenue from an unmanaged listing of each offer, shape (offers,).

    The Nash split of a managed listing at the price of the garden: the model covers nothing else
    there, so that the cloud's outside option is to serve it without a licence.
    """
    p, offers = market.scenario.hosting, market.offers
    price = _competitive(market, offers.listed.sum(axis=1))
    sold = market.open_line & (price > 0)
    profit = np.divide(price - offers.unit_cost, price, out=np.zeros_like(price), where=sold)
    return h.nash_transfer(p, profit, 0.0, profit * (1 - _denied(market)))
