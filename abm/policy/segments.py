"""Levers on demand: which segments of customers they are about."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from abm.errors import Problem
from abm.policy.lever import Lever
from abm.scenario.declared import nearest

if TYPE_CHECKING:
    from abm.market import Market
    from abm.scenario import Scenario

Kind = Literal["developer", "enterprise", "consumer", "public"]


class DemandLever(Lever):
    """A lever on some segments: those named, or if none is, those of some kinds."""

    KINDS: ClassVar[tuple[str, ...]] = ("developer", "enterprise", "consumer", "public")
    """Kinds of segments that it is about unless the policy says otherwise."""

    ABOUT_LABS: ClassVar[bool] = False
    """Whether it is about some labs' models only, so that the fields on labs mean something."""

    segments: list[str] = Field(
        default_factory=list, description="Segments by name, as the scenario has them."
    )
    kinds: list[Kind] = Field(
        default_factory=list, description="Kinds of segments, if none is named."
    )

    @model_validator(mode="after")
    def _not_about_labs(self) -> "DemandLever":
        narrowed = self.scope != "all" or self.above_flop > 0 or self.compliance < 1
        if narrowed and not self.ABOUT_LABS:
            raise ValueError("binds customers of all labs: no scope, above_flop or compliance")
        return self

    def problems(self, scenario: "Scenario") -> list[Problem]:
        """Segments that the scenario does not have."""
        known = [segment.name for segment in scenario.segments]
        return [
            Problem(
                "--policy",
                None,
                f"{self.kind}.segments",
                name,
                "the scenario has no such segment",
                allowed=", ".join(known),
                suggestion=nearest(name, known),
            )
            for name in self.segments
            if name not in known
        ]

    def among(self, market: "Market") -> NDArray[np.bool_]:
        """Segments that it is about, shape (segments,)."""
        if self.segments:
            return np.isin(market.segments.names, self.segments)
        return market.segments.of_kind(*(self.kinds or self.KINDS))
