"""How many groups there are: the gap statistic over k-means (Tibshirani, Walther & Hastie 2001)."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.errors import extra
from abm.streams import name_key

Floats = NDArray[np.float64]

MOST = 4
"""Groups at most."""


class Gap(NamedTuple):
    """Gap statistic of one number of groups.

    Attributes:
        groups: how many.
        gap: log spread within groups of structureless data, minus that of the data.
        error: its simulation error s_k.
    """

    groups: int
    gap: float
    error: float


def standardised(points: Floats) -> Floats:
    """Columns with mean zero and variance one; a constant column is all zero."""
    spread = points.std(axis=0)
    found: Floats = (points - points.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return found


def first_component(points: Floats) -> Floats:
    """Scores on the direction in which standardised points differ most, shape (n,).

    The sign is that of the first column's loading.
    """
    centred = standardised(points)
    direction = np.linalg.svd(centred, full_matrices=False)[2][0]
    scores: Floats = centred @ direction * (np.sign(direction[0]) or 1.0)
    return scores


def gaps(points: Floats, references: int = 50, seed: int = 0) -> list[Gap]:
    """Gap statistics of one to `MOST` groups.

    The reference is uniform over a box along the principal axes of the standardised data.

    Args:
        points: shape (n, features), finite, more than `MOST` of them.
        references: structureless data sets.
        seed: names their draw.

    Raises:
        ValueError: if there are too few points, or one is not finite.
        AbmError: if scikit-learn is not installed.
    """
    if len(points) <= MOST or not np.isfinite(points).all():
        raise ValueError(f"the gap statistic needs more than {MOST} finite points")
    data = standardised(points)
    rng = np.random.default_rng(name_key(f"gap references {seed}"))
    axes = np.linalg.svd(data, full_matrices=False)[2]
    turned = data @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    null = [low + (high - low) * rng.random(turned.shape) for _ in range(references)]
    observed = _log_spreads(turned)
    expected = np.array([_log_spreads(reference) for reference in null])
    error = expected.std(axis=0) * np.sqrt(1 + 1 / references)
    gap = expected.mean(axis=0) - observed
    return [Gap(k + 1, float(gap[k]), float(error[k])) for k in range(MOST)]


def best(found: list[Gap]) -> int:
    """The smallest number of groups whose gap is within an error of that of one group more."""
    for here, further in pairwise(found):
        if here.gap >= further.gap - further.error:
            return here.groups
    return found[-1].groups


def _log_spreads(points: Floats) -> Floats:
    """Log of the squares within groups, for one to `MOST` groups."""
    with extra("study"):
        from sklearn.cluster import KMeans
        from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # threads wait for each other longer than so few points take
        inertia = [
            KMeans(groups, n_init=5, random_state=0).fit(points).inertia_
            for groups in range(1, MOST + 1)
        ]
    return np.log(np.maximum(inertia, 1e-300))
