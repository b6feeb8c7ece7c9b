"""Parameters of the mechanism `disclosure`."""

from pydantic import Field

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Disclosure(Mechanism):
    """What open labs disclose at the start, and what disclosure costs to prepare."""

    initial_open: float | None = Field(
        None,
        ge=0,
        le=1,
        description="If set, every open lab starts with at least this level of every component.",
        json_schema_extra={"unit": "1", "range": [0, 1], "source": "scenario"},
    )
    preparation_cost: float = param(
        0.02,
        "Monthly cost of documenting and publishing at full disclosure, per component.",
        unit="USD m/month",
        low=0.005,
        high=0.1,
        source=JUDGEMENT,
    )
