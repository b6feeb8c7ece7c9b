"""Hiring, quits and moves of researchers."""

from typing import TYPE_CHECKING

import numpy as np

from abm.mechanisms import talent

if TYPE_CHECKING:
    from abm.market import Market


def move(market: "Market") -> None:
    """Let researchers quit and labs hire; people carry what they know to where they go."""
    p, labs = market.scenario.talent, market.labs
    alive, firms = labs.alive, np.count_nonzero(labs.alive)
    if not p.enabled or not firms:
        return
    people, wage, renown = labs.researchers, labs.wage, labs.renown
    left = talent.quits(p, people, renown)  # nobody where a lab is gone
    short = (labs.burn > 0) & (labs.cash < market.scenario.acquisition.seller_runway * labs.burn)
    laid_off = short & (alive > labs.owned)
    left += laid_off * (p.layoffs * people)
    affordable = _payroll(market) / (p.wage * wage)
    openings = (affordable - people) * (alive > laid_off)
    mean_renown, mean_wage = (np.array([renown, wage]) @ alive / firms).tolist()
    joined = talent.hires(p, openings, renown, mean_renown, wage / mean_wage)
    joined = np.minimum(joined, p.fastest_growth * people)
    pool = market.talent_pool + p.graduates + float(np.add.reduce(left))
    wanted = float(np.add.reduce(joined))
    if wanted > pool:
        joined *= pool / wanted
    market.talent_pool = pool - min(wanted, pool)
    people += joined - left
    labs.wage = talent.next_wage(p, wage, openings - joined, people)
    _carry(market, left, joined)


def _payroll(market: "Market") -> np.ndarray:
    """Monthly payroll that each lab is willing to carry: a share of what it can spend in a year."""
    labs, p = market.labs, market.scenario.talent
    income = labs.parent_budget + labs.revenue_year / 12
    spendable = np.maximum(labs.cash, 0.0) / market.scenario.capital.months_bought + income
    payroll: np.ndarray = np.maximum(p.payroll_share * spendable - p.staff_wage * labs.staff, 0.0)
    return payroll


def _carry(market: "Market", left: np.ndarray, joined: np.ndarray) -> None:
    """Move one edge a month with the people, from where they left to where they were hired."""
    if np.maximum.reduce(left) < 1.0 or np.maximum.reduce(joined) < 1.0:
        return
    source, target = (
        _drawn(people, market.streams.one("job move", end, market.month))
        for end, people in enumerate((left, joined))
    )
    market.network.link(target, source, market.scenario.knowledge.access)


def _drawn(people: np.ndarray, draw: float) -> int:
    """Row of one of the people, by inversion."""
    ladder = np.add.accumulate(people)
    return int(ladder.searchsorted(draw * ladder[-1]))
