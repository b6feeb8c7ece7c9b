"""Levers on what labs must disclose, at once or later."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from abm.policy.lever import Lever, Mask
from abm.scenario.cast import COMPONENTS

if TYPE_CHECKING:
    from abm.market import Market

Component = Literal["code", "documentation", "data", "recipe", "post_training"]


class DisclosureMandate(Lever):
    """Labs must disclose at least so much of some components.

    It acts through what disclosure teaches others (data quality, algorithms or post-training, by
    component) and through the suits to which disclosed data exposes. Labs bear the work of
    publishing. It can backfire: disclosed data draws suits, rivals catch up and revenue falls, and
    a mandate on open labs alone makes closing up attractive.
    """

    WRITES: ClassVar = ("disclosure_floor",)
    MECHANISMS: ClassVar = "knowledge, disclosure, litigation, strategy"
    SCALES: ClassVar = ("level",)

    kind: Literal["disclosure-mandate"]
    components: list[Component] = Field(
        ..., min_length=1, description="Components that must be disclosed."
    )
    level: float = Field(
        0.75,
        ge=0,
        le=1,
        description="Least disclosure of each.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Raise the floor of the components."""
        floor = market.rules.disclosure_floor
        for name in self.components:
            component = floor[:, :, COMPONENTS.index(name)]
            np.maximum(component, self.level, out=component, where=who)


class DelayedDisclosure(Lever):
    """Labs must disclose components as they were some months ago (an embargo).

    It acts through knowledge: what a lab knew before the delay is taught as if disclosed, what it
    found since only by leaks and by what it shows of its own choice. Nothing older than the first
    month of the run is known. Labs bear the work of publishing, and old data exposes to suits like
    new. It can backfire like a mandate at once, if less; if the delay is long, what is shown is
    worth nothing any more and costs all the same.
    """

    WRITES: ClassVar = ("delayed_floor", "delay")
    MECHANISMS: ClassVar = "knowledge, disclosure, litigation, strategy"
    SCALES: ClassVar = ("level",)

    kind: Literal["delayed-disclosure"]
    components: list[Component] = Field(
        ..., min_length=1, description="Components that must be disclosed."
    )
    level: float = Field(
        0.75,
        ge=0,
        le=1,
        description="Least disclosure of each.",
        json_schema_extra={"unit": "1"},
    )
    delay: int = Field(
        12,
        ge=1,
        le=60,
        description="Age of what has to be shown.",
        json_schema_extra={"unit": "months"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Raise the floor of past components, and shorten the delay."""
        floor, delay = market.rules.delayed_floor, market.rules.delay
        for place in map(COMPONENTS.index, self.components):
            np.maximum(floor[..., place], self.level, out=floor[..., place], where=who)
            np.minimum(delay[..., place], self.delay, out=delay[..., place], where=who)
