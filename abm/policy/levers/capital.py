"""Levers on what labs train with and live on: compute and capital (P14, P18)."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from abm.policy.lever import Lever, Mask

if TYPE_CHECKING:
    from abm.market import Market


class ComputeCap(Lever):
    """No training run may take more than so much compute.

    It acts on the runs of the labs in scope: they plan within the cap, and a run that is under way
    when it comes is stopped there. Labs near the frontier bear it, and whoever would have used
    better models; the money saved stays with them. It can backfire: the leaders of the day keep
    their lead in algorithms, data and users, which the cap does not touch, and if it is about one
    camp only, labs leave that camp. The strength of the policy is the share of labs that comply.
    """

    WRITES: ClassVar = ("flop_cap",)
    MECHANISMS: ClassVar = "capability, race, strategy"
    SCALES: ClassVar = ("compliance",)

    kind: Literal["compute-cap"]
    flop: float = Field(
        ..., gt=0, description="Most that a run may take.", json_schema_extra={"unit": "FLOP"}
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Cap the runs."""
        np.minimum(market.rules.flop_cap, self.flop, out=market.rules.flop_cap, where=who)


class ComputeLicensing(Lever):
    """A run above a threshold of compute needs a licence, which costs a fee and time.

    It acts on the runs of the labs in scope: each takes a licence, or trains just below the
    threshold where the fee would eat more of its budget, and the wait more of its lead, than the
    larger run brings. Labs pay the fee to the state. It can backfire: for those with the deepest
    pockets the fee is small, so the licence keeps others away from the frontier.
    """

    WRITES: ClassVar = ("licence_above", "licence_fee", "licence_months")
    MECHANISMS: ClassVar = "capability, race, strategy"
    SCALES: ClassVar = ("fee", "months")

    kind: Literal["compute-licensing"]
    threshold: float = Field(
        ...,
        gt=0,
        description="Compute from which a run needs a licence.",
        json_schema_extra={"unit": "FLOP"},
    )
    fee: float = Field(
        0.0, ge=0, description="Fee for each such run.", json_schema_extra={"unit": "USD m"}
    )
    months: float = Field(
        0.0,
        ge=0,
        le=36,
        description="How long a licence takes, in whole months.",
        json_schema_extra={"unit": "months"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Ask for licences."""
        rules = market.rules
        np.minimum(rules.licence_above, self.threshold, out=rules.licence_above, where=who)
        rules.licence_fee[...] += np.where(who, self.fee, 0.0)
        rules.licence_months[...] += np.where(who, self.months, 0.0)


class CounterCyclicalCapital(Lever):
    """While capital is scarce the state joins rounds that investors would not.

    It acts on rounds: below some climate the chance that a lab in scope raises money does not fall
    below a floor. The state buys equity at the price that investors would pay, and it gets its part
    back when the lab is sold, hired away or wound up; stakes in labs that go on are not revalued in
    the fiscal cost, and none is sold early. The state pays. It can backfire: labs without a future
    live on and keep people and customers from others, and boards that count on the state close
    later, with less left to pay out.
    """

    PAID_BY: ClassVar = ("state",)
    WRITES: ClassVar = ("round_floor", "public_round")
    MECHANISMS: ClassVar = "capital, acquisition"
    SCALES: ClassVar = ("floor",)

    kind: Literal["counter-cyclical-capital"]
    below: float = Field(
        0.8,
        gt=0,
        description="Capital climate below which it acts; 1 is normal.",
        json_schema_extra={"unit": "1"},
    )
    floor: float = Field(
        0.03,
        ge=0,
        le=1,
        description="Least chance that an attempt at a round succeeds.",
        json_schema_extra={"unit": "1/month"},
    )
    largest: float | None = Field(
        None,
        gt=0,
        description="Most that the state puts into a round; no limit if absent.",
        json_schema_extra={"unit": "USD m"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Put a floor under rounds while the climate is cold."""
        rules = market.rules
        if market.climate >= self.below:
            return
        np.maximum(rules.round_floor, self.floor, out=rules.round_floor, where=who)
        if self.largest is not None:
            np.minimum(rules.public_round, self.largest, out=rules.public_round, where=who)
