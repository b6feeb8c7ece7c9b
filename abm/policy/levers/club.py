"""The lever that founds a reciprocal club."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from abm.policy.lever import Lever, Mask
from abm.policy.levers.disclosure import Component
from abm.scenario.cast import COMPONENTS

if TYPE_CHECKING:
    from abm.market import Market


class ReciprocalClub(Lever):
    """Labs may join a club whose members show each other some components, and nobody else.

    It acts through knowledge and strategy: each lab weighs membership at its reviews, joins if it
    expects to gain and leaves when it no longer does; members meet. They bear the work of
    documenting, and data shown inside exposes to suits like data shown to all. It can backfire:
    what members showed the world before reaches members only, so that knowledge fragments; those
    who have most to teach stay out.
    """

    WRITES: ClassVar = ("club_floor",)
    MECHANISMS: ClassVar = "knowledge, litigation, strategy"
    SCALES: ClassVar = ("level",)

    kind: Literal["reciprocal-club"]
    components: list[Component] = Field(
        ..., min_length=1, description="Components that members show each other."
    )
    level: float = Field(
        0.75,
        ge=0,
        le=1,
        description="Least disclosure of each among members.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Open the club to those in scope."""
        floor = market.rules.club_floor
        for name in self.components:
            component = floor[:, :, COMPONENTS.index(name)]
            np.maximum(component, self.level, out=component, where=who)
