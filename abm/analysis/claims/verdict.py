"""From the tests of a claim to a verdict on it, by rules fixed in advance."""

from dataclasses import dataclass, field
from enum import StrEnum

from abm.analysis.claims.claim import Claim
from abm.analysis.claims.evidence import FIRST_LOOK, Evidence
from abm.analysis.claims.inference import ALPHA, FUTILE, KEEPS, SHRINKS, Presence


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
    trials = zip(claim.ablations, found.removals, found.passed[:-1], strict=True)
    failed = [(trial.change.name, removed) for trial, removed, passed in trials if passed is False]
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
    if found.passed[-1] is False:
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


RULES = (
    f"Present: the mean effect exceeds the smallest effect of interest (one-sided, {ALPHA:.0%}).",
    "A world is played up to the last month that one of its metrics looks at, and no further.",
    "Ablations and placebo are played only where the effect can still be present once all tests "
    "are counted; the tests that this saves count as failed.",
    f"If the first {FIRST_LOOK} seeds of ablations and placebo show (one-sided, {FUTILE:.0%}) that "
    "one of them must fail, no more are played: the rest is not settled, and all of them count as "
    "failed. To stop only where a claim is lost makes no false alarm likelier.",
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
