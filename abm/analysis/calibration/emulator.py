"""Emulators: what the model would give at a point that was not played, and how sure that is.

Gaussian processes for the mean and for the logarithm of the variance over seeds (stochastic
kriging: Ankenman, Nelson & Staum 2010). The mean's process has a linear trend with an unknown slope
and a Matern term with a length for every parameter.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, polygamma

from abm.errors import extra

Floats = NDArray[np.float64]

STEPS = 40
"""Steps at most in the search for hyperparameters."""

SMALLEST = 0.01
"""Floor of a point's variance, in mean variances: a few equal runs are no proof of certainty."""


@dataclass(frozen=True)
class Prediction:
    """What is expected at some points, on the working scale.

    Attributes:
        mean: expected mean over seeds.
        emulator: variance of that expectation.
        seed: variance of single runs.
    """

    mean: Floats
    emulator: Floats
    seed: Floats


@dataclass(frozen=True)
class Emulator:
    """An emulator of one output; made by `fit`.

    Attributes:
        average: process of the mean.
        spread: process of the log variance; nothing where no variance was ever seen.
        centre: mean of the outputs that it was fitted to.
        scale: their standard deviation.
        noise: mean variance over seeds.
    """

    average: Any
    spread: Any
    centre: float
    scale: float
    noise: float

    @classmethod
    def fit(cls, places: Floats, mean: Floats, variance: Floats, count: Floats) -> "Emulator":
        """Fit to points that were played.

        Args:
            places: points in the unit cube, shape (points, parameters).
            mean: mean output of each.
            variance: variance over its runs, two or more.
            count: its runs.
        """
        noise = float(np.mean(variance))
        spread = _spread(places, variance, count, noise) if noise > 0 else None
        seeds = _variance(spread, places, noise)
        centre, scale = float(mean.mean()), float(mean.std()) or 1.0
        average = _process(
            _mean_kernel(places.shape[1]), places, (mean - centre) / scale, seeds / count / scale**2
        )
        return cls(average, spread, centre, scale, noise)

    def predict(self, places: Floats) -> Prediction:
        """Predict at points in the unit cube."""
        mean, deviation = self.average.predict(_centred(places), return_std=True)
        return Prediction(
            self.centre + self.scale * mean,
            (self.scale * deviation) ** 2,
            _variance(self.spread, places, self.noise),
        )


def _mean_kernel(parameters: int) -> Any:
    from sklearn.gaussian_process import kernels as k

    trend = k.ConstantKernel(0.3, (1e-3, 1e2)) * k.DotProduct(1.0, "fixed")
    bends = k.ConstantKernel(0.3, (1e-3, 1e2)) * k.Matern(
        np.full(parameters, 3.0), (0.2, 50.0), nu=2.5
    )
    return trend + bends + k.WhiteKernel(1e-3, (1e-6, 1.0))


def _spread(places: Floats, variance: Floats, count: Floats, noise: float) -> Any:
    """Process of the log variance, corrected for the bias of the logarithm of a sample's variance.

    With v = n - 1 degrees of freedom log s^2 has mean log sigma^2 + digamma(v/2) - log(v/2) and
    variance trigamma(v/2), if runs are normal.
    """
    from sklearn.gaussian_process import kernels as k

    half = (count - 1) / 2
    logs = np.log(np.maximum(variance, SMALLEST * noise) / noise) - digamma(half) + np.log(half)
    kernel = k.ConstantKernel(1.0, (1e-3, 1e2)) * k.Matern(2.0, (0.2, 50.0), nu=2.5)
    return _process(kernel, places, logs, polygamma(1, half))


def _variance(spread: Any, places: Floats, noise: float) -> Floats:
    if spread is None:
        return np.zeros(len(places))
    return np.asarray(noise * np.exp(spread.predict(_centred(places))))


def _process(kernel: Any, places: Floats, values: Floats, noise: Floats) -> Any:
    with extra("study"):
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.gaussian_process import GaussianProcessRegressor

    process = GaussianProcessRegressor(kernel, alpha=noise + 1e-8, optimizer=_search)
    with warnings.catch_warnings():
        # A length at its bound says that the output does not depend on the parameter.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return process.fit(_centred(places), values)


def _search(objective: Callable[..., Any], start: Floats, bounds: Floats) -> tuple[Floats, float]:
    """Maximise the likelihood in a few steps: exact hyperparameters are not worth the time."""
    found = minimize(
        objective, start, method="L-BFGS-B", jac=True, bounds=bounds, options={"maxiter": STEPS}
    )
    return found.x, float(found.fun)


def _centred(places: Floats) -> Floats:
    return 2 * places - 1
