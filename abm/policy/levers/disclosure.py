"""Levers on what labs must disclose (P1, P3)."""

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
