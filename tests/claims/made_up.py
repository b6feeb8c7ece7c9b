"""Studies made up by hand: effects of every claim in every world, without playing a market."""

from collections.abc import Callable, Sequence

import numpy as np

from abm.analysis.claims.changes import Change, Changes
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.evidence import Evidence, weigh
from abm.analysis.claims.verdict import Finding

SEEDS = 60

Left = Callable[[Change | None], float]
"""Part of the effect that is left under a change; of none for the world as it is."""


def seen(
    claim: Claim, left: Left, size: float = 3.0, seed: int = 1
) -> list[dict[Changes, dict[str, float]]]:
    """Metrics by world of every seed; the effect is ``size`` times the smallest of interest.

    Only the first term differs between worlds; all others are noise that pairs share.
    """
    draw = np.random.default_rng(seed)
    changes = [None, *(ablation.change for ablation in claim.ablations), claim.placebo]
    return [_one(claim, changes, left, size, draw) for _ in range(SEEDS)]


def _one(
    claim: Claim,
    changes: Sequence[Change | None],
    left: Left,
    size: float,
    draw: np.random.Generator,
) -> dict[Changes, dict[str, float]]:
    first = claim.terms[0]
    worlds: dict[Changes, dict[str, float]] = {}
    for change in changes:
        more = () if change is None else (change,)
        part = left(change)
        if claim.binary:
            effect = float(draw.uniform() < min(0.98, size * claim.sesoi) * part)
        else:
            effect = claim.sesoi * (size * part + 0.5 * draw.normal())
        for term in claim.terms:
            worlds.setdefault(term.changes + more, {})[term.metric] = 0.0
        worlds[first.changes + more][first.metric] = effect / first.weight
    return worlds


def nothing_but(*kept: Change | None) -> Left:
    """All of the effect under these changes, nothing under any other."""
    return lambda change: float(change in kept)


def found(claim: Claim, left: Left, size: float = 3.0, seed: int = 1) -> Evidence:
    """The tests of a claim on made-up data."""
    return weigh([claim], seen(claim, left, size, seed))[0]


def verdict_of(claim: Claim, left: Left, size: float = 3.0, seed: int = 1) -> str:
    """What the tests say."""
    return Finding(claim, found(claim, left, size, seed)).tested.value
