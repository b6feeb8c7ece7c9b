"""Ends of a run, declared before any was looked at: do open models keep up, do independents last?

The essay's two futures are two of the four answers.
"""

import math
from dataclasses import dataclass

from abm.analysis.sweep import Row


@dataclass(frozen=True)
class Thresholds:
    """Where the two questions turn from no to yes.

    Attributes:
        lag: most months by which the best open model trails: half of what was measured for 2023.
        share: least share of enterprise workloads on open models: what surveys saw in 2023.
        survival: least share of the first month's independents that are neither sold nor closed.
    """

    lag: float = 6.0
    share: float = 0.2
    survival: float = 0.5


@dataclass(frozen=True)
class Regime:
    """One way in which a run ends.

    Attributes:
        name: how tables call it.
        title: how a figure calls it.
        meaning: what it is, in words.
        keeps_up: whether open models keep up.
        lasts: whether independents last.
    """

    name: str
    title: str
    meaning: str
    keeps_up: bool
    lasts: bool


REGIMES: tuple[Regime, ...] = (
    Regime(
        "shared-progress", "Shared progress",
        "Open models keep up, and most independents live to see it: the essay's hopeful future",
        True, True,
    ),
    Regime(
        "few-givers", "Openness of a few",
        "Open models keep up, but most of the first independents are sold or closed",
        True, False,
    ),
    Regime(
        "living-behind", "Living behind",
        "Most independents live on, and open models fall behind or out of use",
        False, True,
    ),
    Regime(
        "musical-chairs", "Musical chairs",
        "Open models fall behind and most independents are sold or closed: the essay's other",
        False, False,
    ),
)  # fmt: skip
"""The four ends."""

DECLARED = Thresholds()
"""The thresholds that were fixed before any run was looked at."""


def keeps_up(row: Row, at: Thresholds) -> bool:
    """Whether open models are close enough and used enough; not where there are none."""
    return row["best_open_lag"] <= at.lag and row["open_workload_share"] >= at.share


def lasts(row: Row, at: Thresholds) -> bool:
    """Whether enough of the first month's independents are neither sold nor closed."""
    return row["starters_surviving"] >= at.survival


def regime(row: Row, at: Thresholds = DECLARED) -> Regime | None:
    """The end that a run comes to; none if the world had no independents to begin with."""
    if math.isnan(row["starters_surviving"]):
        return None
    answers = keeps_up(row, at), lasts(row, at)
    return next(item for item in REGIMES if (item.keeps_up, item.lasts) == answers)
