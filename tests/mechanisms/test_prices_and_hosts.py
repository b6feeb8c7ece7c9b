"""Prices, listings and the split of their revenue: closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm.mechanisms import hosting, pressure, pricing
from abm.scenario.parameters import Demand, Hosting, Pressure, Pricing

PROPERTY = settings(deadline=None, derandomize=True)
money = st.floats(0, 1e4)


@pytest.mark.parametrize(("elasticity", "expected"), [(0.5, 3.0), (0.25, 5.0), (2.0, 1.5)])
def test_the_mark_up_is_that_of_a_monopolistic_competitor(
    elasticity: float, expected: float
) -> None:
    """eta / (eta - 1) with eta = 1 + e is 1 + 1 / e."""
    assert pricing.markup(np.array([elasticity]))[0] == pytest.approx(expected)


def test_the_mark_up_maximises_profit_at_constant_elasticity() -> None:
    """A seller whose revenue falls with elasticity e faces demand p^-(1 + e)."""
    steep, cost = 0.5, 2.0
    prices = np.linspace(cost, 20, 200_001)
    best = prices[np.argmax((prices - cost) * prices ** -(1 + steep))]
    assert best == pytest.approx(cost * pricing.markup(np.array([steep]))[0], abs=1e-3)


def adjusted(price: float, stance: int = 0, may_undercut: bool = False, **p: float) -> float:
    return float(
        pricing.adjust(
            Pricing(**p),
            np.array([price]),
            np.array([2.0]),
            np.array([3.0]),
            np.array([stance], dtype=float),
            np.array([may_undercut]),
        )[0]
    )


def test_a_new_price_starts_at_its_target() -> None:
    assert adjusted(0.0) == pytest.approx(6.0)


def test_a_price_closes_part_of_the_gap_in_logs() -> None:
    assert adjusted(12.0, adjustment=0.5) == pytest.approx(12.0 * 0.5**0.5)
    assert adjusted(6.0) == pytest.approx(6.0)


def test_a_stance_shifts_the_target() -> None:
    assert adjusted(0.0, stance=1, stance_step=0.25) == pytest.approx(6.0 * np.exp(0.25))
    assert adjusted(0.0, stance=-1, stance_step=0.25) == pytest.approx(6.0 * np.exp(-0.25))


def test_nobody_sells_below_cost_who_cannot_afford_it() -> None:
    assert adjusted(0.1, adjustment=0.0) == 2.0
    assert adjusted(0.1, adjustment=0.0, may_undercut=True) == 1.0


def test_serving_cost_follows_size_and_gets_cheaper() -> None:
    p = Pricing(reference_cost=6, reference_compute=25, cost_exponent=0.5, serving_progress=3.0)
    assert pricing.unit_cost(p, np.array([25.0, 23.0]), 0) == pytest.approx([6.0, 0.6])
    assert pricing.unit_cost(p, np.array([25.0]), 12) == pytest.approx([2.0])


def test_a_hosts_margin_falls_with_its_rivals() -> None:
    prices = pricing.host_price(Pricing(host_margin=0.5), np.full(3, 2.0), np.array([0, 1, 5]))
    assert prices == pytest.approx([3.0, 3.0, 2.2])


@PROPERTY
@given(money, money, money, st.floats(0.3, 0.6))
def test_the_split_is_nash(profit: float, lab: float, cloud: float, weight: float) -> None:
    p = Hosting(bargaining=weight)
    paid = float(hosting.nash_transfer(p, *(np.array([x]) for x in (profit, lab, cloud)))[0])
    assert 0 <= paid <= profit
    if profit >= lab + cloud:
        assert paid == pytest.approx(lab + weight * (profit - lab - cloud), abs=1e-9)
        assert paid >= lab - 1e-9
        assert profit - paid >= cloud - 1e-9


def test_the_split_maximises_the_nash_product() -> None:
    profit, lab, cloud, b = 10.0, 2.0, 1.0, 0.4
    grid = np.linspace(lab, profit - cloud, 100_001)
    product = (grid - lab) ** b * (profit - grid - cloud) ** (1 - b)
    paid = hosting.nash_transfer(Hosting(bargaining=b), *map(np.array, (profit, lab, cloud)))
    assert float(paid) == pytest.approx(grid[np.argmax(product)], abs=1e-3)


def test_a_licence_that_cannot_be_enforced_earns_nothing() -> None:
    everything = np.array([5.0])
    paid = hosting.nash_transfer(Hosting(), everything, np.zeros(1), everything)
    assert paid[0] == 0.0


def redundancy(candidate: float, listed: list[float], cosine: float = 1.0) -> float:
    """Redundancy of one candidate beside listed models of the same overlap with it."""
    overlap, level = np.full((len(listed), 1), cosine), np.array(listed)[:, None]
    return float(hosting.redundancy(hosting.cover(overlap, np.array([candidate]), level))[0])


def test_a_clone_of_a_listed_model_is_redundant() -> None:
    assert redundancy(25.0, [25.0]) == 1.0


def test_a_better_candidate_is_covered_by_what_it_has_in_common() -> None:
    assert redundancy(26.0, [25.0]) == pytest.approx(0.1)
    assert redundancy(24.0, [25.0]) == 1.0


def test_the_best_cover_counts() -> None:
    assert redundancy(26.0, [24.0, 25.0, 23.0]) == pytest.approx(0.1)


def test_another_focus_is_not_covered() -> None:
    assert redundancy(25.0, [25.0], cosine=0.0) == 0.0


def test_an_empty_catalogue_covers_nothing() -> None:
    assert redundancy(25.0, []) == 0.0


def test_a_listing_lifts_use_as_the_nested_logit_has_it() -> None:
    p = Demand(nest_host=0.4, nest_lineage=0.6, nest_model=0.7)
    value = np.array([0.3, -0.2, 0.1])
    captured = 0.8
    odds = np.exp(value / p.nest_model)
    # With the listing the ways to the first model are worth -rho_h ln(1 - capture) more.
    better = np.exp((value - np.array([p.nest_host * np.log(1 - captured), 0, 0])) / p.nest_model)
    before, after = odds[0] / odds.sum(), better[0] / better.sum()
    won, _ = hosting.listing_effects(p, np.array(captured), np.array(before))
    assert 1 + won == pytest.approx(after / before)


def test_a_listing_that_serves_nobody_lifts_nothing_and_no_use_exceeds_one() -> None:
    p, use = Demand(), np.array([0.0, 0.2, 0.9])
    none, most, half = (hosting.listing_effects(p, np.full(3, x), use) for x in (0.0, 1.0, 0.5))
    assert none[0].tolist() == none[1].tolist() == [0, 0, 0]
    assert (use * (1 + most[0]) < 1 + 1e-12).all()
    assert (half[0] >= 0).all()


def test_slots_get_dearer() -> None:
    p = Hosting(slot_cost=0.3, slot_exponent=1.0)
    assert [hosting.slot_cost(p, n) for n in (0, 1, 2, 10)] == pytest.approx([0.3, 0.3, 0.6, 3.0])


def test_customers_choose_clouds_by_size_and_breadth() -> None:
    customers, slots = np.array([0.6, 0.4]), np.array([0, 8])
    blind = hosting.cloud_choice(Hosting(catalogue_value=0.0), customers, slots)
    assert blind == pytest.approx([0.6, 0.4])
    broad = hosting.cloud_choice(Hosting(catalogue_value=0.5), customers, slots)
    assert broad == pytest.approx([0.6 / 1.8, 1.2 / 1.8])


def test_a_broad_catalogue_is_worth_the_customers_who_choose_by_it() -> None:
    p = Hosting(catalogue_value=1.0, cloud_churn=0.01, cloud_profit=1000.0)
    customers, slots = np.array([0.5, 0.5]), np.array([1.0, 1.0])
    # With two listings against one its share is 3 / 5.
    held, worth = hosting.breadth_values(p, customers, slots, 0, 12)
    assert worth == pytest.approx(3 * 1000 * 0.01 * 6 * (3 / 5 - 1 / 2))
    eighth, ninth = hosting.breadth_values(p, customers, np.array([8.0, 1.0]), 0, 12)
    assert 0 < ninth < eighth < worth < held
    alone = hosting.breadth_values(p, np.ones(1), np.ones(1), 0, 12)
    blind = hosting.breadth_values(Hosting(catalogue_value=0.0), customers, slots, 0, 12)
    assert alone == blind == (0, 0)


@PROPERTY
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 5))
def test_endorsement_and_requests_stay_shares(
    endorsed: float, asked: float, exposure: float, climate: float
) -> None:
    p = Pressure()
    managers = pressure.endorse(p, np.array([endorsed]), np.array([exposure]))
    deciders = pressure.demand_hosting(p, np.array([asked]), managers, pressure.mandate(climate))
    assert 0 <= managers[0] <= 1
    assert 0 <= deciders[0] <= 1


def test_without_exposure_and_endorsement_nobody_asks_for_long() -> None:
    p = Pressure(forgetting=0.05, threshold=0.3, width=0.02)
    asked = np.array([0.5])
    for _ in range(200):
        asked = pressure.demand_hosting(p, asked, np.zeros(1), 1.0)
    assert asked[0] < 1e-3


def test_endorsement_settles_where_conviction_balances_forgetting() -> None:
    p, managers = Pressure(manager_rate=0.35, forgetting=0.05), np.zeros(1)
    for _ in range(300):
        managers = pressure.endorse(p, managers, np.full(1, 0.4))
    assert managers[0] == pytest.approx(0.14 / (0.14 + 0.05))


def test_cheap_money_makes_deciders_say_yes() -> None:
    assert pressure.mandate(1.0) == 1.0
    assert pressure.mandate(0.1) < 1 < pressure.mandate(3.0) < 2


def test_deciders_ask_half_as_often_at_the_threshold_and_more_above() -> None:
    p = Pressure(decider_rate=0.2, threshold=0.3, width=0.1, forgetting=0.05)
    endorsed = np.array([0.3, 0.5, 0.3])
    asked = pressure.demand_hosting(p, np.array([0.0, 0.0, 0.4]), endorsed, 2.0)
    above = 0.4 / (1 + np.exp(-2))
    assert asked == pytest.approx([0.2, above, 0.95 * 0.4 + 0.2 * 0.6])
    # However cheap money is, not more than all of them ask.
    everybody = pressure.demand_hosting(p, np.zeros(1), np.full(1, 9.0), 50.0)
    assert everybody == pytest.approx([1.0])


@PROPERTY
@given(st.floats(0, 0.99), st.floats(0, 1))
def test_taking_a_listing_away_undoes_its_lift(capture: float, use: float) -> None:
    p = Demand(nest_host=0.4, nest_lineage=0.6, nest_model=0.7)
    won, _ = hosting.listing_effects(p, np.array(capture), np.array(use))
    _, lost = hosting.listing_effects(p, np.array(capture), (1 + won) * use)
    assert 1 - lost == pytest.approx(1 / (1 + won))


def test_a_better_model_covers_as_much_as_an_equal_one() -> None:
    overlap, levels = np.full((3, 1), 0.6), np.array([[25.0], [26.0], [24.0]])
    covered = hosting.cover(overlap, np.array([25.0]), levels)
    assert covered == pytest.approx(np.array([[0.6], [0.6], [0.06]]))
    # A cosine may exceed one by a rounding, similarity does not.
    assert hosting.redundancy(np.array([[1.0 + 1e-12]]))[0] == 1.0


def test_slots_get_dearer_by_their_exponent() -> None:
    p = Hosting(slot_cost=0.3, slot_exponent=1.5)
    assert hosting.slot_cost(p, 4) == pytest.approx(0.3 * 8)


def test_without_customers_no_cloud_is_chosen() -> None:
    p, none = Hosting(), np.zeros(2)
    assert hosting.cloud_choice(p, none, none).tolist() == [0, 0]
    few = hosting.cloud_choice(p, np.array([3e-9, 1e-9]), none)
    assert few == pytest.approx([0.75, 0.25])


def test_breadth_is_worth_the_same_however_customers_are_counted() -> None:
    p, slots = Hosting(catalogue_value=1.0), np.array([1.0, 1.0])
    worth = [hosting.breadth_values(p, np.full(2, size), slots, 0, 12) for size in (0.5, 1e-3)]
    assert worth[0] == pytest.approx(worth[1])
