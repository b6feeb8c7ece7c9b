"""How a parameter is declared: once, with its unit, plausible range and source.

Everything else that knows a parameter (validation messages, the JSON Schema, the parameter
table of the documentation, experimental designs) reads this declaration.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

JUDGEMENT = "judgement"
"""Source of a number that no publication settles: to be screened, never quoted as a fact."""


class Section(BaseModel):
    """A strict, immutable table: unknown keys and infinite numbers are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Mechanism(Section):
    """Parameters of one mechanism, with the switch that takes it out of the world."""

    enabled: bool = Field(
        True,
        description="Whether the mechanism acts; off takes out its effects and its payments.",
        json_schema_extra={"unit": "switch", "source": "design"},
    )


def param(
    default: float | int,
    doc: str,
    *,
    unit: str,
    low: float,
    high: float,
    source: str,
    ge: float | None = 0.0,
    le: float | None = None,
    gt: float | None = None,
) -> Any:
    """Declare a parameter.

    Args:
        default: point value.
        doc: one sentence, in the field's standard terms.
        unit: unit of the value; ``1`` for a pure number.
        low: lower end of the range an expert would defend (for designs, not for validation).
        high: upper end of that range.
        source: publication, or `JUDGEMENT`.
        ge: hard lower bound, beyond which the equation loses its meaning.
        le: hard upper bound.
        gt: hard exclusive lower bound (replaces `ge`).
    """
    return Field(
        default,
        ge=None if gt is not None else ge,
        gt=gt,
        le=le,
        description=doc,
        json_schema_extra={"unit": unit, "range": [low, high], "source": source},
    )
