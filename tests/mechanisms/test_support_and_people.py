"""Public support, people, runs and products at their limits: closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm.mechanisms import compute, post_training, product, race, release, support, talent
from abm.scenario import parameters as p

PROPERTY = settings(deadline=None, derandomize=True)

# -- public support --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "step"), [(0.0, 0), (0.05, 1), (0.051, 2), (0.3, 6), (0.15 + 1e-12, 3), (1.0, 20)]
)
def test_a_least_index_is_rounded_up_to_the_next_step(index: float, step: int) -> None:
    assert support.step(index) == step


def test_a_grant_adds_up_every_step_that_is_reached() -> None:
    schedule = np.zeros((2, support.STEPS))
    schedule[:, 0], schedule[:, 6], schedule[:, 20] = 1.0, 2.0, 4.0
    got = support.granted(schedule, np.array([0.29, 0.3]))
    assert got.tolist() == [1.0, 3.0]
    # Indices are sums of products: what misses a step by a rounding has reached it.
    assert support.granted(schedule[0], 1 - 1e-12) == 7.0


@PROPERTY
@given(st.floats(0, 1))
def test_a_step_is_reached_by_the_index_that_it_was_made_of(index: float) -> None:
    schedule = np.zeros(support.STEPS)
    schedule[support.step(index)] = 1.0
    assert support.granted(schedule, support.LADDER[support.step(index)]) == 1.0
    assert support.LADDER[support.step(index)] >= index - 1e-9


def test_a_credit_grows_with_disclosure_within_bounds() -> None:
    index = np.array([0.0, 0.5, 1.0])
    assert support.credit_rate(0.1, 0.4, index) == pytest.approx([0.1, 0.3, 0.5])
    assert support.credit_rate(0.8, 0.4, index) == pytest.approx([0.8, 0.9, 0.9])
    assert support.credit_rate(0.1, -0.4, index) == pytest.approx([0.1, 0.0, 0.0])


def test_public_money_curates_at_researchers_pay_from_what_is_left_of_the_web() -> None:
    c, t = p.Capability(web_stock=40.0, curation_rate=0.05), p.Talent(wage=0.02)
    money = np.array([[0.1, 0.3], [0.1, 0.3], [0.1, 0.3]])
    got = support.curated(c, t, money, np.array([0.0, 10.0, 50.0]))
    # 0.1 USD m pays five researchers; two domains, so that a generalist's stock is the total.
    whole = 0.05 * np.array([5.0, 15.0]) * 2
    assert got == pytest.approx(np.array([whole, 0.75 * whole, 0 * whole]))


def test_public_money_buys_labels_at_the_vendors_price() -> None:
    bought = support.labelled(p.PostTraining(label_cost=8.0), np.array([[4.0, 0.0]]))
    assert bought.tolist() == [[1.0, 0.0]]


# -- people ----------------------------------------------------------------------------------------


def test_better_pay_attracts_and_worse_pay_repels() -> None:
    market = p.Talent(hiring=0.1, pay_weight=2.0)
    pay = np.array([1.0, np.e, 1 / np.e])
    hired = talent.hires(market, np.full(3, 10.0), np.zeros(3), 0.0, pay)
    assert hired == pytest.approx([1.0, 2 / (1 + np.exp(-2)), 2 / (1 + np.exp(2))])


def test_who_cannot_fill_its_openings_pays_more_and_others_come_back_to_the_market() -> None:
    market = p.Talent(shortage=0.1, wage_step=0.05, highest_wage=2.0)
    wage = np.array([1.0, 1.2, 1.2, 1.99, 1.2])
    openings = np.array([11.0, 11.0, 9.0, 11.0, 10.0])
    paid = talent.next_wage(market, wage, openings, np.full(5, 100.0))
    assert paid == pytest.approx([1.05, 1.26, 1.19, 2.0, 1.19])
    assert talent.next_wage(market, *map(np.array, ([1.0], [0.0], [5.0]))) == [1.0]


# -- runs and releases -----------------------------------------------------------------------------


def test_the_ticket_ages_from_the_month_in_which_the_run_was_planned() -> None:
    cost, planned = np.array([40.0, 30.0]), np.array([6, -12])
    aged = race.entry_ticket(p.Race(growth=4.0), cost, planned, 18)
    assert aged == pytest.approx(30 * 4**2.5)
    assert race.entry_ticket(p.Race(growth=4.0), np.array([40.0]), np.array([6]), 12) == 80.0
    # A plan of this month is a month old in no respect, and no labs plan nothing.
    assert race.entry_ticket(p.Race(growth=4.0), np.array([0.5]), np.array([6]), 6) == 0.5
    assert race.entry_ticket(p.Race(growth=4.0), np.zeros(0), np.zeros(0, dtype=int), 6) == 0.0


def licensed(
    cost: float, fee: float = 2.0, setback: float = 0.1, funds: float = 50.0
) -> list[float]:
    """Cost of a run and whether it is licensed, where ten million dollars buy the threshold."""
    numbers = (cost, 1e23, 1e24, fee, setback, funds)
    spent, taken = race.licensed_run(*(np.array([x]) for x in numbers))
    return [float(spent[0]), float(taken[0])]


def test_a_run_is_licensed_if_what_is_left_buys_more_than_the_threshold() -> None:
    assert licensed(8.0) == [8.0, 0.0]
    assert licensed(10.0, fee=0.0, setback=0.0) == [10.0, 0.0]
    assert licensed(100.0) == [98.0, 1.0]
    # (I - fee) e 10^-setback has to exceed the threshold: I > 2 + 10 x 10^0.1.
    least = 2 + 10 * 10**0.1
    assert licensed(least - 1e-6) == [10.0, 0.0]
    assert licensed(least + 1e-6) == pytest.approx([least - 2, 1.0])


def test_a_lab_that_cannot_pay_the_fee_stays_below_the_threshold() -> None:
    assert licensed(100.0, funds=1.99) == [10.0, 0.0]
    assert licensed(100.0, funds=2.0) == [98.0, 1.0]
    assert licensed(11.0, fee=20.0) == [10.0, 0.0]


def test_a_quick_run_takes_a_whole_month() -> None:
    quick = p.Release(base_months=1.2, scale_cost=5, longest_months=6)
    assert release.run_months(quick, np.zeros(1)).tolist() == [1]
    assert release.run_months(quick, np.zeros(1)).dtype == np.int64


def test_a_gain_that_is_just_noticed_is_no_reason_for_a_release() -> None:
    timing = p.Release(minimum_gain=0.05, fading_renown=0.3)
    assert release.noticeable_gain(timing) == 0.05
    worth = release.worth_releasing(timing, np.array([0.05, 0.05]), np.array([0.3, 0.29]))
    assert worth.tolist() == [False, True]
    off = p.Release(minimum_gain=0.05, fading_renown=0.3, enabled=False)
    assert release.noticeable_gain(off) == 0.0
    assert release.worth_releasing(off, np.array([0.01, 0.0]), np.ones(2)).tolist() == [True, True]


# -- hardware and feedback -------------------------------------------------------------------------


def test_old_hardware_saves_less_as_new_hardware_gets_better() -> None:
    assert compute.training_worth(0.14, 0) == 1.0
    assert compute.training_worth(0.14, 24) == pytest.approx(10**-0.28)


def test_idle_capacity_earns_the_rent_of_its_month() -> None:
    rents = p.Compute(utilisation=0.6, rental_decline=0.45)
    resold = compute.resale(rents, np.array([10.0]), np.array([0.75]), 12)
    assert resold == pytest.approx([2.5 * 10**-0.45 * 0.6])


@PROPERTY
@given(
    st.lists(st.floats(0, 50), min_size=6, max_size=6),
    st.sampled_from([[1, 0, 0], [0.5, 0.5, 0], [1 / 3] * 3]),
)
def test_the_gains_of_post_training_add_up(stock: list[float], focus: list[float]) -> None:
    rates, c = p.PostTraining(), p.Capability()
    given = np.array(stock).reshape(2, 3), np.array([focus] * 2)
    total = post_training.total_gain(rates, c, *given)
    parts = post_training.gain(rates, given[0]) + post_training.niche_gain(rates, c, *given)
    assert total == pytest.approx(parts)


def test_without_post_training_there_is_no_gain_of_any_kind() -> None:
    off, c = p.PostTraining(enabled=False), p.Capability()
    stock, focus = np.full((2, 3), 4.0), np.array([[1.0, 0, 0]] * 2)
    for gain in (post_training.niche_gain, post_training.total_gain):
        assert gain(off, c, stock, focus).tolist() == np.zeros((2, 3)).tolist()
    assert post_training.gain(off, stock).tolist() == np.zeros((2, 3)).tolist()


def test_room_in_a_niche_is_what_others_leave_of_each_lab_apart() -> None:
    """Labs of one and of two domains among four, side by side: (1 - m / D) of the bonus."""
    rates, c = p.PostTraining(half_stock=1.0), p.Capability(niche_bonus=1.0)
    focus = np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [1.0, 0, 0, 0]])
    gain = post_training.niche_gain(rates, c, np.ones((3, 4)), focus)
    assert gain[:, 0].tolist() == pytest.approx([0.375, 0.25, 0.375])
    assert (gain[:, 2:] == 0).all()


def test_room_is_told_lab_by_lab_in_stacks_of_labs_as_well() -> None:
    """A refresh asks for what is sold and for what is not out yet side by side."""
    rates, c = p.PostTraining(), p.Capability()
    one = np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25] * 4])
    stack, stock = np.array([one, one[::-1]]), np.ones((3, 4))
    total = post_training.total_gain(rates, c, stock, stack)
    for focus, found in zip(stack, total, strict=True):
        assert found.tolist() == post_training.total_gain(rates, c, stock, focus).tolist()


def test_feedback_is_whole_for_a_generalist_of_any_number_of_labs() -> None:
    rates = p.PostTraining(feedback_own=0.03, feedback_hosted=0.05, label_cost=8.0)
    seats, none = np.array([10.0, 20.0, 30.0]), np.zeros(3)
    arrived = post_training.feedback(rates, seats, none, none, np.full((3, 2), 0.5))
    assert arrived == pytest.approx(0.03 * np.repeat(seats[:, None], 2, axis=1))


def test_feedback_loses_value_in_place() -> None:
    stock = np.array([[10.0, 0.0]])
    post_training.decay(p.PostTraining(depreciation=0.1), stock)
    assert stock.tolist() == [[9.0, 0.0]]


# -- products --------------------------------------------------------------------------------------


def test_rivals_who_ask_for_more_than_the_pool_get_equal_parts_of_what_they_ask() -> None:
    """Three times the pool is asked for: each gets a third, and another segment is untouched."""
    rates = p.Product(innovation=1.0, imitation=0.0)
    seats, segment = np.array([4.0, 2.0, 0.0, 9.0]), np.array([0, 0, 0, 2])
    gained = product.adopters(rates, seats, segment, np.ones(4), np.array([10.0, 10.0, 20.0]))
    assert gained == pytest.approx([4 / 3, 4 / 3, 4 / 3, 11.0])


def test_a_small_segment_grows_at_the_rate_of_a_large_one() -> None:
    rates = p.Product(innovation=0.001, imitation=0.1)
    large, small = (
        product.adopters(rates, *map(np.array, ([0.1 * x], [1], [0.5], [x, x]))) / x
        for x in (1.0, 1e-3)
    )
    assert small == pytest.approx(large)


def test_a_segment_that_nobody_serves_waits() -> None:
    rates = p.Product(innovation=0.001, imitation=0.1)
    alone = product.adopters(rates, *map(np.array, ([1.0], [0], [0.5], [60.0])))
    beside = product.adopters(rates, *map(np.array, ([1.0], [0], [0.5], [60.0, 9.0, 9.0])))
    assert beside.tolist() == alone.tolist()


def test_a_moat_is_diluted_by_new_seats_and_never_below_nothing() -> None:
    rates = p.Product(moat_rate=0.0)
    moat, seats = np.full(4, 0.4), np.array([0.0, 0.5, 10.0, 10.0])
    deeper = product.deepen(rates, moat, seats, np.array([0.0, 0.25, 2.5, 15.0]))
    assert deeper == pytest.approx([0.4, 0.2, 0.3, 0.0])
