"""From the text that names a policy to its levers: ``a``, ``a+b``, ``a*0.5``, ``a@12``."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from abm.errors import AbmError, Problem, ScenarioError
from abm.policy.lever import Lever
from abm.policy.policy import Policy, PolicyFile
from abm.scenario import Scenario
from abm.scenario.documents import Document
from abm.scenario.library import find, shipped
from abm.scenario.tables import problems_of

if TYPE_CHECKING:
    from abm.market import Market

Acting = Callable[["Market"], None]
"""What a market calls every month: a policy, or any function of it."""

_TERM = re.compile(r"(?P<name>[^*@]+)(?:\*(?P<strength>[^*@]+))?(?:@(?P<delay>[^*@]+))?")


@dataclass(frozen=True)
class Listing:
    """A shipped policy, as a list of them shows it."""

    name: str
    path: Path
    file: PolicyFile


def compose(text: str) -> Policy:
    """Build the policy that a text names.

    Args:
        text: names of shipped policies or paths that end in ``.toml``, joined by ``+``; after
            each, ``*`` and a strength, ``@`` and a delay in months. Empty: no policy.

    Raises:
        ScenarioError: with every problem found.
    """
    levers: list[Lever] = []
    files: list[PolicyFile] = []
    problems: list[Problem] = []
    for term in [part.strip() for part in text.split("+")] if text.strip() else []:
        try:
            file, found = _term(term)
        except ScenarioError as error:
            problems.extend(error.problems)
            continue
        files.append(file)
        levers.extend(found)
    if problems:
        raise ScenarioError(problems)
    return Policy(
        text,
        " and ".join(file.title for file in files) or "No policy",
        tuple(levers),
        " ".join(file.description for file in files if file.description),
        " ".join(file.backfires for file in files if file.backfires),
    )


def acting(
    policies: str | Acting | Iterable[str | Acting], scenario: Scenario
) -> tuple[Acting, ...]:
    """Policies as a market calls them, of what a user hands it.

    Args:
        policies: texts that `compose` takes, policies, functions of the market; one or several.
        scenario: the world that they are to act on.

    Raises:
        AbmError: if one is none of these.
        ScenarioError: if a text names no policy, or the world lacks what one is about.
    """
    if isinstance(policies, str) or not isinstance(policies, Iterable):
        policies = [policies]
    found = [compose(policy) if isinstance(policy, str) else policy for policy in policies]
    for policy in found:
        if not callable(policy):
            raise AbmError(f"{policy!r}: no policy, no text of one, and no function of the market")
        if isinstance(policy, Policy):
            policy.check(scenario)
    return tuple(found)


def beside(text: str, folder: Path) -> str:
    """The same policies, with relative paths that start from a folder.

    Args:
        text: what `compose` takes.
        folder: where the file lies that names them.
    """
    return "+".join(_beside(term.strip(), folder) for term in text.split("+"))


def _beside(term: str, folder: Path) -> str:
    name = re.split(r"[*@]", term)[0].strip()
    return f"{folder / name}{term[len(name) :]}" if name.endswith(".toml") else term


def available() -> list[Listing]:
    """The shipped policies, in the order of their names.

    Raises:
        ScenarioError: if a file is not valid.
    """
    return [Listing(name, path, read(path)) for name, path in shipped("policy").items()]


def _term(term: str) -> tuple[PolicyFile, list[Lever]]:
    """File and levers of one part of a composition."""
    parts = _TERM.fullmatch(term)
    if parts is None:
        raise _bad(term, "not of the form name, name*strength, name@months or name*strength@months")
    strength = _number(term, "strength", parts["strength"], float)
    delay = _number(term, "delay", parts["delay"], int)
    file = read(find(parts["name"].strip(), kind="policy"))
    levers: list[Lever] = list(file.levers)
    try:
        levers = [lever if strength is None else lever.scaled(strength) for lever in levers]
    except ValidationError as error:
        detail = error.errors()[0]
        what = f"at this strength {detail['loc'][-1]} would be {detail['input']:g}: {detail['msg']}"
        raise _bad(term, what) from None
    return file, [lever.delayed(int(delay or 0)) for lever in levers]


def read(path: Path) -> PolicyFile:
    """Read a policy file.

    Raises:
        ScenarioError: with every problem of the file.
    """
    document = Document.read(path)
    try:
        return PolicyFile.model_validate(document.values, strict=True)
    except ValidationError as error:
        raise ScenarioError(problems_of(error, PolicyFile, document)) from None


def _number(term: str, what: str, text: str | None, kind: type) -> float | None:
    """A strength or a delay; none if the term does not name one."""
    if text is None:
        return None
    try:
        number = float(kind(text))
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        whole = "whole " if kind is int else ""
        raise _bad(term, f"the {what} must be a {whole}number, not below 0")
    return number


def _bad(term: str, message: str) -> ScenarioError:
    return ScenarioError([Problem("--policy", None, term, None, message)])
