"""What all levers share: when they act, on whom, who complies, and who bears what it costs."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from abm.policy.scope import Scope, affected
from abm.scenario.fields import Section

if TYPE_CHECKING:
    from abm.errors import Problem
    from abm.market import Market
    from abm.scenario import Scenario

Mask = NDArray[np.bool_]


class Lever(Section, ABC):
    """One intervention: it writes its entries of the rules in every month in which it acts."""

    WRITES: ClassVar[tuple[str, ...]] = ()
    """Entries of `abm.rules.RULES` that it writes, and no others."""

    MECHANISMS: ClassVar[str] = ""
    """Mechanisms through which it acts, as the documentation names them."""

    PAID_BY: ClassVar[tuple[str, ...]] = ("labs",)
    """Who pays for what it does, beside the cost of complying."""

    SCALES: ClassVar[tuple[str, ...]] = ()
    """Fields that grow and shrink with the strength of the policy."""

    kind: str
    start: int = Field(
        0, ge=0, description="First month in force.", json_schema_extra={"unit": "month"}
    )
    end: int | None = Field(
        None, ge=0, description="First month after it.", json_schema_extra={"unit": "month"}
    )
    scope: Scope = Field("all", description="Labs that it is about.")
    above_flop: float = Field(
        0.0,
        ge=0,
        description="Only labs whose best model took at least so much training compute.",
        json_schema_extra={"unit": "FLOP"},
    )
    compliance: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Share of the labs concerned that comply, drawn once for each.",
        json_schema_extra={"unit": "1"},
    )
    cost: float = Field(
        0.0,
        ge=0,
        description="Cost of complying or of running it, for each lab that complies.",
        json_schema_extra={"unit": "USD m/year"},
    )
    borne_by: Literal["labs", "state"] = Field("labs", description="Who bears that cost.")

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> "Lever":
        if self.end is not None and self.end <= self.start:
            raise ValueError("end must come after start")
        return self

    @abstractmethod
    def write(self, market: "Market", who: Mask) -> None:
        """Write the rules of the month.

        Args:
            market: the market, of which only `rules` may be written.
            who: complying labs that it is about, by camp in which they would release, shape
                (2, labs).
        """

    def problems(self, scenario: "Scenario") -> list["Problem"]:  # noqa: ARG002
        """What the lever names and a scenario does not have."""
        return []

    def in_force(self, month: int) -> bool:
        """Whether it acts in a month."""
        return self.start <= month and (self.end is None or month < self.end)

    def act(self, market: "Market") -> None:
        """Write the rules, and charge what complying costs."""
        who = affected(self.scope, self.above_flop, market)
        if self.compliance < 1:
            keys = market.labs.key
            who = who & (market.streams.uniform(self._stream(), keys, -1) < self.compliance)
        self.write(market, who)
        if self.cost > 0:
            payer = "admin" if self.borne_by == "labs" else "public_admin"
            getattr(market.rules, payer)[...] += np.where(who, self.cost / 12, 0.0)

    @property
    def payers(self) -> list[str]:
        """Who pays for what it does and for complying with it."""
        complying = (self.borne_by,) if self.cost > 0 else ()
        return list(dict.fromkeys([*self.PAID_BY, *complying]))

    def _stream(self) -> str:
        return f"compliance {self.kind}"

    def scaled(self, strength: float) -> "Lever":
        """The lever at another strength: its fields of `SCALES` and its cost times that.

        Raises:
            pydantic.ValidationError: if one of them would leave its bounds.
        """
        values: dict[str, Any] = self.model_dump()
        values.update({name: values[name] * strength for name in (*self.SCALES, "cost")})
        return type(self).model_validate(values)

    def delayed(self, months: int) -> "Lever":
        """The lever so many months later."""
        end = None if self.end is None else self.end + months
        return self.model_copy(update={"start": self.start + months, "end": end})
