"""Levers on the law of training data and of open releases."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from abm.policy.lever import Lever, Mask
from abm.policy.scope import Scope

if TYPE_CHECKING:
    from abm.market import Market


class SafeHarbour(Lever):
    """Disclosed training data does not expose to suits, and damages are capped.

    It acts through litigation: disclosing data no longer raises the hazard of a suit by as much,
    and what is lost is bounded; a suit is capped by the law of the month in which it ends.
    Rightsholders lose what they would have won. It can backfire: what no longer exposes is
    disclosed more, so that rivals learn. Licences for data, for which it leaves no reason, are not
    in the market.
    """

    WRITES: ClassVar = ("exposure", "damages_cap")
    MECHANISMS: ClassVar = "litigation, strategy"
    PAID_BY: ClassVar = ("rightsholders",)
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

    def scaled(self, strength: float) -> "Lever":
        """The lever at another strength: the weaker, the higher the cap; at none there is none."""
        cap = None if self.damages_cap is None or strength == 0 else self.damages_cap / strength
        return super().scaled(strength).model_copy(update={"damages_cap": cap})


class StatutoryRoyalty(Lever):
    """Labs pay rightsholders a share of their revenue, and who pays cannot be sued.

    It acts through settlement and litigation: a certain cost in place of an uncertain one. Labs
    pay, rightsholders receive; suits that are pending go on. It can backfire: a share of revenue
    outlives the suits that it replaces, and labs with revenue pay for risks that others bear; what
    no longer exposes is disclosed more, so that rivals learn. A fee for each work, which would
    weigh on labs without revenue, is not among its fields.
    """

    WRITES: ClassVar = ("levy", "suits")
    MECHANISMS: ClassVar = "settlement, litigation, strategy"
    SCALES: ClassVar = ("rate", "immunity")

    kind: Literal["statutory-royalty"]
    rate: float = Field(
        0.03,
        ge=0,
        le=0.5,
        description="Share of revenue that goes to rightsholders.",
        json_schema_extra={"unit": "1"},
    )
    immunity: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Share of the hazard of suits that paying takes away.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Ask for the royalty; let those who pay it be."""
        rules = market.rules
        rules.levy[...] += np.where(who, self.rate, 0.0)
        if self.rate > 0:
            rules.suits[...] *= np.where(who, 1 - self.immunity, 1.0)

    def scaled(self, strength: float) -> "Lever":
        """The lever at another strength; a stronger one protects from all suits at most."""
        bounded = min(self.immunity, 1 / max(strength, 1.0))
        return super(StatutoryRoyalty, self.model_copy(update={"immunity": bounded})).scaled(
            strength
        )


class ReleaseLiability(Lever):
    """Labs answer for the harm that a release of weights must be expected to do.

    It acts through release and strategy: a lab that releases pays customers the expected damages
    (as the fair premium of an insurer), and keeps a model back while that exceeds what the release
    is worth to it. The harm itself is outside the market. It can backfire: weak labs fall silent
    first, strong ones go on, and closing up becomes attractive to those whose weights others would
    have built on.
    """

    WRITES: ClassVar = ("liability",)
    MECHANISMS: ClassVar = "release, strategy"
    SCALES: ClassVar = ("expected_damages",)

    kind: Literal["release-liability"]
    scope: Scope = Field("open", description="Labs that it is about.")
    expected_damages: float = Field(
        2.0,
        ge=0,
        description="Damages to be expected from one release.",
        json_schema_extra={"unit": "USD m/release"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Add what a release answers for."""
        market.rules.liability[...] += np.where(who, self.expected_damages, 0.0)
