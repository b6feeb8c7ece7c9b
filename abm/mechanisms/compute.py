"""(r) GPU farms: idle capacity is resold, commitments are owed whether used or not."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Compute

Floats = NDArray[np.float64]


def rental_rate(p: Compute, month: int) -> float:
    """Market rental rate of the starting hardware relative to the first month."""
    return float(10 ** (-p.rental_decline * month / 12))


def training_worth(hardware_progress: float, month: int) -> float:
    """What a month of the starting hardware saves in training, relative to the first month.

    Its FLOP stay what they are while a dollar of the market buys more of them.
    """
    return float(10 ** (-hardware_progress * month / 12))


def resale(p: Compute, farm: Floats, used: Floats, month: int) -> Floats:
    """Income from renting out what training leaves idle, USD m a month.

    Args:
        p: parameters.
        farm: capacity in USD m a month of the first month, shape (labs,).
        used: share of it that training uses, shape (labs,), in [0, 1].
        month: months since the start.
    """
    return farm * (1 - used) * rental_rate(p, month) * p.utilisation
