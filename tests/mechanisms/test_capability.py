"""Capability: focus conserves compute, reuse of a base never hurts, data pay less and less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from abm.mechanisms import capability as c
from abm.mechanisms import community, compute
from abm.scenario.parameters import Capability, Community, Compute

D = 10
PROPERTY = settings(deadline=None, derandomize=True)
thetas = hnp.arrays(np.float64, D, elements=st.floats(18, 30))
transfers = st.floats(0.2, 0.7)


@st.composite
def focuses(draw: st.DrawFn) -> np.ndarray:
    chosen = draw(st.sets(st.integers(0, D - 1), max_size=D))
    return c.focus_weights(sorted(chosen), D)


@PROPERTY
@given(focuses(), transfers)
def test_focus_conserves_compute(focus: np.ndarray, transfer: float) -> None:
    assert c.focus_multiplier(focus, transfer).mean() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(("breadth", "inside"), [(1, 6.4), (2, 3.4), (5, 1.6), (10, 1.0)])
def test_focus_multiplies_compute_as_the_theory_says(breadth: int, inside: float) -> None:
    multiplier = c.focus_multiplier(c.focus_weights(list(range(breadth)), D), 0.4)
    assert multiplier[:breadth] == pytest.approx(inside)
    assert multiplier[breadth:] == pytest.approx(0.4)


def test_no_focus_is_all_domains_alike() -> None:
    assert c.focus_weights([], D).tolist() == [0.1] * D


@PROPERTY
@given(focuses(), st.floats(20, 27), st.floats(-2, 1), thetas, st.floats(0, 1), transfers)
def test_building_on_a_base_never_makes_a_model_worse(
    focus: np.ndarray,
    log_compute: float,
    algorithms: float,
    base: np.ndarray,
    reuse: float,
    transfer: float,
) -> None:
    p = Capability(base_reuse=reuse, transfer=transfer)
    quality = np.full(D, 0.3)
    scratch = c.pretrained(p, log_compute, focus, algorithms, quality)
    built = c.pretrained(p, log_compute, focus, algorithms, quality, base)
    assert (built >= scratch - 1e-9).all()
    # Never above both ingredients together, and outside the focus never above the better one.
    together = np.log10(10**scratch + reuse * 10**base)
    assert (built <= together + 1e-9).all()
    outside = focus <= 1 / D
    assert (built <= np.where(outside, np.maximum(scratch, base), together) + 1e-9).all()


@PROPERTY
@given(focuses(), thetas, thetas, st.floats(1e-3, 1))
def test_a_base_leaves_a_model_close_to_the_better_of_both(
    focus: np.ndarray, own: np.ndarray, base: np.ndarray, reuse: float
) -> None:
    beside = c.built_on(Capability(base_reuse=reuse), own, focus, base) - np.maximum(own, base)
    assert (beside >= np.log10(reuse) - 1e-9).all()
    assert (beside <= np.log10(1 + reuse) + 1e-9).all()


def test_inside_the_focus_compute_of_base_and_run_add_up() -> None:
    p = Capability(base_reuse=0.6, transfer=0.4)
    focus, base = c.focus_weights([0], D), np.full(D, 24.0)
    built = c.pretrained(p, 23.0, focus, 0.0, np.zeros(D), base)
    assert built[0] == pytest.approx(np.log10(6.4e23 + 0.6e24))
    assert built[1] == pytest.approx(np.log10(0.4e23 + 0.6e24))


def test_a_base_of_minus_infinity_is_no_base() -> None:
    p = Capability()
    arguments = (23.0, c.focus_weights([0], D), 0.0, np.zeros(D))
    alone = c.pretrained(p, *arguments)
    assert np.isfinite(alone).all()
    assert c.pretrained(p, *arguments, np.full(D, -np.inf)) == pytest.approx(alone)


def test_without_reuse_a_base_adds_nothing() -> None:
    arguments = (23.0, c.focus_weights([0], D), 0.0, np.zeros(D))
    built = c.pretrained(Capability(base_reuse=0.0), *arguments, np.full(D, 26.0))
    assert (built == c.pretrained(Capability(), *arguments)).all()


def test_ten_times_the_compute_is_one_order_of_magnitude() -> None:
    p, focus = Capability(), c.focus_weights([], D)
    small, large = (c.pretrained(p, x, focus, 0.0, np.zeros(D)) for x in (23.0, 24.0))
    assert large - small == pytest.approx(1.0)


def test_data_pay_by_the_logarithm_up_to_a_ceiling() -> None:
    p = Capability(data_slope=0.4, data_ceiling=0.8)
    assert c.data_gain(p, np.array([0.0, 9.0, 99.0, 1e9])) == pytest.approx([0.0, 0.4, 0.8, 0.8])


def test_hardware_gets_cheaper_at_the_measured_rate() -> None:
    p = Capability(flop_per_usd_rented=3e17, flop_per_usd_owned=5e17, hardware_progress=0.14)
    owns = np.array([False, True])
    assert c.compute_price(p, 0, owns) == pytest.approx([3e23, 5e23])
    assert c.compute_price(p, 12, owns) == pytest.approx(np.array([3e23, 5e23]) * 10**0.14)


def test_contributions_pay_by_the_logarithm_up_to_a_ceiling() -> None:
    p = Community(slope=0.15, half_stock=20, ceiling=0.3)
    assert community.gain(p, np.array([0.0, 180.0, 1e9])) == pytest.approx([0.0, 0.15, 0.3])
    assert community.gain(Community(enabled=False), np.array([180.0])).tolist() == [0.0]


def test_contributors_share_out_all_their_effort_by_use_licence_and_fit() -> None:
    p = Community(preferential=1.0, baseline_use=0.01, fit_weight=0.0)
    use, welcome = np.array([0.19, 0.09, 0.09]), np.array([1.0, 1.0, 0.5])
    share = community.attention(p, use, welcome, np.zeros((2, 3)))
    assert share == pytest.approx(np.array([[0.2, 0.1, 0.05]] * 2) / 0.35)
    nothing_open = community.attention(p, use, np.zeros(3), np.zeros((2, 3)))
    assert (nothing_open == 0).all()


def test_idle_capacity_is_resold_and_busy_capacity_is_not() -> None:
    p = Compute(utilisation=0.6, rental_decline=0.45)
    farm, used = np.array([10.0, 10.0, 0.0]), np.array([0.0, 1.0, 0.0])
    assert compute.resale(p, farm, used, 0) == pytest.approx([6.0, 0.0, 0.0])
    assert compute.rental_rate(p, 12) == pytest.approx(10**-0.45)


def test_contributors_go_where_use_and_fit_are_by_their_weights() -> None:
    p = Community(preferential=2.0, baseline_use=0.1, fit_weight=1.5)
    use, fit = np.array([0.0, 0.1, 0.0]), np.array([[0.0, 0.0, 1.0]])
    share = community.attention(p, use, np.ones(3), fit)
    pull = np.array([1.0, 4.0, np.exp(1.5)])
    assert share[0] == pytest.approx(pull / pull.sum())


def test_what_is_known_and_curated_makes_a_model_better() -> None:
    p, focus = Capability(), c.focus_weights([], 2)
    plain = c.pretrained(p, 23.0, focus, 0.0, np.zeros(2))
    able = c.pretrained(p, 23.0, focus, -0.4, np.array([0.1, 0.3]))
    assert able - plain == pytest.approx([-0.3, -0.1])


def test_a_small_run_makes_less_of_a_large_base() -> None:
    p, base = Capability(reuse_share=0.1), np.array([[24.0, 25.0]] * 3)
    usable = base + c.short(p, np.full(3, 25.0), np.array([23.0, 24.0, 26.0]))[:, None]
    assert usable == pytest.approx(np.array([[23.0, 24.0], [24.0, 25.0], [24.0, 25.0]]))


def test_a_focus_of_half_of_the_domains_is_a_focus() -> None:
    """Outside it a base and a run do not add up, inside they do."""
    p = Capability(base_reuse=1.0, transfer=1.0)
    focus, base = c.focus_weights([0, 1], 4), np.full(4, 23.0)
    built = c.pretrained(p, 23.0, focus, 0.0, np.zeros(4), base)
    assert built == pytest.approx([23 + np.log10(2)] * 2 + [23.0] * 2)
    almost = np.array([0.26, 0.26, 0.24, 0.24])
    built = c.built_on(p, np.full(4, 23.0), almost, base)
    assert built == pytest.approx([23 + np.log10(2)] * 2 + [23.0] * 2)
