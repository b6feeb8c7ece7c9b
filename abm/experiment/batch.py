"""Playing an experiment into its folder, from where it stopped."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from abm.experiment.executors import crew
from abm.experiment.experiment import Experiment
from abm.experiment.locations import location
from abm.experiment.runner import Result, stream
from abm.experiment.specs import RunSpec
from abm.experiment.store import Keep, Kept, Store, opened
from abm.experiment.worker import Failure


@dataclass(frozen=True)
class Summary:
    """What a batch did.

    Attributes:
        folder: where the experiment lies.
        total: runs of the experiment.
        before: runs that were finished already.
        played: runs finished now.
        failed: runs that failed now.
    """

    folder: str
    total: int
    before: int
    played: int
    failed: int


def run_batch(
    experiment: Experiment,
    out: str | Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    chunk: int | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Summary:
    """Play the runs of an experiment that are not yet in its folder.

    Runs that failed before are tried again.

    Args:
        experiment: what to play.
        out: folder, or a location that fsspec knows.
        workers: processes; by default one a core. With an executor: how many runs it plays at once.
        executor: plays in the place of processes of this machine.
        chunk: runs that are sent out together; by default half a second or more.
        progress: called with the runs finished, those of before included, and failed, so far.

    Raises:
        AbmError: if the folder holds something else, is in use, or cannot be written.
    """
    place = location(out)
    with opened(place, experiment) as store:
        specs = {spec.run_id: spec for spec in experiment.specs()}  # equal worlds are one run
        missing = store.missing(list(specs.values()))
        before, done, failed = len(specs) - len(missing), 0, 0
        progress(before, 0)
        keep = Keep(tuple(experiment.plan.tables))
        for results in _played(missing, keep, store, workers, executor, chunk):
            store.add(results)
            lost = sum(isinstance(item.value, Failure) for item in results)
            done, failed = done + len(results) - lost, failed + lost
            progress(before + done, failed)
    return Summary(place.label, len(specs), before, done, failed)


def _played(
    specs: list[RunSpec],
    keep: Keep,
    store: Store,
    workers: int | None,
    executor: Executor | None,
    chunk: int | None,
) -> Iterator[list[Result[Kept]]]:
    """Results as they come; no process is started for nothing."""
    if specs:
        with crew(workers, executor) as players:
            yield from stream(specs, keep, players, chunk=chunk, starting=store.starting)
