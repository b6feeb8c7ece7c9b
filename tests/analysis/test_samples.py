"""One number a run, or a clear refusal."""

import math
from typing import Any

import numpy as np
import pytest

from abm.analysis.samples import Sample, SampleError, paired


@pytest.mark.parametrize(
    ("keys", "values", "says"),
    [
        ([1, 2], [[1.0, 2.0], [3.0, 4.0]], "one value a run, please: these have shape (2, 2)"),
        ([1], 3.0, "shape ()"),
        ([1, 2, 3], [1.0, 2.0], "2 values for 3 runs"),
        ([1, 2, 2], [1.0, 2.0, 3.0], "several values for the run 2"),
        ([1, 2], [1.0, math.inf], "infinite values have no mean"),
        ([1, 2], ["a", "b"], "values must be numbers"),
        ([1, 2], [[1.0], [1.0, 2.0]], "values must be numbers"),
    ],
)
def test_what_is_not_one_number_a_run_is_refused(keys: list[int], values: Any, says: str) -> None:
    with pytest.raises(SampleError, match=says.replace("(", r"\(").replace(")", r"\)")):
        Sample.of(keys, values)


@pytest.mark.parametrize(
    ("base", "policy", "says"),
    [
        ([1, 2, 3], [1, 2], "no policy run for 3"),
        ([1, 2], [1, 2, 4], "no baseline run for 4"),
    ],
)
def test_a_run_without_a_partner_is_refused(base: list[int], policy: list[int], says: str) -> None:
    with pytest.raises(SampleError, match=says):
        paired(Sample.of(base, np.zeros(len(base))), Sample.of(policy, np.zeros(len(policy))))


def test_pairs_are_matched_by_key_whatever_the_order() -> None:
    pairs = paired(Sample.of([1, 2, 3], [1.0, 2.0, 3.0]), Sample.of([3, 1, 2], [30.0, 10.0, 20.0]))
    assert pairs.differences.tolist() == [9.0, 18.0, 27.0]
    assert pairs.dropped == 0


def test_what_does_not_exist_is_dropped_with_its_partner_and_counted() -> None:
    base = Sample.of([1, 2, 3], [1.0, math.nan, 3.0])
    policy = Sample.of([1, 2, 3], [2.0, 2.0, math.nan])
    pairs = paired(base, policy)
    assert (pairs.differences.tolist(), pairs.dropped) == ([1.0], 2)
