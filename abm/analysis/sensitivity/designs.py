"""Points of a sensitivity design: Morris's trajectories, Sobol's crossed samples (SALib).

Beside the parameters stands `LUCK`, which changes nothing but the seed. What it does to an outcome
is what chance alone does, the yardstick of all others. Everything else in a row of a trajectory, or
in a block of crossed samples, shares its luck.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from abm.analysis.sensitivity.assumptions import Assumption
from abm.errors import AbmError, extra
from abm.experiment.specs import RunSpec
from abm.experiment.worker import Failure
from abm.scenario import Scenario, varied
from abm.scenario.notation import parse_key
from abm.scenario.overrides import spell

Floats = NDArray[np.float64]
Method = Literal["morris", "sobol"]

LUCK = "luck"
"""The factor that changes the seed."""

LEVELS = 4
"""Levels of Morris's grid; a step is two thirds of the range."""

SEEDS = 2**31
"""Seeds among which the luck of a Sobol design is drawn."""


def problem(parameters: Sequence[str]) -> dict[str, Any]:
    """The design space as SALib takes it: the unit cube, luck last."""
    names = [*parameters, LUCK]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def block(method: Method, parameters: Sequence[str]) -> int:
    """Runs that only mean something together: a trajectory, or a crossed sample."""
    return len(parameters) + (2 if method == "morris" else 3)


def sample(method: Method, parameters: Sequence[str], size: int, seed: int) -> Floats:
    """Points in the unit cube, luck in the last column, shape (size * block, parameters + 1).

    Args:
        method: ``morris`` or ``sobol``.
        parameters: dotted keys.
        size: trajectories of Morris, or crossed samples of Sobol (a power of two).
        seed: of the draw.

    Raises:
        AbmError: if a Sobol size is no power of two, or SALib is not installed.
    """
    with extra("study"):
        from SALib.sample import morris, sobol

    space = problem(parameters)
    if method == "morris":
        points: Floats = morris.sample(space, size, num_levels=LEVELS, seed=seed)
        return points
    if size & (size - 1):
        raise AbmError(f"--size {size}: Sobol designs are balanced for powers of two only")
    crossed: Floats = sobol.sample(space, size, calc_second_order=False, seed=seed)
    return crossed


@dataclass(frozen=True)
class Plan:
    """Points of a design, and the world and the luck of each.

    Attributes:
        base: the scenario of all that does not vary.
        assumptions: what varies.
        method: ``morris`` or ``sobol``.
        size: trajectories, or crossed samples.
        seed: of the draw; also the first seed of luck.
    """

    base: Scenario
    assumptions: tuple[Assumption, ...]
    method: Method
    size: int
    seed: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """Dotted keys of what varies."""
        return tuple(item.key for item in self.assumptions)

    @property
    def block(self) -> int:
        """Runs that only mean something together."""
        return block(self.method, self.keys)

    def points(self) -> Floats:
        """Points in the unit cube, luck in the last column."""
        return sample(self.method, self.keys, self.size, self.seed + 1)

    def values(self, points: Floats) -> dict[str, list[float]]:
        """Values of each parameter at the points."""
        return {item.key: item.span.at(points[:, i]) for i, item in enumerate(self.assumptions)}

    def seeds(self, points: Floats) -> list[int]:
        """Seed of each point: of Morris a few in each trajectory, of Sobol one of very many."""
        luck = points[:, -1]
        if self.method == "sobol":
            return [self.seed + int(place * SEEDS) for place in luck]
        levels = np.rint(luck * (LEVELS - 1)).astype(int)
        first = self.seed + LEVELS * (np.arange(luck.size) // self.block)
        return [int(seed) for seed in first + levels]

    def specs(self, points: Floats) -> list[RunSpec | Failure]:
        """The runs; a point that is no world, because its values do not go together, is lost."""
        columns = self.values(points)
        rows = zip(*columns.values(), strict=True)
        pairs = zip(rows, self.seeds(points), strict=True)
        return [self._spec(number, row, seed) for number, (row, seed) in enumerate(pairs)]

    def _spec(self, number: int, row: Sequence[float], seed: int) -> RunSpec | Failure:
        changes = [
            spell(parse_key(item.key)[0], value)
            for item, value in zip(self.assumptions, row, strict=True)
        ]
        try:
            return RunSpec(varied(self.base, changes), seed, point=number)
        except AbmError as error:
            return Failure(f"point {number}", "building", str(error))
