"""Merger control, non-discrimination by clouds, interoperability: each on its own mechanism."""

import numpy as np
import pytest
from levers_at_work import FIRMS, OFFICES, books_close, keeps_to_its_entries_and_its_strength, law
from levers_at_work import small as small_world
from worlds import changed, events

from abm.agents import ruled, sales
from abm.agents.offer import CLOSED, OPEN
from abm.errors import ScenarioError
from abm.ledger import SECTORS
from abm.market import Market
from abm.mechanisms import hosting as h
from abm.phases import bargaining, control, deals, demand, hosting, pressure, products
from abm.policy.lever import Lever
from abm.policy.levers import CloudNonDiscrimination, Interoperability, MergerControl
from abm.record.explain import explain
from abm.scenario import Scenario

CLOSED_LAB, HOUSE, OPEN_LAB, WEAK = range(4)
HOST, HOME = range(2)

STRICT = MergerControl(
    kind="merger-control", threshold_cut=1.0, block_shift=2.0, hires=1.0, longer=6.0
)
NEUTRAL_CLOUDS = CloudNonDiscrimination(
    kind="cloud-non-discrimination", scope="open", slots=2.0, lab_share=0.6
)
PORTABLE = Interoperability(kind="interoperability", eased=0.5, segments=[FIRMS])


@pytest.fixture
def small() -> Scenario:
    return small_world()


@pytest.mark.parametrize("lever", [STRICT, NEUTRAL_CLOUDS, PORTABLE], ids=lambda x: x.kind)
def test_a_lever_keeps_to_its_entries_and_the_books_close(lever: Lever, small: Scenario) -> None:
    keeps_to_its_entries_and_its_strength(lever, small)
    books_close(lever, small)


# -- merger control -------------------------------------------------------------------------------

FEARED = {
    "acquisition.significant": 1.0,
    "acquisition.review_intercept": 4.0,
    "acquisition.notification": 100.0,
}
"""Reviews that block nearly everything, so that licence-and-hire is the way around them."""


def sold(market: Market, price: float = 200.0) -> None:
    """Sell the weak lab to the closed one."""
    deals._choose_route(market, market.lab_at(WEAK), market.lab_at(CLOSED_LAB), price, {})


def test_who_would_be_hired_away_is_reviewed_instead(small: Scenario) -> None:
    free, strict = Market(changed(small, FEARED), seed=1), Market(changed(small, FEARED), seed=1)
    STRICT.act(strict)
    sold(free)
    sold(strict)
    assert [event.counterpart for event in events(free, "licence_and_hire")] == ["Closed"]
    assert events(strict, "licence_and_hire") == []
    (deal,) = strict.pending_deals
    assert not deal.reason["caught"]  # it would have been for sure, so nobody tried
    usual = round(strict.scenario.acquisition.review_months)
    assert deal.due == strict.month + usual + 6


def test_half_of_the_hires_are_caught(small: Scenario) -> None:
    half = STRICT.model_copy(update={"hires": 0.5, "block_shift": 0.0})
    hired = 0
    for seed in range(60):
        market = Market(changed(small, FEARED), seed=seed)
        half.act(market)
        market.labs.cash[WEAK] = 0.0  # people are all that it is worth
        sold(market)
        hired += len(events(market, "licence_and_hire"))
    assert 15 < hired < 45  # binomial: outside once in some 8,000 sets of seeds


def test_a_block_is_likelier_by_the_shift(small: Scenario) -> None:
    market = Market(small, seed=1)
    STRICT.act(market)
    seller, buyers = market.lab_at(WEAK), np.array([CLOSED_LAB, market.clouds.own_lab[HOST]])
    after = control.review(market, seller, buyers).block
    before = control.review(market, seller, buyers, ruled=False).block
    odds = np.log(after / (1 - after)) - np.log(before / (1 - before))
    assert odds == pytest.approx(2.0)
    assert not control.review(market, seller, buyers, ruled=False).hires


def test_bidders_take_what_the_rules_put_at_risk_off_their_bids(small: Scenario) -> None:
    scenario = changed(small, {"acquisition.notification": 100.0})
    market = Market(scenario, seed=1, policies=[law(STRICT)])
    seller, buyers = market.lab_at(WEAK), np.array([CLOSED_LAB, CLOSED_LAB])
    value = np.array([50.0, 500.0])
    assert control.shaded(market, seller, buyers, value).tolist() == value.tolist()
    STRICT.act(market)
    ruled = control.review(market, seller, buyers).risk[0]
    before = control.review(market, seller, buyers, ruled=False).risk[0]
    offered = control.shaded(market, seller, buyers, value)
    # The small deal was not notifiable at all before.
    assert offered == pytest.approx([50 * (1 - ruled), 500 * (1 - ruled + before)])
    assert 0 < before < ruled


def test_only_sales_in_scope_are_reviewed_more_strictly(small: Scenario) -> None:
    market = Market(small, seed=1)
    STRICT.model_copy(update={"scope": "closed"}).act(market)
    strict = [
        control.review(market, market.lab_at(row), market.clouds.own_lab[HOST]).hires
        for row in (CLOSED_LAB, OPEN_LAB)
    ]
    assert strict == [1.0, 0.0]


def test_sales_that_would_go_through_are_blocked_and_end_in_closure(small: Scenario) -> None:
    calm = {"acquisition.review_intercept": -10.0, "acquisition.significant": 1.0, "months": 3}
    ends = {}
    for name, lever in (
        ("free", None),
        ("strict", STRICT.model_copy(update={"block_shift": 20.0, "longer": 0.0})),
    ):
        scenario = changed(small, {**calm, "acquisition.review_months": 1})
        market = Market(scenario, seed=1, policies=[] if lever is None else [law(lever)])
        market.step()
        sold(market, 150.0)
        market.step()
        market.step()
        ends[name] = [e.kind for e in market.events if e.actor == "Weak" and e.month >= 1]
    assert "acquisition" in ends["free"]
    assert "blocked" not in ends["free"]
    assert "blocked" in ends["strict"]
    assert "acquisition" not in ends["strict"]


# -- clouds ---------------------------------------------------------------------------------------

DEAR = {"hosting.slot_cost": 1e3, "hosting.review_months": 3}
"""No slot earns its keep."""


def catalogues(scenario: Scenario, months: int, lever: Lever | None) -> Market:
    market = Market(scenario, seed=1, policies=[] if lever is None else [law(lever)])
    for _ in range(months):
        market.step()
    return market


def asked(scenario: Scenario) -> Market:
    """The market of the first month: clouds have heard what customers ask for, and all review."""
    market = Market(scenario, seed=1)
    market.clouds.calendar[:] = 0
    pressure.press(market)
    return market


def test_reserved_slots_are_filled_at_a_loss_and_kept(small: Scenario) -> None:
    scenario = changed(small, DEAR)
    free, bound = (catalogues(scenario, 4, lever) for lever in (None, NEUTRAL_CLOUDS))
    open_lines = np.arange(free.offers.rows) % 2 == OPEN
    assert not free.offers.listed[open_lines].any()
    assert bound.offers.listed[open_lines].sum(axis=0).tolist() == [2, 2]
    assert not bound.offers.listed[2 * CLOSED_LAB + CLOSED].any()
    hosted = events(bound, "hosted")
    assert len(hosted) == 4
    assert all(event.reason["reserved"] for event in hosted)
    assert all(event.reason["net"] < event.reason["slot_cost"] for event in hosted)
    row = {
        "month": 0,
        "date": "2023-10",
        **{k: getattr(hosted[0], k) for k in ("kind", "actor", "counterpart", "amount", "reason")},
    }
    assert "reserved by law" in explain(row)


def test_the_cloud_pays_for_reserved_slots(small: Scenario) -> None:
    market, clouds = asked(changed(small, DEAR)), SECTORS.index("C")
    NEUTRAL_CLOUDS.act(market)
    hosting.revise_catalogues(market)
    p = market.scenario.hosting
    assert market.ledger.flows["onboarding"][clouds] == pytest.approx(-4 * p.onboarding)
    # Each cloud now has two, next to the one that Host started with.
    upkeep = [sum(h.slot_cost(p, n) for n in range(1, slots + 1)) for slots in market.clouds.slots]
    assert market.ledger.flows["slots"][clouds] == pytest.approx(-sum(upkeep))
    assert sum(upkeep) >= 2 * (1 + 2) * p.slot_cost


def test_a_slot_goes_to_nobody_of_the_clouds_own_house(small: Scenario) -> None:
    lever = NEUTRAL_CLOUDS.model_copy(update={"scope": "closed", "slots": 5.0})
    market = catalogues(changed(small, DEAR), 3, lever)
    lists = market.offers.listed[CLOSED::2]
    assert lists[:, HOST][:2].all()
    assert lists[:, HOME][:2].tolist() == [True, False]


def test_a_better_model_takes_over_a_reserved_slot(small: Scenario) -> None:
    one = NEUTRAL_CLOUDS.model_copy(update={"slots": 1.0})
    market = catalogues(changed(small, DEAR), 1, one)
    lines = {2 * OPEN_LAB, 2 * WEAK}
    (first,) = lines & set(np.flatnonzero(market.offers.listed[:, HOST]).tolist())
    (other,) = lines - {first}
    market.offers.live[other] = True
    market.communities.use[:, other] = 0.9
    market.communities.use[:, first] = 0.0
    demand.measure(market, market.outlook)
    market.month = 3
    one.act(market)
    hosting.revise_catalogues(market)
    assert market.offers.listed[other, HOST]
    assert not market.offers.listed[first, HOST]


def test_clouds_may_not_mark_down_rivals_of_their_own_lab(small: Scenario) -> None:
    market = asked(small)
    market.outlook.lab_use[HOUSE] = 0.3
    before = bargaining.bargain(market, HOME)
    NEUTRAL_CLOUDS.act(market)
    after = bargaining.bargain(market, HOME)
    line = 2 * OPEN_LAB
    assert before.cannibalised[line] > 0
    assert after.cannibalised[line] == 0
    assert after.cannibalised[2 * CLOSED_LAB + CLOSED] > 0  # out of scope


def test_labs_in_scope_get_their_least_share_of_the_profit(small: Scenario) -> None:
    market = asked(small)
    free = bargaining.bargain(market, HOST)
    NEUTRAL_CLOUDS.act(market)
    bound = bargaining.bargain(market, HOST)
    line = 2 * OPEN_LAB
    assert free.royalty[line] == 0  # anyone may host permissive weights
    paid = bound.royalty[line] * bound.revenue[line]
    assert paid == pytest.approx(0.6 * free.margin[line])
    assert bound.margin[line] == pytest.approx(0.4 * free.margin[line])
    assert bound.net[line] < free.net[line]


# -- interoperability -----------------------------------------------------------------------------


def test_half_the_friction_is_half_the_stay(small: Scenario) -> None:
    market = Market(small, seed=1, policies="placebo")
    before = market.reconsiders()
    PORTABLE.act(market)
    after = market.reconsiders()
    assert 1 / after == pytest.approx(1 / before * [0.5, 1.0])
    market.segments.hazard[:] = 0.9
    assert market.reconsiders().max() == 1.0


def test_customers_of_the_segment_move_faster_and_others_do_not(small: Scenario) -> None:
    scenario = changed(small, {"demand.network": 0.0})
    moved = []
    for lever in (None, PORTABLE):
        market = Market(scenario, seed=1, policies="placebo")
        market.communities.use[...] = 0.0
        if lever is not None:
            lever.act(market)
        demand.choose(market, demand.supply(market))
        moved.append(market.communities.use.sum(axis=1))
    firms = np.array(market.segments.names)[market.communities.segment] == FIRMS
    assert moved[1][firms] == pytest.approx(2 * moved[0][firms])
    assert moved[1][~firms].tolist() == moved[0][~firms].tolist()


def test_eased_customers_choose_as_if_neighbours_weighed_half_and_they_came_back_twice_as_often(
    small: Scenario,
) -> None:
    market = Market(changed(small, {"demand.network": 0.8}), seed=1, policies="placebo")
    start = market.communities.use.copy()
    PORTABLE.act(market)
    demand.choose(market, demand.supply(market))
    eased = market.communities.use.copy()
    market.rules.reset()
    market.scenario = changed(small, {"demand.network": 0.4})
    market.segments.hazard[0] *= 2
    market.communities.use[...] = start
    demand.choose(market, demand.supply(market))
    firms = np.array(market.segments.names)[market.communities.segment] == FIRMS
    assert eased[firms] == pytest.approx(market.communities.use[firms])
    assert np.abs(eased[~firms] - market.communities.use[~firms]).max() > 1e-6


def test_the_pull_of_neighbours_weakens(small: Scenario) -> None:
    market = Market(changed(small, {"demand.network": 0.9}), seed=1, policies="placebo")
    market.offers.use[2 * OPEN_LAB] = 0.5
    with_friction = demand.supply(market).odds[:, 2 * OPEN_LAB]
    PORTABLE.act(market)
    without = demand.supply(market).odds[:, 2 * OPEN_LAB]
    assert without[0] < with_friction[0]
    assert without[1] == with_friction[1]


def test_the_moat_holds_fewer_and_labs_foresee_it(small: Scenario) -> None:
    market = Market(small, seed=1, policies=[law(PORTABLE)])
    firm, p = market.lab_at(CLOSED_LAB), market.scenario.product
    firm.moat = 1.0
    seats, theta = float(firm.seats), firm.theta[None]
    expected = sales.product_profit(market, firm, theta)[0]
    products.grow(market)
    grown = float(firm.seats)
    firm.seats, firm.moat = seats, 1.0
    PORTABLE.act(market)
    products.grow(market)
    assert grown - float(firm.seats) == pytest.approx(seats * p.churn * p.moat_strength * 0.5)
    firm.seats, firm.moat = seats, 1.0
    foreseen = sales.product_profit(market, firm, theta)[0]
    lost = p.churn * p.moat_strength * 0.5
    assert foreseen[0] == pytest.approx(expected[0] * (1 - lost) ** 12)
    assert foreseen[1] == expected[1]
    assert ruled.product_retention(firm, 12.0).tolist() == pytest.approx([(1 - lost) ** 12, 1.0])


def test_a_segment_that_the_world_lacks_is_an_error_before_the_first_month(
    small: Scenario,
) -> None:
    lost = Interoperability(kind="interoperability", segments=["firm", OFFICES])
    with pytest.raises(ScenarioError, match=r'"firm".*no such segment; did you mean firms\?'):
        Market(small, seed=1, policies=[law(lost)])


def test_a_duty_on_customers_takes_no_scope() -> None:
    with pytest.raises(ValueError, match="binds customers of all labs"):
        Interoperability(kind="interoperability", scope="open")
