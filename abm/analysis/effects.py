"""Effects of a policy, pair by pair: the card of one outcome, and interactions of several."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from abm.analysis import intervals
from abm.analysis.intervals import LEVEL, Interval
from abm.analysis.samples import Sample, SampleError, aligned, paired

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EffectCard:
    """What a policy does to one outcome, over pairs of runs that share all luck.

    Attributes:
        pairs: pairs that the card rests on.
        dropped: pairs left out because the outcome does not exist in one of their runs.
        unchanged: pairs with no difference at all.
        baseline: mean of the baseline's runs.
        treated: mean of the policy's runs.
        spread: standard deviation of the baseline's runs, to see what size an effect has.
        effect: mean of the differences, policy minus baseline.
        median: their median.
        low: lower end of the interval of the mean effect.
        high: upper end of it.
        level: confidence of the interval.
        method: how the interval was made.
        variance_ratio: by how much pairing cut the variance of the effect: that of as many unpaired
            runs over that of the pairs; infinite if all pairs differ alike.
        correlation: correlation of the two runs of a pair.
        same_sign: share of the pairs whose difference has the sign of the mean; those without a
            difference count against it.
        same_sign_low: lower end of its interval.
        same_sign_high: upper end of it.
        pairs_for_half_width: pairs in all that would halve the interval.
    """

    pairs: int
    dropped: int
    unchanged: int
    baseline: float
    treated: float
    spread: float
    effect: float
    median: float
    low: float
    high: float
    level: float
    method: str
    variance_ratio: float
    correlation: float
    same_sign: float
    same_sign_low: float
    same_sign_high: float
    pairs_for_half_width: int

    def __str__(self) -> str:
        """The effect in one line, for a notebook or a terminal."""
        return (
            f"{self.effect:+.3g} ({self.low:+.3g} to {self.high:+.3g}, {self.level:.0%} over "
            f"{self.pairs} pairs), from {self.baseline:.3g} to {self.treated:.3g}; "
            f"{self.same_sign:.0%} of pairs agree, pairing cut the variance "
            f"{self.variance_ratio:.3g}-fold"
        )

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2

    @property
    def verdict(self) -> str:
        """What the pairs can tell: ``up``, ``down``, ``none`` or ``unclear``."""
        if self.pairs and self.unchanged == self.pairs:
            return "none"
        if self.low > 0:
            return "up"
        return "down" if self.high < 0 else "unclear"


def effect_card(
    base: Sample, policy: Sample, key: str = "effect", level: float = LEVEL
) -> EffectCard:
    """Compare a policy with its baseline.

    Args:
        base: one number a run of the baseline.
        policy: one number a run of the policy, with the same keys.
        key: names the stream of the bootstrap.
        level: confidence of the interval.

    Raises:
        SampleError: if a run has no partner.
    """
    pairs = paired(base, policy)
    differences = pairs.differences
    n = differences.size
    found = _honest(intervals.of_mean(differences, key, level), differences, level)
    effect = mean(differences)
    hits = int((np.sign(differences) == np.sign(effect)).sum()) if effect else 0
    sign = intervals.of_share(hits, n, level)
    spread = _variances(pairs.base, pairs.policy)
    return EffectCard(
        pairs=n,
        dropped=pairs.dropped,
        unchanged=int((differences == 0).sum()),
        baseline=mean(pairs.base),
        treated=mean(pairs.policy),
        spread=float(pairs.base.std(ddof=1)) if n > 1 else math.nan,
        effect=effect,
        median=float(np.median(differences)) if n else math.nan,
        low=found.low,
        high=found.high,
        level=level,
        method=found.method,
        variance_ratio=spread.ratio,
        correlation=spread.correlation,
        same_sign=hits / n if n else math.nan,
        same_sign_low=sign.low,
        same_sign_high=sign.high,
        pairs_for_half_width=pairs_for_half_width(differences, level),
    )


def _honest(found: Interval, differences: Floats, level: float) -> Interval:
    """The interval, reaching to zero where too few pairs differ at all to exclude it.

    If only so few pairs differ that even one sign in all of them could be chance (exact sign test,
    2 / 2^n), resampling the many zeros cannot make up for what was not seen.
    """
    changed = int((differences != 0).sum())
    if changed == 0 or 2.0 ** (1 - changed) <= 1 - level or math.isnan(found.low):
        return found
    method = f"{found.method}, to zero: only {changed} pairs differ"
    return Interval(min(found.low, 0.0), max(found.high, 0.0), method)


@dataclass(frozen=True)
class _Spread:
    ratio: float
    correlation: float


def _variances(base: Floats, policy: Floats) -> _Spread:
    """What pairing gained, and the correlation it lives on; NaN where runs do not vary."""
    if base.size < 2:
        return _Spread(math.nan, math.nan)
    apart = float(base.var(ddof=1) + policy.var(ddof=1))
    together = float((policy - base).var(ddof=1))
    if apart == 0:
        return _Spread(math.nan, math.nan)
    alike = base.std() * policy.std()
    correlation = float(np.corrcoef(base, policy)[0, 1]) if alike > 0 else math.nan
    return _Spread(apart / together if together > 0 else math.inf, correlation)


def pairs_for_half_width(differences: Floats, level: float = LEVEL) -> int:
    """Pairs in all that would halve the interval of the mean: four times as many, or a few less.

    The width goes with t / sqrt(n); few pairs pay for not knowing the spread, which t measures.
    """
    n = differences.size
    if n < 2 or np.ptp(differences) == 0:
        return n
    quantile = (1 + level) / 2
    gain = stats.t.ppf(quantile, 4 * n - 1) / stats.t.ppf(quantile, n - 1)
    return max(n + 1, math.ceil(4 * n * float(gain) ** 2))


def interaction(base: Sample, singles: Sequence[Sample]) -> Sample:
    """What policies would give together if their effects added up, run by run.

    The joint policy less this is the interaction: for two, (a+b) - a - b + base.

    Args:
        base: one number a run of the baseline.
        singles: the same of each policy on its own.

    Raises:
        SampleError: if there are not two policies or more, or if a run has no partner.
    """
    if len(singles) < 2:
        raise SampleError("an interaction needs two policies or more")
    expected = np.array(base.values)
    for single in singles:
        expected += np.array(aligned(base, single)) - np.array(base.values)
    return Sample.of(base.keys, expected)


def mean(values: Floats) -> float:
    """Mean of one number a run; NaN of none."""
    return float(values.mean()) if values.size else math.nan
