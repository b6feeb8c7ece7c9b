"""Parameter recovery: what could be learnt, if the model were true and the truth known.

One run of the model at known parameters plays the part of history. What is left of a parameter's
range says whether the targets can identify it at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from abm.analysis.calibration.criteria import Criterion
from abm.analysis.calibration.waves import Match

Floats = NDArray[np.float64]

MIDDLE = (0.05, 0.95)
"""Quantiles between which a range is measured."""

UNIDENTIFIED = 0.9
"""Share of its range that a parameter must keep to count as not identifiable."""

WEAK = 0.6
"""The same, to count as weakly identifiable."""


@dataclass(frozen=True)
class Recovery:
    """What is left of each parameter's range for each known truth.

    Attributes:
        widths: left range over prior range, shape (truths, parameters).
        retained: whether each truth was left in.
        shares: share of the cube that was left for each.
    """

    widths: Floats
    retained: tuple[bool, ...]
    shares: tuple[float, ...]

    def verdict(self, parameter: int) -> str:
        """How well a parameter can be told: by its mean width."""
        return identified(float(self.widths[:, parameter].mean()))


def identified(width: float) -> str:
    """Words for what is left of a range, as a share of it."""
    if width >= UNIDENTIFIED:
        return "not identifiable"
    return "weakly identifiable" if width >= WEAK else "identifiable"


def widths(places: Floats) -> Floats:
    """Width of the middle of the points, over that of the whole range: one a parameter."""
    low, high = np.quantile(places, MIDDLE, axis=0)
    return np.asarray((high - low) / (MIDDLE[1] - MIDDLE[0]))


def recover(first: Match, truths: Floats, histories: Floats) -> Recovery:
    """Match known truths by the emulators of the first wave, which see the whole space.

    The model is its own history, so there is no discrepancy; the observation is as uncertain as
    that of the targets.

    Args:
        first: a match after its first wave.
        truths: known parameters in the unit cube, shape (truths, parameters).
        histories: one run of each, as measured, shape (truths, criteria).
    """
    found = [
        _recovered(first, number, truth, _pretended(first.criteria, history))
        for number, (truth, history) in enumerate(zip(truths, histories, strict=True))
    ]
    return Recovery(
        np.array([width for width, *_ in found]),
        tuple(kept for _, kept, _ in found),
        tuple(share for *_, share in found),
    )


def _recovered(
    first: Match, number: int, truth: Floats, criteria: tuple[Criterion, ...]
) -> tuple[Floats, bool, float]:
    wave = first.waves[0]
    seen = [not np.isnan(item.value) for item in criteria]
    emulators = tuple(e if ok else None for e, ok in zip(wave.emulators, seen, strict=True))
    pretended = Match(criteria, first.rules, (replace(wave, emulators=emulators),))
    space = pretended.explore(f"recovery-{number}")
    retained = bool(pretended.measure(truth[None, :])[0] <= first.rules.cut)
    return widths(space.places), retained, space.share


def _pretended(criteria: Sequence[Criterion], history: Floats) -> tuple[Criterion, ...]:
    """The criteria with another history, and no discrepancy."""
    return tuple(
        replace(item, value=float(item.scaled(history[i : i + 1])[0]), discrepancy=0.0)
        for i, item in enumerate(criteria)
    )
