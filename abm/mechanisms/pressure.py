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
        endorsement: M, shape (communities, models), in [0, 1]; overwritten.
        exposure: developers' use x of each model, same shape.
    """
    convinced = 1 - endorsement
    convinced *= exposure
    convinced *= p.manager_rate
    endorsement *= 1 - p.forgetting
    convinced += endorsement
    return convinced


def demand_hosting(p: Pressure, demand: Floats, endorsement: Floats, mandated: float) -> Floats:
    """Deciders who want the model on their cloud, one month on.

    B += ab sigma((M - th) / w) Mand (1 - B) - db B (thresholds: Granovetter 1978).

    Args:
        p: parameters.
        demand: B, shape (communities, models), in [0, 1]; overwritten.
        endorsement: M, same shape.
        mandated: top-down licence to experiment.
    """
    asking = 1 - demand
    asking *= min(p.decider_rate * mandated, 1.0)
    odds_against = p.threshold - endorsement
    odds_against /= p.width
    np.exp(odds_against, out=odds_against)
    odds_against += 1
    asking /= odds_against
    demand *= 1 - p.forgetting
    asking += demand
    return asking
