"""Demand: the nested logit against closed forms, ways to get a model, growth of the market."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from abm.mechanisms import demand as d
from abm.mechanisms import diffusion
from abm.scenario.parameters import Demand

PROPERTY = settings(deadline=None, derandomize=True)
utilities = st.floats(-20, 20) | st.just(-np.inf)


LINEAGE = 0.4


def alone(value: np.ndarray, n_open: int) -> d.Nests:
    """Nests when every model is the only one of its lineage."""
    return d.Nests.of(np.arange(value.shape[1]), n_open)


@st.composite
def markets(draw: st.DrawFn) -> tuple[np.ndarray, d.Nests]:
    """Utilities of some models to some communities, and their nests."""
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 5)))
    value = draw(hnp.arrays(np.float64, shape, elements=utilities))
    n_open = draw(st.integers(0, shape[1]))
    joins = draw(st.lists(st.booleans(), min_size=shape[1], max_size=shape[1]))
    begins = [j in (0, n_open) or not joins[j] for j in range(shape[1])]
    return value, d.Nests.of(np.cumsum(begins), n_open)


def by_the_book(value: np.ndarray, nests: d.Nests, p: Demand) -> tuple[np.ndarray, np.ndarray]:
    """Shares of a three-level nested logit (Train 2009, chapter 4), one community at a time."""
    shares, outside = np.zeros_like(value), np.zeros(value.shape[0])
    bounds, n_open = [*nests.families.tolist(), value.shape[1]], nests.n_open
    for c, row in enumerate(value):
        lineages = list(itertools.pairwise(bounds))
        family = {f: np.exp(row[slice(*f)] / p.nest_lineage).sum() for f in lineages}
        pull = {f: total ** (p.nest_lineage / p.nest_model) for f, total in family.items()}
        camps = [[f for f in lineages if f[0] < n_open], [f for f in lineages if f[0] >= n_open]]
        camp = [sum(pull[f] for f in fs) for fs in camps]
        weights = [total**p.nest_model if total > 0 else 0.0 for total in camp]
        outside[c] = 1 / (1 + sum(weights))
        for k, fs in enumerate(camps):
            for f in fs:
                for j in range(*f):
                    if family[f] > 0:
                        within = np.exp(row[j] / p.nest_lineage) / family[f]
                        shares[c, j] = within * pull[f] / camp[k] * weights[k] * outside[c]
    return shares, outside


@PROPERTY
@given(markets(), st.floats(LINEAGE, 1.0))
def test_shares_are_those_of_the_nested_logit(
    market: tuple[np.ndarray, d.Nests], dissimilarity: float
) -> None:
    value, nests = market
    p = Demand(nest_model=dissimilarity, nest_lineage=LINEAGE, nest_host=0.4)
    shares = d.nested_shares(p, value, nests)
    expected, outside = by_the_book(value, nests, p)
    assert shares == pytest.approx(expected, abs=1e-12)
    assert 1 - shares.sum(axis=1) == pytest.approx(outside, abs=1e-12)


@PROPERTY
@given(markets())
def test_with_dissimilarity_one_the_nests_do_not_matter(
    market: tuple[np.ndarray, d.Nests],
) -> None:
    value, nests = market
    p = Demand(nest_model=1.0, nest_lineage=1.0)
    shares = d.nested_shares(p, value, nests)
    odds = np.exp(value)
    assert shares == pytest.approx(odds / (1 + odds.sum(axis=1, keepdims=True)), abs=1e-12)


@pytest.mark.parametrize("dissimilarity", [0.5, 0.7, 1.0])
@pytest.mark.parametrize("copies", [2, 5])
def test_models_of_their_own_making_split_their_camp(dissimilarity: float, copies: int) -> None:
    """n equal models raise the pull of their camp by n^dissimilarity and share it evenly."""
    p, v, rival = Demand(nest_model=dissimilarity), 0.4, -0.3
    value = np.array([[v] * copies + [rival]])
    shares = d.nested_shares(p, value, alone(value, copies))[0]
    pull = copies**dissimilarity * np.exp(v)
    assert shares[:copies] == pytest.approx(pull / copies / (1 + pull + np.exp(rival)))
    assert shares[copies] == pytest.approx(np.exp(rival) / (1 + pull + np.exp(rival)))


@pytest.mark.parametrize("copies", [2, 5])
def test_clones_of_one_base_split_its_customers(copies: int) -> None:
    """n clones raise the pull of their lineage by n^nest_lineage only, and share it evenly."""
    p, v = Demand(nest_model=0.7, nest_lineage=0.4), 0.4
    value = np.array([[v] * copies])
    shares = d.nested_shares(p, value, d.Nests.of(np.zeros(copies, dtype=np.int64), copies))[0]
    pull = copies**0.4 * np.exp(v)
    assert shares == pytest.approx(pull / copies / (1 + pull))


def test_a_clone_takes_most_from_its_base_then_from_its_camp() -> None:
    p = Demand(nest_model=0.7, nest_lineage=0.4)
    three = np.zeros((1, 3))
    before = d.nested_shares(p, three, alone(three, 2))[0]
    after = d.nested_shares(p, np.zeros((1, 4)), d.Nests.of(np.array([0, 0, 1, 2]), 3))[0]
    lost_base, lost_camp, lost_other = 1 - after[[0, 2, 3]] / before
    assert lost_base > lost_camp > lost_other > 0


def test_a_market_without_models_is_all_outside() -> None:
    none = np.zeros((3, 0))
    assert d.nested_shares(Demand(), none, alone(none, 0)).shape == (3, 0)
    nothing = np.full((2, 2), -np.inf)
    assert (d.nested_shares(Demand(), nothing, alone(nothing, 1)) == 0).all()


def test_extreme_utilities_do_not_overflow() -> None:
    value = np.array([[700.0, -700.0, 0.0], [-700.0, -700.0, -700.0]])
    shares = d.nested_shares(Demand(nest_model=0.5), value, alone(value, 2))
    assert shares[0] == pytest.approx([1.0, 0.0, 0.0])
    assert shares[1] == pytest.approx([0.0, 0.0, 0.0])


@pytest.mark.parametrize("highest", [0.5, 700.0])
def test_a_limit_on_utilities_changes_nothing_nor_does_it_matter_where_shares_go(
    highest: float,
) -> None:
    p, value = Demand(), np.array([[highest, -0.3, 0.2], [0.1, -1.0, -0.2]])
    nests = alone(value, 2)
    expected = d.nested_shares(p, value, nests)
    found = d.nested_shares(p, value, nests, best=highest, out=value)
    assert found is value
    assert found.tolist() == expected.tolist()


def test_the_elasticity_is_the_slope_of_log_revenue_in_log_price() -> None:
    """Against a finite difference of the shares themselves, for a clone and a model alone."""
    p = Demand(price=0.5, nest_model=0.7, nest_lineage=0.4)
    value, step = np.array([[0.3, 0.1, -0.2, 0.5]]), 1e-6
    nests = d.Nests.of(np.array([0, 0, 1, 2]), 3)
    shares = d.nested_shares(p, value, nests)[0]
    for j, members in ((0, [0, 1]), (2, [2])):
        dearer = value.copy()
        dearer[0, j] -= p.price * step
        slope = np.log(d.nested_shares(p, dearer, nests)[0, j] / shares[j]) / step
        within = shares[j] / shares[members].sum()
        steep = d.elasticity(p, within, shares[j] / shares[:3].sum(), shares[j])
        assert -slope == pytest.approx(float(steep), rel=1e-4)


def hosts(
    asked: list[float],
    clouds: int = 1,
    discount: float = 0.0,
    privacy: float = 0.0,
    weight: float = 1.0,
    **p: float,
) -> d.Hosts:
    """Ways to get one model, for one segment with some taste for privacy, which has a weight."""
    demand = Demand(privacy=weight, **p)
    convenience = d.convenience(demand, np.array([privacy]), clouds, 0.3)
    return d.choose_hosts(
        demand, np.ones(1), np.array([asked]), np.full((1, 1), discount), convenience
    )


def test_privacy_is_worth_something_only_where_a_model_runs_on_what_is_ones_own() -> None:
    managed, alone, garden = [1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]
    for asked, gain in ((managed, 0.0), (alone, 0.6), (garden, 0.6)):
        plain, private = (hosts(asked, privacy=taste, weight=1.5) for taste in (0.0, 0.4))
        assert private.value - plain.value == pytest.approx(gain)


def test_the_only_way_is_worth_its_taste_less_its_price() -> None:
    found = hosts([2.0, 0.0, 0.0, 0.0], price=0.5, support=0.7)
    assert found.value[0, 0, 0] == pytest.approx(0.7 - 0.5 * np.log(2.0))
    assert found.share[0, 0, 0].tolist() == [1.0, 0.0, 0.0, 0.0]


def test_equal_ways_share_evenly_and_add_variety() -> None:
    found = hosts([1.0, 1.0, 0.0, 0.0], support=0.6, self_hosting=0.0, nest_host=0.4)
    assert found.share[0, 0, 0, :2].sum() == pytest.approx(1.0)
    even = hosts([1.0, 0.0, 0.0, 1.0], home_cloud=0.0, support=0.5, nest_host=0.4)
    assert even.share[0, 0, 0].tolist() == pytest.approx([0.5, 0.0, 0.0, 0.5])
    assert even.value[0, 0, 0] == pytest.approx(0.5 + 0.4 * np.log(2))


def test_what_is_not_offered_has_no_value() -> None:
    found = hosts([0.0, 0.0, 0.0, 0.0])
    assert found.value[0, 0, 0] == -np.inf
    assert (found.share == 0).all()


def test_ones_own_cloud_is_preferred() -> None:
    price = [0.0, 0.0, 0.0, 1.0, 1.0]
    found = hosts(price, clouds=2, home_cloud=0.8, nest_host=0.4)
    ratio = np.exp(0.8 / 0.4)
    assert found.share[0, 0, 0, 3:] == pytest.approx(np.array([ratio, 1]) / (1 + ratio))
    assert found.share[0, 1, 0, 3:] == pytest.approx(np.array([1, ratio]) / (1 + ratio))


def test_a_smaller_sibling_is_cheaper_everywhere_alike() -> None:
    price = [1.0, 1.0, 0.0, 1.0]
    whole, small = hosts(price, price=0.5), hosts(price, price=0.5, discount=-2.0)
    assert small.value - whole.value == pytest.approx(1.0)
    assert (small.share == whole.share).all()


@PROPERTY
@given(st.floats(22, 30), st.floats(0.2, 2.0), st.floats(0.3, 0.6), st.integers(0, 60))
def test_right_sizing_is_the_best_trade_of_fitness_against_price(
    level: float, taste: float, kappa: float, month: int
) -> None:
    p = Demand(quality=1.5, fitness_slope=2.0, price=0.5)
    need = 25.0 + p.requirement_growth * month / 12
    room = d.headroom(p, np.array([taste]), kappa)
    enough = d.good_enough(p, np.array([25.0]), room, month)
    delta = d.right_size(np.array([[level]]), enough)[0, 0]

    def gain(below: np.ndarray) -> np.ndarray:
        fit = 1 / (1 + np.exp(-p.fitness_slope * (level - below - need)))
        return p.quality * np.log(fit) + p.price * taste * kappa * np.log(10) * below

    grid = np.linspace(0, 8, 4001)
    assert delta >= 0
    assert gain(np.array(delta)) >= gain(grid).max() - 1e-4


def test_fitness_is_half_at_the_requirement_which_grows() -> None:
    p = Demand(fitness_slope=2.0, requirement_growth=0.6)
    theta, now = np.array([[25.0, 25.6]]), np.array([25.0])
    fit = d.fitness(p, theta, d.required(p, now, 0))
    assert fit[0, 0] == pytest.approx([0.5, 1 / (1 + np.exp(-1.2))])
    a_year_on = d.fitness(p, theta, d.required(p, now, 12))
    assert a_year_on[0, 0, 1] == pytest.approx(0.5)


def test_usefulness_is_fitness_by_what_is_needed() -> None:
    p = Demand(fitness_slope=2.0)
    theta, needed = np.array([[25.0, 25.6], [24.0, 26.0]]), np.array([24.5, 25.0])
    needs = np.array([[0.3, 0.7], [1.0, 0.0]])
    useful = d.usefulness(p, theta[:, None], needed[:, None], needs)
    expected = np.einsum("smd,sd->ms", d.fitness(p, theta, needed), needs)
    assert useful == pytest.approx(expected)
    # However little a model can do, it is of some use, so that its logarithm is a number.
    assert d.usefulness(p, np.full(2, -1e4), needed[0], needs[0]) > 0


def test_utility_adds_up_its_terms() -> None:
    p = Demand(quality=1.5, network=0.3, network_floor=0.02)
    value = d.worth(p, np.array([[0.5, 0.5]]), np.array([[0.1, 0.2]]))
    value += d.network_pull(p, np.array([[0.02, 0.0]]))
    at_half = 1.5 * np.log(0.5)
    assert value[0] == pytest.approx([at_half + 0.1 + 0.3 * np.log(2), at_half + 0.2])


def test_the_share_reconsidered_is_the_mean_over_the_horizon() -> None:
    hazard = np.array([0.0, 0.05, 0.25, 1.0])
    expected = np.mean([1 - (1 - hazard) ** month for month in range(12)], axis=0)
    assert diffusion.reconsidered(hazard, 12) == pytest.approx(expected)
    assert diffusion.reconsidered(hazard, 0).tolist() == [0, 0, 0, 0]


def test_the_market_grows_as_bass_has_it_and_never_beyond_the_budget() -> None:
    p = Demand(innovation=0.01, imitation=0.1)
    grown = diffusion.grow(p, np.array([0.0, 0.5, 1.0]), np.array([1.0, 0.5, 1.0]))
    assert grown == pytest.approx([0.01, 0.5 + 0.06 * 0.5 * 0.5, 1.0])


def test_the_bass_curve_ahead_is_where_small_steps_lead() -> None:
    p = Demand(innovation=0.01, imitation=0.1)
    start, fit = np.array([0.02, 0.3, 0.9]), np.array([0.2, 0.6, 1.0])
    steps, adoption = 1000, start
    fine = p.model_copy(update={"innovation": 0.01 * 12 / steps, "imitation": 0.1 * 12 / steps})
    for _ in range(steps):
        adoption = diffusion.grow(fine, adoption, fit)
    assert diffusion.grown(p, start, fit, 12.0) == pytest.approx(adoption, rel=1e-3)
    still = p.model_copy(update={"innovation": 0.0, "imitation": 0.0})
    assert diffusion.grown(still, start, fit, 12.0).tolist() == start.tolist()


def test_private_use_on_ones_own_machines_costs_the_trouble_of_running_it() -> None:
    found = hosts([0.0, 1.0, 0.0, 0.0], self_hosting=0.5, privacy=0.3, weight=2.0)
    assert found.value[0, 0, 0] == pytest.approx(-0.5 + 0.3 * 2.0)


def test_a_garden_is_as_good_as_its_quality_and_there_only_with_clouds() -> None:
    garden = [0.0, 0.0, 1.0]
    found = hosts([*garden, 0.0], home_cloud=0.8, support=0.4)
    assert found.value[0, 0, 0] == pytest.approx(0.3 * 1.2)
    private = hosts([*garden, 0.0], home_cloud=0.8, support=0.4, privacy=0.5, weight=2.0)
    assert private.value[0, 0, 0] == pytest.approx(0.3 * 1.2 + 1.0)
    nowhere = hosts(garden, clouds=0, home_cloud=0.8, support=0.4)
    assert nowhere.value.shape == (1, 1, 1)
    assert nowhere.value[0, 0, 0] == pytest.approx(0.0)


def test_who_minds_prices_more_is_put_off_more() -> None:
    p, price = Demand(price=0.5, support=0.0), np.array([[2.0, 0.0, 0.0]])
    ways = d.convenience(p, np.zeros(2), 0, 0.0)
    found = d.choose_hosts(p, np.array([1.0, 3.0]), price, np.zeros((2, 1)), ways)
    assert found.value[:, 0, 0] == pytest.approx([-0.5 * np.log(2), -1.5 * np.log(2)])
    assert (found.price == price).all()


@pytest.mark.parametrize("seed", range(5))
def test_what_is_bought_of_each_way_is_spending_by_its_share(seed: int) -> None:
    """And all of it is bought somewhere, if there is anywhere to buy it."""
    p, rng = Demand(), np.random.default_rng(seed)
    price = rng.uniform(0.1, 9, (3, 5)) * (rng.random((3, 5)) < 0.6)
    price[0], spend = 0.0, rng.uniform(0, 9, (2, 2, 3))
    found = d.choose_hosts(
        p, np.ones(2), price, np.zeros((2, 3)), d.convenience(p, np.array([0.0, 1.0]), 2, 0.5)
    )
    bought = found.bought(spend)
    assert bought == pytest.approx(np.einsum("skm,skmw->smw", spend, found.share))
    sold = price.any(axis=1)
    assert bought.sum(axis=2)[:, sold] == pytest.approx(spend.sum(axis=1)[:, sold])
    assert (bought[:, ~sold] == 0).all()


def test_nests_say_who_belongs_to_whom() -> None:
    nests = d.Nests.of(np.array([0, 0, 1, 2, 2]), 3)
    assert nests.member.tolist() == [0, 0, 1, 2, 2]
    assert nests.related == ((0, slice(0, 2)), (2, slice(3, 5)))
    assert nests.open_families == 2


def test_a_smaller_sibling_is_less_fit() -> None:
    p = Demand(fitness_slope=2.0)
    theta, need = np.array([[26.0]]), np.array([25.0])
    assert d.fitness(p, theta, need, np.array([[1.0]]))[0, 0, 0] == pytest.approx(0.5)
    smaller = d.fitness(p, theta, need, np.array([[0.4]]))[0, 0, 0]
    assert smaller == pytest.approx(1 / (1 + np.exp(-2.0 * 0.6)))


@pytest.mark.parametrize("taste", [1e-12, 1e6])
def test_good_enough_stays_a_number_whatever_the_taste_for_prices(taste: float) -> None:
    """The slack is bounded a millionth from both ends: by ln(1e6) / k_v from the requirement."""
    p = Demand(quality=0.5, fitness_slope=1.0, price=0.5)
    room = d.headroom(p, np.array([taste]), 0.5)
    enough = d.good_enough(p, np.array([25.0]), room, 0)
    assert enough[0] == pytest.approx(25.0 + (1 if taste < 1 else -1) * np.log(1e6), abs=1e-5)


def test_good_enough_is_where_the_last_step_down_saves_what_it_costs() -> None:
    """1 - sigma = alpha kappa ln(10) / (b_q k_v), here a fifth, with weights below one."""
    p = Demand(quality=0.5, fitness_slope=1.0, price=0.1)
    kappa = 0.2 * 0.5 / (0.1 * np.log(10))
    room = d.headroom(p, np.ones(1), kappa)
    assert d.good_enough(p, np.array([25.0]), room, 0)[0] == pytest.approx(25.0 + np.log(4))


def test_friction_scales_what_holds_customers() -> None:
    p, around = Demand(network=0.3, network_floor=0.02), np.array([[0.02], [0.02]])
    pull = d.network_pull(p, around, np.array([[0.5], [1.0]]))
    assert pull[:, 0] == pytest.approx([0.15 * np.log(2), 0.3 * np.log(2)])


def test_what_is_reconsidered_adds_up_by_the_hazard() -> None:
    share = diffusion.reconsidered_by(np.array([0.0, 0.1, 1.0]), 2.0)
    assert share == pytest.approx([0.0, 0.19, 1.0])
