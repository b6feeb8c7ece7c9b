"""What a user writes: scenario files, their schema, inheritance, overrides and errors."""

from abm.scenario.loading import Resolved, available, load, scenario_folder, scenario_hash, varied
from abm.scenario.schema import Scenario

__all__ = [
    "Resolved",
    "Scenario",
    "available",
    "load",
    "scenario_folder",
    "scenario_hash",
    "varied",
]
