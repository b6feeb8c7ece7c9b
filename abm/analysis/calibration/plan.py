"""A file that says what a calibration varies, what it is held against, and how it is played."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from abm.analysis.calibration.criteria import Criterion
from abm.analysis.calibration.waves import Rules
from abm.analysis.sensitivity.assumptions import Assumption, named
from abm.analysis.targets import Target, targets
from abm.errors import AbmError
from abm.experiment.specs import RunSpec
from abm.experiment.worker import Failure
from abm.scenario import Scenario, load, varied
from abm.scenario.declared import nearest
from abm.scenario.documents import Document
from abm.scenario.fields import Section
from abm.scenario.library import find
from abm.scenario.notation import parse_key
from abm.scenario.overrides import spell

Floats = NDArray[np.float64]


class Plan(Section):
    """What a file of a calibration says; ranges and sources are those that parameters declare."""

    title: str
    description: str = ""
    scenario: str = Field(description="Scenario that is calibrated.")
    parameters: list[str] = Field(min_length=1, description="Dotted keys of what varies.")
    targets: list[str] = Field([], description="Targets to fit; empty: all that may be.")
    elsewhere: dict[str, list[str]] = Field(
        {}, description="Targets that another scenario is needed for, by its name."
    )
    logarithmic: list[str] = Field([], description="Targets compared by their logarithms.")
    discrepancy: float = Field(0.125, ge=0, description="SD of the model's own error, in bands.")
    waves: int = Field(3, ge=1, le=20)
    points: int = Field(150, ge=10, le=10_000, description="Points of a wave.")
    replicates: int = Field(4, ge=2, le=1000, description="Seeds of a point.")
    cut: float = Field(3.0, gt=0, description="Implausibility above which a point is ruled out.")
    rank: int = Field(2, ge=1, description="Which of the largest implausibilities counts.")
    population: int = Field(1000, ge=50, description="Points that stand for a space.")
    truths: int = Field(5, ge=1, description="Known parameters to recover.")
    candidates: int = Field(300, ge=10, description="Points that are played for the ensemble.")
    members: int = Field(200, ge=5, description="Points of the ensemble.")
    defaults: int = Field(40, ge=2, description="Seeds of the scenario as it is.")


@dataclass(frozen=True)
class Setting:
    """A world in which some targets are measured.

    Attributes:
        scenario: with as many months as it needs to be fitted.
        full: with as many as it needs to be scored.
        targets: what is measured in it.
    """

    scenario: Scenario
    full: Scenario
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Problem:
    """A calibration that can be played.

    Attributes:
        name: of the file, without its ending.
        plan: what it says.
        settings: worlds, that of the scenario first.
        assumptions: what varies.
    """

    name: str
    plan: Plan
    settings: tuple[Setting, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def base(self) -> Scenario:
        """The scenario that is calibrated."""
        return self.settings[0].scenario

    @property
    def rules(self) -> Rules:
        """How waves are played."""
        plan = self.plan
        return Rules(plan.waves, plan.points, plan.cut, plan.rank, population=plan.population)

    @cached_property
    def fitted(self) -> tuple[Target, ...]:
        """Targets that are fitted, in the order of their ids."""
        wanted = self.plan.targets or [item.id for item in targets() if item.use == "fit"]
        return tuple(item for item in targets() if item.id in wanted)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The same as criteria."""
        plan = self.plan
        return tuple(
            Criterion.of(item, plan.discrepancy, logarithmic=item.id in plan.logarithmic)
            for item in self.fitted
        )

    def home(self, target: str) -> int:
        """Which setting measures a target."""
        for number, setting in enumerate(self.settings):
            if any(item.id == target for item in setting.targets):
                return number
        raise KeyError(target)

    def values(self, places: Floats) -> list[dict[str, float]]:
        """Values of the parameters at points of the unit cube."""
        columns = [item.span.at(places[:, i]) for i, item in enumerate(self.assumptions)]
        keys = [item.key for item in self.assumptions]
        return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]

    def spec(self, scenario: Scenario, values: dict[str, float], seed: int) -> RunSpec | Failure:
        """A run of a scenario with some values; a failure if they do not go together."""
        try:
            return RunSpec(varied(scenario, overrides(values)), seed)
        except AbmError as error:
            return Failure(f"seed {seed}", "building", str(error))


def overrides(values: dict[str, float]) -> list[str]:
    """Changes of a scenario that set parameters."""
    return [spell(parse_key(key)[0], value) for key, value in values.items()]


def problem(name_or_path: str | Path, **changes: int | None) -> Problem:
    """Read the file of a calibration.

    Args:
        name_or_path: a path that ends in ``.toml``, or the name of a shipped one.
        changes: sizes that replace those of the file, unless they are None.

    Raises:
        AbmError: if it is not what such a file must be, or names what does not exist.
    """
    document = Document.read(find(name_or_path, kind="calibration"))
    given = {key: value for key, value in changes.items() if value is not None}
    try:
        plan = Plan.model_validate({**document.values, **given})
    except ValidationError as error:
        lines = [
            f"{name_or_path}: {'.'.join(map(str, item['loc']))}: {item['msg']}"
            for item in error.errors()
        ]
        raise AbmError("\n".join(lines)) from None
    _check(plan, str(name_or_path))
    base = load(plan.scenario).scenario
    elsewhere = {name for ids in plan.elsewhere.values() for name in ids}
    here = tuple(item for item in targets() if item.id not in elsewhere)
    settings = [_setting(plan, base, here)]
    for name, ids in plan.elsewhere.items():
        there = tuple(item for item in targets() if item.id in ids)
        settings.append(_setting(plan, load(name).scenario, there))
    return Problem(document.name, plan, tuple(settings), named(base, plan.parameters))


def _check(plan: Plan, file: str) -> None:
    """Refuse targets that do not exist, or that a calibration must not see."""
    known = {item.id: item for item in targets()}
    elsewhere = [name for ids in plan.elsewhere.values() for name in ids]
    for name in [*plan.targets, *elsewhere, *plan.logarithmic]:
        if name not in known:
            near = nearest(name, known)
            meant = f"did you mean {near}?" if near else f"allowed: {', '.join(known)}"
            raise AbmError(f"{file}: there is no target {name!r} ({meant})")
    for name in [*plan.targets, *elsewhere]:
        if known[name].use != "fit":
            window = known[name].window
            raise AbmError(f"{file}: target {name!r} is for scoring only: its window is {window}")


def _setting(plan: Plan, scenario: Scenario, measured: tuple[Target, ...]) -> Setting:
    fitted = [item for item in measured if item.use == "fit"]
    wanted = [item for item in fitted if not plan.targets or item.id in plan.targets]
    return Setting(
        varied(scenario, [f"months={_months(scenario.start, wanted or fitted)}"]),
        varied(scenario, [f"months={_months(scenario.start, measured)}"]),
        measured,
    )


def _months(start: str, measured: "list[Target] | tuple[Target, ...]") -> int:
    """Months that must be played to reach the end of every window."""
    last = max(item.window.last for item in measured)
    (y, m), (end_y, end_m) = (map(int, label.split("-")) for label in (start, last))
    return max(1, 12 * (end_y - y) + end_m - m + 1)
