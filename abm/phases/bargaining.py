"""Bargaining between labs and clouds: what a listing would mean to both, and who gets what."""

from math import exp
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.agents.lab import RESTRICTED
from abm.agents.offer import CLOSED, OPEN
from abm.agents.shelf import Shelf
from abm.mechanisms import hosting as h
from abm.mechanisms import pricing

if TYPE_CHECKING:
    from abm.market import Market
    from abm.phases.outlook import Outlook

Floats = NDArray[np.float64]


class Terms(NamedTuple):
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
        return {name: round(float(of[line]), 6) for name, of in self._asdict().items()}


class Prospects(NamedTuple):
    """What listing each offer would mean to one cloud, whatever else its catalogue holds.

    Attributes:
        new: of a listing that is new, (3, offers), USD m a quarter: revenue expected from the
            cloud's own customers, what of it is left after the cost of serving, and what a closed
            lab would earn more from the same customers unlisted.
        standing: the same of a listing that stands.
        fields: those of the shelf, (offers, 2 domains).
        own: capability of each weighted by its own focus, (offers,), OOM.
        asked: budget of the customers whose deciders ask for each offer, (offers,), USD m.
        marked_down: part of the margin that would come out of its own lab's sales, (offers,); zero
            without one.
    """

    new: Floats
    standing: Floats
    fields: Floats
    own: Floats
    asked: Floats
    marked_down: Floats | float

    @classmethod
    def of(cls, market: "Market", k: int) -> "Prospects":
        """Read them off the market of the month."""
        offers = market.offers
        new, standing = _figures(market, k)
        asked = np.zeros(offers.rows)
        asked[OPEN::2] = 3 * market.pressure[k]
        return cls(
            new=new,
            standing=standing,
            fields=Shelf.now(market).fields.reshape(offers.rows, -1),
            own=np.einsum("id,id->i", offers.theta, offers.focus),
            asked=asked,
            marked_down=_marked_down(market, k),
        )


def bargain(
    market: "Market",
    k: int,
    prospects: Prospects | None = None,
    similarity: Floats | None = None,
) -> Terms:
    """Bargain over every offer with one cloud: joint profit, outside options, royalty (Nash).

    Z = (margin + breadth) (1 - similarity) + kappa P - own: the margin is forecast over the
    planning horizon from paid use observed among the cloud's customers, the pressure from what
    deciders ask for. For a model that is listed the pressure is the one that dropping it would
    bring back.

    Args:
        market: the market.
        k: the cloud.
        prospects: what no change to its catalogue changes; read afresh if absent.
        similarity: how far its catalogue covers each offer, if that is known.
    """
    p, offers = market.scenario.hosting, market.offers
    seen = prospects or Prospects.of(market, k)
    listed = offers.listed[:, k]
    revenue, profit, lab_outside = np.where(listed, seen.standing, seen.new)
    if similarity is None:
        similarity = covered(market, listed.nonzero()[0], seen)
    # A closed model's lab could sell direct; a cloud without it sells what covers it already.
    cloud_outside = similarity.copy()
    cloud_outside[OPEN::2] = market.outlook.unlicensed[OPEN::2]
    cloud_outside *= profit
    transfer = h.nash_transfer(p, profit, lab_outside, cloud_outside)
    if np.count_nonzero(market.rules.lab_share):
        transfer = np.maximum(transfer, market.rules.by_offer("lab_share") * profit)
    margin = profit - transfer
    cannibalised = margin * seen.marked_down
    breadth = _breadth(market, k)
    return Terms(
        royalty=transfer / np.maximum(revenue, 1e-300),
        revenue=revenue,
        margin=margin,
        similarity=similarity,
        asked=seen.asked,
        breadth=breadth,
        cannibalised=cannibalised,
        net=(margin + breadth) * (1 - similarity) + p.pressure_weight * seen.asked - cannibalised,
    )


def _figures(market: "Market", k: int) -> tuple[Floats, Floats]:
    """Revenue, profit and what labs would earn more unlisted, each (3, offers), USD m a quarter.

    Use grows with the market. A listing that is new will win use from those who reconsider, and one
    that is given up will lose it.

    Returns:
        Those of new listings, and of listings that stand.
    """
    p, offers, outlook = market.scenario.demand, market.offers, market.outlook
    elsewhere = np.ones(market.clouds.rows)
    elsewhere[k] = 0.0
    others = offers.listed @ elsewhere
    # A listing that is new will compete with the others' as one that stands does.
    closed = slice(CLOSED, None, 2)
    paid = _competitive(market, others + 1)
    paid[closed] = offers.price[closed]
    sold = offers.live & (outlook.cloud_spend[k] > 0) & (paid > 0)
    np.putmask(paid, ~sold, 1.0)
    capture = _capture(market, paid, others) * sold
    # Three months of spending, and what of it a listing would win or its loss would lose.
    spent, again = 3 * outlook.cloud_ahead[k], 3 * outlook.cloud_reconsidered[k]
    moved = h.listing_effects(p, capture, offers.use)
    moved *= again
    figures = np.zeros((3, 2, offers.rows))
    revenue, profit, diverted = figures
    np.add(spent, moved[0], out=revenue[0])
    revenue[1] = spent
    revenue *= capture
    margin = np.maximum(1 - offers.unit_cost / paid, 0.0)
    # Of what a listing captures, all but what it moves would go through the other ways without it.
    np.multiply(revenue, margin, out=profit)
    left = np.maximum(revenue[:, closed] - moved[:, closed], 0.0)
    diverted[:, closed] = left * _earned_elsewhere(
        market, elsewhere, others[closed], margin[closed]
    )
    return figures[:, 0], figures[:, 1]


def _earned_elsewhere(
    market: "Market", elsewhere: Floats, others: Floats, margin: Floats
) -> Floats:
    """What each closed line earns of a dollar spent on it other than through one cloud, (labs,).

    On each way the lab earns what it earns there now: its own margin, or a rival cloud's royalty.

    Args:
        market: the market.
        elsewhere: one for every other cloud, zero for this one, shape (clouds,).
        others: how many other clouds list each line, shape (labs,).
        margin: what serving leaves of a dollar, on a cloud as at the lab itself, shape (labs,).
    """
    price, royalty = market.offers.price[CLOSED::2], market.offers.royalty[CLOSED::2]
    earned: Floats = (margin + royalty @ elsewhere) / np.maximum((price > 0) + others, 1)
    return earned


def _breadth(market: "Market", k: int) -> Floats:
    """What the last listing, or one more, brings the cloud in customers, USD m a quarter."""
    s, clouds, offers = market.scenario, market.clouds, market.offers
    held, gained = h.breadth_values(
        s.hosting, clouds.customers, clouds.slots, k, s.strategy.horizon
    )
    return offers.live * np.where(offers.listed[:, k], held, gained)


def _marked_down(market: "Market", k: int) -> Floats | float:
    """Part of the margin on each offer that a cloud takes to come out of its own lab's sales."""
    own = int(market.clouds.own_lab[k])
    if own < 0:
        return 0.0
    part: Floats = market.rules.by_offer("self_preference") * market.outlook.lab_use[own]
    part[2 * own : 2 * own + 2] = 0.0
    return part


def _hosts(market: "Market") -> Floats:
    """How many clouds list each offer, shape (offers,)."""
    # A product is quicker than a sum of switches.
    hosts: Floats = market.offers.listed @ np.ones(market.clouds.rows)
    return hosts


def _competitive(market: "Market", clouds: Floats) -> Floats:
    """Price of each open model where so many clouds list it beside its lab, USD/m tokens."""
    offers = market.offers
    return pricing.host_price(
        market.scenario.pricing, offers.unit_cost, clouds + (offers.price > 0)
    )


def covered(market: "Market", at: NDArray[np.int64], seen: Prospects) -> Floats:
    """How far some listings cover each offer, shape (offers,)."""
    offers = market.offers
    # Customers' utilities correlate by 1 - rho^2 within a nest of the logit, and not across nests:
    # that far, and no further, one model stands in for another of the same focus.
    alike = 1 - market.scenario.demand.nest_model**2
    overlap = seen.fields.take(at, axis=0) @ seen.fields.T
    overlap[np.arange(at.size), at] = 0.0
    level = offers.theta.take(at, axis=0) @ offers.focus.T
    return alike * h.redundancy(h.cover(overlap, seen.own, level))


def _capture(market: "Market", price: Floats, others: Floats) -> Floats:
    """Share of its customers' use of each model that the cloud would serve if it listed it.

    Args:
        market: the market.
        price: of each model at a cloud that lists it, USD/m tokens, positive, shape (offers,).
        others: how many other clouds list it, shape (offers,).
    """
    p, s, offers = market.scenario.demand, market.scenario, market.offers
    hosted, direct, own = _cheapness(market, np.array([price, offers.price, offers.unit_cost]))
    # Odds in the choice among the ways to a model, against the support that labs and hosts give.
    garden = s.hosting.garden_quality * (p.home_cloud + p.support)
    markup = (1 + s.pricing.host_margin) ** (-p.price / p.nest_host)
    unmanaged = exp(garden / p.nest_host) * markup
    private = (p.privacy * _taste_for_privacy(market) - p.support) / p.nest_host
    alone = exp(private) * (exp(-p.self_hosting / p.nest_host) + unmanaged)
    home = exp(p.home_cloud / p.nest_host) * hosted
    rivals = direct + others * hosted + own * (alone * market.open_line)
    captured: Floats = home / (home + rivals)
    return captured


def _cheapness(market: "Market", price: Floats) -> Floats:
    """Pull of prices in the choice among the ways to a model, odds; none without a price."""
    p = market.scenario.demand
    offered = price > 0
    pull: Floats = np.where(offered, price, 1.0) ** (-p.price / p.nest_host)
    pull *= offered
    return pull


def _taste_for_privacy(market: "Market") -> float:
    """Taste of the mean customer for keeping data to oneself, weighted by spending."""
    spent = market.outlook.in_play
    return float(market.segments.privacy @ spent) / max(float(np.add.reduce(spent)), 1e-12)


def payees(market: "Market") -> NDArray[np.int64]:
    """Lab that a royalty on each offer goes to: the lab itself, or whose clause binds its weights.

    Fine-tuning does not confer the right to charge: a royalty on an open model goes to the root of
    its lineage.
    """
    owner = market.offers.owner
    rooted = market.open_line & (owner >= 0)
    return np.where(rooted, owner, market.lab_of_line)


def unlicensed(market: "Market") -> Floats:
    """Share of its profit that a host without a licence would keep, for each offer.

    A licence binds while there is a lab to enforce it, and only where weights are out.
    """
    enforced = market.offers.licence >= RESTRICTED
    enforced &= market.open_line
    enforced &= market.labs.alive[payees(market)]
    return np.where(enforced, 1 - market.scenario.hosting.enforceability, 1.0)


def garden_royalty(market: "Market", outlook: "Outlook") -> Floats:
    """Lab's share of the revenue from an unmanaged listing of each offer, shape (offers,).

    The Nash split of a managed listing at the price of the garden: the model covers nothing else
    there, so that the cloud's outside option is to serve it without a licence. The lab has none,
    and its part is b of what the licence denies to the cloud.
    """
    price = _competitive(market, _hosts(market))
    return unmanaged_royalty(market, price, market.offers.unit_cost, outlook.unlicensed)


def unmanaged_royalty(market: "Market", price: Floats, cost: Floats, unlicensed: Floats) -> Floats:
    """The same at given prices in the garden and costs, USD/m tokens.

    Args:
        market: the market.
        price: price of each model in the garden, not below its cost.
        cost: what serving it costs.
        unlicensed: share of its profit that a host without a licence would keep.
    """
    profit = (price - cost) / np.maximum(price, 1e-300)
    royalty: Floats = profit * (market.scenario.hosting.bargaining * (1 - unlicensed))
    return royalty
