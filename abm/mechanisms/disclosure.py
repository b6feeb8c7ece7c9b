"""Disclosure by component: what each component teaches, and the scalar index for reports.

``data`` and ``documentation`` teach others' data quality, ``code`` and ``recipe`` others'
algorithms, ``post_training`` others' feedback stock; ``weights`` (with the licence) let others
build on, contribute to, host and run the model. Litigation reads ``data`` only.
"""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.cast import COMPONENT_WEIGHTS, COMPONENTS

Floats = NDArray[np.float64]

WEIGHTS, CODE, DOCUMENTATION, DATA, RECIPE, POST_TRAINING = range(len(COMPONENTS))
ALGORITHMS, DATA_QUALITY, FEEDBACK = range(KINDS := 3)
"""Kinds of knowledge that components teach."""
TEACHES = np.zeros((len(COMPONENTS), KINDS))
TEACHES[[CODE, RECIPE], ALGORITHMS] = 0.5
TEACHES[[DATA, DOCUMENTATION], DATA_QUALITY] = 0.5
TEACHES[POST_TRAINING, FEEDBACK] = 1.0
TAKES_WORK = np.ones(len(COMPONENTS))
"""Components that somebody has to prepare before they are shown, and weights, which are there."""
TAKES_WORK[WEIGHTS] = 0.0
LEVELS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
"""Levels that a lab chooses among."""


def index(disclosed: Floats) -> Floats:
    """Scalar disclosure in [0, 1] for reports, from (..., components)."""
    total: Floats = disclosed @ np.array(COMPONENT_WEIGHTS)
    return total


def taught(disclosed: Floats) -> Floats:
    """What each kind of knowledge is taught by, (kinds, labs), from (labs, components)."""
    by_kind: Floats = TEACHES.T @ disclosed.T
    return by_kind


def teaches_algorithms(disclosed: Floats) -> Floats:
    """Disclosure that teaches algorithms: code and recipe, equally."""
    shown: Floats = disclosed @ TEACHES[:, ALGORITHMS]
    return shown


def teaches_data(disclosed: Floats) -> Floats:
    """Disclosure that teaches data quality: data and its documentation, equally."""
    shown: Floats = disclosed @ TEACHES[:, DATA_QUALITY]
    return shown


def teaches_post_training(disclosed: Floats) -> Floats:
    """Disclosure that teaches post-training."""
    shown: Floats = disclosed @ TEACHES[:, FEEDBACK]
    return shown
