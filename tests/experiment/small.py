"""A small experiment, and ways to compare what two folders hold."""

from pathlib import Path
from typing import Any

import polars as pl

from abm import Experiment
from abm.experiment.batch import Summary, run_batch
from abm.experiment.executors import InProcess
from abm.experiment.results import read
from abm.experiment.status import LOG, Status, events
from abm.record.manifest import content_hash

TABLES = ["market", "labs", "events"]


def small(**changes: Any) -> Experiment:
    """Two worlds, three replicates, three months."""
    plain: dict[str, Any] = {
        "scenario": "classroom",
        "months": 3,
        "replicates": 3,
        "factors": {"race.growth": [2.4, 5.0]},
    }
    return Experiment.of(**plain | changes)


def played(experiment: Experiment, folder: str | Path, **arguments: Any) -> Summary:
    """Play it in this process."""
    return run_batch(experiment, folder, executor=InProcess(), **arguments)


def contents(folder: str | Path) -> dict[str, str]:
    """Hash of each table, whatever the order of its parts."""
    results = read(folder)
    return {
        name: content_hash(results.table(name).collect().sort("run_id", maintain_order=True))
        for name in ["runs", *results.manifest["tables"]]
    }


def status(folder: Path) -> Status:
    return Status.of((folder / LOG).read_bytes())


def times_played(folder: Path) -> dict[str, int]:
    """How often each run stands in a part that counts or once counted."""
    lines = events((folder / LOG).read_bytes())
    finished = [run for line in lines if line["event"] == "finished" for run in line["runs"]]
    return {run: finished.count(run) for run in finished}


def rows_by_run(folder: str | Path, table: str) -> pl.DataFrame:
    return read(folder).table(table).group_by("run_id").len().collect()
