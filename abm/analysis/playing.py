"""Worlds to play, and playing many of them: the one place where a comparison starts runs."""

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from abm.analysis.study import pool
from abm.record.run import Run
from abm.scenario import Scenario

if TYPE_CHECKING:
    from abm.market import Policy

T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """One run to play.

    Attributes:
        scenario: what to play.
        seed: names the world; equal seeds share all luck.
        policy: what acts on it at the start of every month; none for the bare scenario.
    """

    scenario: Scenario
    seed: int
    policy: "Policy | None" = None


def run_world(world: World) -> Run:
    """Play one world to its end."""
    from abm.market import Market

    policies = () if world.policy is None else (world.policy,)
    return Market(world.scenario, seed=world.seed, policies=policies).run()


def play(
    worlds: Sequence[World],
    reduce: Callable[[Run], T],
    workers: int = 1,
    progress: Callable[[], None] = lambda: None,
) -> list[T]:
    """Play worlds, each reduced where it was played; results in the order of the worlds.

    Args:
        worlds: what to play.
        reduce: what is kept of a run.
        workers: processes; with one, all is played in this one, and nothing needs to be picklable.
        progress: called whenever a world is done.

    Raises:
        Exception: the first error of a run.
    """
    if workers == 1:
        return [_noted(_reduced(world, reduce), progress) for world in worlds]
    with pool(workers) as executor:
        jobs = [executor.submit(_reduced, world, reduce) for world in worlds]
        for job in as_completed(jobs):
            job.result()
            progress()
        return [job.result() for job in jobs]


def _reduced(world: World, reduce: Callable[[Run], T]) -> T:
    return reduce(run_world(world))


def _noted(result: T, progress: Callable[[], None]) -> T:
    progress()
    return result
