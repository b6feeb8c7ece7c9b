"""The looks are planned, and the allowed error is spent over all of them."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from abm.analysis.effects import EffectCard, effect_card
from abm.analysis.precision import Plan
from abm.analysis.samples import Sample


@pytest.mark.parametrize(
    ("replicates", "maximum", "looks"),
    [
        (20, 640, (20, 40, 80, 160, 320, 640)),
        (20, 639, (20, 40, 80, 160, 320)),
        (3, 48, (3, 6, 12, 24, 48)),
        (5, 5, (5,)),
    ],
)
def test_pairs_are_doubled_up_to_the_maximum(
    replicates: int, maximum: int, looks: tuple[int, ...]
) -> None:
    plan = Plan.of(replicates, maximum, {"sales": 1.0})
    assert plan.looks == looks
    assert plan.level == pytest.approx(1 - 0.05 / len(looks))


def test_without_a_precision_there_is_one_look_at_the_plain_level() -> None:
    plan = Plan.of(7, 640)
    assert (plan.looks, plan.level) == ((7,), 0.95)


def card(half_width: float) -> EffectCard:
    plain = effect_card(Sample.of([0, 1], [0.0, 0.0]), Sample.of([0, 1], [0.0, 0.0]))
    return replace(plain, low=1.0 - half_width, high=1.0 + half_width)


def test_the_widest_interval_of_all_policies_counts() -> None:
    plan = Plan.of(4, 8, {"sales": 1.0})
    cards = {("a", "sales"): card(0.5), ("b", "sales"): card(1.5), ("a", "pivots"): card(9.0)}
    assert not plan.look(4, cards).precise
    assert plan.look(4, cards).half_widths == {"sales": 1.5}
    assert plan.look(4, {**cards, ("b", "sales"): card(1.0)}).precise
    assert not plan.look(4, {("a", "sales"): card(math.nan)}).precise


def stopped_interval_covers(study: int, plan: Plan, level: float) -> bool:
    """Whether the interval at which a study of skewed pairs stops holds the true mean, one."""
    drawn = np.random.default_rng(study).exponential(size=plan.looks[-1]) ** 1.5 / math.gamma(2.5)
    found = card(math.inf)
    for look in plan.looks:
        base, policy = (Sample.of(range(look), x[:look]) for x in (np.zeros(look), drawn))
        found = effect_card(base, policy, f"study {study}", level)
        if found.half_width <= plan.targets["sales"]:
            break
    return found.low <= 1.0 <= found.high


def test_stopping_when_narrow_covers_better_with_the_error_spent() -> None:
    """Narrow by luck is low by luck where pairs are skewed: the plain level covers too rarely."""
    plan, studies = Plan.of(12, 96, {"sales": 0.45}), 80
    spent, plain = (
        sum(stopped_interval_covers(study, plan, level) for study in range(studies))
        for level in (plan.level, 0.95)
    )
    assert spent > plain
    # One in ten thousand batches of studies with a sound interval would fail.
    assert spent >= stats.binom.ppf(1e-4, studies, 0.95)
