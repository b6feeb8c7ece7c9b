"""From a draft to a scenario: every rule at once, and doubts beside errors."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pydantic import ValidationError

from abm.errors import MOST_PROBLEMS, Problem, ScenarioError
from abm.scenario.declared import field_at, plausible_range, with_unit
from abm.scenario.inheritance import Draft
from abm.scenario.messages import problems_of
from abm.scenario.notation import Key, nodes, spell_key
from abm.scenario.references import dangling, names_of
from abm.scenario.schema import Scenario


def validated(draft: Draft) -> Scenario:
    """The scenario that a draft describes.

    A rule over several values of a section can be checked only once each of them is valid.

    Raises:
        ScenarioError: with every problem of the draft, in the order of files and lines.
    """
    problems = list(draft.problems)
    astray = list(islice(dangling(draft.values), MOST_PROBLEMS + 1))
    for mention in astray:
        names = names_of(draft.values, mention.target)
        problems.append(mention.problem(names, draft.place(mention.key)))
    try:
        # Strict: the text "105" is no number and true is not 1.
        scenario = Scenario.model_validate(draft.values, strict=True)
    except ValidationError as error:
        found = islice(problems_of(error, draft), MOST_PROBLEMS + 1)
        # The scenario's own rule over names says again, without a place, what is said above.
        problems.extend(problem for problem in found if problem.key or not astray)
    if problems:
        raise ScenarioError(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
    return scenario


def doubts(values: dict[str, Any], draft: Draft) -> list[Problem]:
    """Values outside the range that an expert would defend, yet within the hard bounds."""
    found = []
    for key, value, (low, high) in outliers(values):
        allowed = with_unit(f"{low:g} to {high:g}", field_at(key))
        message = f"outside the plausible range {allowed}"
        place = draft.place(key)
        found.append(Problem(place.file, place.line, spell_key(key), value, message, allowed))
    return found


def outliers(values: dict[str, Any]) -> Iterator[tuple[Key, float, tuple[float, float]]]:
    """Key, value and plausible range of every number outside that range."""
    for key, value in nodes(values):
        if not isinstance(value, int | float):
            continue
        span = plausible_range(field_at(key))
        # A range of one point marks a size or a tolerance, on which experts hold no view.
        if span is not None and span[0] < span[1] and not span[0] <= value <= span[1]:
            yield key, value, span
