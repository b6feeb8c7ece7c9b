"""A run to be played: which world, which luck, which policy. Its name is what is in it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from abm.scenario import Scenario, scenario_hash

if TYPE_CHECKING:
    from abm.market import Market

_PACKAGE = Path(__file__).resolve().parents[1]

_MODEL = ("agents", "mechanisms", "phases", "policy", "record", "scenario")
"""Rooms, beside the modules at the top level, whose code can change the tables of a run."""


@dataclass(frozen=True)
class RunSpec:
    """A run that is still to be played.

    Attributes:
        scenario: the world as resolved.
        seed: names the luck; the same replicate has the same seed in every world.
        policy: name, path or composition of policies; empty for none.
        point: number of the design point.
        replicate: number of the replicate, by which runs are paired.
        world: fingerprint of the scenario; computed unless it is known already.
        law: fingerprint of the policy; computed unless it is known already.
    """

    scenario: Scenario
    seed: int
    policy: str = ""
    point: int = 0
    replicate: int = 0
    world: str = ""
    law: str = ""

    def __post_init__(self) -> None:
        if not self.world:
            object.__setattr__(self, "world", scenario_hash(self.scenario))

    @cached_property  # and so part of what is sent to a worker, which checks it
    def run_id(self) -> str:
        """Hash of world, seed, content of the policy, and model: 20 hexadecimal digits."""
        parts = [self.world, self.seed, self.law or policy_hash(self.policy), model_version()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]

    def build(self) -> "Market":
        """The market at the start of the run."""
        from abm.market import Market

        return Market(self.scenario, seed=self.seed, policies=policies_of(self.policy))


def policies_of(text: str) -> "list[Callable[[Market], None]]":
    """The policy that a text names, as a market takes it.

    Raises:
        AbmError: if a policy of the text is unknown or not valid.
    """
    if not text:
        return []
    from abm.policy import compose

    return [compose(text)]


def policy_hash(text: str) -> str:
    """Fingerprint of what a policy does; empty for none.

    Raises:
        AbmError: if a policy of the text is unknown or not valid.
    """
    if not text:
        return ""
    from abm.policy import compose

    return str(compose(text).hash)


@cache
def model_version() -> str:
    """Version of the package and a fingerprint of the code that makes a run.

    A checkout changes without a new version number, and runs of two models must not be mixed.
    """
    from abm import __version__

    folders = [_PACKAGE, *(_PACKAGE / room for room in _MODEL)]
    files = [
        path
        for folder in folders
        for path in sorted(folder.glob("*.py") if folder is _PACKAGE else folder.rglob("*.py"))
    ]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"
