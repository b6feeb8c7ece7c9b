"""The dip test of unimodality (Hartigan & Hartigan 1985).

The dip is the largest distance between the empirical distribution and the unimodal distribution
that is closest to it. Its null distribution is simulated from the uniform, the least favourable
unimodal distribution.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.streams import name_key

Floats = NDArray[np.float64]

SLACK = 1e-9
"""Distance from which a point counts as off a hull; distances count in ones."""


class DipTest(NamedTuple):
    """A dip and how often a unimodal sample of its size has one as large.

    Attributes:
        dip: largest distance to the closest unimodal distribution, 0 to 0.25.
        p: simulated p-value; small if there is more than one mode.
        n: values.
    """

    dip: float
    p: float
    n: int


def dip_test(values: Floats, simulations: int = 999, seed: int = 0) -> DipTest:
    """Test whether values could come from a distribution with one mode.

    Args:
        values: shape (n,), finite, at least four.
        simulations: samples of the uniform.
        seed: names their draw.

    Raises:
        ValueError: if there are fewer than four values, or one is not finite.
    """
    found, n = dip(values), len(values)
    rng = np.random.default_rng(name_key(f"dip of the uniform {n} {seed}"))
    null = [dip(rng.random(n)) for _ in range(simulations)]
    at_least = sum(value >= found for value in null)
    return DipTest(found, (1 + at_least) / (1 + simulations), n)


def dip(values: Floats) -> float:
    """The dip of a sample.

    The modal interval shrinks to where greatest convex minorant and least concave majorant of the
    distribution are furthest apart, until what is outside fits worse than what is inside.

    Args:
        values: shape (n,), finite, at least four.

    Raises:
        ValueError: if there are fewer than four values, or one is not finite.
    """
    sample = np.asarray(values, dtype=float)
    if sample.ndim != 1 or sample.size < 4 or not np.isfinite(sample).all():
        raise ValueError("the dip needs four finite values or more")
    x, counts = np.unique(sample, return_counts=True)
    upto = np.cumsum(counts)
    before = upto - counts
    worst, low, high = 1.0, 0, len(x) - 1
    while low < high:
        inside = slice(low, high + 1)
        minorant = _convex(x[inside], before[inside])
        majorant = -_convex(x[inside], -upto[inside])
        apart, left, right = _widest(majorant - minorant, before[inside], upto[inside], minorant,
                                     majorant)  # fmt: skip
        if apart <= worst:
            break
        outside_left = (upto[inside] - minorant)[:left].max(initial=0.0)
        outside_right = (majorant - before[inside])[right + 1 :].max(initial=0.0)
        worst = max(worst, float(outside_left), float(outside_right))
        if (left, right) == (0, high - low):
            break
        low, high = low + left, low + right
    return worst / (2 * sample.size)


def _convex(x: Floats, y: NDArray[np.int64]) -> Floats:
    """Greatest convex minorant of points, at each of them; x rises strictly."""
    knots: list[int] = []
    for i in range(len(x)):
        while len(knots) > 1 and _above(x, y, knots[-2], knots[-1], i):
            knots.pop()
        knots.append(i)
    return np.interp(x, x[knots], y[knots])


def _above(x: Floats, y: NDArray[np.int64], a: int, b: int, c: int) -> bool:
    """Whether the middle one of three points lies on or above the line through the others."""
    return bool((y[b] - y[a]) * (x[c] - x[a]) >= (y[c] - y[a]) * (x[b] - x[a]))


def _widest(
    apart: Floats,
    before: NDArray[np.int64],
    upto: NDArray[np.int64],
    minorant: Floats,
    majorant: Floats,
) -> tuple[float, int, int]:
    """Where the two hulls are furthest apart, and the knots of each that enclose the place.

    Returns:
        The distance, the knot of the minorant on the left, the knot of the majorant on the right.
    """
    below, above = (
        np.flatnonzero(minorant >= before - SLACK),
        np.flatnonzero(majorant <= upto + SLACK),
    )
    knots = np.union1d(below, above)
    place = int(knots[np.argmax(apart[knots])])
    left = int(below[below <= place].max())
    right = int(above[above >= place].min())
    return float(apart[place]), left, right
