"""Many seeds of one scenario, each reduced to what the targets and the distributions need."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field

from abm.analysis.incidents import Change, Exit, Listing, changes, exits, listings
from abm.analysis.measures import measure
from abm.record.run import Run
from abm.scenario import Scenario

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that keep a worker's linear algebra on one core, and its sums in one order."""


@dataclass(frozen=True)
class Observation:
    """What is kept of one run.

    Attributes:
        seed: the run's seed.
        measures: measure by target id, NaN where it could not be taken.
        listings: new managed listings.
        delistings: first time that a cloud drops each lab.
        exits: sales and closures.
        pivots: first pivot of each lab.
    """

    seed: int
    measures: dict[str, float]
    listings: list[Listing] = field(default_factory=list)
    delistings: list[Change] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    pivots: list[Change] = field(default_factory=list)

    @classmethod
    def of(cls, run: Run) -> "Observation":
        """Reduce a run."""
        return cls(
            seed=run.seed,
            measures=measure(run),
            listings=listings(run),
            delistings=changes(run, "delisted"),
            exits=exits(run),
            pivots=changes(run, "pivot"),
        )


@dataclass(frozen=True)
class Study:
    """Observations of many seeds of one scenario, by seed.

    Attributes:
        scenario: as it was played.
        observations: one a seed, in the order of the seeds.
    """

    scenario: Scenario
    observations: list[Observation]


def observe(scenario: Scenario, seed: int) -> Observation:
    """Play one seed and reduce it; this is what a worker does."""
    from abm.market import Market

    return Observation.of(Market(scenario, seed=seed).run())


def run_study(
    scenario: Scenario,
    seeds: Sequence[int],
    workers: int = 2,
    progress: Callable[[], None] = lambda: None,
) -> Study:
    """Play every seed in worker processes.

    Args:
        scenario: what to play, with its months.
        seeds: the seeds; results come in their order, whatever the number of workers.
        workers: processes.
        progress: called whenever a seed is done.

    Raises:
        Exception: the first error of a run, with the worker's traceback.
    """
    with pool(workers) as executor:
        jobs = [executor.submit(observe, scenario, seed) for seed in seeds]
        for job in as_completed(jobs):
            job.result()
            progress()
    return Study(scenario, [job.result() for job in jobs])


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that calculate on one thread each; what waits is dropped if anything fails."""
    context = multiprocessing.get_context("spawn")
    with _one_thread(), ProcessPoolExecutor(workers, mp_context=context) as executor:
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def _one_thread() -> Iterator[None]:
    """Environment in which processes that start load numpy with one thread."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
