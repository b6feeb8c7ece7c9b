"""Effect cards and interactions, against numbers that can be checked by hand."""

import math

import numpy as np
import pytest

from abm.analysis.effects import EffectCard, effect_card, interaction, pairs_for_half_width
from abm.analysis.samples import Sample, SampleError


def sample(*values: float) -> Sample:
    return Sample.of(range(len(values)), values)


def test_a_card_says_what_the_pairs_say() -> None:
    card = effect_card(sample(1, 2, 3, 4), sample(2, 4, 3, 7))
    assert (card.pairs, card.dropped, card.unchanged) == (4, 0, 1)
    assert (card.baseline, card.treated, card.effect, card.median) == (2.5, 4.0, 1.5, 1.5)
    assert card.same_sign == 0.75
    assert card.spread == pytest.approx(np.std([1, 2, 3, 4], ddof=1))
    apart = np.var([1, 2, 3, 4], ddof=1) + np.var([2, 4, 3, 7], ddof=1)
    assert card.variance_ratio == pytest.approx(apart / np.var([1, 2, 0, 3], ddof=1))
    assert card.correlation == pytest.approx(np.corrcoef([1, 2, 3, 4], [2, 4, 3, 7])[0, 1])


def test_no_difference_anywhere_is_exactly_zero() -> None:
    card = effect_card(sample(1.1, 2.2, 3.3), sample(1.1, 2.2, 3.3))
    assert (card.effect, card.low, card.high, card.unchanged) == (0.0, 0.0, 0.0, 3)
    assert card.verdict == "none"
    assert card.variance_ratio == math.inf


def test_pairs_without_a_number_are_left_out_and_counted() -> None:
    card = effect_card(sample(1, math.nan, 3), sample(2, 5, math.nan))
    assert (card.pairs, card.dropped, card.effect) == (1, 2, 1.0)
    assert math.isnan(card.low)
    empty = effect_card(sample(math.nan), sample(1.0))
    assert (empty.pairs, empty.dropped, empty.verdict) == (0, 1, "unclear")
    assert math.isnan(empty.effect)


def test_the_variance_ratio_is_that_of_the_correlation() -> None:
    rng = np.random.default_rng(5)
    base = rng.standard_normal(4000)
    policy = 0.9 * base + math.sqrt(1 - 0.81) * rng.standard_normal(4000)
    card = effect_card(sample(*base), sample(*policy))
    assert card.variance_ratio == pytest.approx(1 / (1 - 0.9), rel=0.1)


def test_runs_that_do_not_vary_have_no_variance_ratio() -> None:
    assert math.isnan(effect_card(sample(1, 1), sample(1, 1)).variance_ratio)


@pytest.mark.parametrize(("changed", "verdict"), [(5, "unclear"), (6, "up")])
def test_too_few_pairs_that_differ_cannot_exclude_zero(changed: int, verdict: str) -> None:
    """Five equal signs come by chance in 2 / 32 of all cases, six in 2 / 64."""
    base = np.zeros(12)
    policy = np.where(np.arange(12) < changed, 1.0 + np.arange(12), 0.0)
    card = effect_card(sample(*base), sample(*policy))
    assert card.verdict == verdict
    assert ("differ" in card.method) == (verdict == "unclear")


def test_pairs_for_half_the_width_halve_it() -> None:
    rng = np.random.default_rng(1)
    widths = {}
    small = rng.standard_normal(30)
    many = pairs_for_half_width(small)
    assert 100 < many <= 120  # four times as many, less what t gains
    for n in (30, many):
        card = effect_card(sample(*np.zeros(n)), sample(*rng.standard_normal(n)))
        widths[n] = card.half_width
    assert widths[many] / widths[30] == pytest.approx(0.5, rel=0.25)
    assert pairs_for_half_width(np.ones(5)) == 5


def test_policies_that_add_up_do_not_interact() -> None:
    base, a, b = sample(1, 2, 3), sample(2, 3, 5), sample(1, 4, 3)
    expected = interaction(base, [a, b])
    assert expected.values == (2.0, 5.0, 5.0)
    assert effect_card(expected, sample(2, 5, 5)).verdict == "none"
    assert effect_card(expected, sample(3, 6, 6)).effect == 1.0


def test_three_policies_count_the_baseline_once() -> None:
    base = sample(1, 1)
    assert interaction(base, [sample(2, 3), sample(4, 1), sample(1, 6)]).values == (5.0, 8.0)


def test_an_interaction_needs_two_policies_and_all_partners() -> None:
    with pytest.raises(SampleError, match="two policies"):
        interaction(sample(1, 2), [sample(1, 2)])
    with pytest.raises(SampleError, match="no policy run for 1"):
        interaction(sample(1, 2), [sample(1), sample(1, 2)])


def test_a_card_prints_in_one_line() -> None:
    values = {name: float(number) for number, name in enumerate(EffectCard.__annotations__)}
    card = EffectCard(**{**values, "level": 0.95, "method": "bca", "same_sign": 0.8})
    text = str(card)
    assert "\n" not in text
    assert f"{card.effect:+.3g} ({card.low:+.3g} to {card.high:+.3g}, 95%" in text
    assert "80% of pairs agree" in text
