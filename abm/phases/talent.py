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
    left = alive * talent.quits(p, labs.researchers, labs.renown)
    short = (labs.burn > 0) & (labs.cash < market.scenario.acquisition.seller_runway * labs.burn)
    laid_off = alive & short & ~labs.owned
    left += laid_off * (p.layoffs * labs.researchers)
    affordable = _payroll(market) / (p.wage * labs.wage)
    openings = np.where(alive & ~laid_off, affordable - labs.researchers, 0.0)
    joined = talent.hires(
        p,
        openings,
        labs.renown,
        float(labs.renown[alive].sum()) / firms,
        labs.wage / (float(labs.wage[alive].sum()) / firms),
    )
    joined = np.minimum(joined, p.fastest_growth * labs.researchers)
    market.talent_pool += p.graduates + float(left.sum())
    joined *= min(1.0, market.talent_pool / max(float(joined.sum()), 1e-9))
    market.talent_pool -= float(joined.sum())
    labs.researchers += joined - left
    labs.wage = talent.next_wage(p, labs.wage, openings - joined, labs.researchers)
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
    if left.max(initial=0.0) < 1.0 or joined.max(initial=0.0) < 1.0:
        return
    source, target = (
        int(people.cumsum().searchsorted(draw * people.sum()))
        for people, draw in (
            (left, market.streams.one("job move", 0, market.month)),
            (joined, market.streams.one("job move", 1, market.month)),
        )
    )
    market.network.link(target, source, market.scenario.knowledge.access)
