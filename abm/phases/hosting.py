"""Catalogues: customers change clouds, and clouds revise what they list."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents.lab import NO_HOSTING
from abm.agents.offer import CLOSED, OPEN
from abm.ledger import WORKERS
from abm.mechanisms import hosting as h
from abm.phases import bargaining
from abm.phases import slots as reserved
from abm.phases.bargaining import Prospects, Terms, bargain

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]
DRAWS_AHEAD = 2**13
"""How many communities' draws are taken at once."""


def _leaving(market: "Market") -> tuple[Rows, Floats]:
    """Communities that reconsider their home cloud this month, with a uniform each to choose by.

    They are drawn for some months ahead: nothing that happens has a say in it.
    """
    month, rows = market.month, market.communities.rows
    if month not in market.leaving:
        months = range(month, month + max(DRAWS_AHEAD // max(rows, 1), 1))
        keys = np.arange(rows, dtype=np.uint64)
        leave, choose = market.streams.ahead(("leave cloud", "choose cloud"), keys, months)
        found = zip(leave < market.scenario.hosting.cloud_churn, choose, strict=True)
        movers = [(left.nonzero()[0], drawn[left]) for left, drawn in found]
        market.leaving = dict(zip(months, movers, strict=True))
    return market.leaving[month]


def _change_clouds(market: "Market") -> None:
    """Let a few communities reconsider their home cloud; a broad catalogue attracts."""
    p, table, clouds = market.scenario.hosting, market.communities, market.clouds
    if not np.count_nonzero(clouds.customers):
        return
    movers, choose = _leaving(market)
    # Unless somebody moves, as many are at home on each cloud as last month. In the first month
    # these are still the scenario's shares, not those of the communities.
    if not movers.size and market.month > 0:
        return
    ladder = h.cloud_choice(p, clouds.customers, clouds.slots).cumsum()
    table.home[movers] = ladder.searchsorted(choose * ladder[-1])
    size = np.bincount(table.home, weights=table.size, minlength=clouds.rows)
    clouds.customers = size / np.add.reduce(size)


def revise_catalogues(market: "Market") -> None:
    """Let customers change clouds, and each cloud revise its catalogue at its quarterly review."""
    p, clouds = market.scenario.hosting, market.clouds
    if not p.enabled or not clouds.rows:
        return
    _change_clouds(market)
    due = ((market.month + clouds.calendar) % p.review_months == 0).nonzero()[0]
    if due.size > 1:
        draws = market.streams.uniform("catalogue order", clouds.key[due], market.month)
        due = due[draws.argsort(kind="stable")]
    for k in due.tolist():
        prospects, before = Prospects.of(market, k), market.offers.listed[:, k].copy()
        terms = _drop(market, k, bargain(market, k, prospects), prospects)
        # The figures of the month hold the listing that has just gone, and would win its use twice.
        dropped = before & ~market.offers.listed[:, k]
        terms = _extend(market, k, terms, dropped, prospects)
        listed = market.offers.listed[:, k]
        upkeep = h.upkeep(p, int(clouds.slots[k]))
        market.ledger.pay("slots", market.ledger.clouds, WORKERS, upkeep, k)
        market.offers.royalty[:, k] = listed * terms.royalty


def _drop(market: "Market", k: int, terms: Terms, prospects: Prospects) -> Terms:
    """Drop the worst as long as it does not earn the last slot; hysteresis forgives a little."""
    p, offers = market.scenario.hosting, market.offers
    own = int(market.clouds.own_lab[k])
    open_to_question = offers.listed_since[:, k] <= market.month - p.review_months
    if own >= 0:
        open_to_question[2 * own : 2 * own + 2] = False
    while (rows := (_droppable(market, k, terms) & open_to_question).nonzero()[0]).size:
        slots = int(market.clouds.slots[k])
        due = h.slot_cost(p, slots) * (1 - p.hysteresis)
        line = int(rows[terms.net[rows].argmin()])
        if terms.net[line] >= due:
            break
        market.unlist(k, line)
        reason = {**terms.of(line), "slot_cost": round(due, 4), "slots": slots}
        name, cloud = market.names[line // 2], market.cloud_names[k]
        market.log("delisted", name, cloud, float(terms.net[line]), reason)
        terms = bargain(market, k, prospects)
    return terms


def _droppable(market: "Market", k: int, terms: Terms) -> Mask:
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


def _extend(market: "Market", k: int, terms: Terms, dropped: Mask, prospects: Prospects) -> Terms:
    """List the best candidate for as long as it is worth more than one more slot costs.

    After that the best of those entitled to reserved slots, until these are filled. What was
    dropped at the same review waits for the next.
    """
    entry, rows = _entry(market), candidates(market, k, ~dropped)
    while rows.size:
        slots = int(market.clouds.slots[k]) + 1
        line = int(rows[terms.net[rows].argmax()])
        if terms.net[line] - entry <= h.slot_cost(market.scenario.hosting, slots):
            break
        terms = _list(market, k, rows, line, terms, prospects)
        rows = rows[rows != line]
    if not market.rules.reserved_slots:
        return terms
    rights = reserved.entitled(market, k)
    while reserved.vacant(market, k) and (rows := candidates(market, k, rights)).size:
        line = int(rows[terms.net[rows].argmax()])
        terms = _list(market, k, rows, line, terms, prospects, {"reserved": True})
    return terms


def _list(
    market: "Market",
    k: int,
    rows: NDArray[np.int64],
    line: int,
    terms: Terms,
    prospects: Prospects,
    why: dict[str, bool] | None = None,
) -> Terms:
    """List one of some candidates, and bargain anew over all offers.

    Args:
        market: the market.
        k: the cloud.
        rows: candidates.
        line: the one chosen.
        terms: what listing each offer would mean.
        prospects: what does not change during the review.
        why: what else the event's reason says.
    """
    p, offers, ledger = market.scenario.hosting, market.offers, market.ledger
    slots = int(market.clouds.slots[k]) + 1
    market.list_offer(k, line)
    ledger.pay("onboarding", ledger.clouds, WORKERS, p.onboarding, k)
    reason = {
        **terms.of(line),
        "camp": "open" if market.open_line[line] else "closed",
        "rank_in_camp": _camp_rank(market, line),
        "slots": slots,
        "slot_cost": round(h.slot_cost(p, slots), 4),
        "candidates": int(rows.size),
        "months_since_first_release": market.month - int(offers.first_released[line]),
        **(why or {}),
    }
    name, cloud = market.names[line // 2], market.cloud_names[k]
    market.log("hosted", name, cloud, float(terms.net[line]), reason)
    covered = bargaining.covered(market, np.array([line]), prospects)
    return bargain(market, k, prospects, np.maximum(terms.similarity, covered))


def candidates(market: "Market", k: int, among: Mask | bool = True) -> NDArray[np.int64]:
    """Offers that the cloud may list: on the market, licensed for it, not bound elsewhere."""
    offers, labs = market.offers, market.labs
    able = offers.live & ~offers.listed[:, k] & among
    able[OPEN::2] &= offers.licence[OPEN::2] != NO_HOSTING
    able[CLOSED::2] &= labs.alive & ((labs.exclusive < 0) | (labs.exclusive == k))
    rows: NDArray[np.int64] = able.nonzero()[0]
    return rows


def _camp_rank(market: "Market", line: int) -> int:
    """Place of a model among the models of its camp, 1 best."""
    offers = market.offers
    rivals = offers.live & (market.open_line == market.open_line[line])
    worth = offers.theta @ market.domain_value
    return int(np.count_nonzero(rivals & (worth > worth[line]))) + 1
