"""The tests behind a verdict: presence, removal, keeping, power; on one number a seed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from abm.analysis import intervals
from abm.analysis.intervals import Interval

Floats = NDArray[np.float64]

ALPHA = 0.05
"""Error rate of the tests, over all of them together (Holm 1979)."""

ROUNDING = 1e-9
"""Spread of seeds, relative to their size, that is no more than how numbers are rounded."""

POWER = 0.8
"""Power that the number of seeds needed is stated for."""

SHRINKS = 0.8
"""Part of the effect that an ablation must take away."""

KEEPS = 0.5
"""Part of the effect that must be left under a placebo."""

FUTILE = 0.01
"""Chance at most that a condition is given up early although it truly holds, each.

To give up counts as failing. Whatever is given up could at best have passed: false alarms become
no likelier by it (Lan, Simon & Halperin 1982), and only power can be lost.
"""


@dataclass(frozen=True)
class Presence:
    """Whether an effect is larger than the smallest one of interest.

    Attributes:
        seeds: seeds that show a number.
        estimate: mean effect; for a binary claim the share of seeds.
        interval: its 95 % interval (BCa bootstrap, or Wilson for shares).
        p: one-sided p-value of the estimate not exceeding the smallest effect of interest.
        power: chance to tell the smallest effect of interest from none (and twice it from it).
        seeds_needed: seeds for a power of `POWER`.
        sesoi: the smallest effect of interest.
    """

    seeds: int
    estimate: float
    interval: Interval
    p: float
    power: float
    seeds_needed: int
    sesoi: float

    @property
    def absent(self) -> bool:
        """Whether the whole interval lies below the smallest effect of interest."""
        return self.interval.high < self.sesoi


class Removal(NamedTuple):
    """What an ablation leaves of an effect.

    Attributes:
        left: mean effect under the ablation.
        shrink: part of the effect that is gone.
        p: p-value of equivalence to nothing within the smallest effect of interest (TOST).
    """

    left: float
    shrink: float
    p: float

    def passes(self, p: float) -> bool:
        """Whether it removes the effect, given the p-value after correction."""
        return self.shrink >= SHRINKS and p < ALPHA


class Keeping(NamedTuple):
    """What a placebo leaves of an effect.

    Attributes:
        left: mean effect under the placebo.
        kept: part of the effect that is left.
        p: p-value of what is left not exceeding the smallest effect of interest.
    """

    left: float
    kept: float
    p: float

    def passes(self, p: float) -> bool:
        """Whether the effect stays, given the p-value after correction."""
        return self.kept >= KEEPS and p < ALPHA


def presence(
    effects: Floats, sesoi: float, key: str, *, binary: bool = False, tests: int = 1
) -> Presence:
    """Test whether a mean effect exceeds the smallest effect of interest.

    Args:
        effects: one a seed, NaN where there is none, shape (seeds,).
        sesoi: smallest effect of interest.
        key: names the stream of the bootstrap.
        binary: whether effects are zeros and ones.
        tests: how many tests share the error rate; power is stated at Holm's strictest step.
    """
    found = effects[np.isfinite(effects)]
    n, estimate = found.size, float(found.mean()) if found.size else math.nan
    if binary:
        spread = math.sqrt(sesoi * (1 - sesoi))
        interval = intervals.of_share(int(found.sum()), n)
    else:
        spread = float(found.std(ddof=1)) if n > 1 else math.nan
        interval = intervals.of_mean(found, key)
    alpha = ALPHA / max(tests, 1)
    return Presence(
        n,
        estimate,
        interval,
        exceeds(found, sesoi, binary=binary),
        power_at(spread, sesoi, n, alpha),
        seeds_needed(spread, sesoi, alpha),
        sesoi,
    )


def exceeds(found: Floats, bound: float, *, binary: bool = False) -> float:
    """One-sided p-value of a mean not exceeding a bound: exact binomial for shares, else t.

    One without evidence: for fewer than two seeds.
    """
    if found.size < 2:
        return 1.0
    if binary:
        hits = int(found.sum())
        return float(stats.binomtest(hits, found.size, bound, alternative="greater").pvalue)
    if np.ptp(found) <= ROUNDING * np.abs(found).max():
        # All agree: a sign test, the least there is.
        return 0.5**found.size if found[0] > bound else 1.0
    return float(stats.ttest_1samp(found, bound, alternative="greater").pvalue)


def removal(base: Floats, ablated: Floats, sesoi: float) -> Removal:
    """Compare the effect without a mechanism with the effect, over the seeds that show both.

    Args:
        base: effect by seed.
        ablated: effect of the same seeds under the ablation.
        sesoi: smallest effect of interest.
    """
    before, after = _both(base, ablated)
    if not after.size:
        return Removal(math.nan, math.nan, 1.0)
    whole, left = float(before.mean()), float(after.mean())
    shrink = 1 - left / whole if whole > 0 else math.nan
    # Two one-sided tests (Schuirmann 1987): both must reject.
    p = max(exceeds(after, -sesoi), exceeds(-after, -sesoi))
    return Removal(left, shrink, p)


def keeping(base: Floats, treated: Floats, sesoi: float, *, binary: bool = False) -> Keeping:
    """Compare the effect under a placebo with the effect, over the seeds that show both."""
    before, after = _both(base, treated)
    if not after.size:
        return Keeping(math.nan, math.nan, 1.0)
    whole, left = float(before.mean()), float(after.mean())
    kept = left / whole if whole > 0 else math.nan
    return Keeping(left, kept, exceeds(after, sesoi, binary=binary))


def removal_is_futile(base: Floats, ablated: Floats, sesoi: float) -> bool:
    """Whether some seeds show already that too much of the effect is left to count as removed.

    More than `1 - SHRINKS` of it, or more than the smallest effect of interest in either direction.
    """
    before, after = _both(base, ablated)
    too_much = after - (1 - SHRINKS) * before
    p = (exceeds(too_much, 0.0), exceeds(after, sesoi), exceeds(-after, sesoi))
    return min(p) < FUTILE


def keeping_is_futile(base: Floats, treated: Floats, sesoi: float, *, binary: bool = False) -> bool:
    """Whether some seeds show already that too little of the effect is left to count as kept."""
    before, after = _both(base, treated)
    lost = exceeds(KEEPS * before - after, 0.0)
    small = exceeds(1 - after if binary else -after, 1 - sesoi if binary else -sesoi, binary=binary)
    return min(lost, small) < FUTILE


def _both(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(one) & np.isfinite(other)
    return one[known], other[known]


def power_at(spread: float, sesoi: float, seeds: int, alpha: float = ALPHA) -> float:
    """Power of a one-sided t test to tell the smallest effect of interest from none.

    Args:
        spread: standard deviation over seeds.
        sesoi: smallest effect of interest.
        seeds: how many.
        alpha: error rate.
    """
    if seeds < 2 or math.isnan(spread):
        return math.nan
    if spread == 0:
        return 1.0
    critical = stats.t.ppf(1 - alpha, seeds - 1)
    return float(stats.nct.sf(critical, seeds - 1, sesoi / spread * math.sqrt(seeds)))


def seeds_needed(spread: float, sesoi: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Fewest seeds for a power; zero if the spread is not known."""
    if math.isnan(spread):
        return 0
    low, high = 2, 4
    while power_at(spread, sesoi, high, alpha) < power:
        low, high = high, 2 * high
    while high - low > 1:
        between = (low + high) // 2
        enough = power_at(spread, sesoi, between, alpha) >= power
        low, high = (low, between) if enough else (between, high)
    return low if power_at(spread, sesoi, low, alpha) >= power else high


def holm(p: Sequence[float]) -> list[float]:
    """P-values corrected for their number: step down, in the order given (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    corrected, largest = np.empty(len(p)), 0.0
    for step, place in enumerate(order.tolist()):
        largest = max(largest, min((len(p) - step) * p[place], 1.0))
        corrected[place] = largest
    return [float(x) for x in corrected]
