"""The ledger of assumptions: every number of the mechanisms, and what it rests on."""

import re
from dataclasses import dataclass
from typing import Literal

from abm.errors import AbmError
from abm.experiment.factors import Range
from abm.scenario import Scenario
from abm.scenario.declared import nearest, plausible_range, unit
from abm.scenario.fields import JUDGEMENT

Grade = Literal["measured", "cited", "adapted", "assumed"]

GRADES: dict[Grade, str] = {
    "measured": "the declaration names a figure that was observed or estimated",
    "cited": "it names a publication or an event, and no figure",
    "adapted": "it names a source, and judgement that bends it to the model",
    "assumed": "it rests on judgement alone",
}
"""Grades of a source, the best first."""

DECADE = 10.0
"""Ratio of the ends from which a range is spread evenly over logarithms."""

_YEAR = re.compile(r"\b(?:19|20)\d\d(?:-\d+)?\b")
_FIGURE = re.compile(r"(?<![\w.-])(?:\d+(?:\.\d+)?(?:%|x\b|m\b|bn\b|e\d+)|\d+\.\d+|\d{2,})")


@dataclass(frozen=True)
class Assumption:
    """A number of a mechanism.

    Attributes:
        key: dotted key of the scenario.
        meaning: what it is, in the words of its declaration.
        unit: unit of the value; empty for a pure number.
        value: what the scenario has.
        low: lower end of the range that an expert would defend.
        high: upper end.
        whole: whether it takes whole numbers only.
        source: what the declaration says that it rests on.
    """

    key: str
    meaning: str
    unit: str
    value: float
    low: float
    high: float
    whole: bool
    source: str

    @property
    def grade(self) -> Grade:
        """How well it is founded."""
        return graded(self.source)

    @property
    def span(self) -> Range:
        """Its values, between places 0 and 1."""
        wide = self.low > 0 and self.high >= DECADE * self.low
        scale: Literal["linear", "log"] = "log" if wide else "linear"
        return Range(low=self.low, high=self.high, scale=scale, whole=self.whole)


def graded(source: str) -> Grade:
    """Grade a source by what the declaration says, years of publication aside.

    Args:
        source: text of the declaration.
    """
    if source in (JUDGEMENT, "design"):
        return "assumed"
    if JUDGEMENT in source or "weak" in source:
        return "adapted"
    return "measured" if _FIGURE.search(_YEAR.sub("", source)) else "cited"


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Every number that matters in a scenario: of mechanisms that act, and with a range.

    Switches are no numbers; a range of one value (the tolerance of the books) is no assumption.
    """
    found = []
    for section, field in Scenario.model_fields.items():
        mechanism = getattr(scenario, section)
        for name, inner in getattr(field.annotation, "model_fields", {}).items():
            span = plausible_range(inner)
            if inner.annotation not in (int, float) or span is None or span[0] >= span[1]:
                continue
            if mechanism.enabled:
                extra = inner.json_schema_extra
                source = extra.get("source", "") if isinstance(extra, dict) else ""
                found.append(
                    Assumption(
                        key=f"{section}.{name}",
                        meaning=inner.description or "",
                        unit=unit(inner),
                        value=float(getattr(mechanism, name)),
                        low=span[0],
                        high=span[1],
                        whole=inner.annotation is int,
                        source=str(source),
                    )
                )
    return tuple(found)


def named(scenario: Scenario, keys: list[str]) -> tuple[Assumption, ...]:
    """The assumptions of these keys, in their order.

    Raises:
        AbmError: if one is no assumption of the scenario, or is named twice.
    """
    known = {item.key: item for item in assumptions(scenario)}
    for key in keys:
        if key not in known:
            near = nearest(key, known)
            meant = f"; did you mean {near}?" if near else ""
            raise AbmError(
                f"parameter {key!r}: no number with a range of a mechanism at work{meant}"
            )
        if keys.count(key) > 1:
            raise AbmError(f"parameter {key!r}: named twice")
    return tuple(known[key] for key in keys)
