"""How the market grows, and how much of their use customers come to reconsider."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Demand

Floats = NDArray[np.float64]


def grow(p: Demand, adoption: Floats, best_fit: Floats) -> Floats:
    """Market size a month on: Bass diffusion at the speed that fitness allows.

    dA = (p + q A) (1 - A) g.

    Args:
        p: parameters.
        adoption: share of the budget in play, shape (segments,).
        best_fit: fitness of the best model on offer, shape (segments,).
    """
    return adoption + (p.innovation + p.imitation * adoption) * (1 - adoption) * best_fit


def grown(p: Demand, adoption: Floats, best_fit: Floats, months: float) -> Floats:
    """Market size some months ahead at unchanged fitness: the Bass curve in closed form.

    1 - A(t) = (p + q) (1 - A) / ((p + q A) e^kt + q (1 - A)),  k = (p + q) g.

    Args:
        p: parameters.
        adoption: share of the budget in play, shape (segments,).
        best_fit: fitness of the best model on offer, shape (segments,).
        months: how far ahead.
    """
    speed = p.innovation + p.imitation
    if speed <= 0:
        return adoption
    left = 1 - adoption
    pull = (p.innovation + p.imitation * adoption) * np.exp(speed * best_fit * months)
    ahead: Floats = 1 - speed * left / (pull + p.imitation * left)
    return ahead


def reconsidered_by(hazard: Floats, months: float) -> Floats:
    """Share of use that has been reconsidered after some months, 1 - (1 - h)^t.

    Args:
        hazard: share reconsidered a month, shape (segments,).
        months: how far ahead.
    """
    share: Floats = 1 - (1 - hazard) ** months
    return share


def reconsidered(hazard: Floats, horizon: float) -> Floats:
    """Share of use that has been reconsidered, on average over a horizon.

    1 - (1 - (1 - h)^H) / (H h), the mean of 1 - (1 - h)^t.

    Args:
        hazard: share reconsidered a month, shape (segments,).
        horizon: months.
    """
    rate = hazard * horizon
    kept = (1 - (1 - hazard) ** horizon) / np.maximum(rate, 1e-12)
    share: Floats = np.where(rate > 1e-9, np.maximum(1 - kept, 0.0), 0.0)
    return share
