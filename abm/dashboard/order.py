"""What a user asks to see: a scenario, a seed, and what is different in the second world.

Everything that comes from a browser passes through here: names are looked up among those that are
offered, numbers are parsed, so that no text of a user reaches a file path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from abm.errors import AbmError
from abm.policy import Policy, compose
from abm.scenario import Scenario, load
from abm.scenario.library import find, shipped

SEEDS = 2**32
"""Seeds are below this number."""

LONGEST = 600
"""Months that a policy can be delayed at most: no scenario is longer."""


def offered(extra: str | None = None) -> dict[str, str]:
    """Scenarios on offer by name, with what `load` needs to find each.

    Args:
        extra: name or path of one more, chosen by whoever starts the app.

    Raises:
        ScenarioError: if there is no such scenario.
    """
    names = {name: name for name in shipped()}
    if extra is not None and extra not in names:
        names[find(extra).stem + " (file)"] = extra
    return names


@dataclass(frozen=True)
class Order:
    """Two worlds, the second of which may differ in one thing.

    Attributes:
        scenario: what `load` takes.
        seed: names both worlds.
        both: changes of the scenario in both worlds, ``key=value``.
        policy: policy in the second world, as `compose` takes it; empty for none.
        changed: changes of the scenario in the second world only.
        paired: whether there is a second world.
    """

    scenario: str
    seed: int = 0
    both: tuple[str, ...] = ()
    policy: str = ""
    changed: tuple[str, ...] = ()
    paired: bool = False

    def worlds(self) -> Iterator[tuple[Scenario, tuple[Policy, ...]]]:
        """Scenario and policies of each world.

        Raises:
            ScenarioError: with everything that cannot be played.
        """
        yield load(self.scenario, self.both).scenario, ()
        if self.paired:
            scenario = load(self.scenario, [*self.both, *self.changed]).scenario
            policies = (compose(self.policy),) if self.policy else ()
            for policy in policies:
                policy.check(scenario)
            yield scenario, policies

    @property
    def differences(self) -> tuple[str, ...]:
        """What is different in the second world: a policy, a change ``key=value``, or nothing."""
        return (*([self.policy] if self.policy else []), *self.changed)


def scenario_named(name: object, scenarios: Mapping[str, str]) -> str:
    """What `load` takes for a scenario on offer.

    Raises:
        AbmError: if it is not on offer.
    """
    found = scenarios.get(str(name))
    if found is None:
        raise AbmError("choose one of the scenarios in the list")
    return found


def seed_of(value: Any) -> int:
    """A seed as typed.

    Raises:
        AbmError: if it is no whole number in range.
    """
    if not _whole(value, SEEDS - 1):
        raise AbmError(f"the seed must be a whole number from 0 to {SEEDS - 1}")
    return int(value)


def policy_text(name: object, strength: Any, delay: Any) -> str:
    """A shipped policy with strength and delay, as `compose` takes it.

    Raises:
        AbmError: if there is no such policy, or a number cannot be used.
    """
    if not isinstance(name, str) or name not in shipped("policy"):
        raise AbmError("choose one of the policies in the list")
    if not isinstance(strength, int | float) or not 0 <= strength <= 10:
        raise AbmError("the strength of a policy is a number from 0 to 10; 1 is as written")
    if not _whole(delay, LONGEST):
        raise AbmError(f"a policy starts a whole number of months late, from 0 to {LONGEST}")
    times = "" if strength == 1 else f"*{float(strength):g}"
    later = "" if delay == 0 else f"@{int(delay)}"
    return f"{name}{times}{later}"


def _whole(value: object, largest: int) -> bool:
    """Whether something is a whole number from 0 to the largest allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= largest and value == int(value)
