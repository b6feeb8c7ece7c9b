"""Levers on competition: sales of labs, catalogues of clouds, switching (P9, P10, P11)."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from abm.policy.lever import Lever, Mask
from abm.policy.segments import DemandLever

if TYPE_CHECKING:
    from abm.market import Market


class MergerControl(Lever):
    """Sales of labs are reviewed more often, for longer, and blocked more readily.

    It acts on who may buy the labs in scope, and through what bidders offer: what the rules put at
    risk beyond the law as it stands comes off their bids. Sellers and their investors bear it, in
    lower prices and lost sales. It can backfire: what would have been a sale becomes a closure,
    closures and low prices cool the capital climate, and with it the rounds of all labs. Purchases
    by incumbents also deter investors nearby, so fewer of them can help.
    """

    PAID_BY: ClassVar = ("buyers", "sellers")
    WRITES: ClassVar = ("notification", "block", "hires_reviewed", "review_months")
    MECHANISMS: ClassVar = "acquisition, capital"
    SCALES: ClassVar = ("threshold_cut", "block_shift", "hires", "longer")

    kind: Literal["merger-control"]
    threshold_cut: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share by which the price falls from which a sale is notifiable.",
        json_schema_extra={"unit": "1"},
    )
    block_shift: float = Field(
        0.0,
        ge=0,
        le=10,
        description="By how much the log odds of a block rise.",
        json_schema_extra={"unit": "utils"},
    )
    hires: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Share of licence-and-hire deals that are reviewed like purchases.",
        json_schema_extra={"unit": "1"},
    )
    longer: float = Field(
        0.0,
        ge=0,
        le=24,
        description="By how much investigations take longer.",
        json_schema_extra={"unit": "months"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Tighten the control of sales of the labs."""
        rules = market.rules
        rules.notification[...] *= np.where(who, 1 - self.threshold_cut, 1.0)
        rules.block[...] += np.where(who, self.block_shift, 0.0)
        rules.review_months[...] += np.where(who, self.longer, 0.0)
        np.maximum(rules.hires_reviewed, self.hires, out=rules.hires_reviewed, where=who)


class CloudNonDiscrimination(Lever):
    """Clouds must treat the models of others as those of their own lab.

    It acts on catalogues: clouds may not mark down rivals of their own lab, must keep some slots
    for the models of the labs in scope (scope ``open`` or ``independent``), at a loss if need be,
    and must leave these labs a least share of a listing's profit. Clouds pay, in slots that do not
    earn their keep and in margin. It can backfire: with less margin fewer models are worth a slot
    beyond those reserved, and a place in the catalogue no longer says that a model is good.
    """

    PAID_BY: ClassVar = ("clouds",)
    WRITES: ClassVar = ("self_preference", "slot_right", "reserved_slots", "lab_share")
    MECHANISMS: ClassVar = "hosting"
    SCALES: ClassVar = ("neutrality", "slots", "lab_share")

    kind: Literal["cloud-non-discrimination"]
    neutrality: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Share of the mark-down of the own lab's rivals that it forbids.",
        json_schema_extra={"unit": "1"},
    )
    slots: float = Field(
        0.0,
        ge=0,
        le=50,
        description="Slots that each cloud keeps for the labs in scope; whole ones count.",
        json_schema_extra={"unit": "slots"},
    )
    lab_share: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Least share of a listing's profit that goes to the lab.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Forbid the mark-down, reserve slots, bound what clouds keep."""
        rules = market.rules
        rules.self_preference[...] *= np.where(who, 1 - self.neutrality, 1.0)
        rules.reserved_slots[...] = max(float(rules.reserved_slots), self.slots)
        if self.slots > 0:
            rules.slot_right[who] = 1.0
        np.maximum(rules.lab_share, self.lab_share, out=rules.lab_share, where=who)


class Interoperability(DemandLever):
    """Customers can take data, prompts and habits along when they switch.

    It acts on demand and products of the segments: use is reconsidered more often, what neighbours
    use weighs less, and the moat of products holds fewer users back. Incumbents lose what friction
    was worth to them. It can backfire: a product is worth less to its lab, so fewer are built, less
    is earned and less goes into the next runs; and where switching is easy, all may switch to the
    best.
    """

    WRITES: ClassVar = ("friction",)
    MECHANISMS: ClassVar = "demand, product, strategy"
    SCALES: ClassVar = ("eased",)

    kind: Literal["interoperability"]
    eased: float = Field(
        0.5,
        ge=0,
        le=0.95,
        description="Share of the switching friction that it takes away.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:  # noqa: ARG002
        """Lower the friction of the segments."""
        market.rules.friction[...] *= np.where(self.among(market), 1 - self.eased, 1.0)
