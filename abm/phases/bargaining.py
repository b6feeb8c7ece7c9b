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


def bargain(market: "Market", k: int) -> Terms:
    """Bargain over every offer with one cloud: joint profit, outside options, royalty (Nash).

    Z = (margin + breadth) (1 - similarity) + kappa P - own: the margin is forecast over the
    planning horizon from paid use observed among the cloud's customers, the pressure from what
    deciders ask for. For a model that is listed the pressure is the one that dropping it would
    bring back.
    """
    p, offers, is_open = market.scenario.hosting, market.offers, market.open_line
    price = np.where(is_open, _competitive(market), offers.price)
    sold = offers.live & (market.outlook.cloud_spend[k] > 0) & (price > 0)
    capture = np.where(sold, _capture(market, k, np.where(sold, price, 1.0)), 0.0)
    spending = _expected_spending(market, k, capture)
    revenue = spending * capture
    profit = revenue * np.maximum(1 - offers.unit_cost / np.where(sold, price, np.inf), 0.0)
    similarity = _similarity(market, k)
    # A closed model's lab could sell direct; a cloud without it sells what covers it already.
    lab_outside = np.where(is_open, 0.0, _diverted(market, k, capture, spending))
    cloud_outside = profit * np.where(is_open, 1 - _denied(market), similarity)
    transfer = np.maximum(
        h.nash_transfer(p, profit, lab_outside, cloud_outside),
        market.rules.by_offer("lab_share") * profit,
    )
    margin = profit - transfer
    cannibalised = margin * _marked_down(market, k)
    asked = np.where(is_open & offers.live, 3 * market.pressure[k].repeat(2), 0.0)
    breadth = np.where(offers.live, _breadth(market, k), 0.0)
    return Terms(
        royalty=np.divide(transfer, revenue, out=np.zeros_like(revenue), where=revenue > 0),
        revenue=revenue,
        margin=margin,
        similarity=similarity,
        asked=asked,
        breadth=breadth,
        cannibalised=cannibalised,
        net=(margin + breadth) * (1 - similarity) + p.pressure_weight * asked - cannibalised,
    )


def _breadth(market: "Market", k: int) -> Floats:
    """What the last listing, or one more, brings the cloud in customers, USD m a quarter."""
    p, customers = market.scenario.hosting, market.clouds.customers
    listed, horizon = market.offers.listed, market.scenario.strategy.horizon
    more = listed.sum(axis=0).astype(np.float64)
    last = more.copy()
    last[k] -= 1
    held, gained = (h.breadth_value(p, customers, slots, k, horizon) for slots in (last, more))
    return np.where(listed[:, k], held, gained)


def _marked_down(market: "Market", k: int) -> Floats | float:
    """Part of the margin on each offer that a cloud takes to come out of its own lab's sales."""
    own = int(market.clouds.own_lab[k])
    if own < 0:
        return 0.0
    part: Floats = market.rules.by_offer("self_preference") * market.outlook.lab_use[own]
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


def _diverted(market: "Market", k: int, capture: Floats, spending: Floats) -> Floats:
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
    own = offers.price > 0
    margin = 1 - np.divide(offers.unit_cost, offers.price, out=np.ones(offers.rows), where=own)
    elsewhere = offers.listed.copy()
    elsewhere[:, k] = False
    earned = np.maximum(margin, 0.0) + (elsewhere * offers.royalty).sum(axis=1)
    ways = np.maximum(own + elsewhere.sum(axis=1), 1)
    gained: Floats = np.maximum(without - spending * (1 - capture), 0.0) * earned / ways
    return gained


def _competitive(market: "Market") -> Floats:
    """Price of each open model at a cloud that lists it, USD/m tokens."""
    offers = market.offers
    hosts = offers.listed.sum(axis=1) + (offers.price > 0)
    return pricing.host_price(market.scenario.pricing, offers.unit_cost, hosts)


def _similarity(market: "Market", k: int) -> Floats:
    """How far the cloud's catalogue covers each offer already."""
    offers = market.offers
    live = np.flatnonzero(offers.live)
    listed = np.flatnonzero(offers.listed[live, k])
    theta, focus = offers.theta[live], offers.focus[live]
    unit = units(focus)
    # Customers' utilities correlate by 1 - rho^2 within a nest of the logit, and not across nests:
    # that far, and no further, one model stands in for another of the same focus.
    together = (live[:, None] - live[listed]) % 2 == 0
    together[listed, np.arange(listed.size)] = False
    cover = (unit @ unit[listed].T) * together * (1 - market.scenario.demand.nest_model**2)
    similarity = np.zeros(offers.rows)
    own = np.einsum("id,id->i", theta, focus)
    similarity[live] = h.redundancy(cover, own, focus @ theta[listed].T)
    return similarity


def _capture(market: "Market", k: int, price: Floats) -> Floats:
    """Share of its customers' use of each model that the cloud would serve if it listed it."""
    p, s, offers = market.scenario.demand, market.scenario, market.offers

    def worth(taste: float) -> float:
        return exp(taste / p.nest_host)

    def cheap(price: Floats) -> Floats:
        offered = price > 0
        pull = np.where(offered, price, 1.0) ** (-p.price / p.nest_host)
        return np.where(offered, pull, 0.0)

    margin = (1 + s.pricing.host_margin) ** (-p.price / p.nest_host)
    unmanaged = worth(s.hosting.garden_quality * (p.home_cloud + p.support)) * margin
    private = _worth_of_privacy(market)
    alone = (
        cheap(np.where(market.open_line, offers.unit_cost, 0.0))
        * private
        * (worth(-p.self_hosting) + unmanaged)
    )
    elsewhere = offers.listed.sum(axis=1) - offers.listed[:, k]
    hosted = cheap(price) * worth(p.support)
    listed = hosted * worth(p.home_cloud)
    rivals = cheap(offers.price) * worth(p.support) + elsewhere * hosted + alone
    captured: Floats = listed / (listed + rivals)
    return captured


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
    price = _competitive(market)
    sold = market.open_line & (price > 0)
    profit = np.divide(price - offers.unit_cost, price, out=np.zeros_like(price), where=sold)
    return h.nash_transfer(p, profit, 0.0, profit * (1 - _denied(market)))
