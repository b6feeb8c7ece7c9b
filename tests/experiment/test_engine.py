"""The engine: equal results from whoever plays, and what becomes of those that fail or die."""

import functools
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from abm import AbmError, Run, Scenario
from abm.experiment import RunSpec, play
from abm.experiment import worker as worker_module
from abm.experiment.executors import Borrowed, InProcess, Processes, crew
from abm.experiment.runner import RunFailedError, stream, values
from abm.experiment.worker import ONE_THREAD, Failure
from abm.record.manifest import content_hash

WORLD = Scenario.load("classroom", ["months=2"])


def specs(n: int) -> list[RunSpec]:
    return [RunSpec(WORLD, seed) for seed in range(n)]


def fingerprint(run: Run) -> tuple[int, str]:
    return run.seed, content_hash(run.market)


def fails_on_odd(run: Run) -> int:
    if run.seed % 2:
        raise ValueError(f"seed {run.seed} is odd")
    return run.seed


def dies(run: Run, seed: int, once: Path | None = None) -> int:
    """Kill the worker at one seed; with a mark on disk only the first time."""
    if run.seed == seed and not (once and once.exists()):
        if once:
            once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return run.seed


def threads(_: Run) -> dict[str, str | None]:
    return {name: os.environ.get(name) for name in ONE_THREAD}


@pytest.fixture(scope="module")
def alone() -> list[tuple[int, str]]:
    return values(play(specs(7), fingerprint, executor=InProcess()))


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_give_what_one_process_gives(method: str, alone: list[tuple[int, str]]) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system does not start processes by {method}")
    processes = Processes(2, method)
    found = [item for part in stream(specs(7), fingerprint, processes) for item in part]
    processes.close()
    assert values(sorted(found, key=lambda item: item.place)) == alone


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_neither_chunks_nor_order_matter(chunk: int, alone: list[tuple[int, str]]) -> None:
    backwards = play(specs(7)[::-1], fingerprint, executor=InProcess(), chunk=chunk)
    assert values(backwards) == alone[::-1]


def collecting(_: Run) -> bool:
    return gc.isenabled()


def test_nothing_is_collected_between_the_runs_of_a_chunk() -> None:
    assert values(play(specs(3), collecting, executor=InProcess())) == [False] * 3
    assert gc.isenabled()


def test_threads_that_play_side_by_side_leave_what_they_played_to_the_collector() -> None:
    with ThreadPoolExecutor(1) as executor:
        assert values(play(specs(3), collecting, executor=executor)) == [True] * 3


def test_any_executor_will_do(alone: list[tuple[int, str]]) -> None:
    with ThreadPoolExecutor(1) as executor:
        assert values(play(specs(7), fingerprint, executor=executor)) == alone
        assert executor.submit(int).result() == 0  # whoever made it closes it


def test_workers_are_pinned_to_one_thread_and_the_parent_is_not() -> None:
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    (found,) = values(play(specs(1), threads, workers=1))
    assert found == dict.fromkeys(ONE_THREAD, "1")
    assert {name: os.environ.get(name) for name in ONE_THREAD} == before


def test_progress_is_told_for_each_run() -> None:
    told: list[None] = []
    play(specs(3), fingerprint, executor=InProcess(), progress=lambda: told.append(None))
    assert len(told) == 3


# -- failures --------------------------------------------------------------------------------------


def test_a_run_that_fails_stops_nothing() -> None:
    results = play(specs(4), fails_on_odd, executor=InProcess())
    assert [item.value for item in results[::2]] == [0, 2]
    failure = results[1].value
    assert isinstance(failure, Failure)
    assert (failure.run_id, failure.stage) == (results[1].spec.run_id, "reducing")
    assert failure.cause == "ValueError: seed 1 is odd"
    assert "fails_on_odd" in failure.traceback
    with pytest.raises(RunFailedError, match=r"(?s)while reducing: ValueError: seed 1.*Traceback"):
        values(results)


def test_the_stage_of_a_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    (built,) = play([RunSpec(WORLD, -1)], fingerprint, executor=InProcess())
    assert isinstance(built.value, Failure)
    assert built.value.stage == "building"

    def breaks(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("abm.market.Market.step", breaks)
    (run,) = play(specs(1), fingerprint, executor=InProcess())
    assert isinstance(run.value, Failure)
    assert run.value.stage == "running"


def test_a_worker_with_another_model_plays_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    (spec,) = specs(1)
    assert spec.run_id
    monkeypatch.setattr("abm.experiment.specs.model_version", lambda: "another")
    (found,) = play([spec], fingerprint, executor=InProcess())
    assert isinstance(found.value, Failure)
    assert found.value.stage == "building"
    assert "would play another run" in found.value.cause
    assert "model another" in found.value.cause


def test_what_cannot_be_sent_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="at the top of a module"):
        play(specs(1), lambda run: run.seed, executor=InProcess())


# -- deaths ----------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_once_costs_a_second_try(tmp_path: Path) -> None:
    reduce = functools.partial(dies, seed=5, once=tmp_path / "killed")
    assert values(play(specs(9), reduce, workers=2, chunk=2)) == list(range(9))


def test_a_run_that_kills_every_worker_is_a_failure_and_the_others_are_played() -> None:
    results = play(specs(6), functools.partial(dies, seed=2), workers=2, chunk=2)
    assert [item.value for item in results if item.place != 2] == [0, 1, 3, 4, 5]
    failure = results[2].value
    assert isinstance(failure, Failure)
    assert failure.cause == "its worker died, and again when it was alone"


class Frail(Executor):
    """Breaks whenever it is given something that holds one of some seeds."""

    def __init__(self, deadly: set[int], log: list[list[int]]) -> None:
        self.deadly, self.log = deadly, log

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> "Future[Any]":
        seeds = [spec.seed for spec in args[0]]
        self.log.append(seeds)
        future: Future[Any] = Future()
        if self.deadly & set(seeds):
            future.set_exception(BrokenExecutor("gone"))
        else:
            future.set_result(fn(*args))
        return future


class FrailCrew:
    """Hands out frail executors."""

    size = 2

    def __init__(self, deadly: set[int]) -> None:
        self.log: list[list[int]] = []
        self.executor: Executor = Frail(deadly, self.log)
        self.renewed = 0

    def renew(self) -> None:
        self.renewed += 1


def test_who_kills_is_found_in_ever_smaller_company() -> None:
    frail = FrailCrew({4})
    found = [item for part in stream(specs(8), fingerprint, frail, chunk=3) for item in part]
    failed = [item.place for item in found if isinstance(item.value, Failure)]
    assert (failed, sorted(item.place for item in found)) == ([4], list(range(8)))
    tries = [seeds for seeds in frail.log if 4 in seeds]
    assert tries == [[3, 4, 5], [4]]
    assert frail.renewed == 2


def test_workers_that_only_die_are_given_up() -> None:
    frail = FrailCrew(set(range(8)))
    with pytest.raises(AbmError, match="die before they finish a single run"):
        list(stream(specs(8), fingerprint, frail))


def test_a_borrowed_executor_that_breaks_is_not_replaced() -> None:
    borrowed = Borrowed(Frail({0}, []), 1)
    with pytest.raises(AbmError, match="the executor broke"):
        list(stream(specs(2), fingerprint, borrowed))


def test_a_chunk_that_the_executor_refuses_is_played_run_by_run() -> None:
    class Picky(InProcess):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> "Future[Any]":
            if any(spec.seed == 1 for spec in args[0]):
                refused: Future[Any] = Future()
                refused.set_exception(MemoryError("too large"))
                return refused
            return super().submit(fn, *args)

    results = play(specs(3), fingerprint, executor=Picky(), chunk=3)
    assert [isinstance(item.value, Failure) for item in results] == [False, True, False]
    assert results[1].value.cause == "MemoryError: too large"  # type: ignore[union-attr]


def test_an_interruption_ends_the_workers_at_once() -> None:
    def interrupted() -> None:
        with crew(2) as players:
            next(stream(specs(50), fingerprint, players, chunk=1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    for child in multiprocessing.active_children():
        child.join(5)
    assert multiprocessing.active_children() == []


def test_a_worker_whose_parent_is_gone_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    class Parent:
        def join(self) -> None:
            left.append("waited")

    left: list[object] = []
    monkeypatch.setattr(worker_module, "parent_process", Parent)
    monkeypatch.setattr(worker_module.os, "_exit", left.append)
    worker_module._end_with_parent()
    assert left == ["waited", 1]
