"""Implausibility: how far a model's output is from what was observed, in all its uncertainty.

    I^2 = (z - E)^2 / (Var_emulator + Var_observation + Var_discrepancy + Var_seed)

(Craig et al. 1997; Vernon, Goldstein & Bower 2010; for stochastic models Andrianakis et al. 2015).
History is one run of the world, so the spread of single runs is part of the denominator.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from abm.analysis.targets import Target

Floats = NDArray[np.float64]

BAND = 4.0
"""Standard deviations of the observation in the width of a band: two to each side."""


@dataclass(frozen=True)
class Criterion:
    """One observed number that the model is held against.

    Attributes:
        name: id of the target.
        value: what was observed, on the working scale.
        observation: standard deviation of the observation.
        discrepancy: standard deviation of what the model leaves out.
        logarithmic: whether the working scale is the natural logarithm.
    """

    name: str
    value: float
    observation: float
    discrepancy: float = 0.0
    logarithmic: bool = False

    @classmethod
    def of(cls, target: Target, discrepancy: float, *, logarithmic: bool) -> "Criterion":
        """Read a target's band as two standard deviations to each side.

        Args:
            target: with a band.
            discrepancy: standard deviation of the model's discrepancy, in widths of the band.
            logarithmic: whether value and band are compared by their logarithms.
        """
        ends = np.array([target.low, target.value, target.high], dtype=float)
        low, value, high = (np.log(ends) if logarithmic else ends).tolist()
        width = high - low
        return cls(target.id, value, width / BAND, discrepancy * width, logarithmic)

    def scaled(self, values: Floats) -> Floats:
        """Values on the working scale; what has no logarithm is not a number."""
        if not self.logarithmic:
            return values
        return np.log(np.where(values > 0, values, np.nan))

    def implausibility(self, mean: Floats, emulator: Floats, seed: Floats) -> Floats:
        """Standardised distance of the observation from a mean.

        Args:
            mean: expected output, on the working scale.
            emulator: variance of that expectation.
            seed: variance of single runs around it.
        """
        known = self.observation**2 + self.discrepancy**2
        return np.asarray(np.abs(self.value - mean) / np.sqrt(emulator + known + seed))


def ranked(implausibilities: Floats, rank: int) -> Floats:
    """The rank-th largest implausibility of each point, over the criteria that have one.

    The largest of many may be large by chance, or because one emulator fails; the second largest is
    the usual safeguard (Vernon et al. 2010).

    Args:
        implausibilities: shape (points, criteria); not a number where there is none.
        rank: 1 for the largest, 2 for the second largest.

    Returns:
        Shape (points,); zero where fewer than `rank` criteria have a number.
    """
    if implausibilities.shape[1] < rank:
        return np.zeros(len(implausibilities))
    known = np.where(np.isnan(implausibilities), 0.0, implausibilities)
    return np.asarray(np.sort(known, axis=1)[:, -rank])


@dataclass(frozen=True)
class Summary:
    """Runs of some points, summed up: each array has shape (points, criteria).

    Attributes:
        mean: mean over the runs that yield a number.
        variance: their variance; not a number of fewer than two.
        count: how many they are.
    """

    mean: Floats
    variance: Floats
    count: Floats

    @classmethod
    def of(cls, outputs: Floats, criteria: Sequence[Criterion]) -> "Summary":
        """Sum up outputs of shape (points, runs, criteria), as they were measured."""
        columns = [item.scaled(outputs[:, :, i]) for i, item in enumerate(criteria)]
        values = np.stack(columns, axis=-1)
        count = (~np.isnan(values)).sum(axis=1).astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.nansum(values, axis=1) / count
            squares = np.nansum((values - mean[:, None, :]) ** 2, axis=1)
            variance = np.where(count > 1, squares / (count - 1), np.nan)
        return cls(mean, variance, count)

    def implausibility(self, criteria: Sequence[Criterion]) -> Floats:
        """Implausibility of points that were played: the mean has the error of its few runs."""
        return np.column_stack(
            [
                item.implausibility(
                    self.mean[:, i], self.variance[:, i] / self.count[:, i], self.variance[:, i]
                )
                for i, item in enumerate(criteria)
            ]
        )
