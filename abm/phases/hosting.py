"""Pressure on the clouds, and what the clouds list."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from abm.agents.lab import NO_HOSTING, RESTRICTED
from abm.agents.offer import OPEN
from abm.ledger import WORKERS
from abm.mechanisms import hosting as h
from abm.mechanisms import pressure, pricing

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]


def settle_in(market: "Market") -> None:
    """Let the pressure behind each open model build up for as long as it has been out."""
    open_rows = market.downloadable
    age = -market.offers.first_released[open_rows]
    for past in range(int(age.max(initial=0)), 0, -1):
        _convince(market, open_rows[age >= past])


def press(market: "Market") -> None:
    """Pass developers' use up to managers and deciders, and add up what they ask of each cloud."""
    table, open_rows, clouds = market.communities, market.downloadable, market.clouds.rows
    market.pressure = np.zeros((clouds, market.labs.rows))
    if not market.scenario.pressure.enabled or clouds == 0:
        return
    _convince(market, open_rows)
    labs = open_rows // 2
    request = table.request[:, labs]
    # Who asks for many models would leave over any one of them with a part of its budget only.
    at_stake = table.budget * market.segments.adoption[table.segment] * (table.home >= 0)
    at_stake /= np.maximum(request.sum(axis=1), 1.0)
    one_each, home = np.arange(table.rows + 1), np.maximum(table.home, 0)
    at_home = csc_array((at_stake, home, one_each), shape=(clouds, table.rows))
    market.pressure[:, labs] = at_home @ request


def _convince(market: "Market", open_rows: NDArray[np.int64]) -> None:
    """Move managers' endorsement and deciders' requests a month on."""
    p, table, labs = market.scenario.pressure, market.communities, open_rows // 2
    use = table.use[:, open_rows]
    exposure = p.internal * use + (1 - p.internal) * (market.developer_neighbours @ use)
    endorsement = pressure.endorse(p, table.endorsement[:, labs], exposure)
    mandated = pressure.mandate(market.climate)
    table.request[:, labs] = pressure.demand_hosting(
        p, table.request[:, labs], endorsement, mandated
    )
    table.endorsement[:, labs] = endorsement


@dataclass(frozen=True)
class Terms:
    """What listing each offer would mean to one cloud in a quarter, arrays over all offers.

    Attributes:
        royalty: lab's share of the revenue.
        revenue: expected from the cloud's own customers, USD m.
        margin: what the cloud keeps after serving cost and royalty, USD m.
        similarity: how far the catalogue covers the offer already.
        asked: budget of the customers whose deciders ask for it, USD m.
        cannibalised: margin taken from the cloud's own models, USD m.
        net: worth of the listing, USD m.
    """

    royalty: Floats
    revenue: Floats
    margin: Floats
    similarity: Floats
    asked: Floats
    cannibalised: Floats
    net: Floats

    def of(self, line: int) -> dict[str, float]:
        """Terms of one offer, for an event's reason."""
        return {name: round(float(getattr(self, name)[line]), 6) for name in vars(self)}


def _change_clouds(market: "Market") -> None:
    """Let a few communities reconsider their home cloud; a broad catalogue attracts."""
    p, table, clouds = market.scenario.hosting, market.communities, market.clouds
    keys = np.arange(table.rows, dtype=np.uint64)
    movers = np.flatnonzero(
        market.streams.uniform("leave cloud", keys, market.month) < p.cloud_churn
    )
    if clouds.customers.sum() <= 0:
        return
    ladder = np.cumsum(h.cloud_choice(p, clouds.customers, clouds.slots.astype(np.float64)))
    draws = market.streams.uniform("choose cloud", keys[movers], market.month) * ladder[-1]
    table.home[movers] = np.minimum(np.searchsorted(ladder, draws), clouds.rows - 1)
    size = np.bincount(table.home, weights=table.size, minlength=clouds.rows)
    clouds.customers = size / size.sum()


def revise_catalogues(market: "Market") -> None:
    """Let customers change clouds, and each cloud revise its catalogue at its quarterly review."""
    p = market.scenario.hosting
    if not p.enabled or not market.clouds.rows:
        return
    _change_clouds(market)
    if market.month % p.review_months:
        return
    draws = market.streams.uniform("catalogue order", market.clouds.key, market.month)
    for k in np.argsort(draws, kind="stable").tolist():
        before = market.offers.listed[:, k].copy()
        terms = _drop(market, k, bargain(market, k))
        # The figures of the month hold the listing that has just gone, and would win its use twice.
        dropped = np.flatnonzero(before & ~market.offers.listed[:, k])
        terms = _extend(market, k, terms, dropped)
        listed = market.offers.listed[:, k]
        slots = market.clouds.slots[k] = int(listed.sum())
        upkeep = sum(h.slot_cost(p, n) for n in range(1, slots + 1))
        market.ledger.pay("slots", market.ledger.clouds, WORKERS, upkeep, k)
        market.offers.royalty[:, k] = np.where(listed, terms.royalty, 0.0)


def _drop(market: "Market", k: int, terms: Terms) -> Terms:
    """Drop the worst as long as it does not earn the last slot; hysteresis forgives a little."""
    p, offers = market.scenario.hosting, market.offers
    own = int(market.clouds.own_lab[k])
    settled = market.month - offers.listed_since[:, k] >= p.review_months
    open_to_question = settled & (_lab_of(offers) != own)
    while (rows := np.flatnonzero(offers.listed[:, k] & open_to_question)).size:
        slots = int(offers.listed[:, k].sum())
        due = h.slot_cost(p, slots) * (1 - p.hysteresis)
        line = int(rows[np.argmin(terms.net[rows])])
        if terms.net[line] >= due:
            break
        market.unlist(k, line)
        reason = {**terms.of(line), "slot_cost": round(due, 4), "slots": slots}
        name, cloud = market.names[line // 2], market.cloud_names[k]
        market.log("delisted", name, cloud, float(terms.net[line]), reason)
        terms = bargain(market, k)
    return terms


def _extend(market: "Market", k: int, terms: Terms, dropped: NDArray[np.int64]) -> Terms:
    """List the best candidate for as long as it is worth more than one more slot costs.

    What was dropped at the same review waits for the next.
    """
    p, offers = market.scenario.hosting, market.offers
    # A model is brought in once and earns for as long as the cloud looks ahead.
    entry = p.onboarding * p.review_months / max(market.scenario.strategy.horizon, p.review_months)
    while (rows := np.setdiff1d(candidates(market, k), dropped)).size:
        slots = int(offers.listed[:, k].sum())
        due = h.slot_cost(p, slots + 1)
        line = int(rows[np.argmax(terms.net[rows])])
        if terms.net[line] - entry <= due:
            break
        market.list_offer(k, line)
        ledger = market.ledger
        ledger.pay("onboarding", ledger.clouds, WORKERS, p.onboarding, k)
        reason = {
            **terms.of(line),
            "camp": "open" if line % 2 == OPEN else "closed",
            "rank_in_camp": _camp_rank(market, line),
            "slots": slots + 1,
            "slot_cost": round(due, 4),
            "candidates": int(rows.size),
            "months_since_first_release": market.month - int(offers.first_released[line]),
        }
        name, cloud = market.names[line // 2], market.cloud_names[k]
        market.log("hosted", name, cloud, float(terms.net[line]), reason)
        terms = bargain(market, k)
    return terms


def _lab_of(offers: Any) -> NDArray[np.int64]:
    """Lab row of every offer."""
    return np.arange(offers.rows) // 2


def payees(market: "Market") -> NDArray[np.int64]:
    """Lab that a royalty on each offer goes to: the lab itself, or whose clause binds its weights.

    Fine-tuning does not confer the right to charge: a royalty on an open model goes to the root of
    its lineage.
    """
    offers = market.offers
    lab = _lab_of(offers)
    is_open = np.arange(offers.rows) % 2 == OPEN
    return np.where(is_open & (offers.owner >= 0), offers.owner, lab)


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
    cost, price = offers.unit_cost, _competitive(market)
    profit = np.divide(price - cost, price, out=np.zeros_like(price), where=price > 0)
    transfer = h.nash_transfer(p, profit, np.zeros_like(profit), profit * (1 - _denied(market)))
    return np.where(np.arange(offers.rows) % 2 == OPEN, transfer, 0.0)


def candidates(market: "Market", k: int) -> NDArray[np.int64]:
    """Offers that the cloud may list: on the market, licensed for it, not bound elsewhere."""
    offers, labs = market.offers, market.labs
    lab = _lab_of(offers)
    is_open = np.arange(offers.rows) % 2 == OPEN
    exclusive = labs.exclusive[lab]
    willing = np.where(
        is_open,
        offers.licence != NO_HOSTING,
        labs.alive[lab] & ((exclusive < 0) | (exclusive == k)),
    )
    return np.flatnonzero(offers.live & ~offers.listed[:, k] & willing)


def _camp_rank(market: "Market", line: int) -> int:
    """Place of a model among the models of its camp, 1 best."""
    offers = market.offers
    camp = np.flatnonzero(offers.live & (np.arange(offers.rows) % 2 == line % 2))
    worth = offers.theta[camp] @ market.domain_value
    own = float(offers.theta[line] @ market.domain_value)
    return int((worth > own).sum()) + 1


def bargain(market: "Market", k: int) -> Terms:
    """Bargain over every offer with one cloud: joint profit, outside options, royalty (Nash).

    Z = margin (1 - similarity) + kappa P - own: the margin is forecast over the planning horizon
    from paid use observed among the cloud's customers, the pressure from what deciders ask for. For
    a model that is listed the pressure is the one that dropping it would bring back.
    """
    p, offers = market.scenario.hosting, market.offers
    lab = _lab_of(offers)
    is_open = np.arange(offers.rows) % 2 == OPEN
    price = np.where(is_open, _competitive(market), offers.price)
    sold = offers.live & (market.outlook.cloud_spend[k] > 0) & (price > 0)
    capture = np.where(sold, _capture(market, k, np.where(sold, price, 1.0)), 0.0)
    revenue = _expected_use(market, k, capture) * capture
    profit = revenue * np.maximum(1 - offers.unit_cost / np.where(sold, price, np.inf), 0.0)
    similarity = _similarity(market, k)
    # A closed model's lab could sell direct; a cloud without it sells what covers it already.
    lab_outside = np.where(is_open, 0.0, _diverted(market, k, capture))
    cloud_outside = np.where(is_open, profit * (1 - _denied(market)), profit * similarity)
    transfer = h.nash_transfer(p, profit, lab_outside, cloud_outside)
    margin = profit - transfer
    own = int(market.clouds.own_lab[k])
    own_use = float(market.outlook.lab_use[own]) if own >= 0 else 0.0
    cannibalised = np.where(lab == own, 0.0, margin * own_use)
    asked = np.where(is_open & offers.live, 3 * market.pressure[k][lab], 0.0)
    return Terms(
        royalty=np.divide(transfer, revenue, out=np.zeros_like(revenue), where=revenue > 0),
        revenue=revenue,
        margin=margin,
        similarity=similarity,
        asked=asked,
        cannibalised=cannibalised,
        net=margin * (1 - similarity) + p.pressure_weight * asked - cannibalised,
    )


def _expected_use(market: "Market", k: int, capture: Floats) -> Floats:
    """Spending of the cloud's customers on each offer in a quarter of the planning horizon, USD m.

    Use grows with the market, and a listing that is new will win use from those who reconsider.
    """
    outlook, offers = market.outlook, market.offers
    lift = np.where(
        offers.listed[:, k], 1.0, h.listing_lift(market.scenario.demand, capture, offers.use)
    )
    expected: Floats = 3 * (outlook.cloud_ahead[k] + (lift - 1) * outlook.cloud_reconsidered[k])
    return expected


def _diverted(market: "Market", k: int, capture: Floats) -> Floats:
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
    still = _expected_use(market, k, capture) * (1 - capture)
    own = offers.price > 0
    margin = 1 - np.divide(offers.unit_cost, offers.price, out=np.ones(offers.rows), where=own)
    elsewhere = offers.listed.copy()
    elsewhere[:, k] = False
    earned = np.maximum(margin, 0.0) + (elsewhere * offers.royalty).sum(axis=1)
    ways = np.maximum(own + elsewhere.sum(axis=1), 1)
    gained: Floats = np.maximum(without - still, 0.0) * earned / ways
    return gained


def _competitive(market: "Market") -> Floats:
    """Price of each open model at a cloud that lists it, USD/m tokens."""
    offers = market.offers
    hosts = offers.listed.sum(axis=1) + (offers.price > 0)
    return pricing.host_price(market.scenario.pricing, offers.unit_cost, np.maximum(hosts, 1))


def _similarity(market: "Market", k: int) -> Floats:
    """How far the cloud's catalogue covers each offer already."""
    offers = market.offers
    live = np.flatnonzero(offers.live)
    focus = offers.focus[live]
    norm = np.sqrt((focus**2).sum(axis=1, keepdims=True))
    unit = focus / norm
    # Customers' utilities correlate by 1 - rho^2 within a nest of the logit, and not across nests:
    # that far, and no further, one model stands in for another of the same focus.
    together = (live[:, None] % 2) == (live[None, :] % 2)
    cover = (unit @ unit.T) * together * (1 - market.scenario.demand.nest_model**2)
    similarity = np.zeros(offers.rows)
    similarity[live] = h.redundancy(cover, offers.theta[live] @ focus.T, offers.listed[live, k])
    return similarity


def _capture(market: "Market", k: int, price: Floats) -> Floats:
    """Share of its customers' use of each model that the cloud would serve if it listed it."""
    p, s, offers = market.scenario.demand, market.scenario, market.offers

    def odds(price: Floats, taste: float) -> Floats:
        safe = np.where(price > 0, price, 1.0)
        return np.where(price > 0, np.exp((taste - p.price * np.log(safe)) / p.nest_host), 0.0)

    is_open = np.arange(offers.rows) % 2 == OPEN
    own_machines = odds(offers.unit_cost, -p.self_hosting)
    garden = odds(
        offers.unit_cost * (1 + s.pricing.host_margin),
        s.hosting.garden_quality * (p.home_cloud + p.support),
    )
    elsewhere = offers.listed.sum(axis=1) - offers.listed[:, k]
    listed = odds(price, p.home_cloud + p.support)
    rivals = odds(offers.price, p.support) + elsewhere * odds(price, p.support)
    rivals = rivals + np.where(is_open, own_machines + garden, 0.0)
    captured: Floats = listed / (listed + rivals)
    return captured
