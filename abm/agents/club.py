"""The reciprocal club: what members share reaches members only, and each lab weighs membership.

Until a lab has weighed an offer, the others count on it; after that they count facts.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import display, projection
from abm.agents.display import DECLINED, MEMBER, UNDECIDED
from abm.mechanisms import disclosure as d
from abm.mechanisms import litigation

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
CHANNELS = (d.CODE, d.DATA, d.POST_TRAINING)
"""One component of each kind of knowledge; the other of its pair teaches the same."""


def close_doors(market: "Market") -> None:
    """Let go of members to whom the club is no longer open, and forget what others thought."""
    labs = market.labs
    offered = market.rules.now("club_floor", labs.closed).any(axis=1)
    for row in np.flatnonzero(display.members(market) & ~offered).tolist():
        _note(market, market.lab_at(row), False, {"closed_to_it": True})
    labs.club = np.where(offered & labs.alive, labs.club, UNDECIDED)


def reconsider(lab: "Lab") -> None:
    """Join if it pays, leave if it no longer does."""
    market = lab.model
    if not market.rules.club_floor[int(lab.closed), lab.row].any():
        return
    inside, gain = int(lab.club) == MEMBER, worth(lab, int(lab.closed))
    partners = int(_partners(lab).sum())
    joins = gain > 0
    lab.club = MEMBER if joins else DECLINED
    if joins != inside:
        _note(market, lab, joins, {"gain": round(gain, 3), "partners": partners})
    if joins and not inside:
        others = display.members(market)
        others[lab.row] = False
        for other in np.flatnonzero(others).tolist():
            market.meet(lab.row, other)


def _note(market: "Market", lab: "Lab", joins: bool, reason: dict[str, float]) -> None:
    market.log("club", lab.name, "", float(joins), {**reason, **lab.snapshot()})


def _partners(lab: "Lab") -> Mask:
    """Labs that it counts on: members, and those who have not weighed the offer yet."""
    labs = lab.model.labs
    offered = lab.model.rules.now("club_floor", labs.closed).any(axis=1)
    found: Mask = labs.alive & offered & (labs.club != DECLINED)
    found[lab.row] = False
    return found


def worth(lab: "Lab", camp: int) -> float:
    """Value of membership over staying outside in a camp, USD m over the planning horizon.

    Zero if the club is not open there. Rivals who learn take customers, what partners show becomes
    the lab's own gain; outsiders no longer learn what the lab shows by choice.
    """
    market, s = lab.model, lab.model.scenario
    floor = market.rules.club_floor[camp, lab.row]
    if not floor.any():
        return 0.0
    gain = math.fsum(_of_channel(lab, component, floor) for component in CHANNELS)
    rise = np.maximum(floor - lab.disclosure, 0.0)
    work = s.strategy.horizon * s.disclosure.preparation_cost * float(rise.sum())
    return gain - work - _suits(lab, camp, float(rise[d.DATA]))


def _of_channel(lab: "Lab", component: int, floor: Floats) -> float:
    """Value of sharing one kind of knowledge inside rather than as an outsider."""
    market, partners = lab.model, _partners(lab)
    teaches, level, factor = projection.channel(market, component)
    own = np.asarray(lab.disclosure)
    asked = market.rules.now("club_floor", market.labs.closed)
    theirs = np.where(partners[:, None], np.maximum(market.labs.disclosure, asked), 0.0)
    kept = np.where((asked > 0) & partners[:, None], 0.0, market.labs.disclosure)
    outside = np.where(floor > 0, 0.0, own)
    inside = (
        np.where(partners, teaches(np.maximum(own, floor)), teaches(outside)),
        np.where(partners, teaches(theirs), teaches(market.labs.disclosure)),
    )
    alone = (np.full(partners.size, teaches(own)), teaches(kept))
    contacts = np.where(partners, market.scenario.knowledge.contact, 0.0)
    none = np.zeros(partners.size)
    after = _exchange(lab, level, factor, *inside, contacts)
    return after - _exchange(lab, level, factor, *alone, none)


def _exchange(
    lab: "Lab", level: Floats, factor: float, shown: Floats, seen: Floats, contacts: Floats
) -> float:
    """Own gain from what others show, minus what rivals win by what the lab shows, USD m.

    Args:
        lab: the lab.
        level: knowledge of all labs, OOM, shape (labs,).
        factor: how easily it spreads, relative to algorithms.
        shown: disclosure toward each lab, shape (labs,).
        seen: disclosure of each lab toward this one, shape (labs,).
        contacts: least access that they have to each other, shape (labs,).
    """
    market, p, row = lab.model, lab.model.scenario.knowledge, lab.row
    horizon, labs = market.scenario.strategy.horizon, market.labs
    gap = np.where(labs.alive, level[row] - level, 0.0)

    def learnt(access: Floats, ability: Floats, ease: Floats, told: Floats, back: Floats) -> Floats:
        returned = 1 - p.reciprocity + p.reciprocity * back
        taught = (p.recipe_rate - p.leak) * told**p.disclosure_exponent * returned
        rate = np.maximum(access, contacts) * ability * ease * factor * taught
        share: Floats = 1 - (1 - np.minimum(rate, 0.99)) ** horizon
        return share

    access, ease = market.access(), market.ease
    theirs = learnt(access[:, row], market.ability, ease[:, row], shown, seen)
    rivals = np.maximum(gap, 0.0) * theirs * market.outlook.lab_use * market.cosine[row]
    mine = learnt(access[row], market.ability[row], ease[row], seen, shown)
    # Pieces of knowledge overlap: the best single teacher bounds what the lab can count on.
    back = (mine * np.maximum(-gap, 0.0)).max()
    contest = projection.contested(lab)
    slope = projection.slope(market)
    return contest * float(np.exp(-slope * rivals.sum()) - np.exp(-slope * back))


def _suits(lab: "Lab", camp: int, rise: float) -> float:
    """Suits to which more data on display exposes, USD m over a year."""
    market, s, rules, own = lab.model, lab.model.scenario, lab.model.rules, (camp, lab.row)
    if rise <= 0 or not s.litigation.enabled:
        return 0.0
    shown = np.array([0.0, rise]) + lab.disclosure[d.DATA]
    rate = litigation.hazard(
        s.litigation,
        shown,
        lab.encumbered,
        lab.revenue_year,
        market.pending_suits,
        market.legal_regime,
        rules.exposure[own],
        rules.suits[own],
    )
    cap = float(rules.damages_cap[own])
    cost = litigation.expected_cost(s.litigation, rate, float(lab.cash), cap)
    return float(cost[1] - cost[0])
