"""The box of failures, against worlds whose failures lie in a known box."""

import numpy as np
import pytest

from abm.analysis.prim import ENOUGH, find_box
from abm.analysis.robustness import in_words


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(3).random((400, 4))


def test_a_known_box_is_found_and_other_parameters_are_left_free(points: np.ndarray) -> None:
    fails = (points[:, 1] > 0.6) & (points[:, 3] < 0.5)
    box = find_box(points, fails)
    assert box is not None
    assert box.low[1] == pytest.approx(0.6, abs=0.07)
    assert box.high[3] == pytest.approx(0.5, abs=0.07)
    assert np.isinf(box.low[[0, 2, 3]]).all()
    assert np.isinf(box.high[[0, 1, 2]]).all()
    assert box.coverage > 0.85
    assert box.density > 0.85
    assert in_words(("a", "b", "c", "d"), box).startswith("b above 0.")


def test_noise_lowers_density_and_not_the_place(points: np.ndarray) -> None:
    rng = np.random.default_rng(4)
    fails = np.where(points[:, 0] < 0.4, rng.random(400) < 0.8, rng.random(400) < 0.1)
    box = find_box(points, fails)
    assert box is not None
    assert box.high[0] == pytest.approx(0.4, abs=0.1)
    assert 0.65 < box.density < 0.95


def test_coverage_and_density_are_those_of_the_box(points: np.ndarray) -> None:
    fails = points[:, 2] > 0.7
    box = find_box(points, fails)
    assert box is not None
    held = ((points >= box.low) & (points <= box.high)).all(axis=1)
    assert box.worlds == held.sum()
    assert box.coverage == pytest.approx((held & fails).sum() / fails.sum())
    assert box.density == pytest.approx((held & fails).sum() / held.sum())


@pytest.mark.parametrize("fails", [ENOUGH - 1, 400 - ENOUGH + 1, 400])
def test_too_few_failures_or_successes_are_not_described(points: np.ndarray, fails: int) -> None:
    assert find_box(points, np.arange(400) < fails) is None


def test_a_box_between_two_limits_is_put_into_words(points: np.ndarray) -> None:
    box = find_box(points, (points[:, 0] > 0.3) & (points[:, 0] < 0.7))
    assert box is not None
    assert in_words(("g", "b", "c", "d"), box).startswith("g from 0.")
