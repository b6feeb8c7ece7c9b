"""Levers by which the state pays: grants, credits, a commons, and spending without effect."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from abm.errors import Problem
from abm.mechanisms import disclosure as d
from abm.mechanisms.support import LADDER, step
from abm.policy.lever import Lever, Mask
from abm.scenario import Scenario
from abm.scenario.declared import nearest

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]


class TrainingGrants(Lever):
    """The state shares out a budget for compute among the labs that are eligible, in equal parts.

    It acts through the funds that a lab plans its runs with, and through what it discloses and how
    it releases if the grant takes that. The public pays. It can backfire: an owner's money does
    what the grant does as well (crowding out), labs live on it that would have found a niche, and
    those disclose for it who would have anyway (capture).
    """

    WRITES: ClassVar = ("grant",)
    MECHANISMS: ClassVar = "training, disclosure, strategy, settlement"
    PAID_BY: ClassVar = ("state",)
    SCALES: ClassVar = ("budget",)

    kind: Literal["training-grants"]
    budget: float = Field(
        ..., ge=0, description="Shared out each month.", json_schema_extra={"unit": "USD m/month"}
    )
    least_disclosure: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Disclosure index that it takes, rounded up to the next twentieth.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Promise each lab its part: it counts itself and those who are eligible now."""
        labs, place = market.labs, step(self.least_disclosure)
        now = who[labs.closed.astype(np.int64), np.arange(labs.rows)]
        now &= d.index(labs.disclosure) >= LADDER[place] - 1e-9
        part = self.budget / (now.sum() - now + 1)
        market.rules.grant[..., place] += np.where(who, part, 0.0)


class ResearchCredit(Lever):
    """The state refunds part of training spending, the more the more a lab discloses.

    It acts through the price of a run, and through the private value of disclosure. The public
    pays. It can backfire: most of it goes to those who spend most, so that the frontier runs ahead
    and the ticket to it rises.
    """

    WRITES: ClassVar = ("credit", "credit_by_disclosure")
    MECHANISMS: ClassVar = "training, disclosure, strategy, settlement"
    PAID_BY: ClassVar = ("state",)
    SCALES: ClassVar = ("rate", "disclosure_bonus")

    kind: Literal["research-credit"]
    rate: float = Field(
        0.1,
        ge=0,
        le=0.9,
        description="Share of training spending that is refunded in any case.",
        json_schema_extra={"unit": "1"},
    )
    disclosure_bonus: float = Field(
        0.0,
        ge=0,
        le=0.9,
        description="More of it at full disclosure, in proportion to the disclosure index.",
        json_schema_extra={"unit": "1"},
    )

    def write(self, market: "Market", who: Mask) -> None:
        """Promise the refund."""
        market.rules.credit[...] += np.where(who, self.rate, 0.0)
        market.rules.credit_by_disclosure[...] += np.where(who, self.disclosure_bonus, 0.0)


class DataCommons(Lever):
    """The state pays curators and labellers whose work is open to the labs in scope.

    It acts through data quality (at researchers' pay and pace of curation) and post-training (at
    vendors' price of a comparison). The public pays workers. With scope ``open`` it is under a
    reciprocal licence: labs behind an API get nothing. It can backfire: without that licence closed
    labs gain as well, and a lab need not curate what the commons has, so that part is crowded out.
    """

    WRITES: ClassVar = ("commons_data", "commons_feedback", "public_spending")
    MECHANISMS: ClassVar = "capability, post-training, strategy, settlement"
    PAID_BY: ClassVar = ("state",)
    SCALES: ClassVar = ("data_budget", "feedback_budget")

    kind: Literal["data-commons"]
    data_budget: float = Field(
        0.0, ge=0, description="Spent on curation.", json_schema_extra={"unit": "USD m/month"}
    )
    feedback_budget: float = Field(
        0.0, ge=0, description="Spent on comparisons.", json_schema_extra={"unit": "USD m/month"}
    )
    domains: list[str] = Field(
        default_factory=list, description="Domains that it covers; all of them if none is named."
    )

    def problems(self, scenario: Scenario) -> list[Problem]:
        """Domains that the lever names and a scenario does not have."""
        known = scenario.domains
        return [
            Problem(
                "--policy",
                None,
                f"{self.kind}.domains",
                name,
                "is no domain of this scenario",
                ", ".join(known),
                nearest(name, known),
            )
            for name in self.domains
            if name not in known
        ]

    def write(self, market: "Market", who: Mask) -> None:
        """Pay for the work, and let it reach the labs."""
        rules, known = market.rules, market.scenario.domains
        named = np.array([not self.domains or name in self.domains for name in known])
        weights = named / max(int(named.sum()), 1)
        reach = np.where(who[..., None], weights, 0.0)
        rules.commons_data[...] += self.data_budget * reach
        rules.commons_feedback[...] += self.feedback_budget * reach
        rules.public_spending[...] += self.data_budget + self.feedback_budget


class PublicSpending(Lever):
    """The state spends and nothing else happens: the yardstick for what a policy costs.

    It acts through settlement alone: the public pays workers. It cannot backfire; it tells apart
    what a policy does from what its money would look like without any mechanism.
    """

    WRITES: ClassVar = ("public_spending",)
    MECHANISMS: ClassVar = "settlement"
    PAID_BY: ClassVar = ("state",)
    SCALES: ClassVar = ("budget",)

    kind: Literal["public-spending"]
    budget: float = Field(
        ..., ge=0, description="Spent each month.", json_schema_extra={"unit": "USD m/month"}
    )

    def write(self, market: "Market", who: Mask) -> None:  # noqa: ARG002
        """Spend it."""
        market.rules.public_spending[...] += self.budget
