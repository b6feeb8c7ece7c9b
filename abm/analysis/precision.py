"""Adding pairs until effects are precise enough, without stopping at a lucky moment.

The looks are fixed beforehand: so many pairs, then twice as many, up to a maximum. Every interval
is made at a level that spends the allowed error over all planned looks in equal parts (Bonferroni),
so that with the stated confidence all of them cover, wherever the looking stops.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from abm.analysis.effects import EffectCard
from abm.analysis.intervals import LEVEL
from abm.analysis.outcomes import chosen
from abm.errors import AbmError


@dataclass(frozen=True)
class Look:
    """One look at the effects.

    Attributes:
        pairs: pairs played so far.
        half_widths: widest half-interval over the policies, by outcome.
        precise: whether all are as narrow as wanted.
    """

    pairs: int
    half_widths: Mapping[str, float]
    precise: bool


@dataclass(frozen=True)
class Plan:
    """How many pairs to play, and how sure the intervals are.

    Attributes:
        looks: numbers of pairs at which is looked, ascending; a single one if none is awaited.
        targets: half-width wanted by outcome.
    """

    looks: tuple[int, ...]
    targets: Mapping[str, float]

    @classmethod
    def of(
        cls, replicates: int, maximum: int, targets: Mapping[str, float] | None = None
    ) -> "Plan":
        """Plan the looks.

        Raises:
            AbmError: if a number of pairs or a width is not possible, or an outcome is unknown.
        """
        if replicates < 2:
            raise AbmError(f"{replicates} replicates: an interval needs at least two pairs")
        if not targets:
            return cls((replicates,), {})
        chosen(targets)
        for name, width in targets.items():
            if not (math.isfinite(width) and width > 0):
                raise AbmError(f"until precise: {name}={width}: the half-width must be above zero")
        if maximum < replicates:
            raise AbmError(f"at most {maximum} pairs are fewer than the first {replicates}")
        count = (maximum // replicates).bit_length()
        return cls(tuple(replicates * 2**i for i in range(count)), dict(targets))

    @property
    def level(self) -> float:
        """Confidence of each interval: the allowed error is spent over the planned looks."""
        return 1 - (1 - LEVEL) / len(self.looks)

    def look(self, pairs: int, cards: Mapping[tuple[str, str], EffectCard]) -> Look:
        """Whether the effects are precise enough; an interval that does not exist is not."""
        widths = {
            name: max(
                (_width(card) for (_, outcome), card in cards.items() if outcome == name),
            )
            for name in self.targets
        }
        precise = all(widths[name] <= width for name, width in self.targets.items())
        return Look(pairs, widths, precise)


def _width(card: EffectCard) -> float:
    return math.inf if math.isnan(card.half_width) else card.half_width
