"""Intervals over runs: of a mean, of a share, of a change of shares in pairs.

All take one number a run (`abm.analysis.samples`), as one-dimensional arrays.
"""

import math
import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from abm.analysis.samples import SampleError
from abm.streams import name_key

Floats = NDArray[np.float64]

LEVEL = 0.95
"""Confidence of the intervals unless said otherwise."""

RESAMPLES = 4000
"""Draws of the bootstrap."""

FEW = 10
"""Runs below which the bootstrap has too little to draw from, and Student's t is used."""


ROUNDING = 1e-13
"""Share of the largest value below which a mean is a sum of zero and the rounding in it."""


class Interval(NamedTuple):
    """An interval and how it was made; NaN where there is none."""

    low: float
    high: float
    method: str


def of_mean(values: Floats, key: str, level: float = LEVEL) -> Interval:
    """Interval of a mean over runs.

    The bias-corrected and accelerated bootstrap (Efron 1987), with its level widened by the ratio
    of Student's t to the normal, because the plain one is too narrow for few runs (Hesterberg
    2015). Student's t for fewer than `FEW` runs. If all runs agree the interval is that point.

    Args:
        values: one a run, shape (runs,).
        key: names the stream of the bootstrap's draws: equal keys, equal intervals.
        level: confidence.

    Raises:
        SampleError: if the values are not one a run.
    """
    _one_a_run(values)
    n = values.size
    if n < 2:
        return Interval(math.nan, math.nan, "none: an interval needs two runs")
    if np.ptp(values) == 0:
        return Interval(float(values[0]), float(values[0]), "all runs agree")
    if n < FEW:
        return _student(values, level)
    wide = 1 - 2 * float(
        stats.norm.cdf(-math.sqrt(n / (n - 1)) * stats.t.ppf((1 + level) / 2, n - 1))
    )
    # Draws of the analysis, no decision of the model: keyed by what they are for.
    generator = np.random.default_rng(name_key(f"bootstrap {key}"))
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            (values,), np.mean, n_resamples=RESAMPLES, confidence_level=wide, rng=generator
        ).confidence_interval
    if not (math.isfinite(found.low) and math.isfinite(found.high)):
        return _student(values, level)
    low, high = (_cleared(float(end), values) for end in found)
    return Interval(low, high, "BCa bootstrap")


def _cleared(end: float, values: Floats) -> float:
    """An end of an interval, zero if it is only what rounding leaves of values that cancel."""
    return 0.0 if abs(end) < ROUNDING * float(np.abs(values).max()) else end


def _student(values: Floats, level: float) -> Interval:
    low, high = stats.t.interval(level, values.size - 1, loc=values.mean(), scale=stats.sem(values))
    return Interval(float(low), float(high), "Student's t")


def of_share(hits: int, n: int, level: float = LEVEL) -> Interval:
    """Interval of a share of runs (Wilson 1927): never outside 0 and 1, sound for few runs."""
    if not 0 <= hits <= n:
        raise SampleError(f"{hits} of {n} runs is no share")
    if n == 0:
        return Interval(math.nan, math.nan, "none: no runs")
    found = stats.binomtest(hits, n).proportion_ci(level, method="wilson")
    return Interval(float(found.low), float(found.high), "Wilson")


def of_share_change(base: Floats, policy: Floats, level: float = LEVEL) -> Interval:
    """Interval of a change of shares in pairs of runs (Newcombe 1998, method 10).

    Wilson intervals of the two shares, joined by the correlation within pairs.

    Args:
        base: 0 or 1 of each run, shape (pairs,).
        policy: the same of its partner.
        level: confidence.

    Raises:
        SampleError: if they are not ones and zeros, as many of each.
    """
    _one_a_run(base)
    _one_a_run(policy)
    if base.size != policy.size or not np.isin([base, policy], (0, 1)).all():
        raise SampleError("a change of shares needs pairs of zeros and ones")
    n = base.size
    if n == 0:
        return Interval(math.nan, math.nan, "none: no runs")
    if (base == policy).all():
        return Interval(0.0, 0.0, "all pairs agree")
    both, lost = int((base * policy).sum()), int((base * (1 - policy)).sum())
    won = int(((1 - base) * policy).sum())
    neither = n - both - lost - won
    before, after = of_share(both + lost, n, level), of_share(both + won, n, level)
    p1, p2 = (both + lost) / n, (both + won) / n
    phi = _correlation(both, lost, won, neither)
    down = (p2 - after.low, before.high - p1)
    up = (after.high - p2, p1 - before.low)
    low, high = (math.sqrt(max(a * a - 2 * phi * a * b + b * b, 0.0)) for a, b in (down, up))
    return Interval(p2 - p1 - low, p2 - p1 + high, "Newcombe, paired")


def _correlation(both: int, lost: int, won: int, neither: int) -> float:
    """Correlation within pairs, with Newcombe's correction for continuity."""
    scale = (both + lost) * (won + neither) * (both + won) * (lost + neither)
    if scale == 0:
        return 0.0
    n = both + lost + won + neither
    covered = both * neither - lost * won
    if covered > 0:
        covered = max(covered - n / 2, 0)  # type: ignore[assignment]
    return covered / math.sqrt(scale)


def _one_a_run(values: Floats) -> None:
    if values.ndim != 1 or np.isnan(values).any():
        raise SampleError("intervals take one number a run, and every one must exist")
