"""Proper scores of predictive distributions (Gneiting & Raftery 2007), and naive baselines."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]

ENOUGH = 4
"""Observations from which a baseline has a spread; of fewer it is a point."""


def crps(sample: Floats, observed: float) -> float:
    """Continuous ranked probability score of a sample: E|X - y| - E|X - X'| / 2, in units of y.

    Args:
        sample: draws, shape (draws,).
        observed: what came true.
    """
    ordered = np.sort(sample)
    n = ordered.size
    weights = 2 * np.arange(1, n + 1) - n - 1
    spread = 2 * float((weights * ordered).sum()) / n**2
    return float(np.abs(ordered - observed).mean()) - spread / 2


@dataclass(frozen=True)
class Normal:
    """A normal forecast, or with no spread a point.

    Attributes:
        mean: of the forecast.
        sd: standard deviation.
    """

    mean: float
    sd: float

    def crps(self, observed: float) -> float:
        """Score in closed form; of a point the absolute error."""
        if self.sd <= 0:
            return abs(observed - self.mean)
        z = (observed - self.mean) / self.sd
        inner = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)
        return float(self.sd * inner)


def persistence(months: Sequence[int], values: Sequence[float], month: int) -> Normal | None:
    """Nothing changes: the last value, with the spread of a random walk since then.

    Args:
        months: of the observations, in order.
        values: observations.
        month: to be forecast.
    """
    if not values:
        return None
    sd = 0.0
    if len(values) >= ENOUGH:
        steps = np.diff(values) / np.sqrt(np.diff(months))
        sd = float(np.sqrt(np.mean(steps**2) * (month - months[-1])))
    return Normal(values[-1], sd)


def trend(months: Sequence[int], values: Sequence[float], month: int) -> Normal | None:
    """The line through all observations goes on, with the spread of its prediction.

    Args:
        months: of the observations, in order.
        values: observations.
        month: to be forecast.
    """
    if len(values) < 2:
        return None
    x, y = np.asarray(months, dtype=float), np.asarray(values, dtype=float)
    slope, level = np.polyfit(x, y, 1)
    sd = 0.0
    if y.size >= ENOUGH:
        residual = float(((y - level - slope * x) ** 2).sum()) / (y.size - 2)
        away = (month - x.mean()) ** 2 / float(((x - x.mean()) ** 2).sum())
        sd = float(np.sqrt(residual * (1 + 1 / y.size + away)))
    return Normal(float(level + slope * month), sd)
