"""What an experiment file says: a base world, what varies, by which design, and what to keep."""

from typing import Any, Literal

from pydantic import Field, model_validator

from abm.scenario.fields import Section

Design = Literal["factorial", "one-at-a-time", "latin-hypercube", "sobol"]

Table = Literal["market", "labs", "releases", "hosting", "events", "edges", "flows"]

MOST_POINTS = 100_000
"""Points of a design: the world of each is checked before the first run."""

MOST_RUNS = 1_000_000
"""Runs of an experiment."""

MOST_VALUES = 10_000_000
"""Values of factors over all points of a design."""

LARGEST_SEED = 10**18
"""A table of runs holds seeds as whole numbers of 64 bits; replicates count up from here."""

SAMPLED = ("latin-hypercube", "sobol")
"""Designs that draw points, and so need their number."""


def _usual_tables() -> list[Table]:
    return ["market", "labs", "events"]


class Plan(Section):
    """An experiment as it is written."""

    title: str = Field("", description="One line that says what the experiment is about.")
    description: str = Field("", description="A paragraph for the reader.")
    scenario: str = Field(
        ..., description="Base scenario: a shipped name, or a path from the experiment's file."
    )
    months: int | None = Field(
        None, ge=1, le=600, description="Months to play; absent: those of the scenario."
    )
    replicates: int = Field(
        1, ge=1, le=MOST_RUNS, description="Runs of each point under each policy."
    )
    first_seed: int = Field(
        0, ge=0, le=LARGEST_SEED, description="Seed of the first replicate; the next follow."
    )
    policies: list[str] = Field(
        default_factory=lambda: [""],
        min_length=1,
        max_length=1000,
        description="Policies to play each point under; an empty text is the world without one.",
    )
    factors: dict[str, Any] = Field(
        default_factory=dict, description="What varies: dotted key of the scenario, and its values."
    )
    design: Design = Field("factorial", description="How the factors are combined.")
    points: int | None = Field(
        None, ge=1, le=MOST_POINTS, description="Points to draw, for latin-hypercube and sobol."
    )
    design_seed: int = Field(
        0, ge=0, le=LARGEST_SEED, description="Seed of the points that are drawn."
    )
    tables: list[Table] = Field(
        default_factory=_usual_tables,
        min_length=1,
        max_length=7,
        description="Tables to keep of each run.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Plan":
        for name in ("policies", "tables"):
            chosen = getattr(self, name)
            doubles = sorted({item for item in chosen if chosen.count(item) > 1})
            if doubles:
                raise ValueError(f"{name} names {', '.join(map(repr, doubles))} twice")
        if self.design in SAMPLED and self.points is None:
            raise ValueError(f"design {self.design!r} needs points, the number to draw")
        if self.design not in SAMPLED and self.points is not None:
            raise ValueError(f"points are for {' and '.join(SAMPLED)}, not for {self.design!r}")
        if self.design != "factorial" and not self.factors:
            raise ValueError(f"design {self.design!r} needs factors")
        return self
