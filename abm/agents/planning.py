"""How labs plan their next run: how much, on whose base, and for how long.

Every lab decides for itself, by its own funds, focus and data; the arithmetic is done for all that
plan in a month at once.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm.agents import ruled, support
from abm.mechanisms import capability, race, release
from abm.scenario.cast import LICENCES
from abm.streams import normals

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
SMALLEST_RUN = 0.01
"""USD m below which there is nothing to train with."""


def plan_runs(market: "Market") -> None:
    """Let every lab without a run plan one."""
    s, labs = market.scenario, market.labs
    if not s.capability.enabled:
        return
    rows = (labs.alive & (labs.run_left == 0)).nonzero()[0]
    usual = release.run_months(s.release, labs.last_cost[rows])
    means = liquid(market)[rows]
    if market.policies:
        # What is refunded buys more run for the same outlay.
        means /= 1 - support.credit_rates(market)[rows]
    cost = race.planned_run(s.race, means, market.ticket, usual)
    waits = np.zeros(rows.size, dtype=np.int64)
    if market.policies:
        cost, waits = _permitted(market, rows, cost)
    worthwhile = cost >= SMALLEST_RUN
    rows, cost, waits = rows[worthwhile], cost[worthwhile], waits[worthwhile]
    if rows.size == 0:
        return
    bases, inherited = choose_bases(market, rows, cost)
    labs.run_base[rows], labs.run_base_theta[rows] = bases, inherited
    labs.run_cost[rows] = labs.last_cost[rows] = cost
    labs.last_planned[rows] = market.month
    luck = normals(market.luck["slip"][rows])
    length = release.slipped(s.release, release.run_months(s.release, cost), luck)
    labs.run_length[rows] = labs.run_left[rows] = length + waits
    _take_weights(market, rows[bases >= 0])


def _permitted(market: "Market", rows: Rows, cost: Floats) -> tuple[Floats, Rows]:
    """Runs that the rules permit: within the cap, licensed or just below the threshold.

    Fees are paid at once.

    Args:
        market: the market.
        rows: labs that plan.
        cost: cost of the runs that they would plan, USD m.

    Returns:
        Cost of the runs, USD m, and months for which they wait for a licence.
    """
    cost, licensed = ruled.permitted_runs(market, rows, market.labs.closed[rows], cost)
    fee, wait = (
        np.where(licensed, market.rules.now(name, market.labs.closed)[rows], 0.0)
        for name in ("licence_fee", "licence_months")
    )
    market.collect_public("run_licence", market.ledger.labs, fee, rows)
    return cost, np.round(wait).astype(np.int64)


def liquid(market: "Market") -> Floats:
    """Funds that labs can commit over the coming year, USD m: cash, owner and operations."""
    labs, p = market.labs, market.scenario.talent
    payroll = p.wage * labs.wage * labs.researchers + p.staff_wage * labs.staff
    monthly = labs.parent_budget - payroll + market.granted
    funds: Floats = np.maximum(labs.cash + labs.revenue_year + 12 * monthly, 0.0)
    return funds


def choose_bases(market: "Market", rows: Rows, cost: Floats) -> tuple[Rows, Floats]:
    """Open model on which each lab's run would come out best, or -1 for training from scratch.

    Each lab judges by its own focus. Building on another's weights takes an edge to it in the
    network; it inherits the licence. A lab binds itself so only for a gain that is worth a release.

    Args:
        market: the market.
        rows: labs that plan.
        cost: cost of their runs, USD m.

    Returns:
        Rows of offers, -1 for none, shape of `rows`, and what a run can make of each, OOM, shape
        (rows, domains), which means nothing where there is none.
    """
    p, labs, offers = market.scenario.capability, market.labs, market.offers
    bases = market.downloadable
    if not p.reuse_enabled or p.base_reuse <= 0 or bases.size == 0:
        return np.full(rows.size, -1), np.zeros((rows.size, labs.base.shape[1]))
    log_compute = np.log10(cost * market.flop_per_musd[rows])
    focus = labs.focus.take(rows, axis=0)
    alone = capability.pretrained(
        p, log_compute, focus, labs.algorithms[rows], market.data_gain.take(rows, axis=0)
    )
    base = offers.base.take(bases, axis=0)
    short = capability.short(p, offers.log_compute[bases], log_compute[:, None])
    # A lab and a domain of its focus by row, bases by column.
    lab, domain = pairs = focus.nonzero()
    weight = focus[pairs]
    ahead = base.T.take(domain, axis=0) + short.take(lab, axis=0)
    ahead -= alone[pairs][:, None]
    bounded = capability.outside(weight, focus.shape[1])
    gain = capability.added(p, ahead, bounded[:, None])
    gain *= weight[:, None]
    each = np.arange(rows.size)
    # Sums in one order for all bases, unlike a product of matrices: equal ones stay equal.
    worth = np.add.reduceat(gain, lab.searchsorted(each))
    np.putmask(worth, bases // 2 == rows[:, None], 0.0)
    best = worth.argmax(axis=1)
    needed = release.noticeable_gain(market.scenario.release) + 1e-6
    chosen = np.where(worth[each, best] > needed, bases[best], -1)
    return chosen, base.take(best, axis=0) + short[each, best][:, None]


def _take_weights(market: "Market", rows: Rows) -> None:
    """Take the weights of open models as the start of the runs, by an edge to each."""
    labs = market.labs
    base = labs.run_base[rows]
    new = market.network.access(net.BUILDS_ON, labs.rows)[rows, base // 2] == 0
    for row, line in zip(rows[new].tolist(), base[new].tolist(), strict=True):
        market.network.join(net.lab_node(row), net.lab_node(line // 2), net.BUILDS_ON)
        market.meet(row, line // 2)
        _note_base(market, market.lab_at(row), line)


def _note_base(market: "Market", lab: "Lab", line: int) -> None:
    """Record that a lab builds on another's weights for the first time."""
    teacher = market.names[line // 2]
    reason = {
        "base": teacher,
        "run_cost": round(float(lab.run_cost), 3),
        "licence": LICENCES[int(market.offers.licence[line])],
        "breadth": int(lab.breadth),
    }
    market.log("base_reuse", lab.name, teacher, float(lab.run_cost), reason)
