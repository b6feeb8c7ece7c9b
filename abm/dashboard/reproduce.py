"""How to play a world again: the command and the Python, read from the manifest of what ran."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from abm.errors import AbmError
from abm.scenario import load
from abm.scenario.overrides import spell

Key = tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """How to play one world again.

    Attributes:
        command: a line for a shell.
        python: a snippet that leaves the finished run in ``run``.
    """

    command: str
    python: str


def recipe(manifest: Mapping[str, Any], scenario: str) -> Recipe:
    """The recipe of a world.

    Args:
        manifest: the manifest of what was played (see `abm.record.manifest`).
        scenario: what `abm.scenario.load` takes for the scenario that it started from.

    Raises:
        AbmError: if the scenario with the changes found is not the one that was played.
    """
    changes = _changes(manifest, scenario)
    policies = [policy["name"] for policy in manifest["policies"]]
    return Recipe(
        _command(scenario, manifest["seed"], changes, policies),
        _python(scenario, manifest["seed"], changes, policies),
    )


def _changes(manifest: Mapping[str, Any], scenario: str) -> list[str]:
    """Overrides that make the scenario the one that was played."""
    differing = _differences(load(scenario).values, manifest["scenario"])
    changes = [spell(key, value) for key, value in differing]
    if load(scenario, changes).hash != manifest["scenario_hash"]:
        raise AbmError(f"the world that was played cannot be told as changes of {scenario}")
    return changes


def _differences(before: Any, after: Any, key: Key = ()) -> Iterator[tuple[Key, Any]]:
    """Values of a scenario that differ, with their keys."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            yield key, after
        return
    for name, value in after.items():
        yield from _differences(before.get(name), value, (*key, name))


def _command(scenario: str, seed: int, changes: list[str], policies: list[str]) -> str:
    words = ["abm", "run", scenario, "--seed", str(seed)]
    for change in changes:
        words += ["--set", change]
    for policy in policies:
        words += ["--policy", policy]
    return shlex.join(words)


def _python(scenario: str, seed: int, changes: list[str], policies: list[str]) -> str:
    imports = ["from abm import Market, Scenario"]
    loading = repr(scenario) + (f", {changes!r}" if changes else "")
    acting = ""
    if policies:
        imports.append("from abm.policy import compose")
        acting = f", policies=[{', '.join(f'compose({policy!r})' for policy in policies)}]"
    return "\n".join(
        [
            *imports,
            "",
            f"scenario = Scenario.load({loading})",
            f"run = Market(scenario, seed={seed}{acting}).run()",
        ]
    )
