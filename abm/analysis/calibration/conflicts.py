"""Which targets cannot be met, alone or together, anywhere in the space that was explored."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reach:
    """How near the model comes to one target.

    Attributes:
        name: id of the target.
        smallest: its smallest implausibility at any point.
        share: share of the points that it does not rule out.
        leading: share of the points at which it is the largest or the second largest.
    """

    name: str
    smallest: float
    share: float
    leading: float


@dataclass(frozen=True)
class Conflict:
    """Two targets that each can be met, and not both at once.

    Attributes:
        first: id of one.
        second: id of the other.
        together: smallest value of the larger implausibility of the two at any point.
    """

    first: str
    second: str
    together: float


def reaches(names: Sequence[str], found: Floats, cut: float) -> list[Reach]:
    """What each target rules out.

    Args:
        names: ids of the targets.
        found: implausibilities, shape (points, targets).
        cut: above which a point is ruled out.
    """
    known = np.where(np.isnan(found), -1.0, found)
    order = np.argsort(-known, axis=1)[:, :2]
    return [
        Reach(
            name,
            float(np.nanmin(found[:, i])),
            float(np.nanmean(found[:, i] <= cut)),
            float((order == i).any(axis=1).mean()),
        )
        for i, name in enumerate(names)
        if not np.isnan(found[:, i]).all()
    ]


def conflicts(names: Sequence[str], found: Floats, cut: float) -> list[Conflict]:
    """Pairs that no point meets, though points meet each of the two; the worst pair first."""
    single = {i: name for i, name in enumerate(names) if (found[:, i] <= cut).any()}
    pairs = []
    for i, j in combinations(single, 2):
        together = float(np.nanmin(np.maximum(found[:, i], found[:, j])))
        if together > cut:
            pairs.append(Conflict(single[i], single[j], together))
    return sorted(pairs, key=lambda pair: -pair.together)
