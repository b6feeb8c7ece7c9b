"""Intervals: they cover as often as they say, and rows taken for runs do not."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from abm.analysis import intervals as i
from abm.analysis.samples import SampleError

Floats = NDArray[np.float64]

STUDIES = 400
PAIRS = 40
FALSE_ALARM = 1e-4
"""Probability that a sound interval fails a coverage test here."""


def draws(key: str) -> np.random.Generator:
    return np.random.default_rng(i.name_key(key))


def coverage(
    sample: Callable[[np.random.Generator], Floats], truth: float, n: int = STUDIES
) -> int:
    """Studies out of n whose interval holds the true mean difference."""
    rng = draws("coverage")
    found = [i.of_mean(sample(rng), f"study {study}") for study in range(n)]
    return sum(interval.low <= truth <= interval.high for interval in found)


def normal_pairs(rng: np.random.Generator) -> Floats:
    """Differences of pairs of which the runs correlate by 0.8, with an effect of one."""
    base = rng.standard_normal(PAIRS)
    policy = 1 + 0.8 * base + 0.6 * rng.standard_normal(PAIRS)
    return policy - base


def skewed_pairs(rng: np.random.Generator) -> Floats:
    """Differences that are exponential: mean one, skewness two."""
    return rng.exponential(size=PAIRS)


def rows_as_runs(rng: np.random.Generator) -> Floats:
    """The mistake: five rows of each of eight runs, taken for forty runs."""
    runs = rng.standard_normal(PAIRS // 5) + 1
    return np.repeat(runs, 5) + 0.1 * rng.standard_normal(PAIRS)


# The exact binomial band of a nominal 95%. Of skewed data the best intervals cover somewhat less at
# forty pairs (Hesterberg 2015); there at least 92% are asked for.
LEAST = int(stats.binom.ppf(FALSE_ALARM, STUDIES, 0.95))
LEAST_SKEWED = int(stats.binom.ppf(FALSE_ALARM, STUDIES, 0.92))
MOST = int(stats.binom.isf(FALSE_ALARM, STUDIES, 0.95))


def test_the_mean_of_normal_pairs_is_covered_as_often_as_stated() -> None:
    assert LEAST <= coverage(normal_pairs, 1.0) <= MOST


def test_the_mean_of_skewed_pairs_is_covered_nearly_as_often() -> None:
    assert LEAST_SKEWED <= coverage(skewed_pairs, 1.0) <= MOST


def test_rows_taken_for_runs_are_covered_far_too_rarely() -> None:
    assert coverage(rows_as_runs, 1.0, n=100) < stats.binom.ppf(FALSE_ALARM, 100, 0.95)


def test_few_pairs_get_students_interval() -> None:
    values = np.array([1.0, 2.0, 4.0])
    found = i.of_mean(values, "few")
    half = stats.t.ppf(0.975, 2) * values.std(ddof=1) / math.sqrt(3)
    assert found.method == "Student's t"
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half))


def test_equal_keys_give_equal_intervals_and_others_do_not() -> None:
    values = draws("values").standard_normal(30)
    assert i.of_mean(values, "a") == i.of_mean(values, "a")
    assert i.of_mean(values, "a") != i.of_mean(values, "b")


def test_runs_that_agree_have_an_interval_of_one_point() -> None:
    assert i.of_mean(np.zeros(20), "none") == (0.0, 0.0, "all runs agree")


def test_runs_that_hardly_differ_get_students_interval_and_no_warning() -> None:
    values = np.array([1e-110, *np.zeros(19)])  # too close for the bootstrap to correct its bias
    assert i.of_mean(values, "hardly").method == "Student's t"


def test_one_run_has_no_interval() -> None:
    found = i.of_mean(np.array([1.0]), "one")
    assert math.isnan(found.low)
    assert found.method.startswith("none")


def test_a_higher_level_gives_a_wider_interval() -> None:
    values = draws("wide").standard_normal(30)
    wide, narrow = i.of_mean(values, "x", 0.99), i.of_mean(values, "x", 0.95)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_a_share_has_wilsons_interval() -> None:
    found = i.of_share(8, 10)
    z, p, n = stats.norm.ppf(0.975), 0.8, 10
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half))
    assert i.of_share(0, 10).low == 0.0
    assert math.isnan(i.of_share(0, 0).low)


def test_a_change_of_shares_has_newcombes_interval() -> None:
    # Newcombe (1998), paired data, method 10: 36 both, 12 and 2 one only, 0 neither.
    base = np.array([1.0] * 36 + [1.0] * 2 + [0.0] * 12)
    policy = np.array([1.0] * 36 + [0.0] * 2 + [1.0] * 12)
    found = i.of_share_change(base, policy)
    assert (found.low, found.high) == pytest.approx((0.0569, 0.3404), abs=5e-5)
    other = i.of_share_change(policy, base)
    assert (other.low, other.high) == pytest.approx((-found.high, -found.low))


def test_shares_that_never_change_have_an_interval_of_one_point() -> None:
    same = np.array([0.0, 1.0, 1.0])
    assert i.of_share_change(same, same)[:2] == (0.0, 0.0)
    assert math.isnan(i.of_share_change(np.zeros(0), np.zeros(0)).low)


def test_a_change_of_shares_is_covered_as_often_as_stated() -> None:
    rng = draws("shares")

    def holds() -> bool:
        luck = rng.random(PAIRS)
        base, policy = (luck < 0.4).astype(float), (luck + 0.2 * rng.random(PAIRS) < 0.7) * 1.0
        truth = 0.6 - 0.4  # P(luck + 0.2 u < 0.7) = 0.7 - 0.1
        found = i.of_share_change(base, policy)
        return found.low <= truth <= found.high

    # Newcombe's interval is somewhat wide for strongly correlated pairs: no upper bound is asked.
    assert sum(holds() for _ in range(STUDIES)) >= LEAST


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: i.of_mean(np.zeros((2, 3)), "x"),
        lambda: i.of_mean(np.array([1.0, math.nan]), "x"),
        lambda: i.of_share(11, 10),
        lambda: i.of_share_change(np.zeros((2, 2)), np.zeros((2, 2))),
        lambda: i.of_share_change(np.zeros(2), np.zeros(3)),
        lambda: i.of_share_change(np.array([0.5, 1.0]), np.zeros(2)),
    ],
)
def test_anything_but_one_number_a_run_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(SampleError):
        wrong()


def test_an_end_that_only_rounding_moves_off_zero_is_zero() -> None:
    shares = np.array([0.0, -1 / 9, 1 / 9])
    assert i._cleared(-1.7e-18, shares) == 0  # below zero it would be an effect
    assert i._cleared(-1e-6, shares) == -1e-6
    assert i._cleared(-1.7e-18, 1e-18 * shares) == -1.7e-18
