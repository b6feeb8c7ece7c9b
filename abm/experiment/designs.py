"""From factors to design points. Sampling is `scipy.stats.qmc`'s; equal seeds, equal points."""

from itertools import product
from typing import Any

from abm.experiment.factors import Factor
from abm.experiment.plan import Design

Point = dict[str, Any]
"""Values by key; a key that is left out keeps the value of the base world."""


def design_points(
    design: Design, factors: dict[str, Factor], points: int | None, seed: int
) -> list[Point]:
    """The points of a design.

    Args:
        design: ``factorial`` takes every combination; ``one-at-a-time`` the base world and each
            value of each factor alone; ``latin-hypercube`` and ``sobol`` draw points.
        factors: by key.
        points: how many to draw. More points of a Sobol sequence begin with those of fewer; those
            of a Latin hypercube are all others.
        seed: of the scrambling and of the permutations.
    """
    if design == "factorial":
        grids = product(*(factor.grid() for factor in factors.values()))
        return [dict(zip(factors, values, strict=True)) for values in grids]
    if design == "one-at-a-time":
        alone = [{key: value} for key, factor in factors.items() for value in factor.grid()]
        return [{}, *alone]
    return _drawn(design, factors, points or 0, seed)


def _drawn(design: Design, factors: dict[str, Factor], points: int, seed: int) -> list[Point]:
    from scipy.stats import qmc

    if design == "latin-hypercube":
        cube = qmc.LatinHypercube(len(factors), rng=seed).random(points)
    else:
        # In blocks of powers of two, which alone are balanced; a part of a block is a beginning.
        block = (points - 1).bit_length()
        cube = qmc.Sobol(len(factors), rng=seed).random_base2(block)[:points]
    columns = [factor.at(cube[:, i]) for i, factor in enumerate(factors.values())]
    return [dict(zip(factors, values, strict=True)) for values in zip(*columns, strict=True)]
