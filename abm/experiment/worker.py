"""What happens inside a worker process: a chunk of runs, each reduced where it was played.

Nothing heavy is imported at the top: a worker loads this module first, and numpy only once the
number of threads is settled.
"""

import gc
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Literal, TypeVar

from abm import garbage

if TYPE_CHECKING:
    from abm.experiment.specs import RunSpec
    from abm.record.run import Run

T = TypeVar("T")

Stage = Literal["building", "running", "reducing"]

ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
)
"""Variables that keep a worker on one core, and the sums of its linear algebra in one order."""


@dataclass(frozen=True)
class Failure:
    """A run that could not be finished.

    Attributes:
        run_id: which run.
        stage: what was being done: building the market, running it, or reducing its tables.
        cause: the error in one line.
        traceback: where it was raised; empty if the worker was gone.
    """

    run_id: str
    stage: Stage
    cause: str
    traceback: str = ""


def start() -> None:
    """Prepare a process that will play runs: one thread, no Ctrl-C of its own, no afterlife."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    gc.freeze()  # what the preloaded libraries hold is never garbage: do not look there again
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot tell its workers, and they would wait for it for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def play_chunk(
    specs: "Sequence[RunSpec]", reduce: "Callable[[Run], T]"
) -> list[tuple[T | Failure, float]]:
    """Play runs one after another, each of which frees the last.

    On the main thread, as in a worker process, nothing is collected in between. Beside other
    threads that play, a market grows old while theirs are built, and only the collector frees it.

    Args:
        specs: the runs.
        reduce: turns a finished run into what is sent back.

    Returns:
        Per run what it came to, or its failure, and the seconds that it took.
    """
    alone = threading.current_thread() is threading.main_thread()
    with garbage.paused() if alone else nullcontext():
        return [_played(spec, reduce) for spec in specs]


def _played(spec: "RunSpec", reduce: "Callable[[Run], T]") -> tuple[T | Failure, float]:
    begin = time.perf_counter()
    stage: Stage = "building"
    value: T | Failure
    try:
        _check_same(spec)
        market = spec.build()
        stage = "running"
        run = market.run()
        stage = "reducing"
        value = reduce(run)
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        value = Failure(spec.run_id, stage, cause, traceback.format_exc())
    return value, time.perf_counter() - begin


def _check_same(spec: "RunSpec") -> None:
    """A worker on another machine may have another model, or another file of a policy."""
    here = replace(spec, law="").run_id
    if here != spec.run_id:
        from abm.experiment.specs import model_version

        raise RuntimeError(
            f"the worker would play another run, {here}: it has model {model_version()}"
            + (f" and its own policy {spec.policy}" if spec.policy else "")
        )
