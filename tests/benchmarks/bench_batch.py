"""How fast many runs are played: by one process, by two, and by Mesa's own batch runner.

Time on the clock, since that is what workers save. Each round plays every variant once.
"""

import time
from collections.abc import Callable
from typing import Any

from mesa.batchrunner import batch_run
from timing import Results

from abm.experiment.executors import InProcess, crew
from abm.experiment.runner import stream, values
from abm.experiment.specs import RunSpec
from abm.market import Market
from abm.record.run import Run
from abm.scenario import Scenario

ROUNDS, RUNS, WORKERS = 5, 40, 2  # as many runs for each of five policies
POLICIES = (
    "",
    "mandatory-data-disclosure",
    "cloud-non-discrimination",
    "compute-cap",
    "interoperability",
)
"""The status quo and four policies, which pair by the luck of each replicate."""

ALONE, TOGETHER = "one process", f"{WORKERS} warm workers"
PAIRED, MESA = f"{TOGETHER}, paired runs", f"`mesa.batch_run`, {WORKERS} processes"


def last_share(run: Run) -> float:
    """What is kept of a run: reading it makes the market's table."""
    return float(run.market["open_spend_share"][-1])


def test_batch(benchmark: Any, batch: Results) -> None:
    scenario = Scenario.load("status-quo-2023")
    specs = [RunSpec(scenario, seed) for seed in range(RUNS)]
    replicates = range(RUNS // len(POLICIES))
    paired = [RunSpec(scenario, seed, policy) for seed in replicates for policy in POLICIES]
    with crew(1, InProcess()) as alone, crew(WORKERS) as workers:

        def played(players: Any, runs: list[RunSpec]) -> list[float]:
            return values(result for found in stream(runs, last_share, players) for result in found)

        def mesas() -> None:
            batch_run(
                Market,
                {"scenario": [scenario], "rng": [spec.seed for spec in specs]},
                number_processes=WORKERS,
                max_steps=scenario.months,
                data_collection_period=-1,
                display_progress=False,
            )

        played(workers, specs)  # warms them up

        def round_of_all() -> None:
            for name, play in variants.items():
                batch.add(name, RUNS, wall(play) / RUNS)

        variants: dict[str, Callable[[], object]] = {
            ALONE: lambda: played(alone, specs),
            TOGETHER: lambda: played(workers, specs),
            PAIRED: lambda: played(workers, paired),
            MESA: mesas,
        }
        benchmark.pedantic(round_of_all, rounds=ROUNDS)


def wall(play: Callable[[], object]) -> float:
    """Seconds on the clock."""
    start = time.perf_counter()
    play()
    return time.perf_counter() - start
