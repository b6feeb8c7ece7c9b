"""Pressure on the clouds, and what the clouds list."""

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from abm.agents.lab import NO_HOSTING, RESTRICTED
from abm.agents.offer import OPEN
from abm.ledger import WORKERS
from abm.mechanisms import hosting as h
from abm.mechanisms import pressure, pricing
from abm.phases import slots as reserved

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
    while (rows := np.flatnonzero(_droppable(market, k, terms) & open_to_question)).size:
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


def _droppable(market: "Market", k: int, terms: Terms) -> NDArray[np.bool_]:
    """Listings that the cloud may drop: all but those that fill reserved slots."""
    listed = market.offers.listed[:, k]
    if not market.rules.reserved_slots:
        return listed
    able = np.zeros_like(listed)
    able[candidates(market, k)] = True
    return listed & ~reserved.kept(market, k, terms.net, able, _entry(market))


def _entry(market: "Market") -> float:
    """Cost of bringing in a model by quarter of its stay, USD m.

    It is brought in once and earns for as long as the cloud looks ahead.
    """
    p, horizon = market.scenario.hosting, market.scenario.strategy.horizon
    return float(p.onboarding * p.review_months / max(horizon, p.review_months))


def _extend(market: "Market", k: int, terms: Terms, dropped: NDArray[np.int64]) -> Terms:
    """List the best candidate for as long as it is worth more than one more slot costs.

    After that the best of those entitled to reserved slots, until these are filled. What was
    dropped at the same review waits for the next.
    """
    p, offers = market.scenario.hosting, market.offers
    entry = _entry(market)
    while (rows := np.setdiff1d(candidates(market, k), dropped)).size:
        slots = int(offers.listed[:, k].sum())
        line = int(rows[np.argmax(terms.net[rows])])
        if terms.net[line] - entry <= h.slot_cost(p, slots + 1):
            break
        terms = _list(market, k, rows, line, terms)
    if not market.rules.reserved_slots:
        return terms
    rights = reserved.entitled(market, k)
    while reserved.vacant(market, k):
        rows = candidates(market, k)
        rows = rows[rights[rows]]
        if rows.size == 0:
            break
        line = int(rows[np.argmax(terms.net[rows])])
        terms = _list(market, k, rows, line, terms, {"reserved": True})
    return terms


def _list(
    market: "Market",
    k: int,
    rows: NDArray[np.int64],
    line: int,
    terms: Terms,
    why: dict[str, bool] | None = None,
) -> Terms:
    """List one of some candidates, and bargain anew over all offers.

    Args:
        market: the market.
        k: the cloud.
        rows: candidates.
        line: the one chosen.
        terms: what listing each offer would mean.
        why: what else the event's reason says.
    """
    p, offers, ledger = market.scenario.hosting, market.offers, market.ledger
    slots = int(offers.listed[:, k].sum()) + 1
    market.list_offer(k, line)
    ledger.pay("onboarding", ledger.clouds, WORKERS, p.onboarding, k)
    reason = {
        **terms.of(line),
        "camp": "open" if line % 2 == OPEN else "closed",
        "rank_in_camp": _camp_rank(market, line),
        "slots": slots,
        "slot_cost": round(h.slot_cost(p, slots), 4),
        "candidates": int(rows.size),
        "months_since_first_release": market.month - int(offers.first_released[line]),
        **(why or {}),
    }
    name, cloud = market.names[line // 2], market.cloud_names[k]
    market.log("hosted", name, cloud, float(terms.net[line]), reason)
    return bargain(market, k)


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
    transfer = np.maximum(
        h.nash_transfer(p, profit, lab_outside, cloud_outside),
        market.rules.by_offer("lab_share") * profit,
    )
    margin = profit - transfer
    own = int(market.clouds.own_lab[k])
    own_use = float(market.outlook.lab_use[own]) if own >= 0 else 0.0
    marked_down = own_use * market.rules.by_offer("self_preference")
    cannibalised = np.where(lab == own, 0.0, margin * marked_down)
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
    listed = np.flatnonzero(offers.listed[live, k])
    theta, focus = offers.theta[live], offers.focus[live]
    unit = focus / np.sqrt((focus**2).sum(axis=1, keepdims=True))
    # Customers' utilities correlate by 1 - rho^2 within a nest of the logit, and not across nests:
    # that far, and no further, one model stands in for another of the same focus.
    together = (live[:, None] - live[listed]) % 2 == 0
    together[listed, np.arange(listed.size)] = False
    cover = (unit @ unit[listed].T) * together * (1 - market.scenario.demand.nest_model**2)
    similarity = np.zeros(offers.rows)
    own = (theta * focus).sum(axis=1)
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

    is_open = np.arange(offers.rows) % 2 == OPEN
    margin = (1 + s.pricing.host_margin) ** (-p.price / p.nest_host)
    unmanaged = worth(s.hosting.garden_quality * (p.home_cloud + p.support)) * margin
    alone = cheap(np.where(is_open, offers.unit_cost, 0.0)) * (worth(-p.self_hosting) + unmanaged)
    elsewhere = offers.listed.sum(axis=1) - offers.listed[:, k]
    hosted = cheap(price) * worth(p.support)
    listed = hosted * worth(p.home_cloud)
    rivals = cheap(offers.price) * worth(p.support) + elsewhere * hosted + alone
    captured: Floats = listed / (listed + rivals)
    return captured
