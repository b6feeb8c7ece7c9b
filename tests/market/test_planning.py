"""Which base a lab builds its next run on, if any."""

import numpy as np
import pytest
from worlds import changed, closed_lab, lab, world

from abm.agents import planning
from abm.market import Market
from abm.mechanisms import capability
from abm.scenario import Scenario

TEACHER, SPECIALIST = 0, 1
COSTS = np.logspace(-2, 3, 21)


@pytest.fixture
def scenario() -> Scenario:
    """An open model, and a closed lab that works on code alone."""
    return world([lab("Teacher"), closed_lab("Specialist", focus=["code"])])


def chosen(market: Market, cost: float) -> int:
    bases, _ = planning.choose_bases(market, np.array([SPECIALIST]), np.array([cost]))
    return int(bases[0])


def gain(market: Market, cost: float) -> float:
    """What the open model would add to a run inside the focus, OOM."""
    p, row, base = market.scenario.capability, SPECIALIST, 2 * TEACHER
    log_compute = np.log10(cost * market.flop_per_musd[row])
    own = (
        log_compute,
        market.labs.focus[row],
        market.labs.algorithms[row],
        capability.data_gain(p, market.labs.data[row]),
    )
    short = capability.short(p, market.offers.log_compute[base], log_compute)
    usable = market.offers.base[base] + short
    added = capability.pretrained(p, *own, usable) - capability.pretrained(p, *own)
    return float((added * market.labs.focus[row]).sum())


def test_a_base_is_taken_only_for_a_gain_that_is_worth_a_release(scenario: Scenario) -> None:
    market = Market(scenario, seed=1)
    gains = np.array([gain(market, cost) for cost in COSTS])
    taken = np.array([chosen(market, cost) == 2 * TEACHER for cost in COSTS])
    assert (gains > 0).all()
    assert (taken == (gains > scenario.release.minimum_gain)).all()
    # The poorest lab builds on the base, and the richest trains from scratch.
    assert taken[0]
    assert not taken[-1]


def test_where_every_gain_is_released_every_gain_is_worth_a_base(scenario: Scenario) -> None:
    market = Market(changed(scenario, {"release.enabled": False}), seed=1)
    assert all(chosen(market, cost) == 2 * TEACHER for cost in COSTS[COSTS < 100])


def test_nobody_builds_on_its_own_weights(scenario: Scenario) -> None:
    market = Market(scenario, seed=1)
    bases, _ = planning.choose_bases(market, np.array([TEACHER]), np.array([0.01]))
    assert bases.tolist() == [-1]


def test_no_base_would_be_better_than_the_one_that_is_chosen() -> None:
    market = Market("status-quo-2023", seed=3)
    for _ in range(12):
        market.step()
    market.derive()
    p, labs, offers, rows = market.scenario.capability, market.labs, market.offers, market.living
    cost = np.logspace(-1, 2, rows.size)
    bases, inherited = planning.choose_bases(market, rows, cost)
    for row, spent, base, usable in zip(rows, cost, bases, inherited, strict=True):
        log_compute, focus = np.log10(spent * market.flop_per_musd[row]), labs.focus[row]
        own = (log_compute, focus, labs.algorithms[row], market.data_gain[row])
        others = market.downloadable[market.downloadable // 2 != row]
        short = capability.short(p, offers.log_compute[others], log_compute)
        able = offers.base[others] + short[:, None]
        worth = capability.pretrained(p, *own, able) @ focus
        needed = capability.pretrained(p, *own) @ focus + market.scenario.release.minimum_gain
        assert (base >= 0) == (worth.max() > needed)
        if base >= 0:
            assert base == others[worth.argmax()]
            assert usable.tolist() == able[worth.argmax()].tolist()
