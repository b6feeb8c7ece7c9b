"""Worlds to play, and playing many of them: the one place where a comparison starts runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from abm.experiment.executors import InProcess
from abm.experiment.runner import play as play_specs
from abm.experiment.runner import values
from abm.experiment.specs import RunSpec
from abm.record.run import Run

if TYPE_CHECKING:
    from abm.market import Market
    from abm.policy.composing import Acting

T = TypeVar("T")


@dataclass(frozen=True)
class World(RunSpec):
    """One run to play, with a policy that need not have a text of its own.

    Attributes:
        act: called with the market at the start of every month; none for the bare scenario.
    """

    act: "Acting | None" = None

    def build(self) -> "Market":
        """The market at the start of the run."""
        from abm.market import Market

        policies = () if self.act is None else (self.act,)
        return Market(self.scenario, seed=self.seed, policies=policies)


def play(
    worlds: Sequence[World],
    reduce: Callable[[Run], T],
    workers: int = 1,
    progress: Callable[[], None] = lambda: None,
) -> list[T]:
    """Play worlds, each reduced where it was played; results in the order of the worlds.

    Args:
        worlds: what to play.
        reduce: what is kept of a run: a function at the top of a module, or a partial one of it.
        workers: processes; with one, all is played in this one, and no policy is sent anywhere.
        progress: called whenever a world is done.

    Raises:
        RunFailedError: if a run failed, with its traceback.
    """
    executor = InProcess() if workers == 1 else None
    results = play_specs(worlds, reduce, workers=workers, executor=executor, progress=progress)
    return values(results)
