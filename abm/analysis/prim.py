"""One box of parameters that holds many failures: the patient rule induction method.

Peeling only (Friedman & Fisher 1999), as scenario discovery uses it (Bryant & Lempert 2010): start
with everything, cut again and again the thin slice along one parameter whose loss leaves the
densest box, and stop when the box holds too few worlds. Of all boxes on the way the one with the
best balance of coverage and density is kept, and limits that it does not need are lifted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PEEL = 0.1
"""Share of the box's worlds that one cut takes away."""

FEWEST = 0.05
"""Share of all worlds below which a box is not cut further."""

ENOUGH = 5
"""Failures, and successes, without which there is nothing to describe."""


@dataclass(frozen=True)
class Box:
    """Limits on some parameters.

    Attributes:
        low: lower limits, one a parameter; minus infinity where there is none.
        high: upper limits; infinity where there is none.
        coverage: share of all failures that lie in the box.
        density: share of the box's worlds that are failures.
        worlds: worlds in the box.
    """

    low: Floats
    high: Floats
    coverage: float
    density: float
    worlds: int

    @property
    def score(self) -> float:
        """Balance of coverage and density: their harmonic mean."""
        both = self.coverage + self.density
        return 2 * self.coverage * self.density / both if both else 0.0


def find_box(points: Floats, fails: Flags) -> Box | None:
    """The box that describes best where a policy fails.

    Args:
        points: parameters of each world, shape (worlds, parameters).
        fails: whether the policy fails there, shape (worlds,).

    Returns:
        The box; none if there are too few failures or successes, or if no box is denser than all
        worlds together.
    """
    if min(fails.sum(), (~fails).sum()) < ENOUGH:
        return None
    free = np.full(points.shape[1], np.inf)
    path = [_box(points, fails, -free, free)]
    while True:
        smaller = _peeled(points, fails, path[-1])
        if smaller is None:
            break
        path.append(smaller)
    best = _relaxed(points, fails, max(path, key=lambda box: box.score))
    return best if best.density > path[0].density else None


def inside(points: Floats, low: Floats, high: Floats) -> Flags:
    """Which worlds lie in a box."""
    held: Flags = np.all((points >= low) & (points <= high), axis=1)
    return held


def _box(points: Floats, fails: Flags, low: Floats, high: Floats) -> Box:
    held = inside(points, low, high)
    hits = int((held & fails).sum())
    worlds = int(held.sum())
    return Box(low, high, hits / int(fails.sum()), hits / worlds if worlds else 0.0, worlds)


def _peeled(points: Floats, fails: Flags, box: Box) -> Box | None:
    """The densest box that one cut along one parameter leaves; none if all are too small."""
    held = points[inside(points, box.low, box.high)]
    cuts = []
    for axis in range(points.shape[1]):
        floor, ceiling = np.quantile(held[:, axis], (PEEL, 1 - PEEL))
        low, high = box.low.copy(), box.high.copy()
        low[axis], high[axis] = floor, ceiling
        cuts += [_box(points, fails, low, box.high), _box(points, fails, box.low, high)]
    fewest = max(FEWEST * len(points), 1)
    able = [cut for cut in cuts if fewest <= cut.worlds < box.worlds]
    # Of equally dense boxes the larger: it says more.
    return max(able, key=lambda cut: (cut.density, cut.worlds), default=None)


def _relaxed(points: Floats, fails: Flags, box: Box) -> Box:
    """The box without the limits whose removal does not worsen it."""
    for axis in range(points.shape[1]):
        for side, free in (("low", -np.inf), ("high", np.inf)):
            limits = {"low": box.low.copy(), "high": box.high.copy()}
            limits[side][axis] = free
            wider = _box(points, fails, limits["low"], limits["high"])
            if wider.score >= box.score:
                box = wider
    return box
