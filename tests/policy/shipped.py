"""The shipped policies and one lever of every kind, as the tests of policies use them."""

from typing import Any

import polars as pl
from worlds import differences

from abm.policy import available, compose
from abm.policy.lever import Lever
from abm.policy.policy import Policy, PolicyFile
from abm.record.run import Run

NAMES = [listing.name for listing in available()]
EXAMPLES: dict[str, Lever] = {lever.kind: lever for name in NAMES for lever in compose(name).levers}
"""A lever of each kind, as a shipped policy has it."""


def lever(kind: str, **fields: Any) -> Lever:
    """A lever as a file would say it."""
    table = {"title": "Made up", "levers": [{"kind": kind, **fields}]}
    return PolicyFile.model_validate(table).levers[0]


def policy(*levers: Lever) -> Policy:
    return Policy("made-up", "Made up", levers)


def apart(first: Run, second: Run, before: int | None = None) -> list[str]:
    """Columns in which two runs differ, the events of policies aside."""
    return differences(_without_policies(first), _without_policies(second), before)


def _without_policies(run: Run) -> Run:
    tables = run.tables
    tables["events"] = run.events.filter(pl.col("kind") != "policy")
    return Run(scenario=run.scenario, seed=run.seed, **tables)
