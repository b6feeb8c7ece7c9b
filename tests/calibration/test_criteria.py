"""Implausibility by hand, and which of the largest counts."""

import math

import numpy as np
import pytest

from abm.analysis.calibration.conflicts import conflicts, reaches
from abm.analysis.calibration.criteria import Criterion, Summary, ranked
from abm.analysis.targets import targets

TARGET = {item.id: item for item in targets()}


def test_a_band_is_two_standard_deviations_to_each_side() -> None:
    found = Criterion.of(TARGET["T05"], 0.125, logarithmic=False)
    assert found.observation == pytest.approx((3500 - 2400) / 4)
    assert found.discrepancy == pytest.approx(0.125 * (3500 - 2400))
    logs = Criterion.of(TARGET["T16"], 0.0, logarithmic=True)
    assert logs.observation == pytest.approx(math.log(100 / 5) / 4)
    assert logs.value == pytest.approx(math.log(10))


def test_implausibility_by_hand() -> None:
    item = Criterion("T", value=10.0, observation=2.0, discrepancy=1.0)
    found = item.implausibility(np.array([4.0]), np.array([3.0]), np.array([8.0]))
    assert found[0] == pytest.approx(6 / math.sqrt(3 + 4 + 1 + 8))


def test_the_second_largest_counts() -> None:
    found = np.array([[9.0, 1.0, 2.5], [4.0, 3.5, 0.0], [np.nan, 5.0, np.nan]])
    assert ranked(found, 2).tolist() == [2.5, 3.5, 0.0]
    assert ranked(found, 1).tolist() == [9.0, 4.0, 5.0]
    assert ranked(found[:, :1], 2).tolist() == [0.0, 0.0, 0.0]


def test_runs_without_a_number_are_left_out_and_their_absence_shows() -> None:
    item = Criterion("T", 0.0, 1.0)
    outputs = np.array([[[1.0], [3.0], [np.nan]], [[5.0], [np.nan], [np.nan]]])
    found = Summary.of(outputs, [item])
    assert found.count.tolist() == [[2.0], [1.0]]
    assert found.mean.tolist() == [[2.0], [5.0]]
    assert found.variance[0, 0] == pytest.approx(2.0)
    assert math.isnan(found.variance[1, 0])
    assert math.isnan(found.implausibility([item])[1, 0])
    by_hand = 2.0 / math.sqrt(1.0 + 2.0 + 2.0 / 2)
    assert found.implausibility([item])[0, 0] == pytest.approx(by_hand)


def test_what_has_no_logarithm_is_no_number() -> None:
    found = Criterion("T", 0.0, 1.0, logarithmic=True).scaled(np.array([math.e, 0.0, -1.0]))
    assert found[0] == pytest.approx(1.0)
    assert np.isnan(found[1:]).all()


def test_targets_that_cannot_be_met_alone_or_together_are_named() -> None:
    found = np.array([[1.0, 5.0, 7.0], [5.0, 1.0, 8.0], [4.0, 4.0, 9.0]])
    near = {item.name: item for item in reaches(["a", "b", "c"], found, 3.0)}
    assert near["c"].smallest == 7.0
    assert near["c"].share == 0.0
    assert near["c"].leading == 1.0
    assert near["a"].share == pytest.approx(1 / 3)
    pairs = conflicts(["a", "b", "c"], found, 3.0)
    assert [(pair.first, pair.second, pair.together) for pair in pairs] == [("a", "b", 4.0)]
    assert conflicts(["a", "b", "c"], np.vstack([found, [[2.0, 2.0, 9.0]]]), 3.0) == []
