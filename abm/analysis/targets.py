"""The observed patterns that the model is held against, and the labs that some of them count.

``targets.csv`` and ``cohort.csv`` lie beside this module. Every target has a tolerance band, the
months that it is about, and the publication that it comes from.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from abm.analysis.windows import Window

FIT_UNTIL = "2024-06"
"""Last month that a calibration may see; targets whose window ends later are for scoring only."""


@dataclass(frozen=True)
class Target:
    """An observed pattern with its tolerance band.

    Attributes:
        id: short name, such as ``T01``.
        pattern: what it is about.
        measure: what is measured, in words.
        low: lower end of the band.
        value: the observed value.
        high: upper end of the band.
        unit: unit of the three.
        window: the months that the measure is about.
        overlaps_claim: claim of the essay that the target touches; empty if none.
        source: publications, or the file of facts, that it comes from.
    """

    id: str
    pattern: str
    measure: str
    low: float
    value: float
    high: float
    unit: str
    window: Window
    overlaps_claim: str
    source: str

    @property
    def use(self) -> Literal["fit", "score"]:
        """Whether a calibration may see the target, or it only scores the result."""
        return "fit" if self.window.last <= FIT_UNTIL else "score"

    def holds(self, value: float) -> bool:
        """Whether a value lies inside the band; not a number does not."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class CohortLab:
    """One of the independent labs whose fates some targets count.

    Attributes:
        name: as in the scenarios.
        open_first: whether it led with open models in 2023.
    """

    name: str
    open_first: bool


@cache
def targets() -> tuple[Target, ...]:
    """All targets, in the order of their ids."""
    return tuple(_target(row) for row in _rows("targets.csv"))


@cache
def cohort() -> tuple[CohortLab, ...]:
    """The independent labs that T08 and T09 count."""
    return tuple(CohortLab(row["lab"], row["open_first"] == "yes") for row in _rows("cohort.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("abm.analysis") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _target(row: Mapping[str, str]) -> Target:
    return Target(
        id=row["id"],
        pattern=row["pattern"],
        measure=row["measure"],
        low=float(row["low"]),
        value=float(row["value"]),
        high=float(row["high"]),
        unit=row["unit"],
        window=Window.parse(row["window"]),
        overlaps_claim=row["overlaps_claim"],
        source=row["source"],
    )
