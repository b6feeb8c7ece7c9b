"""(s) Run length and release timing."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Release

Floats = NDArray[np.float64]


def run_months(p: Release, cost: Floats) -> NDArray[np.int64]:
    """Length of runs, base + ln(1 + I/I_0), in whole months.

    Args:
        p: parameters.
        cost: cost of the final runs, USD m, shape (labs,).
    """
    months = np.rint(p.base_months + np.log1p(cost / p.scale_cost))
    return np.minimum(np.maximum(months, 1), p.longest_months).astype(np.int64)


def slipped(p: Release, planned: NDArray[np.int64], luck: Floats) -> NDArray[np.int64]:
    """Length of runs as they turn out, planned e^(slip luck - slip^2 / 2), in whole months.

    On average they take what was planned, up to whole months and the longest slip.

    Args:
        p: parameters; with the mechanism off, every run is on time.
        planned: months planned, shape (labs,).
        luck: standard normal draws, shape (labs,).
    """
    if not p.enabled:
        return planned
    slip = np.minimum(np.exp(p.slip * luck - p.slip**2 / 2), p.longest_slip)
    return np.maximum(np.rint(planned * slip), 1).astype(np.int64)


def noticeable_gain(p: Release) -> float:
    """Gain up to which a better model changes nothing for its users, OOM; none if switched off."""
    return p.minimum_gain if p.enabled else 0.0


def worth_releasing(p: Release, gain: Floats, renown: Floats) -> NDArray[np.bool_]:
    """Whether to put a finished model on the market: it is better, or the lab is forgotten.

    Args:
        p: parameters; with the mechanism off, every gain is released.
        gain: over the lab's own model on the market, weighted by its focus, OOM, shape (labs,).
        renown: current renown, shape (labs,).
    """
    worth: NDArray[np.bool_] = (gain > noticeable_gain(p)) | (renown < p.fading_renown)
    return worth if p.enabled else np.full_like(worth, True)
