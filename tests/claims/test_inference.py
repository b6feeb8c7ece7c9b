"""The statistics behind verdicts: what they find, what they do not, and how often they err."""

from collections.abc import Callable

import numpy as np
import pytest

from abm.analysis.claims.inference import (
    ALPHA,
    FUTILE,
    SHRINKS,
    exceeds,
    holm,
    keeping,
    keeping_is_futile,
    power_at,
    presence,
    removal,
    removal_is_futile,
    seeds_needed,
)

TRIALS = 2000
SEEDS, SPREAD, SESOI = 40, 1.0, 0.5


def drawn(mean: float, trials: int = TRIALS) -> np.ndarray:
    """Effects of many made-up studies, shape (trials, seeds)."""
    return np.random.default_rng(5).normal(mean, SPREAD, (trials, SEEDS))


def rate(mean: float) -> float:
    """How often an effect of this size is found to exceed the smallest one of interest."""
    return float(np.mean([exceeds(x, SESOI) < ALPHA for x in drawn(mean)]))


def test_false_alarms_are_as_rare_as_stated() -> None:
    # At the boundary 5%; three standard errors of 2000 trials are 1.5 points.
    assert rate(SESOI) == pytest.approx(ALPHA, abs=0.015)
    assert rate(0.0) < 0.002


def test_power_is_as_stated_for_twice_the_smallest_effect_of_interest() -> None:
    stated = power_at(SPREAD, SESOI, SEEDS)
    assert stated == pytest.approx(0.93, abs=0.02)
    assert rate(2 * SESOI) == pytest.approx(stated, abs=0.02)


def test_shares_have_their_own_test_and_interval() -> None:
    hits = np.array([1.0] * 38 + [0.0] * 2)
    found = presence(hits, 0.5, "shares", binary=True)
    assert found.estimate == pytest.approx(0.95)
    assert found.interval.method == "Wilson"
    assert found.p < 1e-6
    assert exceeds(np.array([1.0, 0.0] * 20), 0.5, binary=True) > 0.5


def test_false_alarms_of_shares_are_rare() -> None:
    hits = np.random.default_rng(6).binomial(1, 0.5, (TRIALS, SEEDS)).astype(float)
    assert np.mean([exceeds(x, 0.5, binary=True) < ALPHA for x in hits]) <= ALPHA + 0.015


def test_runs_without_a_number_are_left_out_and_counted() -> None:
    found = presence(np.array([1.0, 1.1, np.nan, 0.9]), SESOI, "gaps")
    assert found.seeds == 3
    assert found.estimate == pytest.approx(1.0)


def test_too_few_runs_prove_nothing() -> None:
    assert exceeds(np.array([9.0]), SESOI) == 1.0
    assert exceeds(np.array([]), SESOI) == 1.0
    # Agreement without spread is no better than a sign test.
    assert exceeds(np.full(4, 9.0), SESOI) == 0.5**4
    assert exceeds(np.full(4, 0.1), SESOI) == 1.0


def test_an_ablation_removes_what_shrinks_to_nothing() -> None:
    base = drawn(2.0, 1)[0]
    gone = removal(base, drawn(0.0, 1)[0] * 0.1, SESOI)
    assert gone.shrink > 0.9
    assert gone.passes(gone.p)


def test_an_ablation_that_leaves_the_effect_fails_whatever_its_p_value() -> None:
    base = drawn(2.0, 1)[0]
    left = removal(base, base, SESOI)
    assert left.shrink == pytest.approx(0)
    assert not left.passes(left.p)
    assert not left.passes(0.0)  # small enough for equivalence, but hardly smaller
    half = removal(base, base / 2, 10.0)
    assert half.p < ALPHA
    assert not half.passes(half.p)


def test_an_ablation_that_shrinks_but_stays_uncertain_fails() -> None:
    base = drawn(20.0, 1)[0]
    vague = removal(base, drawn(0.0, 1)[0] * 20, SESOI)
    assert vague.shrink > 0.5
    assert not vague.passes(vague.p)


def test_false_alarms_of_removal_are_rare_at_the_boundary() -> None:
    base = np.full(SEEDS, 100.0)  # so that shrinking is beyond doubt and only equivalence counts
    found = [removal(base, x, SESOI) for x in drawn(SESOI)]
    assert np.mean([one.passes(one.p) for one in found]) <= ALPHA + 0.015


def test_a_placebo_must_leave_the_effect() -> None:
    base = drawn(2.0, 1)[0]
    same, gone = keeping(base, base, SESOI), keeping(base, base * 0.1, SESOI)
    assert same.passes(same.p)
    assert not gone.passes(gone.p)
    assert not same.passes(0.2)


def test_pairs_only() -> None:
    base, other = np.array([2.0, np.nan, 2.0, 2.1]), np.array([np.nan, 1.0, 0.0, 0.1])
    assert removal(base, other, SESOI).left == pytest.approx(0.05)
    assert np.isnan(removal(base[:1], other[:1], SESOI).left)


def test_seeds_needed_is_the_fewest_that_do() -> None:
    n = seeds_needed(SPREAD, SESOI)
    assert power_at(SPREAD, SESOI, n) >= 0.8 > power_at(SPREAD, SESOI, n - 1)
    assert seeds_needed(float("nan"), SESOI) == 0
    assert seeds_needed(0.0, SESOI) == 2


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.001]) == pytest.approx([0.9, 0.002])
    assert holm([]) == []


def test_holm_keeps_the_error_rate_over_all_tests() -> None:
    p = np.random.default_rng(7).uniform(size=(TRIALS, 30))
    assert np.mean([min(holm(list(row))) < ALPHA for row in p]) == pytest.approx(ALPHA, abs=0.015)


def test_seeds_that_differ_by_rounding_alone_agree() -> None:
    almost = np.array([0.3, 0.3 + 1e-15, 0.3])
    assert exceeds(almost, 0.1) == exceeds(np.full(3, 0.3), 0.1) == 0.5**3
    assert exceeds(almost, 0.4) == 1.0


# -- giving up early -------------------------------------------------------------------------------

Futile = Callable[[np.ndarray, np.ndarray, float], bool]

FIRST = 25
"""Seeds of a first look."""


def given_up(futile: Futile, whole: float, left: float, sesoi: float, trials: int = 1000) -> float:
    """How often a first look gives up, with so much of the effect left; seeds are paired."""
    draw = np.random.default_rng(7)
    luck, own = draw.normal(0, 0.3, (2, trials, FIRST))
    base, treated = whole + luck + own, left + luck
    return float(np.mean([futile(x, y, sesoi) for x, y in zip(base, treated, strict=True)]))


SLACK = 0.0095
"""Three standard errors of 1000 trials with a rate of 1%."""


def test_an_effect_that_is_gone_is_hardly_ever_given_up() -> None:
    assert given_up(removal_is_futile, 3.0, 0.0, SESOI) == 0
    assert given_up(keeping_is_futile, 3.0, 3.0, SESOI) == 0


def test_even_at_the_edge_of_a_condition_it_is_given_up_as_rarely_as_stated() -> None:
    edge = 1 - SHRINKS
    assert given_up(removal_is_futile, 3.0, 3.0 * edge, 9.0) <= FUTILE + SLACK
    assert given_up(removal_is_futile, 9.0, SESOI, SESOI) <= FUTILE + SLACK
    assert given_up(removal_is_futile, 9.0, -SESOI, SESOI) <= FUTILE + SLACK
    assert given_up(keeping_is_futile, 3.0, 1.5, SESOI) <= FUTILE + SLACK
    assert given_up(keeping_is_futile, 3.0, 2.0, 2.0) <= FUTILE + SLACK


def test_a_hopeless_case_is_seen_at_once() -> None:
    assert given_up(removal_is_futile, 3.0, 2.5, SESOI, 50) == 1
    assert given_up(removal_is_futile, 3.0, -2.5, SESOI, 50) == 1
    assert given_up(keeping_is_futile, 3.0, 0.2, SESOI, 50) == 1
    lost, kept = np.zeros(FIRST), np.ones(FIRST)
    assert keeping_is_futile(kept, lost, 0.5, binary=True)
    assert not keeping_is_futile(kept, kept, 0.5, binary=True)
