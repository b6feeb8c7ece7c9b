"""Which runs a comparison plays: replicates of all worlds, matched by key, and playing them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

from abm.analysis.alternatives import BASELINE, Alternative, Policy
from abm.analysis.observations import Observed, observe
from abm.analysis.outcomes import Outcome
from abm.analysis.playing import World, play
from abm.analysis.uncertainty import Design
from abm.scenario import Scenario

Progress = Callable[[int, int], None]
"""Called with the runs done, and the runs planned so far."""


@dataclass(frozen=True)
class Replicate:
    """The runs that make one number of each world: equal seeds, one scenario a world."""

    key: int
    seeds: tuple[int, ...]
    worlds: Mapping[str, tuple[Scenario, Policy | None]]

    def runs(self) -> list[tuple[str, int, World]]:
        """Name of the world, key, and the run, in order."""
        return [
            (name, self.key, World(scenario, seed, act=policy))
            for name, (scenario, policy) in self.worlds.items()
            for seed in self.seeds
        ]


def _worlds(
    scenario: Scenario, others: Sequence[Alternative]
) -> dict[str, tuple[Scenario, Policy | None]]:
    both = [Alternative(BASELINE), *others]
    return {item.name: (item.world(scenario), item.policy) for item in both}


def pairs(base: Scenario, others: Sequence[Alternative], seeds: Iterable[int]) -> list[Replicate]:
    """One pair a seed, all of one scenario."""
    worlds = _worlds(base, others)
    return [Replicate(seed, (seed,), worlds) for seed in seeds]


def drawn_pairs(
    drawn: Design, others: Sequence[Alternative], number: int, first_seed: int
) -> list[Replicate]:
    """So many pairs in each drawn world, no seed twice."""
    return [
        Replicate(
            index,
            tuple(range(first_seed + index * number, first_seed + (index + 1) * number)),
            _worlds(scenario, others),
        )
        for index, scenario in enumerate(drawn.scenarios)
    ]


def play_all(
    replicates: Sequence[Replicate],
    played: dict[str, dict[int, list[Observed]]],
    outcomes: tuple[Outcome, ...],
    workers: int,
    progress: Progress,
) -> None:
    """Play some replicates in all worlds, and file what was seen."""
    runs = [run for replicate in replicates for run in replicate.runs()]
    before = sum(len(seen) for world in played.values() for seen in world.values())
    done = count(before + 1)
    reduce = partial(observe, outcomes=tuple(outcome.name for outcome in outcomes))
    results = play(
        [world for *_, world in runs],
        reduce,
        workers,
        lambda: progress(next(done), before + len(runs)),
    )
    for (name, key, _), result in zip(runs, results, strict=True):
        played[name].setdefault(key, []).append(result)
