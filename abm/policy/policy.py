"""A policy: levers under one name, acting from month to month."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pydantic import Field

from abm.errors import ScenarioError
from abm.policy.lever import Lever
from abm.policy.levers import AnyLever
from abm.scenario import Scenario
from abm.scenario.fields import Section

if TYPE_CHECKING:
    from abm.market import Market


LEVERS: dict[str, type[Lever]] = {
    get_args(cls.model_fields["kind"].annotation)[0]: cls for cls in get_args(get_args(AnyLever)[0])
}
"""Every class of levers by its kind."""


class PolicyFile(Section):
    """What a file says of a policy."""

    title: str = Field(..., min_length=1, description="One line that says what it does.")
    description: str = Field("", description="A paragraph for the reader.")
    backfires: str = Field("", description="How it could do the opposite of what it is meant to.")
    levers: list[AnyLever] = Field(
        default_factory=list, description="Interventions that together make up the policy."
    )


@dataclass(frozen=True)
class Policy:
    """Levers in force together; hand it to a market, which calls it every month.

    Attributes:
        name: what it was asked for by, such as ``data-commons*0.5+merger-control@12``.
        title: one line that says what it does.
        levers: the interventions.
        description: a paragraph for the reader.
        backfires: how it could do the opposite of what it is meant to.
    """

    name: str
    title: str
    levers: tuple[Lever, ...]
    description: str = ""
    backfires: str = ""

    def __call__(self, market: "Market") -> None:
        """Write the rules of the month; note which levers come into force or end."""
        for lever in self.levers:
            if market.month == lever.start:
                self._note(market, lever, "starts")
            if market.month == lever.end:
                self._note(market, lever, "ends")
            if lever.in_force(market.month):
                lever.act(market)

    def check(self, scenario: Scenario) -> None:
        """See that the scenario has what the levers name.

        Raises:
            ScenarioError: with every name that it lacks.
        """
        problems = [problem for lever in self.levers for problem in lever.problems(scenario)]
        if problems:
            raise ScenarioError(problems)

    def _note(self, market: "Market", lever: Lever, what: str) -> None:
        reason = {"state": what, **lever.model_dump(mode="json")}
        market.log("policy", self.name, lever.kind, float(what == "starts"), reason)

    def described(self) -> dict[str, Any]:
        """Name, hash and levers, for a run's manifest."""
        levers = [lever.model_dump(mode="json") for lever in self.levers]
        return {"name": self.name, "title": self.title, "hash": self.hash, "levers": levers}

    @property
    def hash(self) -> str:
        """SHA-256 of its levers: two ways of writing one policy have the same."""
        levers = [lever.model_dump(mode="json") for lever in self.levers]
        canonical = json.dumps(levers, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
