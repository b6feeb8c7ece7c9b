"""The tests of claims on the effects of all seeds: what is played, weighed together, corrected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from abm.analysis.claims.changes import Change, Changes
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.inference import (
    ALPHA,
    Keeping,
    Presence,
    Removal,
    exceeds,
    holm,
    keeping,
    keeping_is_futile,
    presence,
    removal,
    removal_is_futile,
)

Floats = NDArray[np.float64]

Seen = Sequence[Mapping[Changes, Mapping[str, float]]]
"""Metrics of every seed by world."""

MEASURED = 0.5
"""Share of the seeds that must show a number for a claim to be tested."""


FIRST_LOOK = 25
"""Seeds after which what can hardly pass any more is given up.

Over an ensemble these seeds play its first members. If those are unlike the others, power is lost;
a false alarm is no likelier even then, since nothing passes that would not pass with all seeds.
"""


@dataclass(frozen=True)
class Evidence:
    """The tests of one claim in one region of the model.

    Attributes:
        claim: the claim.
        seeds: seeds that were played.
        presence: whether there is an effect.
        removals: what each ablation leaves, in the claim's order.
        keeping: what the placebo leaves.
        tried: seeds that ablations and placebo were played with: none if there is no effect, and
            only the first if they show that a test must fail.
        futile: which tests fail by the first seeds: ablations, placebo.
        corrected: p-values after Holm: presence, ablations, placebo.
        effects: effect by seed, under nothing and under what was taken away, as far as played.
    """

    claim: Claim
    seeds: int
    presence: Presence
    removals: tuple[Removal, ...]
    keeping: Keeping
    tried: int
    futile: tuple[bool, ...]
    effects: Mapping[Changes, Floats] = field(repr=False)
    corrected: tuple[float, ...] = ()

    @property
    def p_values(self) -> tuple[float, ...]:
        """P-values before correction, in the order of `corrected`.

        One for all that was given up: a p-value of seeds that were chosen by their looks is none.
        """
        tests = (*(removed.p for removed in self.removals), self.keeping.p)
        return (self.presence.p, *((1.0,) * len(tests) if self.given_up else tests))

    @property
    def given_up(self) -> bool:
        """Whether the first seeds show that a test must fail."""
        return any(self.futile)

    @property
    def measured(self) -> bool:
        """Whether enough seeds show a number."""
        return self.presence.seeds >= max(2, MEASURED * self.seeds)

    @property
    def present(self) -> bool:
        """Whether the effect exceeds the smallest one of interest."""
        return self.measured and self.corrected[0] < ALPHA

    @property
    def removed(self) -> tuple[bool, ...]:
        """Whether each ablation removes the effect."""
        tests = zip(self.removals, self.corrected[1:-1], strict=True)
        return tuple(removed.passes(p) for removed, p in tests)

    @property
    def kept(self) -> bool:
        """Whether the placebo leaves the effect."""
        return self.keeping.passes(self.corrected[-1])

    @property
    def holds(self) -> bool:
        """Whether the claim passes all its tests."""
        return self.present and all(self.removed) and self.kept

    @property
    def passed(self) -> tuple[bool | None, ...]:
        """Whether ablations and placebo pass; None for what was given up before it was settled."""
        if self.given_up:
            return tuple(False if futile else None for futile in self.futile)
        return (*self.removed, self.kept)


def tests_of(claims: Iterable[Claim]) -> int:
    """Number of tests that some claims rest on."""
    return sum(2 + len(claim.ablations) for claim in claims)


def weigh(claims: Sequence[Claim], seen: Seen, tests: int | None = None) -> list[Evidence]:
    """Test claims together: Holm's correction runs over every test of all of them.

    Args:
        claims: what is tested.
        seen: metrics by world, one mapping a seed.
        tests: number of tests to correct for, if more were looked at than these claims have.
    """
    tests = tests_of(claims) if tests is None else tests
    likely = promising(claims, seen, tests)
    found = [_weigh(claim, seen, tests, likely=claim in likely) for claim in claims]
    p_values = [p for one in found for p in one.p_values]
    unseen = [1.0] * (tests - len(p_values))
    corrected = iter(holm(p_values + unseen))
    return [replace(one, corrected=tuple(next(corrected) for _ in one.p_values)) for one in found]


def _weigh(claim: Claim, seen: Seen, tests: int, *, likely: bool) -> Evidence:
    found: dict[Changes, Floats] = {(): effects(claim, seen)}
    futile, tried = _stages(claim, seen, likely=likely)
    for change in claim.taken_away if tried else ():
        found[change,] = effects(claim, seen[:tried], change)
    base, none = found[()], np.full(tried, np.nan)
    left = [found.get((change,), none) for change in claim.taken_away]
    return Evidence(
        claim,
        len(seen),
        presence(base, claim.sesoi, claim.id, binary=claim.binary, tests=tests),
        tuple(removal(base[:tried], one, claim.sesoi) for one in left[:-1]),
        keeping(base[:tried], left[-1], claim.sesoi, binary=claim.binary),
        tried,
        futile,
        found,
    )


def _stages(claim: Claim, seen: Seen, *, likely: bool) -> tuple[tuple[bool, ...], int]:
    """Which tests are futile, and with how many seeds ablations and placebo are played."""
    hopeful = (False,) * len(claim.taken_away)
    if not likely:
        return hopeful, 0
    if len(seen) <= FIRST_LOOK:
        return hopeful, len(seen)
    futile = _futile(claim, seen[:FIRST_LOOK])
    return futile, FIRST_LOOK if any(futile) else len(seen)


def promising(claims: Sequence[Claim], seen: Seen, tests: int | None = None) -> list[Claim]:
    """Claims whose effect is present if all goes well with what is not played yet.

    Args:
        claims: what is tested.
        seen: metrics by world, one mapping a seed; no more than the worlds of the effects.
        tests: number of tests to correct for, as in `weigh`.
    """
    tests = tests_of(claims) if tests is None else tests
    p_values = [_chance(claim, seen) for claim in claims]
    likely = [claim for claim, p in zip(claims, p_values, strict=True) if p < ALPHA]
    to_come = tests_of(likely) - len(likely)
    lost = [1.0] * (tests - len(claims) - to_come)
    best = holm([*p_values, *[0.0] * to_come, *lost])
    return [claim for claim, p in zip(claims, best, strict=False) if p < ALPHA]


def _chance(claim: Claim, seen: Seen) -> float:
    """P-value of the effect not exceeding what matters."""
    found = effects(claim, seen)
    return exceeds(found[np.isfinite(found)], claim.sesoi, binary=claim.binary)


def seems_futile(claim: Claim, seen: Seen) -> bool:
    """Whether seeds show that an ablation or the placebo must fail, so that no more are played."""
    return any(_futile(claim, seen))


def _futile(claim: Claim, seen: Seen) -> tuple[bool, ...]:
    base, sesoi = effects(claim, seen), claim.sesoi
    *ablated, treated = (effects(claim, seen, change) for change in claim.taken_away)
    return (
        *(removal_is_futile(base, one, sesoi) for one in ablated),
        keeping_is_futile(base, treated, sesoi, binary=claim.binary),
    )


def effects(claim: Claim, seen: Seen, *more: Change) -> Floats:
    """The effect of a claim by seed, shape (seeds,)."""
    return np.array([claim.effect_of(worlds, *more) for worlds in seen], dtype=np.float64)
