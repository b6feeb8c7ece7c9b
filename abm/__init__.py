"""An agent-based simulation of the market for large language models.

from abm import Market, Scenario

run = Market(Scenario.load("status-quo-2023"), seed=7).run()
run.market    # polars, one row a month
run.events    # what happened, with reasons

many = Experiment.load("cost-growth").run()
many.market   # polars, lazy: one row a run and month
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abm.analysis.alternatives import Alternative
    from abm.analysis.comparison import Comparison, compare
    from abm.errors import AbmError, ScenarioError
    from abm.experiment.experiment import Experiment
    from abm.market import Market
    from abm.record.run import Run
    from abm.scenario import Scenario

__version__ = "0.1.0"

__all__ = [
    "AbmError",
    "Alternative",
    "Comparison",
    "Experiment",
    "Market",
    "Run",
    "Scenario",
    "ScenarioError",
    "__version__",
    "compare",
]

_HOMES = {
    "AbmError": "abm.errors",
    "Alternative": "abm.analysis.alternatives",
    "Comparison": "abm.analysis.comparison",
    "Experiment": "abm.experiment.experiment",
    "Market": "abm.market",
    "Run": "abm.record.run",
    "Scenario": "abm.scenario",
    "ScenarioError": "abm.errors",
    "compare": "abm.analysis.comparison",
}


def __getattr__(name: str) -> object:
    """Import on first use: `abm --help` must not wait for Mesa and polars."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'abm' has no attribute {name!r}")
