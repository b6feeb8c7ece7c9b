"""Knowledge: the layer rule against closed forms and brute force, pooling, progress."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from abm.mechanisms import disclosure
from abm.mechanisms import knowledge as k
from abm.scenario.cast import COMPONENT_WEIGHTS, COMPONENTS
from abm.scenario.parameters import Knowledge

PROPERTY = settings(deadline=None, derandomize=True)


@st.composite
def networks(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Levels of some labs, ties among them allowed, and learning rates between them."""
    n = draw(st.integers(1, 6))
    level = draw(hnp.arrays(np.float64, n, elements=st.floats(-3, 1) | st.sampled_from([-1, 0])))
    rates = draw(hnp.arrays(np.float64, (n, n), elements=st.floats(0, 0.99)))
    np.fill_diagonal(rates, 0.0)
    return level, rates


def by_brute_force(level: np.ndarray, rates: np.ndarray, points: int = 4000) -> np.ndarray:
    """The integral of the layer rule as a sum over thin layers of knowledge."""
    top = level.max()
    gains = []
    for i, own in enumerate(level):
        depth = (top - own) / points
        middles = own + depth * (np.arange(points) + 0.5)
        has_it = level[None, :] > middles[:, None]
        missed = np.where(has_it, 1 - rates[i][None, :], 1.0).prod(axis=1)
        gains.append(((1 - missed) * depth).sum())
    return np.array(gains)


@settings(PROPERTY, max_examples=60)
@given(networks())
def test_the_layer_rule_is_its_integral(world: tuple[np.ndarray, np.ndarray]) -> None:
    level, rates = world
    error = level.size * np.ptp(level) / 4000
    assert k.layer_rule(level, rates) == pytest.approx(by_brute_force(level, rates), abs=error)


@PROPERTY
@given(st.floats(-3, 0), st.floats(0, 1), st.floats(0, 0.99))
def test_from_one_partner_a_lab_learns_a_share_of_the_gap(
    low: float, high: float, rate: float
) -> None:
    rates = np.array([[0.0, rate], [0.5, 0.0]])
    gain = k.layer_rule(np.array([low, high]), rates)
    assert gain == pytest.approx([rate * (high - low), 0.0], abs=1e-12)


def test_two_equal_teachers_teach_what_one_misses() -> None:
    level = np.array([0.0, 1.0, 1.0])
    rates = np.array([[0.0, 0.3, 0.5], [0, 0, 0], [0, 0, 0]], dtype=float)
    assert k.layer_rule(level, rates)[0] == pytest.approx(1 - 0.7 * 0.5)


def test_layers_known_to_fewer_are_learnt_more_slowly() -> None:
    level = np.array([0.0, 1.0, 3.0])
    rates = np.array([[0.0, 0.3, 0.5], [0, 0, 0], [0, 0, 0]], dtype=float)
    assert k.layer_rule(level, rates)[0] == pytest.approx(1 * (1 - 0.7 * 0.5) + 2 * 0.5)


@PROPERTY
@given(networks())
def test_a_gain_lies_between_zero_and_the_gap_to_the_leader(
    world: tuple[np.ndarray, np.ndarray],
) -> None:
    level, rates = world
    gain = k.layer_rule(level, rates)
    assert (gain >= 0).all()
    assert (gain <= level.max() - level + 1e-12).all()


@PROPERTY
@given(networks(), st.integers(0, 5), st.integers(0, 5), st.floats(0, 1))
def test_a_gain_grows_with_every_rate_and_every_teachers_level(
    world: tuple[np.ndarray, np.ndarray], learner: int, teacher: int, more: float
) -> None:
    level, rates = world
    i, j = learner % level.size, teacher % level.size
    before = k.layer_rule(level, rates)
    faster = rates.copy()
    if i != j:
        faster[i, j] = max(faster[i, j], 0.99 * more)
    assert (k.layer_rule(level, faster) >= before - 1e-12).all()
    higher = level.copy()
    higher[j] += more
    others = np.arange(level.size) != j
    assert (k.layer_rule(higher, rates) >= before - 1e-12)[others].all()


@PROPERTY
@given(networks(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_labs_does_not_matter(
    world: tuple[np.ndarray, np.ndarray], seed: int
) -> None:
    level, rates = world
    order = np.random.default_rng(seed).permutation(level.size)
    shuffled = k.layer_rule(level[order], rates[np.ix_(order, order)])
    assert shuffled == pytest.approx(k.layer_rule(level, rates)[order], abs=1e-12)


@PROPERTY
@given(networks())
def test_without_edges_nothing_flows(world: tuple[np.ndarray, np.ndarray]) -> None:
    level, rates = world
    assert (k.layer_rule(level, np.zeros_like(rates)) == 0).all()


def test_domains_are_learnt_separately() -> None:
    level = np.array([[0.0, 2.0], [1.0, 0.0]])
    rates = np.array([[0.0, 0.5], [0.25, 0.0]])
    assert k.layer_rule(level, rates) == pytest.approx(np.array([[0.5, 0.0], [0.0, 0.5]]))


def test_a_weak_peer_does_not_dilute_a_strong_teacher() -> None:
    """The rule that averages over neighbours fails here: more peers, less learning."""
    two = k.layer_rule(np.array([0.0, 1.0]), np.array([[0, 0.3], [0, 0]]))[0]
    rates = np.zeros((3, 3))
    rates[0, 1:] = 0.3
    three = k.layer_rule(np.array([0.0, 1.0, 0.1]), rates)[0]
    assert three > two


def test_labs_pool_to_the_giants_effort_only_in_the_best_case() -> None:
    """Twenty labs of a twentieth: all disclosed, nothing duplicated, everyone linked."""
    n = 20
    people, access, same = np.full(n, 40.0), 1 - np.eye(n), np.ones((n, n))
    best = k.pooled_effort(Knowledge(duplication=0.0), people, access, np.ones(n), same)
    assert best == pytest.approx(np.full(n, 800.0))
    worst = k.pooled_effort(Knowledge(duplication=0.0), people, access, np.zeros(n), same)
    assert worst == pytest.approx(people)
    alone = k.pooled_effort(Knowledge(duplication=0.0), people, 0 * access, np.ones(n), same)
    assert alone == pytest.approx(people)
    usual = k.pooled_effort(Knowledge(duplication=0.6), people, access, np.ones(n), same)
    assert usual == pytest.approx(np.full(n, 40.0 * (1 + 19 * 0.4)))


def test_who_hides_gets_less_of_what_others_show() -> None:
    shown = np.array([0.0, 1.0])
    got = k.openness(Knowledge(reciprocity=0.2, disclosure_exponent=2.0), shown)
    assert got == pytest.approx(np.array([[0.0, 0.8], [0.0, 1.0]]))


def test_partial_disclosure_teaches_less_than_proportionally() -> None:
    got = k.openness(Knowledge(reciprocity=0.0, disclosure_exponent=2.0), np.array([0.5, 1.0]))
    assert got == pytest.approx(np.array([[0.25, 1.0], [0.25, 1.0]]))


def test_an_edge_leaks_without_disclosure_and_teaches_at_full_disclosure() -> None:
    p = Knowledge(leak=0.012, recipe_rate=0.35, reciprocity=0.0)
    access, able, ease = np.array([[0.0, 0.7], [0.0, 0.0]]), np.full(2, 0.5), np.ones((2, 2))
    dark = k.learning_rates(p, access, k.openness(p, np.zeros(2)), able, ease)
    lit = k.learning_rates(p, access, k.openness(p, np.ones(2)), able, ease)
    assert dark == pytest.approx(access * 0.012 * 0.5)
    assert lit == pytest.approx(access * 0.35 * 0.5)


def test_a_lab_needs_researchers_to_learn() -> None:
    able = k.absorptive_capacity(Knowledge(half_researchers=10), np.array([0.0, 10.0, 30.0]))
    assert able == pytest.approx([0.0, 0.5, 0.75])


def test_a_frontier_lab_makes_the_frontiers_progress_in_expectation() -> None:
    """The mean over shocks by Gauss-Hermite quadrature: noise moves luck, not the pace."""
    p = Knowledge(frontier_progress=0.45, reference_researchers=800, noise=0.5)
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    effort, level = np.full(nodes.size, 800.0), np.zeros(nodes.size)
    made = k.progress(p, effort, level, nodes)
    assert (made * weights).sum() / weights.sum() == pytest.approx(0.45 / 12)


def test_ideas_get_harder_to_find_and_effort_steps_on_its_toes() -> None:
    p = Knowledge(noise=0.0, difficulty=0.2, effort_elasticity=0.5, reference_researchers=800)
    effort, level = np.array([800.0, 200.0, 800.0]), np.array([0.0, 0.0, 1.0])
    made = k.progress(p, effort, level, np.zeros(3))
    assert made / made[0] == pytest.approx([1.0, 0.5, 10**-0.2])


def test_an_isolated_twentieth_settles_seven_months_behind() -> None:
    p = Knowledge(frontier_progress=0.45, effort_elasticity=0.5, leak=0.046 / 4)
    lag = k.steady_lag(p, np.array([40.0, 800.0, 1600.0]))
    assert lag == pytest.approx([0.633, 0.0, 0.0], abs=1e-3)


def test_learning_is_easiest_at_equal_focus_and_never_impossible() -> None:
    unit = k.units(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]))
    cosine = k.overlap(unit, unit)
    ease = k.cognition(cosine)
    assert ease[0, 1] == pytest.approx(1.0)
    assert ease[0, 2] == pytest.approx(0.2)
    assert 0.2 < ease[0, 3] < 1.0
    assert (ease == ease.T).all()


def test_components_teach_what_they_are_about() -> None:
    one_each = np.eye(len(COMPONENTS))
    told = dict(zip(COMPONENTS, disclosure.teaches_algorithms(one_each), strict=True))
    assert {c for c, x in told.items() if x > 0} == {"code", "recipe"}
    told = dict(zip(COMPONENTS, disclosure.teaches_data(one_each), strict=True))
    assert {c for c, x in told.items() if x > 0} == {"data", "documentation"}
    told = dict(zip(COMPONENTS, disclosure.teaches_post_training(one_each), strict=True))
    assert {c for c, x in told.items() if x > 0} == {"post_training"}


def test_the_index_of_disclosure_runs_from_zero_to_one() -> None:
    ends = np.stack([np.zeros(len(COMPONENTS)), np.ones(len(COMPONENTS))])
    assert disclosure.index(ends) == pytest.approx([0.0, 1.0])
    assert disclosure.index(np.eye(len(COMPONENTS))).tolist() == list(COMPONENT_WEIGHTS)


# -- vectors, old knowledge, other teachers --------------------------------------------------------


def test_units_have_length_one_and_nothing_stays_nothing() -> None:
    unit = k.units(np.array([[3.0, 4.0], [0.0, 0.0], [0.03, 0.04]]))
    assert unit == pytest.approx(np.array([[0.6, 0.8], [0.0, 0.0], [0.6, 0.8]]))


@PROPERTY
@given(hnp.arrays(np.float64, (4, 3), elements=st.floats(0.01, 1)))
def test_an_overlap_is_a_cosine_and_never_above_one(focus: np.ndarray) -> None:
    unit = k.units(focus)
    cosine = k.overlap(unit, unit)
    length = np.sqrt((focus**2).sum(axis=1))
    assert cosine == pytest.approx(focus @ focus.T / np.outer(length, length))
    assert (cosine <= 1.0).all()


@pytest.mark.parametrize(("cosine", "ease"), [(1.0, 1.0), (0.5, 0.75), (0.2, 0.36), (0.05, 0.2)])
def test_ease_is_the_inverted_u_above_its_floor(cosine: float, ease: float) -> None:
    assert k.cognition(np.array([[cosine]]))[0, 0] == pytest.approx(ease)


def test_nobody_learns_everything_in_a_month() -> None:
    p = Knowledge(leak=0.5, recipe_rate=1.0)
    rate = k.learning_rates(p, np.ones((2, 2)), np.ones((2, 2)), np.ones(2), np.ones((2, 2)))
    assert (rate == 0.99).all()


def test_old_knowledge_is_reached_at_the_rate_that_is_due() -> None:
    present, due = np.array([0.0, 0.2, 0.5]), np.array([0.3, 0.2, 0.4])
    rest = k.afterwards(present, due)
    assert rest == pytest.approx([0.3, 0.0, 0.0])
    both = k.afterwards(np.array([0.2]), np.array([0.6]))
    assert (1 - 0.2) * (1 - both) == pytest.approx([1 - 0.6])


def test_labs_learn_from_teachers_beside_them() -> None:
    """A third teacher, of old knowledge, knows more than both labs."""
    level, teachers = np.array([0.0, 1.0]), np.array([0.0, 1.0, 2.0])
    rates = np.array([[0.0, 0.5, 0.2], [0.0, 0.0, 0.4]])
    expected = [1 * (1 - 0.5 * 0.8) + 1 * 0.2, 1 * 0.4]
    assert k.layer_rule(level, rates, teachers) == pytest.approx(expected)


def test_each_field_is_learnt_at_the_rates_of_its_kind() -> None:
    level = np.array([[0.0, 0.0, 2.0, 1.0], [1.0, 3.0, 0.0, 0.0], [2.0, 1.0, 0.0, 3.0]])
    rates = np.zeros((3, 3, 3))
    rates[0, 0, 1:], rates[0, 1, 2], rates[1, 0, 1:] = (0.3, 0.5), 0.6, (0.1, 0.2)
    rates[1, 1:, 0], rates[2, :2, 2] = 0.25, (0.7, 0.8)
    kinds = [0, 1, 1, 2]
    together = k.layer_rule(level, rates, kind=np.array(kinds))
    apart = [k.layer_rule(level[:, f], rates[kind]) for f, kind in enumerate(kinds)]
    assert together == pytest.approx(np.array(apart).T)


def test_only_effort_in_the_same_field_is_duplicated() -> None:
    p, people = Knowledge(duplication=0.6), np.array([10.0, 40.0])
    access = np.array([[0.0, 0.5], [0.0, 0.0]])
    cosine = np.array([[1.0, 0.5], [0.5, 1.0]])
    effort = k.pooled_effort(p, people, access, np.ones((2, 2)), cosine)
    assert effort == pytest.approx([10 + 0.5 * (1 - 0.3) * 40, 40])


def test_what_is_taught_of_each_kind_is_what_its_components_show() -> None:
    shown = np.array([[1.0, 0.5, 0.25, 0.75, 0.0, 1.0], np.zeros(6)])
    assert disclosure.taught(shown) == pytest.approx(np.array([[0.25, 0], [0.5, 0], [1, 0]]))
