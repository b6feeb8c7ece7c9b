"""Levers on the law of training data and of open releases (P2)."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from abm.policy.lever import Lever, Mask

if TYPE_CHECKING:
    from abm.market import Market


class SafeHarbour(Lever):
    """Disclosed training data does not expose to suits, and damages are capped.

    It acts through litigation: disclosing data no longer raises the hazard of a suit by as much,
    and what is lost is bounded. Rightsholders lose what they would have won. It can backfire by
    taking away the reason to license data.
    """

    WRITES: ClassVar = ("exposure", "damages_cap")
    MECHANISMS: ClassVar = "litigation, strategy"
    SCALES: ClassVar = ("protection",)

    kind: Literal["safe-harbour"]
    protection: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Share of the exposure by disclosed data that it takes away.",
        json_schema_extra={"unit": "1"},
    )
    damages_cap: float | None = Field(
        None,
        ge=0,
        description="Most that a suit can cost in damages; no cap if absent.",
        json_schema_extra={"unit": "USD m"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Take exposure away, and cap damages."""
        rules = market.rules
        rules.exposure[...] *= np.where(who, 1 - self.protection, 1.0)
        if self.damages_cap is not None:
            np.minimum(rules.damages_cap, self.damages_cap, out=rules.damages_cap, where=who)
