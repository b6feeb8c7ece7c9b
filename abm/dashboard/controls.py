"""What can be changed in a world, as controls: derived from the declarations of the schema."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from abm.errors import AbmError
from abm.scenario.declared import hard_bounds, plausible_range, unit
from abm.scenario.fields import Section
from abm.scenario.notation import spell_value
from abm.scenario.schema import Scenario

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

STEPS = 40
"""Steps that a control takes from one end of its range to the other, about."""


@dataclass(frozen=True)
class Control:
    """One parameter that a user can change.

    Attributes:
        key: dotted key, such as ``race.growth``.
        mechanism: the section that it belongs to, in words.
        label: its own name, in words.
        doc: one sentence on what it is.
        unit: unit in words; empty for pure numbers and switches.
        source: publication, or judgement.
        allowed: hard bounds in words; empty if there are none.
        low: lower end of the plausible range; 0 for a switch.
        high: upper end of it; 1 for a switch.
        step: by how much the arrows of the control change it.
        switch: whether it is on or off rather than a number.
        whole: whether it takes whole numbers only.
    """

    key: str
    mechanism: str
    label: str
    doc: str
    unit: str
    source: str
    allowed: str
    low: float
    high: float
    step: float
    switch: bool
    whole: bool

    @property
    def range(self) -> str:
        """Plausible range with its unit, in words."""
        if self.switch:
            return "on or off"
        return f"{self.low:g} to {self.high:g}{f' {self.unit}' if self.unit else ''}"

    def default(self, scenario: Scenario) -> float:
        """Value in a scenario; a number that is not set there counts as the lower end."""
        section, name = self.key.split(".")
        value = getattr(getattr(scenario, section), name)
        return self.low if value is None else float(value)

    def override(self, value: object) -> str:
        """The override ``key=value`` that sets it.

        Raises:
            AbmError: if the value is no number, or not whole where it must be.
        """
        if self.switch:
            return f"{self.key}={spell_value(bool(value))}"
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise AbmError(f"{self.label} needs a number ({self.range})")
        if self.whole and value != int(value):
            raise AbmError(f"{self.label} needs a whole number ({self.range})")
        return f"{self.key}={spell_value(int(value) if self.whole else float(value))}"


@cache
def controls() -> dict[str, Control]:
    """Every parameter with a range to choose from, and every switch, by key."""
    return {
        f"{section}.{name}": _control(section, name, field)
        for section, parent in Scenario.model_fields.items()
        if isinstance(parent.annotation, type) and issubclass(parent.annotation, Section)
        for name, field in parent.annotation.model_fields.items()
        if field.annotation is bool or _varies(field)
    }


def choices() -> dict[str, dict[str, str]]:
    """Labels of all controls by key, grouped by mechanism."""
    grouped: dict[str, dict[str, str]] = {}
    for key, item in controls().items():
        grouped.setdefault(item.mechanism, {})[key] = f"{item.mechanism}: {item.label}"
    return grouped


def _control(section: str, name: str, field: FieldInfo) -> Control:
    extra: Any = field.json_schema_extra
    low, high = plausible_range(field) or (0.0, 1.0)
    whole = field.annotation is int
    label = "the whole mechanism" if name == "enabled" else _words(name)
    return Control(
        key=f"{section}.{name}",
        mechanism=_words(section),
        label=label,
        doc=field.description or "",
        unit=unit(field),
        source=str(extra["source"]),
        allowed=hard_bounds(field),
        low=low,
        high=high,
        step=_step(low, high, whole=whole),
        switch=field.annotation is bool,
        whole=whole,
    )


def _varies(field: FieldInfo) -> bool:
    """Whether its plausible range holds more than one value."""
    bounds = plausible_range(field)
    return bounds is not None and bounds[0] < bounds[1]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _step(low: float, high: float, *, whole: bool) -> float:
    """A round step (1, 2 or 5 times a power of ten) that divides the range into about `STEPS`."""
    raw = (high - low) / STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    return max(1.0, round(step)) if whole else float(f"{step:.1g}")
