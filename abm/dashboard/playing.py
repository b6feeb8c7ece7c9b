"""When a session plays: clicks are noted at once, and acted on together a moment later."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MOMENT = 0.05
"""Seconds between two looks at what is wanted: clicks within them are one act and one drawing."""


@dataclass
class Wanted:
    """What the clicks since the last look ask for.

    Attributes:
        months: months to play.
        reset: whether to begin again; months asked for before it are forgotten.
        due: when the next month of a play is due, seconds of `clock`.
        clock: tells the time.
    """

    months: int = 0
    reset: bool = False
    due: float = 0.0
    clock: Callable[[], float] = field(default=time.monotonic)

    def step(self, months: int) -> None:
        """Ask for months."""
        self.months += months

    def again(self) -> None:
        """Ask to begin again."""
        self.reset, self.months = True, 0

    def take_reset(self) -> bool:
        """Whether to begin again now."""
        taken, self.reset = self.reset, False
        return taken

    def take_months(self, playing: bool, pace: float) -> int:
        """Months to play now.

        Args:
            playing: whether the play is on.
            pace: months a second.
        """
        taken, self.months = self.months, 0
        now = self.clock()
        if playing and now >= self.due:
            self.due = now + 1 / pace
            taken += 1
        return taken
