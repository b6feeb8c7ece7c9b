"""The axes of drawings over time: every month of the horizon has its place from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from abm.dashboard.views.markup import Markup, join, line, words

LETTER = 8.0
"""Pixels that a letter takes across, about."""


@dataclass(frozen=True)
class Months:
    """The horizontal axis.

    Attributes:
        dates: labels of all months of the horizon.
        left: pixel of the first month.
        right: pixel of the last one.
    """

    dates: Sequence[str]
    left: float
    right: float

    def at(self, month: float) -> float:
        """Pixel of a month."""
        return self.left + (self.right - self.left) * month / max(len(self.dates) - 1, 1)

    def drawn(self, top: float, bottom: float, *, above: bool = False) -> Markup:
        """A rule at each January between two heights, with its year below or above."""
        height = top - 6 if above else bottom + 17
        januaries = [n for n, date in enumerate(self.dates) if date.endswith("-01")]
        every = -(-len(januaries) * 5 * LETTER // max(self.right - self.left, 1)) or 1
        marked = januaries[:: int(every)] or [0]
        return join(
            [line(self.at(n), top, self.at(n), bottom, class_="grid") for n in marked],
            [
                words(self.at(n), height, self.dates[n][:4], class_="tick", text_anchor="middle")
                for n in marked
            ],
        )


def levels(low: float, high: float, *, whole: bool = False) -> list[float]:
    """Round values that hold a range between them."""
    if high <= low:
        high = low + 1
    locator = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10], integer=whole)
    return [float(value) for value in locator.tick_values(low, high)]
