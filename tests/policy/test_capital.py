"""Caps and licences on training runs; public capital when private capital is scarce."""

import numpy as np
import pytest
from levers_at_work import books_close, keeps_to_its_entries_and_its_strength, law
from levers_at_work import small as small_world
from worlds import changed, events

from abm.agents import anticipation, board, planning
from abm.ledger import SECTORS
from abm.market import Market
from abm.mechanisms import race
from abm.phases import capital, exits
from abm.policy.lever import Lever
from abm.policy.levers import ComputeCap, ComputeLicensing, CounterCyclicalCapital
from abm.record.explain import explain
from abm.scenario import Scenario

CLOSED_LAB, HOUSE, OPEN_LAB, WEAK = range(4)
STATE = SECTORS.index("G")

CAP = ComputeCap(kind="compute-cap", flop=3e23)
LICENCE = ComputeLicensing(kind="compute-licensing", threshold=5e22, fee=0.05, months=2)
BACKSTOP = CounterCyclicalCapital(kind="counter-cyclical-capital", below=0.8, floor=1.0)

COLD = {"capital.start_climate": 0.3, "capital.hazard": 0.0, "capital.strategic_share": 0.0}
"""A market in which no investor comes in."""


@pytest.fixture
def small() -> Scenario:
    return small_world()


BOUNDED = BACKSTOP.model_copy(update={"largest": 20.0})


@pytest.mark.parametrize("lever", [CAP, LICENCE, BOUNDED], ids=lambda x: x.kind)
def test_a_lever_keeps_to_its_entries_and_the_books_close(lever: Lever, small: Scenario) -> None:
    scenario = changed(small, {"capital.start_climate": 0.3, "acquisition.enabled": False})
    keeps_to_its_entries_and_its_strength(lever, scenario)
    books_close(lever, scenario)


# -- compute --------------------------------------------------------------------------------------


def planned(scenario: Scenario, lever: Lever | None) -> Market:
    """The market in which every lab has just planned a run."""
    market = Market(scenario, seed=1, policies=[] if lever is None else [law(lever)])
    market.labs.run_left[:] = 0
    market.ledger.open()
    market.fiscal_cost = 0.0
    if lever is not None:
        lever.act(market)
    planning.plan_runs(market)
    return market


def test_the_cap_binds_the_run(small: Scenario) -> None:
    scenario = changed(small, {"capability.reuse_enabled": False, "months": 12})
    free, capped = (Market(scenario, seed=1, policies=p) for p in ([], [law(CAP)]))
    for market in (free, capped):
        market.run()

    def largest(market: Market) -> float:
        return max(e.reason["log_compute"] for e in events(market, "release"))

    assert largest(free) > np.log10(CAP.flop)
    assert largest(capped) <= np.log10(CAP.flop) + 1e-3  # rounded to three digits


def test_capped_labs_plan_runs_that_end_at_the_cap(small: Scenario) -> None:
    free, capped = planned(small, None), planned(small, CAP)
    rows = np.flatnonzero(capped.labs.run_cost < free.labs.run_cost)
    assert rows.size > 0
    length = capped.labs.run_length[rows]
    grown = 10 ** (capped.scenario.capability.hardware_progress * length / 12)
    flop = capped.labs.run_cost[rows] * capped.flop_per_musd[rows] * grown
    assert (flop <= CAP.flop * (1 + 1e-9)).all()
    assert (flop >= 0.95 * CAP.flop).all()  # shorter than planned at first: less progress


def test_only_labs_in_scope_are_capped(small: Scenario) -> None:
    lever = CAP.model_copy(update={"scope": "open"})
    free, capped = planned(small, None), planned(small, lever)
    same = capped.labs.run_cost == free.labs.run_cost
    assert same[[CLOSED_LAB, HOUSE]].all()


def test_who_weighs_a_camp_sees_the_cap_that_waits_there(small: Scenario) -> None:
    market = Market(small, seed=1, policies=[law(CAP)])
    lab = market.lab_at(CLOSED_LAB)
    assert anticipation.of_rules(lab).tolist() == [0.0, 0.0]
    lab.last_cost = 100.0
    CAP.model_copy(update={"scope": "open"}).act(market)
    opened, closed = anticipation.of_rules(lab)
    assert opened < 0
    assert closed == 0


FLOP, THRESHOLD = 1e18, 1e20
"""A million dollars buy 1e18 FLOP, so the threshold is worth USD 100m."""


@pytest.mark.parametrize(
    ("budget", "fee", "setback", "funds", "cost", "licensed"),
    [
        (50.0, 1.0, 0.0, 1e3, 50.0, False),  # below the threshold nothing is asked
        (100.0, 1.0, 0.0, 1e3, 100.0, False),
        (300.0, 20.0, 0.0, 1e3, 280.0, True),  # the fee comes out of the budget
        (110.0, 20.0, 0.0, 1e3, 100.0, False),  # it would eat more than the run gains
        (300.0, 0.0, 0.4, 1e3, 300.0, True),
        (300.0, 0.0, 0.5, 1e3, 100.0, False),  # the wait costs more than log10(3)
        (300.0, 20.0, 0.0, 10.0, 100.0, False),  # no cash for the fee
    ],
)
def test_a_lab_takes_a_licence_or_stays_just_below(
    budget: float, fee: float, setback: float, funds: float, cost: float, licensed: bool
) -> None:
    values = [np.array([x]) for x in (budget, FLOP, THRESHOLD, fee, setback, funds)]
    found, taken = race.licensed_run(*values)
    assert found == pytest.approx([cost])
    assert taken.tolist() == [licensed]


def test_without_a_threshold_runs_are_what_they_were() -> None:
    cost = np.array([0.3, 7.0])
    free = race.licensed_run(cost, np.full(2, FLOP), np.full(2, np.inf), *np.zeros((2, 2)), cost)
    assert free[0].tolist() == cost.tolist()
    assert not free[1].any()


def test_licensed_runs_pay_the_state_and_wait(small: Scenario) -> None:
    free, ruled = planned(small, None), planned(small, LICENCE)
    labs = ruled.labs
    licensed = np.flatnonzero(np.isclose(labs.run_cost, free.labs.run_cost - 0.05))
    assert licensed.size > 0
    assert (labs.run_length >= free.labs.run_length)[licensed].all()
    assert (labs.run_length > free.labs.run_length)[licensed].any()
    assert ruled.ledger.flows["run_licence"][STATE] == pytest.approx(0.05 * licensed.size)
    assert ruled.fiscal_cost == pytest.approx(-0.05 * licensed.size)
    dear = planned(small, LICENCE.model_copy(update={"fee": 1e3}))
    assert "run_licence" not in dear.ledger.flows
    assert dear.labs.run_cost.max() < free.labs.run_cost.max()


# -- capital --------------------------------------------------------------------------------------


def funded(scenario: Scenario, lever: Lever | None) -> Market:
    """The market after its labs went out for money."""
    market = Market(scenario, seed=1)
    market.labs.last_gain[:] = 1.0
    market.labs.burn[:] = 1.0
    market.derive()
    market.ledger.open()
    market.fiscal_cost = 0.0
    if lever is not None:
        lever.act(market)
    capital.fund(market)
    return market


def test_in_the_cold_the_state_funds_and_holds_equity(small: Scenario) -> None:
    scenario = changed(small, COLD)
    assert events(funded(scenario, None), "funding") == []
    market = funded(scenario, BACKSTOP)
    rounds = events(market, "funding")
    assert {event.actor for event in rounds} == {"Closed", "Open", "Weak"}
    assert {event.counterpart for event in rounds} == {"the state"}
    total = sum(event.amount for event in rounds)
    assert market.fiscal_cost == pytest.approx(total)
    assert market.ledger.flows["public_equity"][STATE] == pytest.approx(-total)
    stakes = {event.actor: event.reason["dilution"] for event in rounds}
    for row in (CLOSED_LAB, OPEN_LAB, WEAK):
        held = float(market.labs.public_stake[row])
        assert held == pytest.approx(stakes[market.names[row]], abs=1e-4)
    told = {k: getattr(rounds[0], k) for k in ("kind", "actor", "counterpart", "amount", "reason")}
    assert "the state steps in" in explain({"month": 0, "date": "2023-10", **told})


def test_in_a_warm_market_it_stays_away(small: Scenario) -> None:
    warm = changed(small, {**COLD, "capital.start_climate": 0.8})
    market = funded(warm, BACKSTOP)
    assert events(market, "funding") == []
    assert market.fiscal_cost == 0


def test_a_round_of_the_state_is_bounded(small: Scenario) -> None:
    bounded = BACKSTOP.model_copy(update={"largest": 2.0})
    rounds = events(funded(changed(small, COLD), bounded), "funding")
    assert {event.amount for event in rounds} == {2.0}


def test_private_money_goes_first(small: Scenario) -> None:
    eager = changed(small, {**COLD, "capital.hazard": 1.0, "capital.start_climate": 0.7})
    free, backed = funded(eager, None), funded(eager, BACKSTOP)
    private = [e.actor for e in events(free, "funding")]
    assert private
    after = {e.actor: e.counterpart for e in events(backed, "funding")}
    assert {after[name] for name in private} == {"venture capital"}


def test_boards_count_on_the_state(small: Scenario) -> None:
    market = Market(changed(small, COLD), seed=1)
    market.labs.burn[:] = 1.0
    assert all(one.chance == 0 for one in board.weigh(market, market.living))
    BACKSTOP.act(market)
    assert board.weigh(market, np.array([WEAK]))[0].chance == 1


def test_later_rounds_dilute_the_state(small: Scenario) -> None:
    market = funded(changed(small, COLD), BACKSTOP)
    lab, held = market.lab_at(WEAK), float(market.labs.public_stake[WEAK])
    capital._close(market, lab, 10.0, 30.0, {}, public=False)
    assert lab.public_stake == pytest.approx(0.75 * held)
    capital._close(market, lab, 10.0, 30.0, {}, public=True)
    assert lab.public_stake == pytest.approx(0.75**2 * held + 0.25)


@pytest.mark.parametrize("way", ["bought", "kept by a cloud", "hired", "wound up"])
def test_the_state_gets_its_part_when_a_lab_ends(small: Scenario, way: str) -> None:
    market = Market(small, seed=1)
    lab, buyer = market.lab_at(WEAK), market.lab_at(CLOSED_LAB)
    lab.public_stake = 0.25
    cash, raised = float(lab.cash), float(lab.raised)
    market.ledger.open()
    market.fiscal_cost = 0.0
    if way == "bought":
        exits.buy(market, lab, buyer, 40.0, {})
        due = 40.0
    elif way == "kept by a cloud":
        exits.buy(market, lab, market.hosts[0], 40.0, {})
        due = 40.0
    elif way == "hired":
        exits.hire(market, lab, buyer, raised / 2, 0.8, {})
        due = raised / 2
    else:
        exits.wind_up(market, lab, {})
        due = cash
    assert market.fiscal_cost == pytest.approx(-0.25 * due)
    assert market.ledger.flows["public_equity"][STATE] == pytest.approx(0.25 * due)
    assert lab.public_stake == (0.25 if way == "hired" else 0.0)
    market.ledger.close()
