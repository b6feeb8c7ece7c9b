"""Many runs: designs, executors, and a store on disk that survives interruption."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abm.experiment.experiment import Experiment
    from abm.experiment.results import Results, read
    from abm.experiment.runner import Result, play
    from abm.experiment.specs import RunSpec
    from abm.experiment.worker import Failure

__all__ = ["Experiment", "Failure", "Result", "Results", "RunSpec", "play", "read"]

_HOMES = {
    "Experiment": "abm.experiment.experiment",
    "Failure": "abm.experiment.worker",
    "Result": "abm.experiment.runner",
    "Results": "abm.experiment.results",
    "RunSpec": "abm.experiment.specs",
    "play": "abm.experiment.runner",
    "read": "abm.experiment.results",
}


def __getattr__(name: str) -> object:
    """Import on first use: a worker that starts must not load numpy before it is pinned."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'abm.experiment' has no attribute {name!r}")
