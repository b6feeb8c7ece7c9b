"""Many seeds of one scenario, each reduced to what the targets and the distributions need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from abm.analysis.incidents import Change, Exit, Listing, changes, exits, listings
from abm.analysis.measures import measure
from abm.experiment.runner import play, values
from abm.experiment.specs import RunSpec
from abm.record.run import Run
from abm.scenario import Scenario, scenario_hash


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
        RunFailedError: if a run failed, with the worker's traceback.
    """
    fingerprint = scenario_hash(scenario)
    specs = [RunSpec(scenario, seed, world=fingerprint) for seed in seeds]
    results = play(specs, Observation.of, workers=workers, progress=progress)
    return Study(scenario, values(results))
