"""Firms: capital, auctions, entry, strategy, people, law, products. Closed forms and limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from abm.mechanisms import (
    acquisition,
    capital,
    entry,
    litigation,
    post_training,
    product,
    race,
    release,
    strategy,
    talent,
)
from abm.scenario import parameters as p

PROPERTY = settings(deadline=None, derandomize=True)


# -- auctions -------------------------------------------------------------------------------------

BILATERAL = p.Acquisition(bilateral=0.4)


def test_nobody_who_reaches_the_reserve_means_no_sale() -> None:
    assert acquisition.auction(BILATERAL, np.array([]), 10.0) is None
    assert acquisition.auction(BILATERAL, np.array([9.0, 3.0]), 10.0) is None
    assert acquisition.auction(BILATERAL, np.array([0.0, -5.0]), 0.0) is None


def test_a_single_bidder_bargains() -> None:
    sale = acquisition.auction(BILATERAL, np.array([3.0, 20.0]), 10.0)
    assert sale == acquisition.Sale(winner=1, price=10 + 0.4 * 10, runner_up=0.0)


def test_the_best_of_several_pays_the_second_bid() -> None:
    sale = acquisition.auction(BILATERAL, np.array([12.0, 30.0, 25.0]), 10.0)
    assert sale == acquisition.Sale(winner=1, price=25.0, runner_up=25.0)


def test_equal_bids_go_to_the_first_at_that_price() -> None:
    sale = acquisition.auction(BILATERAL, np.array([15.0, 15.0]), 10.0)
    assert sale == acquisition.Sale(winner=0, price=15.0, runner_up=15.0)


@PROPERTY
@given(st.lists(st.floats(0, 1e4), max_size=6), st.floats(0, 1e4), st.floats(0.2, 0.6))
def test_a_price_lies_between_the_reserve_and_the_best_bid(
    bids: list[float], reserve: float, share: float
) -> None:
    sale = acquisition.auction(p.Acquisition(bilateral=share), np.array(bids), reserve)
    if sale is None:
        assert max(bids, default=0.0) < max(reserve, 1e-9)
    else:
        assert bids[sale.winner] == max(bids)
        assert reserve - 1e-9 <= sale.price <= bids[sale.winner] + 1e-9


def test_merger_control_weighs_concentration() -> None:
    control = p.Acquisition(review_intercept=-4, review_delta=0.01, review_level=0.0005)
    assert acquisition.block_probability(control, 0, 0) == pytest.approx(1 / (1 + np.exp(4)))
    assert acquisition.block_probability(control, 4000, 200) == pytest.approx(0.5)


# -- entry ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [0.0, 0.1, 1.0, 4.0])
def test_the_number_of_entrants_is_poisson(mean: float) -> None:
    """Inversion is the quantile function itself, so equal to scipy's on a fine grid."""
    grid = (np.arange(2000) + 0.5) / 2000
    drawn = [entry.poisson(mean, float(u)) for u in grid]
    expected = stats.poisson.ppf(grid, mean) if mean > 0 else np.zeros(grid.size)
    assert drawn == expected.tolist()


def test_a_poisson_draw_ends_even_at_the_edge() -> None:
    assert entry.poisson(1.0, np.nextafter(1.0, 0.0)) <= 50


def test_entry_follows_the_climate_and_the_prospect() -> None:
    rates = p.Entry(rate=0.35, profit_weight=0.5)
    assert entry.expected_entrants(rates, 1.0, 0.0) == pytest.approx(0.35)
    assert entry.expected_entrants(rates, 2.0, 0.0) == pytest.approx(0.70)
    assert entry.expected_entrants(rates, 1.0, 9.0) == pytest.approx(0.35 * np.exp(0.5))


# -- capital --------------------------------------------------------------------------------------


def test_the_climate_returns_to_normal() -> None:
    calm = p.Capital(reversion=0.06, momentum=0.04, noise=0.06)
    assert capital.next_climate(calm, 2.0, 0.0, 0.0) == pytest.approx(1.94)
    assert capital.next_climate(calm, 1.0, 0.0, 0.0) == 1.0
    assert capital.next_climate(calm, 1.0, 2.0, 1.0) == pytest.approx(1 + 0.08 + 0.06)
    assert capital.next_climate(calm, 0.1, -50.0, -3.0) == 0.1


def test_the_mean_lab_has_the_mean_hazard() -> None:
    rounds = p.Capital(hazard=0.03, intercept=-1.8, rank_weight=2.0)
    assert capital.success_hazard(rounds, 1.0, 0.9, 0.0, 0.0, 0.0) == pytest.approx(0.03)
    assert capital.success_hazard(rounds, 2.0, 0.9, 0.0, 0.0, 0.0) == pytest.approx(0.06)


@PROPERTY
@given(st.floats(0.1, 100), st.floats(0, 1), st.floats(-1, 100), st.floats(0, 1), st.floats(0, 9))
def test_a_hazard_is_a_probability_and_grows_with_merit(
    climate: float, rank: float, growth: float, has_product: float, renown: float
) -> None:
    rounds = p.Capital()
    hazard = capital.success_hazard(rounds, climate, rank, growth, has_product, renown)
    assert 0 <= hazard <= 1
    better = capital.success_hazard(rounds, climate, 1.0, growth + 1, 1.0, renown + 1)
    assert better >= hazard


def test_incumbents_who_bought_cast_a_shadow_over_smaller_labs_of_their_field() -> None:
    use = np.array([0.5, 0.2, 0.1, 0.0])
    overlap = np.ones((4, 4))
    overlap[3, 0] = overlap[0, 3] = 0.25
    nobody = capital.kill_zone(np.zeros(4, dtype=bool), use, overlap)
    assert nobody.tolist() == [0, 0, 0, 0]
    bought = np.array([True, False, True, False])
    shadow = capital.kill_zone(bought, use, overlap)
    # Nobody is in its own shadow, or in that of a smaller lab; another field is hardly touched.
    assert shadow == pytest.approx([0.0, 0.5, 0.5, 0.25 * 0.5 + 0.1])


def test_the_kill_zone_takes_its_share_of_the_rounds_and_nothing_when_off() -> None:
    merit = (1.0, 0.5, 0.0, 0.0, 0.0)
    free = capital.success_hazard(p.Capital(), *merit)
    assert capital.success_hazard(p.Capital(kill_zone=0.4), *merit, 0.5) == pytest.approx(
        0.8 * free
    )
    assert capital.success_hazard(p.Capital(kill_zone=0.0), *merit, 0.5) == free


def test_standing_is_one_at_parity_and_bounded() -> None:
    frontier, size = np.array([25.0, 26.0]), np.array([0.25, 0.75])
    theta = np.array([[25.0, 26.0], [35.0, 26.0], [-np.inf, -np.inf], [24.0, 26.0]])
    expected = [1.0, 0.25 * 2 + 0.75, 0.0, 0.25 * 2 / 11 + 0.75]
    near = capital.nearness(theta, frontier)
    assert capital.standing(near, size) == pytest.approx(expected, abs=1e-9)


def test_value_adds_up_revenue_people_and_the_option() -> None:
    worth = p.Capital(revenue_multiple=20, talent_value=5, option_value=3000)
    assert capital.valuation(worth, 2.0, *map(np.array, (3.0, 10.0, 0.5))) == 120 + 50 + 3000


def test_a_round_is_sized_by_burn_within_the_largest_dilution() -> None:
    rounds = p.Capital(months_bought=18, max_dilution=0.25)
    assert capital.round_size(rounds, 1.0, 300.0) == pytest.approx(18.0)
    assert capital.round_size(rounds, 10.0, 300.0) == pytest.approx(100.0)
    assert capital.round_size(rounds, -1.0, 300.0) == 0.0


def test_only_a_frontier_ahead_of_its_trend_is_news() -> None:
    assert capital.surprise(np.array([25.0]), 0.1) == 0.0
    assert capital.surprise(np.array([25.0, 25.1, 25.2]), 0.1) == pytest.approx(0.0, abs=1e-9)
    assert capital.surprise(np.array([25.0, 25.0, 25.4]), 0.1) == pytest.approx(1.0)
    assert capital.surprise(np.array([25.0, 25.0]), 0.1) == 0.0


# -- strategy -------------------------------------------------------------------------------------


def test_attractions_follow_experience_weighted_attraction() -> None:
    ewa = p.Strategy(memory=0.9, foregone=0.5, experience=0.8)
    attraction, payoff = [1.0, 2.0, 3.0], [0.1, -0.2, 0.3]
    updated, experience = strategy.attract(ewa, attraction, 2.0, payoff, current=1)
    grown = 0.8 * 2.0 + 1
    counted = np.array([0.5, 1.0, 0.5]) * payoff
    expected = (0.9 * 2.0 * np.array(attraction) + counted) / grown
    assert experience == pytest.approx(grown)
    assert updated == pytest.approx(expected)


def test_the_first_attraction_is_the_payoff_as_far_as_it_counts() -> None:
    updated, experience = strategy.attract(
        p.Strategy(foregone=0.5), [0.0, 0.0], 0.0, [1.0, -1.0], current=0
    )
    assert experience == 1.0
    assert updated == [1.0, -0.5]


def test_choices_are_logit_by_inversion() -> None:
    ewa, attraction = p.Strategy(precision=2.0), [0.0, 0.5, -0.3]
    grid = (np.arange(20_000) + 0.5) / 20_000
    chosen = [strategy.choose(ewa, attraction, float(u)) for u in grid]
    share = np.bincount(chosen, minlength=3) / grid.size
    odds = np.exp(2.0 * np.array(attraction))
    assert share == pytest.approx(odds / odds.sum(), abs=1e-4)


def test_a_stake_counts_by_what_it_is_to_the_firm() -> None:
    ewa, stake = p.Strategy(inertia=0.03), [0.0, 10.0]
    small, large = (strategy.weigh(ewa, stake, value, 0) for value in (1e5, 20.0))
    assert small == pytest.approx([0.0, 1e-4 - 0.03])
    assert large == pytest.approx([0.0, 0.5 - 0.03])
    assert strategy.choose(ewa, small, 0.9) == 0
    assert strategy.choose(ewa, large, 0.1) == 1
    # Nothing to gain: habit alone decides, whatever the alternative in force.
    assert strategy.weigh(ewa, [0.0] * 3, 100.0, 2) == pytest.approx([-0.03, -0.03, 0.0])
    # A firm worth nothing yet has everything at stake.
    assert np.isfinite(strategy.weigh(ewa, stake, 0.0, 0)).all()


def test_peers_are_copied_by_the_fermi_rule() -> None:
    fermi = p.Strategy(imitation_noise=0.5)
    assert strategy.copies(fermi, 3.0, 3.0) == 0.5
    assert strategy.copies(fermi, 3.0, 3.5) == pytest.approx(1 / (1 + np.exp(-1)))
    assert strategy.copies(fermi, 0.0, 3.0) + strategy.copies(fermi, 3.0, 0.0) == pytest.approx(1)


# -- runs and releases ----------------------------------------------------------------------------


def test_the_ticket_is_the_dearest_run_aged_by_the_race() -> None:
    cost, planned = np.array([40.0, 10.0]), np.array([0, 12])
    assert race.entry_ticket(p.Race(growth=2.4), cost, planned, 12) == pytest.approx(96.0)
    assert race.entry_ticket(p.Race(growth=1.0), cost, planned, 12) == 40.0
    assert race.entry_ticket(p.Race(enabled=False), cost, planned, 12) == np.inf


def test_a_run_is_a_share_of_liquid_funds_within_the_ticket() -> None:
    plans = p.Race(commitment=0.36, experiments=1.5)
    planned = race.planned_run(plans, np.array([1000.0, 0.0, 1e6]), 50.0, np.array([3, 3, 3]))
    assert planned == pytest.approx([0.36 * 1000 / 4 / 2.5, 0.0, 50.0])


def test_dear_runs_take_longer_within_limits() -> None:
    timing = p.Release(base_months=2, scale_cost=5, longest_months=6)
    cost = np.array([0.0, 5 * (np.e - 1), 5 * (np.e**2 - 1), 1e9])
    assert release.run_months(timing, cost).tolist() == [2, 3, 4, 6]


def test_runs_slip_around_their_plan_and_never_forever() -> None:
    timing, planned = p.Release(slip=0.65, longest_slip=3), np.full(100_000, 12)
    luck = np.random.default_rng(0).standard_normal(planned.size)
    months = release.slipped(timing, planned, luck)
    assert months.mean() == pytest.approx(12, rel=0.03)
    assert np.log(months).std() == pytest.approx(0.65, rel=0.05)
    assert months.max() == 36
    assert release.slipped(timing, planned // 12, luck).min() == 1
    assert release.slipped(timing, np.array([3, 3]), np.array([-2.0, 2.0])).tolist() == [1, 9]
    for punctual in (p.Release(slip=0), p.Release(enabled=False)):
        assert (release.slipped(punctual, planned, luck) == planned).all()


def test_a_finished_model_is_released_when_it_is_better_or_the_lab_forgotten() -> None:
    timing = p.Release(minimum_gain=0.05, fading_renown=0.3)
    gain, renown = np.array([0.06, 0.04, 0.04]), np.array([1.0, 1.0, 0.2])
    assert release.worth_releasing(timing, gain, renown).tolist() == [True, False, True]
    assert release.worth_releasing(p.Release(enabled=False), gain, renown).all()


# -- post-training --------------------------------------------------------------------------------


def test_post_training_gives_half_its_gain_at_the_half_stock() -> None:
    rates = p.PostTraining(ceiling=1.0, half_stock=2.1)
    assert post_training.gain(rates, np.array([0.0, 2.1, 1e12])) == pytest.approx([0, 0.5, 1.0])
    assert post_training.gain(rates, np.array([1.4]))[0] == pytest.approx(0.4)
    off = p.PostTraining(enabled=False)
    assert (post_training.gain(off, np.array([2.1])) == 0).all()


def test_a_niche_pays_inside_the_focus_only_and_not_for_generalists() -> None:
    rates, c = p.PostTraining(half_stock=2.1), p.Capability(niche_bonus=1.5)
    stock = np.full((2, 10), 2.1)
    focus = np.stack([np.eye(10)[0], np.full(10, 0.1)])
    gain = post_training.niche_gain(rates, c, stock, focus)
    assert gain[0].tolist() == pytest.approx([1.5 * 0.9 * 0.5] + [0.0] * 9)
    assert (gain[1] == 0).all()


def test_feedback_follows_seats_labels_and_the_focus() -> None:
    rates = p.PostTraining(feedback_own=0.03, feedback_hosted=0.05, label_cost=8.0)
    arrived = post_training.feedback(
        rates, np.array([10.0]), np.array([20.0]), np.array([16.0]), np.full((1, 4), 0.25)
    )
    assert arrived == pytest.approx(np.full((1, 4), 0.03 * (10 + 1) + 2.0))


# -- people, products, law ------------------------------------------------------------------------


def test_renown_and_pay_attract_and_renown_keeps() -> None:
    market = p.Talent(hiring=0.1, quits=0.015, renown_weight=1.0, quit_renown=0.5)
    openings, even = np.array([10.0, 10.0, -4.0]), np.ones(3)
    hired = talent.hires(market, openings, np.array([1.0, 2.0, 1.0]), 1.0, even)
    assert hired == pytest.approx([1.0, 2 / (1 + np.exp(-1)), 0.0])
    left = talent.quits(market, np.full(2, 100.0), np.array([0.0, 2.0]))
    assert left == pytest.approx([1.5, 1.5 * np.exp(-1)])


@PROPERTY
@given(
    st.lists(
        st.tuples(st.floats(0, 60), st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=5
    ),
    st.floats(0, 60),
)
def test_products_never_gain_more_than_the_pool(
    firms: list[tuple[float, int, float]], size: float
) -> None:
    seats, segment, fitness = (np.array(x) for x in zip(*firms, strict=True))
    potential = np.array([size, 10.0])
    gained = product.adopters(p.Product(imitation=0.2), seats, segment, fitness, potential)
    assert (gained >= 0).all()
    for s in (0, 1):
        taken = seats[segment == s].sum()
        assert gained[segment == s].sum() <= max(potential[s] - taken, 0.0) + 1e-9


def test_a_lone_product_grows_as_bass_has_it() -> None:
    rates = p.Product(innovation=0.001, imitation=0.1)
    gained = product.adopters(rates, *map(np.array, ([10.0], [0], [0.5], [60.0])))
    assert gained == pytest.approx([(0.001 + 0.1 / 6) * 50 * 0.5])


def test_the_moat_slows_churn_and_deepens_with_tenure() -> None:
    rates = p.Product(churn=0.04, moat_strength=0.7, moat_rate=0.05)
    assert product.leavers(rates, np.full(2, 10.0), np.array([0.0, 1.0])) == pytest.approx(
        [0.4, 0.12]
    )
    deeper = product.deepen(rates, np.array([0.2, 0.2]), np.full(2, 10.0), np.array([0.0, 10.0]))
    assert deeper == pytest.approx([0.24, 0.0])


def test_only_disclosed_encumbered_data_and_revenue_attract_suits() -> None:
    law = p.Litigation(hazard=0.002, disclosure_weight=1.5, revenue_weight=0.3, bandwagon=0.02)
    quiet = litigation.hazard(law, *map(np.array, ([0.0], [1.0], [0.0])), 0, litigation.OPEN)
    assert quiet == pytest.approx([0.002])
    shown = litigation.hazard(law, *map(np.array, ([1.0], [0.5], [0.0])), 0, litigation.OPEN)
    assert shown == pytest.approx([0.002 * np.exp(0.75)])
    rich = litigation.hazard(law, *map(np.array, ([0.0], [0.5], [np.e - 1])), 5, litigation.OPEN)
    assert rich == pytest.approx([0.002 * np.exp(0.3 + 0.1)])
    cleared = litigation.hazard(law, *map(np.array, ([1.0], [0.5], [0.0])), 0, litigation.CLEARED)
    assert cleared == pytest.approx(0.2 * shown)


def test_damages_never_exceed_what_the_lab_can_pay() -> None:
    law = p.Litigation(cash_cap=0.15, per_work=0.003, works=50_000)
    assert litigation.damages(law, 100.0) == pytest.approx(15.0)
    assert litigation.damages(law, 1e6) == pytest.approx(150.0)
    assert litigation.damages(law, -5.0) == 0.0
