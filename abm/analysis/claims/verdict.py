"""From the effects of all seeds to a verdict on each claim, by rules fixed in advance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from abm.analysis.claims.changes import Change, Changes
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.inference import (
    ALPHA,
    KEEPS,
    SHRINKS,
    Keeping,
    Presence,
    Removal,
    holm,
    keeping,
    presence,
    removal,
)

Floats = NDArray[np.float64]

Seen = Sequence[Mapping[Changes, Mapping[str, float]]]
"""Metrics of every seed by world."""

MEASURED = 0.5
"""Share of the seeds that must show a number for a claim to be tested."""


class Verdict(StrEnum):
    """What may be said of a claim."""

    EMERGES = "emerges"
    CONDITIONAL = "emerges conditionally"
    NOT = "does not emerge"
    FITTED = "fitted, not tested"
    CANNOT = "cannot be tested here"


HELD = (Verdict.EMERGES.value, Verdict.CONDITIONAL.value)
"""Verdicts of tests that a claim passed."""

FAILURES_FIRST = (
    Verdict.NOT, Verdict.CANNOT, Verdict.FITTED, Verdict.CONDITIONAL, Verdict.EMERGES,
)  # fmt: skip
"""Order in which verdicts are told."""


@dataclass(frozen=True)
class Evidence:
    """The tests of one claim in one region of the model.

    Attributes:
        claim: the claim.
        seeds: seeds that were played.
        presence: whether there is an effect.
        removals: what each ablation leaves, in the claim's order.
        keeping: what the placebo leaves.
        tried: whether ablations and placebo were played: they are not if there is no effect.
        corrected: p-values after Holm: presence, ablations, placebo.
    """

    claim: Claim
    seeds: int
    presence: Presence
    removals: tuple[Removal, ...]
    keeping: Keeping
    tried: bool
    corrected: tuple[float, ...] = ()

    @property
    def p_values(self) -> tuple[float, ...]:
        """P-values before correction, in the order of `corrected`."""
        return (self.presence.p, *(removed.p for removed in self.removals), self.keeping.p)

    @property
    def worlds(self) -> list[Changes]:
        """The worlds that were played for it."""
        return self.claim.all_worlds() if self.tried else self.claim.worlds()

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


@dataclass(frozen=True)
class Finding:
    """A claim and what may be said of it.

    Attributes:
        claim: the claim.
        evidence: its tests; none if it cannot be tested.
        regions: where else it holds, by name of the region; only looked for if it is absent.
        searched: regions that were looked at.
    """

    claim: Claim
    evidence: Evidence | None
    regions: tuple[str, ...] = ()
    searched: tuple[str, ...] = field(default=())

    @property
    def tested(self) -> Verdict:
        """What the tests say, fitted or not."""
        if self.evidence is None or not self.evidence.measured:
            return Verdict.CANNOT
        if self.evidence.holds:
            return Verdict.EMERGES
        return Verdict.CONDITIONAL if self.regions else Verdict.NOT

    @property
    def verdict(self) -> Verdict:
        """What may be said."""
        if self.claim.fitted and self.tested is not Verdict.CANNOT:
            return Verdict.FITTED
        return self.tested

    @property
    def why(self) -> str:
        """The plain reading of the tests."""
        if self.evidence is None:
            return self.claim.untestable
        text = _reading(self.evidence)
        if self.regions:
            text += f"; it holds with {' and with '.join(self.regions)}"
        elif self.searched:
            text += f"; nor does it hold with {' or with '.join(self.searched)}"
        if self.verdict is Verdict.FITTED:
            ids = ", ".join(x.id for x in self.claim.overlaps if x.use == "fit")
            text = f"a calibration may see {ids}; by the tests it {_said(self.tested)}: {text}"
        return text


def _said(verdict: Verdict) -> str:
    return "would hold" if verdict is Verdict.EMERGES else "would not hold"


def _reading(found: Evidence) -> str:
    """Why the tests say what they say."""
    claim, seen = found.claim, found.presence
    if not found.measured:
        return f"only {seen.seeds} of {found.seeds} runs show a number"
    if not found.present:
        return _absence(claim, seen)
    trials = zip(claim.ablations, found.removals, found.removed, strict=True)
    failed = [(trial.change.name, removed) for trial, removed, passed in trials if not passed]
    left = [
        f"with {name} the effect is still {removed.left:.3g}"
        for name, removed in failed
        if removed.shrink < SHRINKS
    ]
    if left:
        return f"there is an effect, but not by the named cause: {' and '.join(left)}"
    if failed:
        gone = " and ".join(f"{part.shrink:.0%} of it goes with {name}" for name, part in failed)
        return f"there is an effect, and {gone}, but the runs do not settle that nothing is left"
    if not found.kept:
        return (
            f"there is an effect, but the placebo ({claim.placebo.name}) disturbs it: "
            f"{found.keeping.left:.3g} are left"
        )
    causes = " and ".join(ablation.change.name for ablation in claim.ablations)
    return f"the effect is there, goes with {causes}, and stays with {claim.placebo.name}"


def _absence(claim: Claim, seen: Presence) -> str:
    if seen.absent:
        size = "points the other way" if seen.interval.high < 0 else "is smaller than what matters"
        return f"the effect {size}"
    if seen.interval.low > claim.sesoi:
        return "the effect looks large enough, but not beyond chance once all tests are counted"
    return "the runs do not settle whether the effect is as large as what matters"


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
    found = [_weigh(claim, seen, tests) for claim in claims]
    p_values = [p for one in found for p in one.p_values]
    unseen = [1.0] * (tests - len(p_values))
    corrected = iter(holm(p_values + unseen))
    return [replace(one, corrected=tuple(next(corrected) for _ in one.p_values)) for one in found]


def _weigh(claim: Claim, seen: Seen, tests: int) -> Evidence:
    base, none = effects(claim, seen), np.full(len(seen), np.nan)
    tried = all(world in seen[0] for world in claim.all_worlds())
    left = effects(claim, seen, claim.placebo) if tried else none
    return Evidence(
        claim,
        len(seen),
        presence(base, claim.sesoi, claim.id, binary=claim.binary, tests=tests),
        tuple(
            removal(base, effects(claim, seen, ablation.change) if tried else none, claim.sesoi)
            for ablation in claim.ablations
        ),
        keeping(base, left, claim.sesoi, binary=claim.binary),
        tried,
    )


def effects(claim: Claim, seen: Seen, *more: Change) -> Floats:
    """The effect of a claim by seed, shape (seeds,)."""
    return np.array([claim.effect_of(worlds, *more) for worlds in seen], dtype=np.float64)


RULES = (
    f"Present: the mean effect exceeds the smallest effect of interest (one-sided, {ALPHA:.0%}).",
    "Ablations and placebo are played only where there seems to be an effect (one-sided, "
    f"{ALPHA:.0%}, before correction); the tests that this saves count as failed.",
    f"Removed: an ablation takes away {SHRINKS:.0%} of the effect or more, and what is left is "
    "equivalent to nothing within the smallest effect of interest (two one-sided tests).",
    f"Kept: a placebo leaves {KEEPS:.0%} or more, still above the smallest effect of interest.",
    "Emerges: present, removed by every ablation, and kept. Every p-value is corrected for the "
    "number of all tests of all claims (Holm).",
    "Emerges conditionally: absent in the scenario as it is, but passing all tests in one of the "
    "declared regions. Nothing else is searched.",
    "Fitted, not tested: a calibration target that may be fitted touches the claim.",
)
"""How verdicts come about, in words."""
