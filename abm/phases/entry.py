"""Entry of new labs and spin-offs."""

from itertools import compress
from math import log
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from abm import network as net
from abm import streams as keyed
from abm.agents import strategy
from abm.agents.lab import Lab, OpenLab
from abm.ledger import INVESTORS
from abm.mechanisms import entry

if TYPE_CHECKING:
    from abm.market import Market


def enter(market: "Market") -> None:
    """Let new labs enter, most of them founded by leavers of living labs."""
    s = market.scenario
    p = s.entry
    if not p.enabled:
        return
    world = keyed.name_key("world")
    mean = entry.expected_entrants(p, market.climate, _prospect(market))
    count = entry.poisson(mean, market.streams.one("entrants", world, market.month))
    for ordinal in range(count):
        if len(market.names) >= market.labs.rows:
            break
        _found(market, ordinal)
    market.founders *= 1 - p.disruption_decay


def _prospect(market: "Market") -> float:
    """What recent entrants became worth over the money put into them (log, bounded later).

    Those that ended count with what came back to their investors. Recent is as far back as anybody
    remembers revenue; before the first entrant, founders look at the firms that there are.
    """
    labs = market.labs
    oldest, founded = max(market.month - labs.revenue_path.shape[1], 0), len(market.names)
    entrants = labs.born[:founded] >= oldest
    free = labs.alive[:founded] & ~labs.owned[:founded]
    counted = (entrants if np.count_nonzero(entrants) else free).astype(np.float64)
    invested = float(counted @ labs.raised[:founded])
    if invested <= 0:
        return 0.0
    worth = counted @ labs.returned[:founded] + (counted * free) @ labs.value[:founded]
    return log(max(float(worth) / invested, 1e-3))


def _found(market: "Market", ordinal: int) -> None:
    """Found one lab: parent, people, seed money, focus."""
    s, labs = market.scenario, market.labs
    p, row = s.entry, len(market.names)
    parent = _parent(market, ordinal)
    parent_key = keyed.name_key("world") if parent is None else int(labs.key[parent])
    key = keyed.descend(parent_key, market.month, ordinal)
    draws = market.streams.few("founding", key, market.month, range(5))
    name = f"Entrant {row - len(s.labs) + 1}"
    lab = OpenLab(market, labs, row, name)
    market.seat(lab)
    market.network.add_node(net.lab_node(row), kind="lab", name=name, row=row)
    lab.key, lab.alive, lab.born = key, True, market.month
    lab.calendar = int(12 * draws[4])
    lab.researchers = _founders(market, parent, p.founders * (0.5 + draws[0]))
    seed = p.seed_round * market.climate * (0.5 + draws[1])
    ledger = market.ledger
    ledger.pay("equity", INVESTORS, ledger.labs, seed, None, row)
    lab.raised, lab.wage, lab.founders_share = seed, 1.0, p.founders_stake
    lab.encumbered = 0.5
    lab.licence = 0
    _know(market, lab, parent, draws[2])
    n = len(s.domains)
    lab.focus, lab.breadth = 1 / n, n
    breadth = strategy.BREADTHS[
        min(int(draws[3] * len(strategy.BREADTHS)), len(strategy.BREADTHS) - 1)
    ]
    lab.focus = strategy.best_focuses(lab, [breadth])[0]
    lab.breadth = np.count_nonzero(lab.focus > 1e-9)
    reason = {
        "climate": round(market.climate, 3),
        "seed": round(float(seed), 2),
        "founders": round(float(lab.researchers), 1),
        "focus": list(compress(s.domains, lab.focus > 1e-9)),
    }
    kind = "entry" if parent is None else "spin_off"
    market.log(kind, name, "" if parent is None else market.names[parent], float(seed), reason)


def _founders(market: "Market", parent: int | None, wanted: float) -> float:
    """People who found the lab: they leave the parent, or come from the pool."""
    if parent is None:
        found = min(wanted, max(market.talent_pool, 1.0))
        market.talent_pool -= found
        return float(found)
    found = min(wanted, 0.5 * float(market.labs.researchers[parent]))
    market.labs.researchers[parent] -= found
    return found


def _parent(market: "Market", ordinal: int) -> int | None:
    """Lab whose leavers found the new one, in proportion to its size; none for outsiders."""
    labs, living = market.labs, market.living
    draw = market.streams.few(
        "parent", keyed.name_key("world"), market.month, (2 * ordinal, 2 * ordinal + 1)
    )
    # Disruption by recent mergers and closures frees founders.
    freed = market.founders / (market.founders + market.scenario.entry.disruption_half)
    share = market.scenario.entry.spin_off_share * (1 + freed)
    if draw[0] >= min(share, 1.0) or living.size == 0:
        return None
    ladder = labs.researchers[living].cumsum()
    return int(living[min(int(ladder.searchsorted(draw[1] * ladder[-1])), living.size - 1)])


def _know(market: "Market", lab: Lab, parent: int | None, draw: float) -> None:
    """Give an entrant what its founders take along, and whom they know."""
    s, labs = market.scenario, market.labs
    p = s.entry
    living = market.living
    living = living[living != lab.row]
    # Where nobody is left, what was known to those who were there is the trade's knowledge still.
    known = living if living.size else np.arange(lab.row)
    floor = median(labs.algorithms[known].tolist())
    if parent is None:
        lab.algorithms = floor - p.outsider_gap
        by_domain = labs.data[known].T.tolist()
        lab.data = p.outsider_data * np.array([median(stock) for stock in by_domain])
        if living.size:
            friend = int(living[min(int(draw * living.size), living.size - 1)])
            market.network.link(lab.row, friend, s.knowledge.access)
    else:
        lost = (1 - p.inheritance) * (float(labs.algorithms[parent]) - (floor - 1.0))
        lab.algorithms = float(labs.algorithms[parent]) - max(lost, 0.0)
        lab.data = p.inheritance * labs.data[parent]
        lab.comparisons = p.carried_feedback * p.inheritance * labs.comparisons[parent]
        market.network.link(lab.row, parent, s.knowledge.access)
        market.network.link(parent, lab.row, s.knowledge.access)
        market.network.join(net.lab_node(lab.row), net.lab_node(parent), net.SPUN_OFF_FROM)
        neighbours = market.access()[parent].nonzero()[0][: s.knowledge.degree // 2]
        for other in neighbours.tolist():
            market.network.link(lab.row, other, s.knowledge.access)
    lab.curated = np.add.reduce(lab.data) / len(s.domains)
    lab.disclosure = 0.0
    market.refresh_distillation(lab.row)
