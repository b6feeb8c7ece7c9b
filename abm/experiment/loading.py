"""Loading an experiment: its file, its base world, its points, all checked before the start."""

import math
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from abm.errors import Problem, ScenarioError
from abm.experiment.designs import Point, design_points
from abm.experiment.factors import KINDS, Factor, factor_of
from abm.experiment.plan import MOST_POINTS, MOST_RUNS, MOST_VALUES, Plan
from abm.policy import Policy, compose
from abm.policy.composing import beside
from abm.scenario import Scenario, overrides
from abm.scenario.declared import field_at, plausible_range
from abm.scenario.documents import Document
from abm.scenario.inheritance import Draft
from abm.scenario.library import find, shipped
from abm.scenario.loading import load as load_scenario
from abm.scenario.notation import parse_key, spell_key, spell_value
from abm.scenario.tables import problems_of
from abm.scenario.validation import validated


class Loaded(NamedTuple):
    """An experiment that can be played.

    Attributes:
        plan: what the file says.
        base: the base world in full, as plain values.
        points: the points of the design.
        worlds: the world of each point.
    """

    plan: Plan
    base: dict[str, Any]
    points: list[Point]
    worlds: list[Scenario]


def read(name_or_path: str | Path) -> Document:
    """The file of a shipped experiment, or the one at a path that ends in ``.toml``.

    Raises:
        ScenarioError: if there is none, or if it is not TOML.
    """
    return Document.read(find(name_or_path, kind="experiment"))


def listed() -> list[Document]:
    """The shipped experiments, in the order of their names."""
    return [Document.read(path) for path in shipped("experiment").values()]


def loaded(document: Document) -> Loaded:
    """Resolve an experiment.

    Raises:
        ScenarioError: with every problem found, each with file, line, key and what is allowed.
    """
    plan = _plan(document)
    folder = document.path.parent
    plan = plan.model_copy(update={"policies": [beside(text, folder) for text in plan.policies]})
    base = _base(plan, document)
    factors = _factors(plan, base, document)
    policies = _policies(plan, document)
    points = _points(plan, factors, document)
    worlds = _worlds(base, points, document)
    _check_policies(policies, worlds, document)
    return Loaded(plan, base, points, worlds)


def world(base: dict[str, Any], point: Point) -> Scenario:
    """The base world with the values of a point in it.

    Raises:
        ScenarioError: if it is no valid world.
    """
    draft = Draft(values=deepcopy(base))
    overrides.apply(draft, [f"{key}={spell_value(value)}" for key, value in point.items()])
    return validated(draft)


# -- the file ------------------------------------------------------------------------------------


def _plan(document: Document) -> Plan:
    try:
        return Plan.model_validate(document.values, strict=True)
    except ValidationError as error:
        raise ScenarioError(problems_of(error, Plan, document)) from None


def _base(plan: Plan, document: Document) -> dict[str, Any]:
    """The base world in full; a relative path starts from the folder of the experiment's file."""
    is_path = plan.scenario.endswith(".toml")
    name = str(document.path.parent / plan.scenario) if is_path else plan.scenario
    try:
        find(name)
    except ScenarioError as error:
        place = document.place(("scenario",))
        raise ScenarioError(
            replace(item, file=place.file, line=place.line, key="scenario", value=plan.scenario)
            for item in error.problems
        ) from None
    months = [] if plan.months is None else [f"months={plan.months}"]
    return load_scenario(name, months).values


def _factors(plan: Plan, base: dict[str, Any], document: Document) -> dict[str, Factor]:
    found: dict[str, Factor] = {}
    problems: list[Problem] = []
    for key, value in plan.factors.items():
        try:
            found[key] = _factor(key, value, base, document)
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError(problems)
    return found


def _factor(key: str, value: object, base: dict[str, Any], document: Document) -> Factor:
    """A factor, once it is clear that its key exists."""
    place = document.place(("factors", key))
    try:
        names, rest = parse_key(key)
        if rest:
            raise ValueError("is no dotted key of a scenario")
        draft = Draft(values=deepcopy(base))
        overrides.apply(draft, [f"{key}={spell_value(_first(value))}"])
        unknown = [item for item in draft.problems if item.message == "unknown key"]
        if draft.problems:
            problem = (unknown or draft.problems)[0]
            raise ScenarioError([replace(problem, file=place.file, line=place.line, value=None)])
        field = field_at(names)
        whole = field is not None and field.annotation is int
        return factor_of(value, plausible_range(field), whole=whole)
    except ValidationError as error:
        model = (
            KINDS[str(value.get("distribution", "uniform"))] if isinstance(value, dict) else Plan
        )
        raise ScenarioError(problems_of(error, model, document, ("factors", key))) from None
    except ValueError as error:
        problem = Problem(place.file, place.line, f"factors.{key}", value, str(error))
        raise ScenarioError([problem]) from None


def _first(value: object) -> object:
    """Something to try the key with."""
    return value[0] if isinstance(value, list) and value else 0


def _policies(plan: Plan, document: Document) -> dict[str, Policy]:
    """The policies by their texts; the empty one, which is none, is left out."""
    found: dict[str, Policy] = {}
    problems: list[Problem] = []
    for text in filter(None, plan.policies):
        try:
            found[text] = compose(text)
        except ScenarioError as error:
            problems.extend(_at_policies(text, error, document))
    if problems:
        raise ScenarioError(problems)
    return found


def _check_policies(
    policies: dict[str, Policy], worlds: list[Scenario], document: Document
) -> None:
    """Refuse a policy that names what some world of the design does not have."""
    problems: dict[Problem, None] = {}
    for text, policy in policies.items():
        for scenario in worlds:
            try:
                policy.check(scenario)
            except ScenarioError as error:
                problems.update(dict.fromkeys(_at_policies(text, error, document)))
    if problems:
        raise ScenarioError(problems)


def _at_policies(text: str, error: ScenarioError, document: Document) -> Iterator[Problem]:
    """What is wrong with a policy, said where the experiment names it."""
    place = document.place(("policies",))
    for problem in error.problems:
        said = str(problem).removeprefix("--policy: ")
        yield Problem(place.file, place.line, "policies", text, said)


# -- the points ----------------------------------------------------------------------------------


def _points(plan: Plan, factors: dict[str, Factor], document: Document) -> list[Point]:
    """The points of the design, once it is clear that they can be held."""
    try:
        _check_size(plan, factors)
        return design_points(plan.design, factors, plan.points, plan.design_seed)
    except ValueError as error:
        place = document.place(("factors",))
        raise ScenarioError(
            [Problem(place.file, place.line, "factors", None, str(error))]
        ) from None


def _check_size(plan: Plan, factors: dict[str, Factor]) -> None:
    """Refuse a design of more than can be held, before a single point is made."""
    sizes = [len(factor.grid()) for factor in factors.values()] if plan.points is None else []
    alone = plan.design == "one-at-a-time"
    points = plan.points or (1 + sum(sizes) if alone else math.prod(sizes))
    values = points if alone else points * len(factors)
    runs = points * plan.replicates * len(plan.policies)
    for number, most, what in (
        (points, MOST_POINTS, "points"),
        (values, MOST_VALUES, "values of factors at the points"),
        (runs, MOST_RUNS, "runs"),
    ):
        if number > most:
            shown = f"{number:,}" if number < 10**15 else "more than a thousand million million"
            raise ValueError(f"make {shown} {what}, and at most {most:,} can be held")


def _worlds(base: dict[str, Any], points: list[Point], document: Document) -> list[Scenario]:
    """The world of every point; what is wrong is said once, at the line of the factor."""
    worlds: list[Scenario] = []
    problems: dict[Problem, None] = {}
    for point in points:
        try:
            made = world(base, point)
            worlds.append(_sharing(made, worlds[0]) if worlds else made)
        except ScenarioError as error:
            problems.update(dict.fromkeys(_placed(error.problems, point, document)))
    if problems:
        raise ScenarioError(problems)
    return worlds


def _sharing(made: Scenario, other: Scenario) -> Scenario:
    """The same world, which holds what it has in common with another only once in memory."""
    common: dict[str, Any] = {}
    for name in Scenario.model_fields:
        mine, theirs = getattr(made, name), getattr(other, name)
        if mine == theirs:
            common[name] = theirs
        elif isinstance(mine, list) and len(mine) == len(theirs):
            pairs = zip(mine, theirs, strict=True)
            common[name] = [old if new == old else new for new, old in pairs]
    return made.model_copy(update=common)


def _placed(problems: Iterable[Problem], point: Point, document: Document) -> Iterator[Problem]:
    spelled = {spell_key(parse_key(key)[0]): key for key in point}
    for problem in problems:
        guilty = [key for name, key in spelled.items() if name.startswith(problem.key)]
        place = document.place(("factors", *guilty[:1]))
        yield replace(problem, file=place.file, line=place.line)
