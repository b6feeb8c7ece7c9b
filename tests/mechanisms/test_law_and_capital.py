"""Rules in force, merger control, suits, and what moves investors: closed forms and signs."""

import numpy as np
import pytest

from abm.mechanisms import acquisition, capital, entry, litigation, strategy
from abm.scenario import parameters as p

# -- merger control --------------------------------------------------------------------------------


def test_rules_make_a_block_likelier() -> None:
    control = p.Acquisition(review_intercept=-4, review_delta=0.01, review_level=0.0005)
    assert acquisition.block_probability(control, 0, 0, shift=4.0) == pytest.approx(0.5)
    assert acquisition.block_probability(control, 0, 0, 5.0) == pytest.approx(1 / (1 + np.exp(-1)))


def test_a_sale_is_at_risk_by_the_block_and_by_the_wait() -> None:
    law = p.Acquisition(significant=0.4)
    assert acquisition.at_risk(law, 1.0, 6.0, 12.0) == pytest.approx(0.4)
    assert acquisition.at_risk(law, 0.0, 0.0, 12.0) == 0.0
    # Half of what the wait may cost: half of the runway, all of it, and never more than all.
    assert acquisition.at_risk(law, 0.0, 6.0, 12.0) == pytest.approx(0.4 * 0.25)
    assert acquisition.at_risk(law, 0.0, 6.0, 0.0) == pytest.approx(0.4 * 0.5)
    assert acquisition.at_risk(law, 0.0, 0.1, 0.0) == pytest.approx(0.4 * 0.1)
    mixed = acquisition.at_risk(law, np.array([0.2]), 6.0, 12.0)
    assert mixed == pytest.approx([0.4 * (0.2 + 0.8 * 0.25)])


def test_of_many_equal_bids_the_first_is_taken() -> None:
    bids = np.array([15.0, 20.0, 12.0] * 20)
    sale = acquisition.auction(p.Acquisition(), bids, 10.0)
    assert sale == acquisition.Sale(winner=1, price=20.0, runner_up=20.0)


# -- suits -----------------------------------------------------------------------------------------

LAW = p.Litigation(hazard=0.002, disclosure_weight=1.5, revenue_weight=0.3, bandwagon=0.02)


def hazard(shown: float = 0.0, revenue: float = 0.0, **rules: float) -> float:
    columns = (np.array([x]) for x in (shown, 0.5, revenue))
    return float(litigation.hazard(LAW, *columns, 0, litigation.OPEN, **rules)[0])


def test_rules_scale_exposure_and_suits() -> None:
    assert hazard(1.0, exposure=0.5) == pytest.approx(0.002 * np.exp(0.375))
    assert hazard(1.0, exposure=0.0) == pytest.approx(0.002)
    assert hazard(suits=0.25) == pytest.approx(0.0005)


def test_a_hazard_of_suits_is_a_probability() -> None:
    assert hazard(1.0, revenue=1e30, suits=1e3) == 1.0


def test_rules_cap_damages_below_what_the_lab_could_pay() -> None:
    law = p.Litigation(cash_cap=0.15, per_work=0.003, works=50_000)
    assert litigation.damages(law, 1e6, cap=20.0) == 20.0
    assert litigation.damages(law, 100.0, cap=20.0) == pytest.approx(15.0)


def test_a_suit_is_expected_to_cost_its_defence_and_what_is_paid_if_it_is_lost() -> None:
    law = p.Litigation(
        defence=0.5, duration=24, settle=0.4, cash_cap=0.1, per_work=0.003, works=50_000
    )
    rate = np.array([0.0, 0.01])
    assert litigation.expected_cost(law, rate, 100.0) == pytest.approx([0, 0.12 * (12 + 4)])
    assert litigation.expected_cost(law, rate, 100.0, cap=5.0) == pytest.approx([0, 0.12 * 14])


# -- investors -------------------------------------------------------------------------------------


def test_revenue_disappoints_by_what_it_lacks_of_the_growth_that_was_priced_in() -> None:
    hopes = p.Capital(expected_growth=2.0)
    assert capital.disappointment(hopes, 1.0, 300.0, 100.0) == 0.0
    assert capital.disappointment(hopes, 1.0, 200.0, 100.0) == pytest.approx(0.5)
    assert capital.disappointment(hopes, 2.0, 200.0, 100.0) == pytest.approx(0.75)
    assert capital.disappointment(hopes, 1.0, 900.0, 100.0) == 0.0
    assert capital.disappointment(hopes, 1.0, 50.0, 100.0) == 1.0
    # Nobody hoped for anything yet; and however little there was counts.
    assert capital.disappointment(hopes, 1.0, 0.0, 0.0) == 0.0
    assert capital.disappointment(hopes, 1.0, 0.5, 0.5) == 1.0


def test_each_merit_alone_raises_the_hazard_by_its_weight() -> None:
    rounds = p.Capital(
        hazard=0.03,
        intercept=0.0,
        rank_weight=0.5,
        growth_weight=0.6,
        product_weight=0.7,
        renown_weight=0.8,
    )
    alone = {
        (1.0, 0.0, 0.0, 0.0): 0.5,
        (0.0, np.e - 1, 0.0, 0.0): 0.6,
        (0.0, 0.0, 1.0, 0.0): 0.7,
        (0.0, 0.0, 0.0, 1.0): 0.8,
        (0.0, -0.9, 0.0, 0.0): 0.0,
    }
    for merits, appeal in alone.items():
        expected = 0.03 * 2 / (1 + np.exp(-appeal))
        assert capital.success_hazard(rounds, 1.0, *merits) == pytest.approx(expected), merits


def test_news_is_measured_from_the_first_month_that_is_remembered() -> None:
    assert capital.surprise(np.array([25.0, 25.3]), 0.1) == pytest.approx(2.0)
    assert capital.surprise(np.array([25.0, 25.4, 25.4]), 0.1) == pytest.approx(1.0)


def test_a_prospect_counts_within_bounds() -> None:
    rates = p.Entry(rate=0.35, profit_weight=0.5)
    assert entry.expected_entrants(rates, 1.0, -3.0) == pytest.approx(0.35 * np.exp(-1.5))
    assert entry.expected_entrants(rates, 1.0, -9.0) == entry.expected_entrants(rates, 1.0, -3.0)


def test_a_month_has_room_for_so_many_entrants() -> None:
    assert entry.poisson(200.0, 0.9) == 50


# -- habits ----------------------------------------------------------------------------------------


def test_a_firm_worth_less_than_a_million_is_weighed_as_if_it_were_worth_one() -> None:
    plain = p.Strategy(inertia=0.0)
    assert strategy.weigh(plain, [0.0, 1.5], 1.5, 0)[1] == pytest.approx(1.0)
    assert strategy.weigh(plain, [0.0, 1.5], 0.1, 0)[1] == pytest.approx(1.5)


def test_choices_by_large_attractions_neither_overflow_nor_leave_the_list() -> None:
    ewa = p.Strategy(precision=200.0)
    for attraction in ([-9.0, 9.0], [50.0, 50.0], [-50.0, -50.0]):
        drawn = [strategy.choose(ewa, attraction, u) for u in (0.0, 0.4, 0.6)]
        assert drawn == ([1, 1, 1] if attraction[0] < attraction[1] else [0, 0, 1])
    assert strategy.choose(ewa, [0.0, 0.0], 1.0) == 1
