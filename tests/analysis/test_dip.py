"""The dip is the distance to the closest unimodal distribution, and its test keeps its level."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from abm.analysis.futures.dip import dip, dip_test

Floats = NDArray[np.float64]

QUANTILES = {
    20: (0.0733, 0.1051),
    50: (0.0489, 0.0703),
    100: (0.0355, 0.0511),
    200: (0.0256, 0.0368),
}
"""Published median and 95% quantile of a uniform sample (Maechler, R package diptest)."""


def closest_unimodal(values: Floats) -> float:
    """The dip by linear programming: every mode in turn, the best distribution around it."""
    x, counts = np.unique(values, return_counts=True)
    upto = np.cumsum(counts) / len(values)
    before, k = upto - counts / len(values), len(x)
    return min(_around(mode, x, before, upto) for mode in range(k))


def _around(mode: int, x: Floats, before: Floats, upto: Floats) -> float:
    """Least distance of a distribution that is convex before a mode and concave after it."""
    k = len(x)
    rows: list[tuple[dict[int, float], float]] = []  # limit from the left i, value k + i, distance
    for i in range(k):
        for place, level in ((i, before[i]), (k + i, upto[i])):
            rows += [({place: 1, 2 * k: -1}, level), ({place: -1, 2 * k: -1}, -level)]
        rows.append(({i: 1, k + i: -1}, 0))
        if i != mode:
            rows.append(({k + i: 1, i: -1}, 0))
        if i:
            rows.append(({k + i - 1: 1, i: -1}, 0))
        if 0 < i < k - 1 and i != mode:
            sign = 1 if i < mode else -1
            left, right = sign / (x[i] - x[i - 1]), sign / (x[i + 1] - x[i])
            rows.append(({i: left, k + i - 1: -left, i + 1: -right, k + i: right}, 0))
    matrix = np.zeros((len(rows), 2 * k + 1))
    for number, (entries, _) in enumerate(rows):
        for place, value in entries.items():
            matrix[number, place] += value
    goal = np.zeros(2 * k + 1)
    goal[-1] = 1
    found = linprog(goal, A_ub=matrix, b_ub=[level for _, level in rows], bounds=(0, 1))
    return float(found.fun) if found.success else 1.0


@pytest.mark.parametrize("seed", range(12))
def test_the_dip_is_the_distance_to_the_closest_unimodal_distribution(seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = [
        rng.random(9),
        np.concatenate([rng.normal(0, 1, 4), rng.normal(5, 1, 5)]),
        rng.integers(0, 5, 9).astype(float),  # with ties
    ]
    for sample in samples:
        assert dip(sample) == pytest.approx(closest_unimodal(sample), abs=1e-7)


@pytest.mark.parametrize("n", QUANTILES)
def test_the_null_distribution_is_the_published_one(n: int) -> None:
    rng = np.random.default_rng(n)
    null = [dip(rng.random(n)) for _ in range(1000)]
    median, high = QUANTILES[n]
    assert np.median(null) == pytest.approx(median, rel=0.03)
    assert np.quantile(null, 0.95) == pytest.approx(high, rel=0.06)


def test_evenly_spaced_values_have_the_least_dip() -> None:
    assert dip(np.arange(40.0)) == pytest.approx(1 / 80)


def test_the_test_keeps_its_level_and_finds_two_modes() -> None:
    rng = np.random.default_rng(1)
    # One mode, and no uniform: at a level of 5% it is given up in at most a few of 25 samples.
    false = sum(dip_test(rng.normal(size=40), 99).p < 0.05 for _ in range(25))
    assert false <= 3
    two = np.concatenate([rng.normal(-3, 1, 40), rng.normal(3, 1, 40)])
    assert dip_test(two, 199).p < 0.01


def test_too_few_values_and_gaps_are_refused() -> None:
    for bad in (np.arange(3.0), np.array([1.0, 2.0, 3.0, np.nan]), np.ones((4, 4))):
        with pytest.raises(ValueError, match="four finite values"):
            dip(bad)
