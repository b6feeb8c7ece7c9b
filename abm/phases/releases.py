"""Releases: finished models go on the market, and leaders win renown."""

from itertools import compress
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import projection
from abm.agents.offer import OPEN
from abm.mechanisms import disclosure as d
from abm.mechanisms import release as timing
from abm.phases.training import mergeable
from abm.scenario.cast import LICENCES

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def release(market: "Market") -> None:
    """Put finished models on the market where that is worth it, and win renown."""
    rows, line, gain = _ready(market)
    if rows.size:
        _publish(market, rows, line, gain)
    market.labs.renown *= 1 - market.scenario.talent.renown_decay


def _ready(market: "Market") -> tuple[Rows, Rows, Floats]:
    """Labs with a finished model that is worth a release, their lines, and the gains over those."""
    s, labs, offers = market.scenario, market.labs, market.offers
    rows = (labs.alive & (labs.log_compute > 0)).nonzero()[0]
    line = 2 * rows + labs.closed[rows]
    first = ~offers.live[line]
    lead = labs.theta.take(rows, axis=0) - offers.theta.take(line, axis=0)
    gain = np.einsum("rd,rd->r", lead, labs.focus.take(rows, axis=0))
    gain[first] = np.inf
    other = offers.base.take(line, axis=0) != labs.base.take(rows, axis=0)
    fresh = first | np.logical_or.reduce(other, axis=1)
    worth = timing.worth_releasing(s.release, gain, labs.renown[rows])
    out = fresh & (gain > 0) & worth
    if market.policies:
        out[out] = [_answers_for(market, row) for row in rows[out].tolist()]
    return rows[out], line[out], gain[out]


def _answers_for(market: "Market", row: int) -> bool:
    """Whether a release is worth the damages that its lab would answer for; if not, it waits."""
    lab = market.lab_at(row)
    due = float(market.rules.liability[int(lab.closed), row])
    if due <= 0:
        return True
    worth = projection.of_release(lab)
    if worth < due and not lab.held:
        reason = {"worth": round(worth, 3), "expected_damages": round(due, 3), **lab.snapshot()}
        market.log("held_back", lab.name, "", due, reason)
    lab.held = worth < due
    return worth >= due


def _publish(market: "Market", rows: Rows, line: Rows, gain: Floats) -> None:
    """Let the models replace the last ones on their lines.

    Args:
        market: the market.
        rows: labs that release.
        line: rows of their offers.
        gain: over the last model on the line, OOM; infinite for a first one.
    """
    s, labs, offers = market.scenario, market.labs, market.offers
    is_open = line % 2 == OPEN
    _merge(market, rows[is_open])
    first, clause = ~offers.live[line], offers.licence[line]
    ahead = labs.theta.take(rows, axis=0) > market.frontier
    market.put_on_market(rows, line, market.month)
    market.answer_for(rows)
    level, leads = _standing(market, line)
    if s.talent.enabled:
        first_rate = leads | np.logical_or.reduce(ahead, axis=1)
        fame = first_rate * s.talent.leader_renown
        labs.renown[rows] += np.maximum(fame, s.talent.open_renown * is_open)
    labs.last_gain[rows] = np.where(first, s.capital.trigger_gain, gain)
    market.dearest_run = max(market.dearest_run, *labs.model_cost[rows].tolist())
    for row in rows[first].tolist():
        market.refresh_distillation(row)
    changed = ~first & is_open & (offers.licence[line] != clause)
    for own, before in zip(line[changed].tolist(), clause[changed].tolist(), strict=True):
        _note_licence(market, own, before)
    _note_releases(market, line, level, gain, leads, ahead)


def _merge(market: "Market", rows: Rows) -> None:
    """What open labs merged is part of their models now; the rest has to be redone for those."""
    market.labs.disclosure[rows, d.WEIGHTS] = 1.0
    market.offers.contributions[2 * rows + OPEN] *= 1 - mergeable(market, rows)


def _standing(market: "Market", line: Rows) -> tuple[Floats, NDArray[np.bool_]]:
    """How good models are over all domains, OOM, and whether every other of their camp is worse."""
    offers, camp = market.offers, line % 2
    level = np.where(offers.live, offers.theta @ market.domain_value, -np.inf)
    by_camp = level.reshape(-1, 2).T.copy()
    best = np.maximum.reduce(by_camp, axis=1)
    alone = np.add.reduce(by_camp == best[:, None], axis=1) == 1
    reached = level[line]
    leads: NDArray[np.bool_] = (reached == best[camp]) & alone[camp]
    return reached, leads


def _note_licence(market: "Market", line: int, before: int) -> None:
    """Record that the licence of a line changed with the base that it is built on."""
    after, own = int(market.offers.licence[line]), market.names[line // 2]
    owner = market.names[int(market.offers.owner[line])]
    reason = {"from": LICENCES[before], "to": LICENCES[after], "inherited_from": owner}
    # Back on weights of its own, a lab is bound by nobody.
    market.log("licence_change", own, "" if owner == own else owner, float(after), reason)


def _note_releases(
    market: "Market",
    line: Rows,
    level: Floats,
    gain: Floats,
    leads: NDArray[np.bool_],
    ahead: NDArray[np.bool_],
) -> None:
    """Record releases, each with what it is and what it leads."""
    labs, offers, domains = market.labs, market.offers, market.scenario.domains
    cost = labs.model_cost[line // 2]
    facts = (
        line,
        cost,
        leads,
        ahead,
        offers.built_on[line],
        offers.version[line],
        np.array([level, gain, cost, offers.log_compute[line]]).round(3).T,
        labs.disclosure.take(line // 2, axis=0).round(2),
    )
    for own, amount, led, first, built_on, version, told, shown in zip(
        *(fact.tolist() for fact in facts), strict=True
    ):
        capability, gained, run_cost, log_compute = told
        reason = {
            "camp": "open" if own % 2 == OPEN else "closed",
            "version": version,
            "capability": capability,
            "gain": gained if isfinite(gained) else None,
            "leads_camp": led,
            "leads_domains": list(compress(domains, first)),
            "run_cost": run_cost,
            "log_compute": log_compute,
            "disclosure": shown,
            "line": own,
        }
        base = "" if built_on < 0 else market.names[built_on // 2]
        market.log("release", market.names[own // 2], base, amount, reason)
