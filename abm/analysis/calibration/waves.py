"""Waves of history matching: play, emulate, rule out, and play again in what is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from abm.analysis.calibration.criteria import Criterion, Summary, ranked
from abm.analysis.calibration.emulator import Emulator
from abm.analysis.calibration.sampling import Space, explore, spread_out
from abm.streams import name_key

Floats = NDArray[np.float64]

POPULATION = 1000
"""Points that stand for a space while it is explored, at least."""

ENOUGH = 0.5
"""Share of a wave's points that must yield an output for it to be emulated."""

Simulate = Callable[[str, Floats], Floats]
"""Plays points of the unit cube for a stage: outputs (points, runs, criteria), as measured."""


class Archive(Protocol):
    """Keeps the designs of finished stages, so that a match goes on from where it stopped."""

    def load(self, stage: str) -> "Design | None":
        """The design of a stage; None if it is still to be made."""

    def save(self, stage: str, design: "Design") -> None:
        """Keep a design, whole or not at all."""


@dataclass(frozen=True)
class Design:
    """Points to play, and the space that they were drawn from.

    Attributes:
        places: in the unit cube, shape (points, parameters).
        share: estimated share of the cube that was left open.
        level: implausibility below which all points were expected to lie.
        empty: whether nothing was left open, and the points are the least implausible.
    """

    places: Floats
    share: float = 1.0
    level: float = np.inf
    empty: bool = False


@dataclass(frozen=True)
class Rules:
    """How waves are played.

    Attributes:
        waves: how many.
        points: points of each.
        cut: implausibility above which a point is ruled out.
        rank: which of the largest implausibilities is held against it: 2 for the second largest.
        seed: names the draws.
        population: points that stand for a space while it is explored.
    """

    waves: int
    points: int
    cut: float = 3.0
    rank: int = 2
    seed: int = 0
    population: int = POPULATION

    def rng(self, stage: str) -> np.random.Generator:
        """Draws of a stage."""
        return np.random.default_rng(name_key(f"history matching {stage} {self.seed}"))


@dataclass(frozen=True)
class Wave:
    """Points that were played, and what was learnt from them.

    Attributes:
        design: the points.
        summary: what their runs gave.
        emulators: one a criterion; none where too few points have a number.
    """

    design: Design
    summary: Summary
    emulators: tuple[Emulator | None, ...]

    def implausibility(self, places: Floats, criteria: Sequence[Criterion]) -> Floats:
        """Emulated implausibility of points, shape (points, criteria)."""
        found = np.full((len(places), len(criteria)), np.nan)
        for i, (emulator, item) in enumerate(zip(self.emulators, criteria, strict=True)):
            if emulator is not None:
                p = emulator.predict(places)
                found[:, i] = item.implausibility(p.mean, p.emulator, p.seed)
        return found


@dataclass(frozen=True)
class Match:
    """All waves so far.

    Attributes:
        criteria: what the model is held against.
        rules: how waves are played.
        waves: in order.
    """

    criteria: tuple[Criterion, ...]
    rules: Rules
    waves: tuple[Wave, ...] = field(default=())

    def implausibility(self, places: Floats) -> Floats:
        """Largest emulated implausibility over the waves, shape (points, criteria)."""
        found = np.stack([wave.implausibility(places, self.criteria) for wave in self.waves])
        return np.asarray(np.fmax.reduce(found))

    def measure(self, places: Floats) -> Floats:
        """What a point is ruled out by, if above the cut: every wave has a say."""
        each = [
            ranked(wave.implausibility(places, self.criteria), self.rules.rank)
            for wave in self.waves
        ]
        return np.asarray(np.max(each, axis=0))

    def explore(self, stage: str, size: int = 0) -> Space:
        """Points that no wave rules out."""
        parameters = self.waves[0].design.places.shape[1]
        rng = self.rules.rng(stage)
        size = max(size, self.rules.population)
        return explore(self.measure, parameters, self.rules.cut, size, rng)

    def design(self, stage: str, points: int) -> Design:
        """Points that fill what is left."""
        space = self.explore(stage, 4 * points)
        chosen = spread_out(space.places, points)
        return Design(space.places[chosen], space.share, space.level, space.empty)


def kept(archive: Archive, stage: str, make: Callable[[], Design]) -> Design:
    """The design of a stage, from the archive or made now."""
    design = archive.load(stage)
    if design is None:
        design = make()
        archive.save(stage, design)
    return design


def match(
    simulate: Simulate,
    criteria: Sequence[Criterion],
    parameters: int,
    rules: Rules,
    archive: Archive,
    after: Match | None = None,
) -> Match:
    """Play the waves, each in what those before left open.

    Args:
        simulate: plays points.
        criteria: what they are held against.
        parameters: dimensions of the cube.
        rules: how many waves and points.
        archive: of designs that were made before.
        after: a match with fewer waves, to go on from.
    """
    found = Match(tuple(criteria), rules, () if after is None else after.waves)
    while len(found.waves) < rules.waves:
        stage = f"wave-{len(found.waves) + 1}"
        design = kept(archive, stage, partial(_next, found, parameters, stage))
        summary = Summary.of(simulate(stage, design.places), criteria)
        found = _learnt(found, design, summary)
    return found


def _next(found: Match, parameters: int, stage: str) -> Design:
    if found.waves:
        return found.design(stage, found.rules.points)
    cube = qmc.LatinHypercube(parameters, rng=found.rules.rng(stage))
    return Design(cube.random(found.rules.points))


def _learnt(found: Match, design: Design, summary: Summary) -> Match:
    """The match with one more wave; earlier points that were not ruled out teach it as well."""
    places, mean, variance, count = (
        [design.places], [summary.mean], [summary.variance], [summary.count]
    )  # fmt: skip
    level = design.level if design.empty else found.rules.cut
    for wave in found.waves:
        open_ = found.measure(wave.design.places) <= level
        places.append(wave.design.places[open_])
        mean.append(wave.summary.mean[open_])
        variance.append(wave.summary.variance[open_])
        count.append(wave.summary.count[open_])
    joined = Summary(*(np.concatenate(part) for part in (mean, variance, count)))
    emulators = _emulators(np.concatenate(places), joined)
    return Match(found.criteria, found.rules, (*found.waves, Wave(design, summary, emulators)))


def _emulators(places: Floats, summary: Summary) -> tuple[Emulator | None, ...]:
    found = []
    for i in range(summary.mean.shape[1]):
        usable = summary.count[:, i] > 1
        columns = (part[usable, i] for part in (summary.mean, summary.variance, summary.count))
        enough = usable.mean() >= ENOUGH
        found.append(Emulator.fit(places[usable], *columns) if enough else None)
    return tuple(found)
