"""(g) Pressure: developers play, managers endorse, deciders ask, clouds listen."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Pressure

Floats = NDArray[np.floating[Any]]
"""In single or double precision."""


def mandate(climate: float) -> float:
    """Top-down licence to experiment: cheap money makes deciders say yes."""
    return 2 * climate / (1 + climate)


def endorse(p: Pressure, endorsement: Floats, exposure: Floats) -> Floats:
    """Managers convinced by developers' use, one month on.

    M += am x (1 - M) - dm M (a chain of commitment: Rogers 2003).

    Args:
        p: parameters.
        endorsement: M, shape (communities, models), in [0, 1]; overwritten with what is returned.
        exposure: developers' use x of each model, same shape.
    """
    # M is kept but for what is forgotten and what is convinced anew.
    convinced = exposure * p.manager_rate
    kept = (1 - p.forgetting) - convinced
    endorsement *= kept
    endorsement += convinced
    return endorsement


def demand_hosting(p: Pressure, demand: Floats, endorsement: Floats, mandated: float) -> Floats:
    """Deciders who want the model on their cloud, one month on.

    B += ab sigma((M - th) / w) Mand (1 - B) - db B (thresholds: Granovetter 1978).

    Args:
        p: parameters.
        demand: B, shape (communities, models), in [0, 1]; overwritten with what is returned.
        endorsement: M, same shape.
        mandated: top-down licence to experiment.
    """
    asking = endorsement * (-1 / p.width)
    asking += p.threshold / p.width
    np.exp(asking, out=asking)
    asking += 1
    np.divide(min(p.decider_rate * mandated, 1.0), asking, out=asking)
    kept = (1 - p.forgetting) - asking
    demand *= kept
    demand += asking
    return demand
