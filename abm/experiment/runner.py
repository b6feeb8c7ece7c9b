"""One engine for many runs: chunks go out, results come back as they finish, the dead are replaced.

A run that fails is a value and stops nothing. A worker that dies takes the runs in flight with it;
they are played again in smaller company each time, until a run that kills its worker stands alone.
"""

import math
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from abm.errors import AbmError
from abm.experiment.executors import Crew, crew
from abm.experiment.specs import RunSpec
from abm.experiment.worker import Failure, play_chunk
from abm.record.run import Run

T = TypeVar("T")

SHORTEST, LONGEST = 0.5, 30.0
"""Seconds of work in a chunk, at least and at most."""

ROUNDS = 25
"""Chunks that each worker gets about, if the runs are long enough."""

HOPELESS = 3
"""Runs that kill their workers, before any is finished, after which no more are tried."""


@dataclass(frozen=True)
class Result(Generic[T]):
    """What became of a run.

    Attributes:
        place: number of the run among those that were to be played.
        spec: the run.
        value: what its tables were reduced to, or why there is nothing.
        seconds: time it took.
    """

    place: int
    spec: RunSpec
    value: T | Failure
    seconds: float


class RunFailedError(RuntimeError):
    """A run failed where all are needed."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        what = f"run {failure.run_id} failed while {failure.stage}: {failure.cause}"
        super().__init__(f"{what}\n{failure.traceback}".rstrip())


def play(
    specs: Sequence[RunSpec],
    reduce: Callable[[Run], T],
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    chunk: int | None = None,
    progress: Callable[[], None] = lambda: None,
) -> list[Result[T]]:
    """Play runs and reduce each where it was played.

    Args:
        specs: the runs.
        reduce: turns a finished run into what is sent back; a function at the top of a module.
        workers: processes; by default one a core. With an executor: how many runs it plays at once.
        executor: plays in the place of processes of this machine.
        chunk: runs that are sent out together; by default enough for half a second or more.
        progress: called whenever a run is done.

    Returns:
        One result a run, in the order of the runs, whoever played them and whatever came first.
    """
    found = []
    with crew(workers, executor) as players:
        for results in stream(specs, reduce, players, chunk=chunk):
            found.extend(results)
            for _ in results:
                progress()
    return sorted(found, key=lambda result: result.place)


def values(results: Iterable[Result[T]]) -> list[T]:
    """What all runs were reduced to.

    Raises:
        RunFailedError: if one of them failed.
    """
    found: list[T] = []
    for result in results:
        if isinstance(result.value, Failure):
            raise RunFailedError(result.value)
        found.append(result.value)
    return found


def stream(
    specs: Sequence[RunSpec],
    reduce: Callable[[Run], T],
    players: Crew,
    *,
    chunk: int | None = None,
    starting: Callable[[list[RunSpec]], None] = lambda _: None,
) -> Iterator[list[Result[T]]]:
    """Play runs and hand out their results, a chunk at a time, as they come.

    Args:
        specs: the runs.
        reduce: turns a finished run into what is sent back; a function at the top of a module.
        players: who plays.
        chunk: runs that are sent out together.
        starting: called with the runs of a chunk before it goes out.

    Raises:
        AbmError: if workers die again and again before anything is finished.
        TypeError: if `reduce` cannot be sent to a worker.
    """
    try:
        pickle.dumps(reduce)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(f"reduce must be a function at the top of a module: {error}") from None
    return _Engine(specs, reduce, players, chunk, starting).results()


@dataclass
class _Engine(Generic[T]):
    """Runs that wait, runs in flight, and what is known about how long one takes."""

    specs: Sequence[RunSpec]
    reduce: Callable[[Run], T]
    players: Crew
    chunk: int | None
    starting: Callable[[list[RunSpec]], None]
    waiting: deque[int] = field(default_factory=deque)
    shaken: deque[int] = field(default_factory=deque)  # in flight once when a worker died
    suspects: deque[int] = field(default_factory=deque)  # twice: to be played alone
    deaths: dict[int, int] = field(default_factory=dict)
    flying: dict["Future[Any]", list[int]] = field(default_factory=dict)
    done: int = 0
    killers: int = 0
    seconds: float = 0.0

    def results(self) -> Iterator[list[Result[T]]]:
        """Send out, collect, until nothing is left."""
        names = [spec.run_id for spec in self.specs]  # settled here; a worker checks its own
        self.waiting.extend(range(len(names)))
        while self._send() or self.flying:
            finished, _ = wait(self.flying, return_when=FIRST_COMPLETED)
            for future in finished:
                results = self._landed(future)
                if results:
                    yield results

    # -- out -------------------------------------------------------------------------------------

    def _send(self) -> bool:
        """Send out as much as may be in flight; whether anything went."""
        went = False
        while chunk := self._next():
            went = True
            specs = [self.specs[place] for place in chunk]
            self.starting(specs)
            try:
                future = self.players.executor.submit(play_chunk, specs, self.reduce)
            except BrokenExecutor:
                self._stranded(chunk)
                break
            self.flying[future] = chunk
        return went

    def _stranded(self, chunk: list[int]) -> None:
        """The pool was broken before the chunk could go: nobody in it is to blame."""
        level = max(self.deaths.get(place, 0) for place in chunk)
        (self.waiting, self.shaken, self.suspects)[min(level, 2)].extendleft(reversed(chunk))
        if not self.flying:
            self.players.renew()
            self._despair()

    def _next(self) -> list[int]:
        """The next chunk; empty if it has to wait for others to come back."""
        if self.suspects:
            return [] if self.flying else [self.suspects.popleft()]
        careful = any(self.deaths.get(place) for chunk in self.flying.values() for place in chunk)
        if self.shaken:
            return [self.shaken.popleft()] if len(self.flying) < self.players.size else []
        if careful or len(self.flying) >= 2 * self.players.size:
            return []
        return [self.waiting.popleft() for _ in range(min(self._length(), len(self.waiting)))]

    def _length(self) -> int:
        """Runs of a chunk: enough to be worth the way, few enough for all to end together."""
        if self.chunk is not None:
            return self.chunk
        if not self.done:
            return 1
        each, left = self.seconds / self.done, len(self.waiting)
        share = each * len(self.specs) / self.players.size
        wanted = min(max(share / ROUNDS, SHORTEST), LONGEST) / max(each, 1e-6)
        return max(1, min(math.ceil(wanted), left // (2 * self.players.size)))

    # -- back ------------------------------------------------------------------------------------

    def _landed(self, future: "Future[Any]") -> list[Result[T]]:
        """Results of a chunk; none if it has to be played again."""
        chunk = self.flying.get(future)
        if chunk is None:  # lost with the pool, and dealt with
            return []
        try:
            answers = future.result()
        except (BrokenExecutor, CancelledError):
            return self._broken()
        except Exception as error:
            del self.flying[future]
            return self._refused(chunk, error)
        del self.flying[future]
        return self._kept(chunk, answers)

    def _kept(self, chunk: list[int], answers: list[tuple[T | Failure, float]]) -> list[Result[T]]:
        self.done += len(chunk)
        self.seconds += sum(seconds for _, seconds in answers)
        return [
            Result(place, self.specs[place], value, seconds)
            for place, (value, seconds) in zip(chunk, answers, strict=True)
        ]

    def _refused(self, chunk: list[int], error: Exception) -> list[Result[T]]:
        """The executor could not play a chunk: each run for itself, then it is a failure."""
        if len(chunk) > 1:
            self._put_back(chunk)
            return []
        return [self._failure(chunk[0], f"{type(error).__name__}: {error}")]

    def _broken(self) -> list[Result[T]]:
        """A worker died, and with it the pool: keep what came back, and replace the pool."""
        wait(self.flying, timeout=5)
        whole = [
            future
            for future in self.flying
            if future.done() and not future.cancelled() and future.exception() is None
        ]
        results = [
            result
            for future in whole
            for result in self._kept(self.flying.pop(future), future.result())
        ]
        return results + self._blame(list(self.flying.values()))

    def _blame(self, lost: list[list[int]]) -> list[Result[T]]:
        """Replace the pool; a run that was alone when its worker died again is at fault."""
        self.flying.clear()
        self.players.renew()
        alone = len(lost) == 1 and len(lost[0]) == 1 and self.deaths.get(lost[0][0], 0) > 0
        if alone:
            self._despair()
            return [self._failure(lost[0][0], "its worker died, and again when it was alone")]
        for chunk in lost:
            self._put_back(chunk)
        return []

    def _despair(self) -> None:
        """Count what only a broken installation does again and again."""
        self.killers += 1
        if self.killers >= HOPELESS and not self.done:
            raise AbmError(
                "workers die before they finish a single run (in a script, play experiments below "
                'if __name__ == "__main__": workers import the script)'
            )

    def _put_back(self, chunk: list[int]) -> None:
        for place in chunk:
            self.deaths[place] = self.deaths.get(place, 0) + 1
            (self.shaken if self.deaths[place] == 1 else self.suspects).append(place)

    def _failure(self, place: int, cause: str) -> Result[T]:
        spec = self.specs[place]
        return Result(place, spec, Failure(spec.run_id, "running", cause), 0.0)
