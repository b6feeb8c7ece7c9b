"""What a claim is: an effect that one number a seed shows, and what must and must not remove it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from abm.analysis.claims.changes import NO_RESALE, Change, Changes
from abm.analysis.claims.metrics import METRICS
from abm.analysis.outcomes import Outcome
from abm.analysis.targets import Target, targets


@dataclass(frozen=True)
class Term:
    """A metric in one world, with its weight in the effect.

    Attributes:
        metric: name of the metric.
        changes: what is different in the world; nothing for the baseline.
        weight: factor in the effect.
    """

    metric: str
    changes: Changes = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Ablation:
    """A change that must remove the effect.

    Attributes:
        change: what is taken away; one mechanism.
        direct: whether what it takes away is almost the claim itself, so that passing shows coding
            rather than emergence.
    """

    change: Change
    direct: bool = False


Values = Mapping[str, Mapping[str, float]]
"""Metrics of one seed by world."""


@dataclass(frozen=True)
class Claim:
    """A claim of the essay as a test.

    The effect of a seed is the weighted sum of the terms, written so that it is zero if there is
    nothing in the claim and large if it holds. All thresholds are fixed here, before any run.

    Attributes:
        id: short name, such as ``C7``.
        statement: what is claimed, in our own words.
        effect: what is measured, in words.
        terms: the effect.
        sesoi: smallest effect of interest, in the effect's unit, above zero.
        reason: why that one.
        unit: unit of the effect.
        ablations: each must remove it alone.
        placebo: must not remove it.
        binary: whether the effect of a seed is zero or one, so that the claim is about a share of
            seeds.
        note: what to bear in mind, such as what the metric leaves out.
        untestable: why it cannot be tested here; empty if it can.
    """

    id: str
    statement: str
    effect: str = ""
    terms: tuple[Term, ...] = ()
    sesoi: float = 0.0
    reason: str = ""
    unit: str = "1"
    ablations: tuple[Ablation, ...] = ()
    placebo: Change = field(default=NO_RESALE)
    binary: bool = False
    note: str = ""
    untestable: str = ""

    def worlds(self) -> list[Changes]:
        """Worlds in which the effect is measured."""
        return list(dict.fromkeys(term.changes for term in self.terms))

    @property
    def taken_away(self) -> tuple[Change, ...]:
        """What is taken away to see whether the effect goes: the ablations, then the placebo."""
        return (*(ablation.change for ablation in self.ablations), self.placebo)

    def effect_of(self, seen: Mapping[Changes, Mapping[str, float]], *more: Change) -> float:
        """The effect of one seed from its metrics by world, with more changes in each world."""
        return sum(term.weight * seen[term.changes + more][term.metric] for term in self.terms)

    @property
    def metrics(self) -> list[Outcome]:
        """The metrics that it rests on."""
        return [METRICS[name] for name in dict.fromkeys(term.metric for term in self.terms)]

    @property
    def overlaps(self) -> list[Target]:
        """Calibration targets that touch it."""
        return [target for target in targets() if target.overlaps_claim == self.id]

    @property
    def fitted(self) -> bool:
        """Whether a calibration may see a target that touches it."""
        return any(target.use == "fit" for target in self.overlaps)
