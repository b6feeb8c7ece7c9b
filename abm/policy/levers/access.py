"""Levers on who may be used and learnt from: tenders, APIs, own machines (P12, P16, P17)."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from abm.policy.lever import Lever, Mask
from abm.policy.segments import DemandLever

if TYPE_CHECKING:
    from abm.market import Market


class PublicProcurement(DemandLever):
    """Part of a budget is reserved for models that are open, or disclosed well enough.

    It acts on demand, and on the products that the segments buy: the reserved share goes to
    eligible models or is not spent. By default it is about the public sector. Labs see it when they
    weigh what to disclose, whether to build a product and how to release. The buyers bear it: they
    forgo the models that they would have chosen. It can backfire: where no eligible model is good
    enough the budget buys nothing, and a condition that few meet picks the winner. Labs do not
    foresee what clouds would pay them for a listing that it makes worthwhile; they learn of it.
    """

    PAID_BY: ClassVar = ("customers", "labs")
    WRITES: ClassVar = ("reserved_share", "reserved_from")
    MECHANISMS: ClassVar = "demand, product, strategy"
    SCALES: ClassVar = ("share",)
    KINDS: ClassVar = ("public",)
    ABOUT_LABS: ClassVar = True

    kind: Literal["public-procurement"]
    share: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Share of the budget that is reserved.",
        json_schema_extra={"unit": "1"},
    )
    weights: bool = Field(True, description="Whether eligible models must have open weights.")
    disclosure: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Least disclosure index of an eligible model's lab; weights count for 0.2.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Reserve the share, and say from which disclosure a model is eligible."""
        rules, among = market.rules, self.among(market)
        share, least = rules.reserved_share, rules.reserved_from
        np.maximum(share, self.share, out=share, where=among)
        able = who & np.array([[True], [not self.weights]])
        np.minimum(least, self.disclosure, out=least, where=able[:, :, None] & among)


class DistillationBan(Lever):
    """Outputs of APIs may not be used to train other models.

    It acts on knowledge: rivals learn less from the APIs of the labs in scope, as far as the ban is
    enforced. Who enforces it pays if a cost is given. Open labs lose a teacher; nobody pays them
    for it. It can backfire: labs that stayed close by copying fall behind and fail, the gap widens,
    and with the rivals goes what held prices down. Projections leave out what copying brings, so
    labs feel the ban in what they learn, not in what they plan.
    """

    WRITES: ClassVar = ("copying",)
    MECHANISMS: ClassVar = "knowledge"
    SCALES: ClassVar = ("enforcement",)

    kind: Literal["distillation-ban"]
    enforcement: float = Field(
        0.7,
        ge=0,
        le=1,
        description="Share of what is learnt from APIs that it prevents.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Cut what rivals learn from the APIs."""
        market.rules.copying[...] *= np.where(who, 1 - self.enforcement, 1.0)


class LocalProcessing(DemandLever):
    """Part of the use must run on the customers' own machines.

    It acts on demand: that part can go to open weights only, pays hardware and staff instead of a
    lab or cloud, and teaches nobody. Customers bear the cost of running models. Hosted products
    cannot serve that part either. Contracts run on until they are reconsidered. It can backfire:
    open labs win use that pays them nothing, the loop from use to better models slows for all, and
    where open models fall short the work is not done.
    """

    PAID_BY: ClassVar = ("customers", "labs")
    WRITES: ClassVar = ("local_share",)
    MECHANISMS: ClassVar = "demand, hosting, product, post-training, strategy"
    SCALES: ClassVar = ("share",)
    KINDS: ClassVar = ("enterprise", "public")

    kind: Literal["local-processing"]
    share: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Share of the segments' use that must run on their own machines.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:  # noqa: ARG002
        """Set the share of the segments."""
        share = market.rules.local_share
        np.maximum(share, self.share, out=share, where=self.among(market))
