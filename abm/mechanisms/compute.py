"""(r) GPU farms: idle capacity is resold, commitments are owed whether used or not."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Compute

Floats = NDArray[np.float64]


def rental_rate(p: Compute, month: int) -> float:
    """Market rental rate of the starting hardware relative to the first month."""
    return float(10 ** (-p.rental_decline * month / 12))


def resale(p: Compute, farm: Floats, used: Floats, month: int) -> Floats:
    """Income from renting out what training leaves idle, USD m a month, shape (labs,)."""
    idle = np.maximum(farm * rental_rate(p, month) - used, 0.0)
    return idle * p.utilisation
