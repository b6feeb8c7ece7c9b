"""How a parameter is declared: once, with its unit, plausible range and source.

Everything else that knows a parameter (validation messages, the JSON Schema, the parameter
table of the documentation, experimental designs) reads this declaration.
"""

from typing import Any
from unicodedata import bidirectional, category

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

JUDGEMENT = "judgement"
"""Source of a number that no publication settles: to be screened, never quoted as a fact."""


LARGEST = 1e30
"""Size of a number: what lies beyond is a slip, and products of such numbers are not finite."""

_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode categories of signs that steer a terminal or break a line."""

_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Bidirectional classes of signs that make a line read otherwise than it is written."""


class Section(BaseModel):
    """A strict, immutable table: unknown keys, and what no world can hold, are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _sane(cls, value: Any, info: ValidationInfo) -> Any:
        _check(value, one_line=info.field_name == "name")
        return value


def _check(value: object, *, one_line: bool = False) -> None:
    """Raise for a size of numbers, and for signs in a text, that nothing here can mean."""
    if isinstance(value, str):
        _check_text(value if one_line else value.replace("\n", "").replace("\t", ""))
    elif isinstance(value, float) and abs(value) > LARGEST:
        limits = {"limit": f"{LARGEST:g}"}
        raise PydanticCustomError("too_large", "must be between -{limit} and {limit}", limits)
    elif isinstance(value, dict):
        _check([*value, *value.values()])
    elif isinstance(value, list):
        for item in value:
            _check(item)


def _check_text(text: str) -> None:
    for sign in "" if text.isprintable() else text:
        if category(sign) in _UNSEEN or bidirectional(sign) in _TURNING:
            code = {"code": f"U+{ord(sign):04X}"}
            raise PydanticCustomError("unseen", "holds the unseen sign {code}", code)


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
