"""What a scenario is compared with: a policy, or a change of its parameters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from abm.errors import AbmError
from abm.policy import Policy as Composition
from abm.policy import compose
from abm.scenario import Scenario, varied

BASELINE = "baseline"
"""Name of the world in which nothing is changed."""

Policy = Callable[[Any], None]


@dataclass(frozen=True)
class Alternative:
    """One way in which the world may be different.

    Attributes:
        name: how tables call it; ``a+b`` is what ``a`` and ``b`` do together.
        policy: called with the market at the start of every month; none if only parameters change.
        overrides: changes of the scenario, ``key=value``.
    """

    name: str
    policy: Policy | None = None
    overrides: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the alternatives that it combines; empty if it is a single one."""
        names = () if self.overrides else tuple(part.strip() for part in self.name.split("+"))
        return names if len(names) > 1 else ()

    def world(self, scenario: Scenario) -> Scenario:
        """The scenario in which it is played.

        Raises:
            ScenarioError: if an override cannot be used, or the policy names what is not there.
            AbmError: if it changes what must be equal for worlds to be compared.
        """
        changed = varied(scenario, self.overrides)
        for what, of in {"months": _months, "segments": _segments, "labs": _labs}.items():
            if of(changed) != of(scenario):
                raise AbmError(
                    f"{self.name}: changes the {what}; worlds are compared over the same {what}"
                )
        if isinstance(self.policy, Composition):
            self.policy.check(changed)
        return changed


def _months(scenario: Scenario) -> object:
    return scenario.start, scenario.months


def _segments(scenario: Scenario) -> object:
    return [segment.name for segment in scenario.segments]


def _labs(scenario: Scenario) -> object:
    return [lab.name for lab in scenario.labs]


def alternatives(wanted: Iterable[str | Policy | Alternative]) -> list[Alternative]:
    """What users name, as alternatives.

    Args:
        wanted: for each the text of a policy (``a+b`` combines two), a change ``key=value``, a
            function of the market, or an `Alternative`.

    Raises:
        AbmError: if there is none, if two have one name, or if a text names no policy.
    """
    # A single text is one policy, and not as many as it has letters.
    found = [_alternative(item) for item in ([wanted] if isinstance(wanted, str) else wanted)]
    if not found:
        raise AbmError("nothing to compare with: name at least one policy")
    names = [BASELINE, *(item.name for item in found)]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise AbmError(f"two worlds of one name: {', '.join(doubles)}; give each its own")
    return found


def _alternative(item: str | Policy | Alternative) -> Alternative:
    if isinstance(item, Alternative):
        return item
    if isinstance(item, str) and "=" in item:
        return Alternative(item, overrides=(item,))
    if isinstance(item, str):
        return Alternative(item, policy=compose(item))
    return Alternative(getattr(item, "__name__", type(item).__name__), policy=item)
