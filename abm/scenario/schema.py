"""What a scenario is: a title, a horizon, a cast, and the parameters of every mechanism."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pydantic import Field, field_validator, model_validator

from abm.scenario import parameters as p
from abm.scenario.cast import REFERENCES, CloudSpec, LabSpec, SegmentSpec
from abm.scenario.fields import Section

LARGEST_TABLE = 200_000_000
"""Communities times labs: 0.8 GB in single precision for each column of theirs."""


class Scenario(Section):
    """A complete, validated starting world."""

    title: str = Field(..., description="One line that says what the scenario is about.")
    description: str = Field("", description="A paragraph for the reader.")
    start: str = Field(
        "2023-10",
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        description="Calendar label of the first month (labels only; nothing branches on it).",
    )
    months: int = Field(63, ge=1, le=600, description="Months to play.")
    communities: int = Field(200, ge=1, le=2_000_000, description="Developer communities.")
    double_precision_up_to: int = Field(
        1000,
        ge=0,
        le=2_000_000,
        description=(
            "Number of communities up to which their use is computed in double precision; above, "
            "in single precision, which is faster and takes half the memory."
        ),
    )
    domains: list[str] = Field(
        ..., min_length=1, max_length=40, description="Capability domains of the scorecard."
    )
    frontier_trend: float = Field(
        0.093,
        gt=0,
        description="Speed of the frontier before the start, to date earlier capability levels.",
        json_schema_extra={
            "unit": "OOM/month",
            "range": [0.06, 0.13],
            "source": "compute 4.6x and algorithms 2.8x a year",
        },
    )

    capability: p.Capability = p.Capability()
    race: p.Race = p.Race()
    post_training: p.PostTraining = p.PostTraining()
    knowledge: p.Knowledge = p.Knowledge()
    community: p.Community = p.Community()
    disclosure: p.Disclosure = p.Disclosure()
    compute: p.Compute = p.Compute()
    release: p.Release = p.Release()
    demand: p.Demand = p.Demand()
    pressure: p.Pressure = p.Pressure()
    hosting: p.Hosting = p.Hosting()
    product: p.Product = p.Product()
    pricing: p.Pricing = p.Pricing()
    capital: p.Capital = p.Capital()
    acquisition: p.Acquisition = p.Acquisition()
    entry: p.Entry = p.Entry()
    strategy: p.Strategy = p.Strategy()
    litigation: p.Litigation = p.Litigation()
    talent: p.Talent = p.Talent()
    ledger: p.Ledger = p.Ledger()

    labs: list[LabSpec] = Field(..., min_length=1, description="Labs in the first month.")
    clouds: list[CloudSpec] = Field(
        default_factory=list, max_length=200, description="Cloud hosts."
    )
    segments: list[SegmentSpec] = Field(
        ..., min_length=1, max_length=200, description="Demand segments."
    )

    @field_validator("domains", "labs", "clouds", "segments")
    @classmethod
    def _names_differ(cls, value: list[Any]) -> list[Any]:
        names = [item if isinstance(item, str) else item.name for item in value]
        doubles = sorted(name for name, times in Counter(names).items() if times > 1)
        if doubles:
            raise ValueError(f"named twice: {', '.join(doubles)}")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "Scenario":
        known = {
            target: [item if isinstance(item, str) else item.name for item in getattr(self, target)]
            for _, _, target in REFERENCES
        }
        problems = [
            f"{table}.{entry.name}.{field} names {name!r}, which is none of {known[target]}"
            for table, field, target in REFERENCES
            for entry in getattr(self, table)
            for name in _names(getattr(entry, field))
            if name not in known[target]
        ]
        problems += self._twice_owned()
        if len(self.labs) > self.entry.max_labs:
            problems.append(f"{len(self.labs)} labs exceed entry.max_labs {self.entry.max_labs}")
        if self.communities * self.entry.max_labs > LARGEST_TABLE:
            problems.append(
                f"{self.communities} communities times entry.max_labs {self.entry.max_labs} are "
                f"more than the {LARGEST_TABLE:,} cells that their use of models can have"
            )
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _twice_owned(self) -> list[str]:
        """Labs that several clouds claim as their own."""
        owners: dict[str, list[str]] = {}
        for cloud in self.clouds:
            owners.setdefault(cloud.own_lab, []).append(cloud.name)
        return [
            f"clouds {' and '.join(names)} both have {lab!r} as their own_lab; a lab has one owner"
            for lab, names in owners.items()
            if lab and len(names) > 1
        ]

    @classmethod
    def load(cls, name: str, overrides: Iterable[str] = ()) -> "Scenario":
        """Load a scenario by name or path, with ``key=value`` overrides.

        Raises:
            ScenarioError: with every problem found, each with file, key, value and what is allowed.
        """
        from abm.scenario.loading import load

        return load(name, overrides).scenario


def _names(mentioned: str | Iterable[str]) -> list[str]:
    """Names that a field mentions: one, several, or none."""
    if isinstance(mentioned, str):
        return [mentioned] if mentioned else []
    return list(mentioned)
