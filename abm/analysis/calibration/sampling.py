"""Points of a space that a function of implausibility leaves open, however small it is.

Subset simulation (Au & Beck 2001): the level that points must lie below falls step by step to the
cut, each level's survivors fill its space by random walks, and the share of each level in the one
before multiplies to the share of what is left. Evolutionary Monte Carlo for history matching
(Williamson & Vernon 2013) rests on the same idea.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

Floats = NDArray[np.float64]
Measure = Callable[[Floats], Floats]
"""Implausibility of points in the unit cube, shape (points, parameters) to (points,)."""

KEPT = 0.2
"""Share of the points that a level keeps."""

WALKS = 6
"""Steps of the random walks at each level."""

LEVELS = 25
"""Levels after which a space counts as empty."""

PROGRESS = 0.01
"""Fall of a level, relative to the last, below which there is none."""


@dataclass(frozen=True)
class Space:
    """Points below a level.

    Attributes:
        places: points in the unit cube.
        values: implausibility of each.
        level: what they all lie below: the cut, or the lowest level that was reached.
        share: estimated share of the cube that lies below it.
        empty: whether no point was found below the cut.
    """

    places: Floats
    values: Floats
    level: float
    share: float
    empty: bool


def explore(
    measure: Measure, parameters: int, cut: float, size: int, rng: np.random.Generator
) -> Space:
    """Fill the space in which a measure is at most `cut`; if there is none, where it is lowest.

    Args:
        measure: implausibility of points.
        parameters: dimensions of the cube.
        cut: level that is not implausible.
        size: points to return.
        rng: source of the draws.
    """
    places = qmc.LatinHypercube(parameters, rng=rng).random(size)
    values, level, share = measure(places), np.inf, 1.0
    for _ in range(LEVELS):
        step = max(float(np.quantile(values, KEPT)), cut)
        below = values <= step
        share *= float(below.mean())
        stuck = step > (1 - PROGRESS) * level
        level = step
        places, values = _walked(measure, places[below], values[below], level, size, rng)
        if level <= cut or stuck:
            break
    return Space(places, values, level, share, empty=level > cut)


def _walked(
    measure: Measure,
    places: Floats,
    values: Floats,
    level: float,
    size: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """As many points as wanted, from survivors by random walks that never leave the level."""
    chosen = rng.choice(len(places), size, replace=len(places) < size)
    spread = np.cov(places, rowvar=False).reshape(places.shape[1], -1)
    root = np.linalg.cholesky(spread + 1e-10 * np.eye(len(spread)))
    places, values = places[chosen], values[chosen]
    length = 2.38 / np.sqrt(places.shape[1])
    for step in range(WALKS):
        # Long and short steps in turn: the one crosses a large space, the other a narrow one.
        moves = rng.standard_normal(places.shape) @ root.T * length / (1 + step % 3)
        tried = places + moves
        inside = ((tried >= 0) & (tried <= 1)).all(axis=1)
        found = np.full(size, np.inf)
        if inside.any():
            found[inside] = measure(tried[inside])
        good = found <= level
        places, values = np.where(good[:, None], tried, places), np.where(good, found, values)
    return places, values


def spread_out(places: Floats, size: int) -> NDArray[np.intp]:
    """Indices of points that fill the space of all: each is the farthest from those before.

    Args:
        places: points to choose from, shape (points, parameters).
        size: how many; all where there are fewer.
    """
    chosen = [int(np.argmin(((places - places.mean(axis=0)) ** 2).sum(axis=1)))]
    distance = np.full(len(places), np.inf)
    while len(chosen) < min(size, len(places)):
        distance = np.minimum(distance, ((places - places[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(np.argmax(distance)))
    return np.array(chosen)
