"""What the model gives for every target, as it is and over the ensemble."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from abm.analysis.measures import MEASURES
from abm.analysis.targets import Target, targets

Floats = NDArray[np.float64]

PERCENTILES = (5.0, 50.0, 95.0)
"""Of the intervals, over single runs."""


@dataclass(frozen=True)
class Interval:
    """What single runs give for a target.

    Attributes:
        low: 5th percentile; not a number if no run yields one.
        median: median.
        high: 95th percentile.
        inside: share of the runs inside the band, of those that yield a number.
        measured: share of the runs that yield a number.
    """

    low: float
    median: float
    high: float
    inside: float
    measured: float

    @classmethod
    def of(cls, target: Target, values: Floats) -> "Interval":
        """Sum up the values of all runs."""
        known = values[np.isfinite(values)]
        if not known.size:
            return cls(np.nan, np.nan, np.nan, np.nan, 0.0)
        low, median, high = np.percentile(known, PERCENTILES).tolist()
        inside = float(np.mean((known >= target.low) & (known <= target.high)))
        return cls(low, median, high, inside, known.size / values.size)

    def covers(self, value: float) -> bool:
        """Whether a value lies in the interval."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Standing:
    """A target, before and after.

    Attributes:
        target: the target.
        fitted: whether the calibration saw it.
        before: the scenario as it is.
        after: the ensemble.
    """

    target: Target
    fitted: bool
    before: Interval
    after: Interval


def standings(fitted: tuple[Target, ...], before: Floats, after: Floats) -> list[Standing]:
    """Hold runs against every target.

    Args:
        fitted: targets that the calibration saw.
        before: measures of the scenario as it is, shape (worlds, runs, targets).
        after: those of the ensemble.
    """
    seen = {item.id for item in fitted}
    return [
        Standing(
            target,
            target.id in seen,
            Interval.of(target, before[:, :, i].ravel()),
            Interval.of(target, after[:, :, i].ravel()),
        )
        for target in targets()
        for i in [list(MEASURES).index(target.id)]
    ]
