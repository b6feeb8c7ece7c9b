"""Random valid worlds, each made by its number alone and told as a command that plays it again."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from abm.errors import ScenarioError
from abm.market import Market
from abm.policy.composing import available, compose
from abm.policy.policy import Policy
from abm.scenario import Scenario
from abm.scenario.cast import COMPONENTS, LICENCES
from abm.scenario.library import shipped
from abm.scenario.overrides import spell
from tests.market.worlds import PARAMETERS, SWITCHES

Draw = np.random.Generator
POLICIES = [listing.name for listing in available()]
BASES = list(shipped())


@dataclass(frozen=True)
class World:
    """A shipped scenario, what is changed in it, the policies in force, and the seed.

    Attributes:
        number: names the world.
        base: name of the shipped scenario.
        overrides: changes as ``key=value``.
        policy: policies as text, empty for none.
        seed: of the run.
    """

    number: int
    base: str
    overrides: tuple[str, ...]
    policy: str
    seed: int

    @cached_property
    def scenario(self) -> Scenario:
        """The world as it would be loaded.

        Raises:
            ScenarioError: if it is not valid.
        """
        return Scenario.load(self.base, self.overrides)

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The policies in force.

        Raises:
            ScenarioError: if they cannot be composed.
        """
        return (compose(self.policy),) if self.policy else ()

    def market(self) -> Market:
        """The market before its first month."""
        return Market(self.scenario, seed=self.seed, policies=self.policies)

    @property
    def command(self) -> str:
        """The command that plays it."""
        words = ["abm", "run", self.base, "--seed", str(self.seed)]
        words += [word for change in self.overrides for word in ("--set", change)]
        words += ["--policy", self.policy] if self.policy else []
        return shlex.join(words)


ATTEMPTS = 1000
"""Worlds that are drawn at most until one of them is valid."""


def draw(number: int) -> World:
    """The world of a number; what is drawn and not valid is drawn again.

    Raises:
        RuntimeError: if hardly anything that is drawn is valid.
    """
    for attempt in range(ATTEMPTS):
        world = _draw(np.random.default_rng([number, attempt]), number)
        try:
            world.market()
        except ScenarioError:
            continue
        return world
    raise RuntimeError(f"none of {ATTEMPTS} worlds is valid")


def _draw(rng: Draw, number: int) -> World:
    base = str(rng.choice(BASES))
    scenario = Scenario.load(base)
    policy = _policy(rng) if rng.random() < 0.6 else ""
    changes: dict[tuple[str, ...], Any] = {
        ("months",): int(rng.integers(7, 25) if policy else rng.integers(1, 19)),
        ("communities",): int(rng.integers(1, 50)),
    }
    if rng.random() < 0.2:
        changes["double_precision_up_to",] = 0
    drops, kept = _drops(rng, scenario)
    changes |= drops
    labs, clouds, segments = (kept[name] for name in ("labs", "clouds", "segments"))
    changes["entry", "max_labs"] = len(labs) + int(rng.integers(0, 13))
    changes |= _parameters(rng)
    for name in labs:
        changes |= _entry(rng, ("labs", name), _lab(scenario, clouds, segments))
    for name in clouds:
        changes |= _entry(rng, ("clouds", name), _cloud(labs))
    for name in segments:
        changes |= _entry(rng, ("segments", name), SEGMENT)
    overrides = tuple(spell(key, value) for key, value in changes.items())
    return World(number, base, overrides, policy, int(rng.integers(2**31)))


def _drops(
    rng: Draw, scenario: Scenario
) -> tuple[dict[tuple[str, ...], Any], dict[str, list[str]]]:
    """What of the cast is left out, and what is kept."""
    changes: dict[tuple[str, ...], Any] = {}
    kept = {}
    for table, least in (("labs", 1), ("clouds", 0), ("segments", 1)):
        names = [entry.name for entry in getattr(scenario, table)]
        if rng.random() < 0.5:
            stay = int(rng.integers(least, len(names) + 1))
            gone = set(rng.permutation(names)[stay:].tolist())
            changes[f"drop_{table}",] = sorted(gone)
            names = [name for name in names if name not in gone]
        kept[table] = names
    return changes, kept


def _parameters(rng: Draw) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Some parameters within their ranges, often at an end, and some mechanisms off."""
    share = rng.choice([0.0, 0.05, 0.2, 1.0], p=[0.2, 0.4, 0.3, 0.1])
    for key, (kind, low, high) in PARAMETERS.items():
        if rng.random() < share:
            value = float(rng.choice([low, high, rng.uniform(low, high)], p=[0.15, 0.15, 0.7]))
            yield tuple(key.split(".")), round(value) if kind is int else plain(value)
    off = rng.choice([0.0, 0.1, 0.4], p=[0.5, 0.4, 0.1])
    for name in SWITCHES:
        if rng.random() < off:
            yield (name, "enabled"), False


def _policy(rng: Draw) -> str:
    terms = rng.choice(POLICIES, size=int(rng.integers(1, 5)), replace=False)
    return "+".join(
        f"{name}*{plain(rng.uniform(0.2, 1.5))}" if rng.random() < 0.4 else str(name)
        for name in terms
    )


# -- the cast --------------------------------------------------------------------------------------

Field = Callable[[Draw], dict[tuple[str, ...], Any]]
"""Draws one field of an entry, or several that go together."""


def _entry(
    rng: Draw, entry: tuple[str, ...], fields: list[Field]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Some fields of an entry of the cast."""
    share = rng.choice([0.0, 0.15, 0.6], p=[0.4, 0.4, 0.2])
    for field in fields:
        if rng.random() < share:
            for key, value in field(rng).items():
                yield (*entry, *key), value


def plain(value: float) -> float:
    """A number that is short to write."""
    return float(f"{value:.4g}")


def _amount(name: str, low: float, high: float, *, zero: bool = True) -> Field:
    """An amount of any order of magnitude, or none at all."""

    def field(rng: Draw) -> dict[tuple[str, ...], Any]:
        none = zero and rng.random() < 0.25
        value = 0.0 if none else plain(10 ** rng.uniform(np.log10(low), np.log10(high)))
        return {(name,): value}

    return field


def _between(name: str, low: float, high: float) -> Field:
    def field(rng: Draw) -> dict[tuple[str, ...], Any]:
        return {(name,): plain(rng.choice([low, high, rng.uniform(low, high)]))}

    return field


def _one_of(name: str, values: list[Any]) -> Field:
    return lambda rng: {(name,): values[int(rng.integers(len(values)))]}


def _some_of(name: str, values: list[str]) -> Field:
    def field(rng: Draw) -> dict[tuple[str, ...], Any]:
        return {(name,): rng.permutation(values)[: int(rng.integers(len(values) + 1))].tolist()}

    return field


def _camp(rng: Draw) -> dict[tuple[str, ...], Any]:
    """A camp, with the weights shown or not as it has to be."""
    camp = str(rng.choice(["open", "closed"]))
    shown = {("disclosure", part): plain(rng.choice([0, 0.25, 1])) for part in COMPONENTS}
    return {("camp",): camp, **shown, ("disclosure", "weights"): float(camp == "open")}


def _lab(scenario: Scenario, clouds: list[str], segments: list[str]) -> list[Field]:
    return [
        _amount("researchers", 0.5, 3000, zero=False),
        _amount("staff", 1, 3000),
        _amount("cash", 0.1, 50_000),
        _amount("raised", 0.1, 50_000),
        _amount("parent_budget", 0.1, 500),
        _amount("parent_users", 1, 3000),
        _amount("gpu_farm", 0.1, 500),
        _amount("data_stock", 0.1, 100),
        _amount("comparisons", 0.01, 50),
        _between("algorithms", -3, 1),
        _between("encumbered", 0, 1),
        _one_of("owned", [True, False]),
        _one_of("licence", list(LICENCES)),
        _one_of("exclusive_cloud", ["", *clouds]),
        _some_of("focus", scenario.domains),
        lambda rng: {("product",): str(rng.choice(segments)), ("seats",): plain(rng.uniform(0, 9))},
        _camp,
    ]


def _cloud(labs: list[str]) -> list[Field]:
    return [
        _amount("cash", 0.1, 50_000),
        _amount("inflow", 0.1, 500),
        _between("customers", 0, 1),
        _one_of("own_lab", ["", *labs]),
        _some_of("catalogue", labs),
    ]


SEGMENT = [
    _amount("budget", 1, 100_000),
    _between("adoption", 0.001, 1),
    _between("requirement", 22, 28),
    _between("hazard", 0.01, 1),
    _between("privacy", 0, 2),
    _between("share", 0.05, 1),
    _amount("price_taste", 0.3, 3, zero=False),
    _amount("seats", 0.1, 200),
    _amount("arpu", 1, 200),
]
