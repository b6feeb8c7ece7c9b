"""Where runs are played: processes of this machine, any executor, a Dask cluster."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, Protocol, TypeVar

from abm.cores import cores
from abm.errors import AbmError, install
from abm.experiment import worker

P = ParamSpec("P")
T = TypeVar("T")

PINNED = dict.fromkeys(worker.ONE_THREAD, "1")
"""Environment of a worker before it loads anything."""

PATIENCE = 10.0
"""Seconds in which a scheduler must answer and have a worker."""


class Crew(Protocol):
    """Those who play: an executor, how many runs it plays at once, and what if it breaks."""

    size: int

    @property
    def executor(self) -> Executor:
        """Takes chunks of runs."""

    def renew(self) -> None:
        """Replace an executor that broke.

        Raises:
            AbmError: if it cannot be replaced.
        """


class Processes:
    """Worker processes of this machine, each on one thread.

    Args:
        size: how many.
        method: how they start; by default from a server that has loaded the model already, where
            the system knows such servers.
    """

    def __init__(self, size: int, method: str | None = None) -> None:
        known = multiprocessing.get_all_start_methods()
        method = method or ("forkserver" if "forkserver" in known else "spawn")
        self.size = size
        # Named, because importing Mesa 3.3 changes what processes start by, for the whole program.
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            _start_server(self._context)
        self._pool = self._new()

    @property
    def executor(self) -> Executor:
        """The pool."""
        return self._pool

    def renew(self) -> None:
        """Put a fresh pool in the place of one that lost a worker."""
        self.end()
        self._pool = self._new()

    def end(self) -> None:
        """Stop at once, whatever is being played."""
        playing = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in playing:
            process.terminate()

    def close(self) -> None:
        """Let the workers go home when they are done."""
        self._pool.shutdown()

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.size, mp_context=self._context, initializer=worker.start)


class Borrowed:
    """An executor that somebody else made and will close.

    Args:
        executor: takes chunks of runs.
        size: how many it plays at once.
    """

    def __init__(self, executor: Executor, size: int) -> None:
        self.executor, self.size = executor, size

    def renew(self) -> None:
        """Give up: only the owner can make another one."""
        raise AbmError(
            "the executor broke (a worker died, or the cluster is gone); what is finished is kept"
        )


class InProcess(Executor):
    """Plays in this process, at once: for debuggers, and where no process may be started."""

    def submit(  # noqa: D102 - as in the class it extends
        self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def crew(workers: int | None = None, executor: Executor | None = None) -> Iterator[Crew]:
    """Who plays: the executor if there is one, and else as many processes as there are cores.

    Processes are ended at once if the block is left by an error or an interruption.
    """
    if executor is not None:
        size = workers or getattr(executor, "_max_workers", None) or cores()
        yield Borrowed(executor, 1 if isinstance(executor, InProcess) else size)
        return
    with _environment(PINNED):
        processes = Processes(workers or cores())
        try:
            yield processes
        except BaseException:
            processes.end()
            raise
        processes.close()


@contextmanager
def dask(address: str) -> Iterator[tuple[Executor, int]]:
    """Executor of a Dask cluster, and how many runs it plays at once.

    Raises:
        AbmError: if Dask is not installed, nobody answers at the address, or no worker comes.
    """
    try:
        from distributed import Client
    except ImportError:
        raise AbmError(f"a cluster needs the extra 'cluster': {install('cluster')}") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise AbmError(f"{address}: no Dask scheduler answers there ({error})") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise AbmError(f"{address}: the Dask scheduler has no workers") from None
        # Not pure: Dask would take two runs with equal arguments for one.
        yield client.get_executor(pure=False), sum(client.nthreads().values())


def _start_server(context: Any) -> None:
    """Start the server from which workers are forked, with the model loaded; once is enough.

    Before Python 3.13 it looks for modules only where a new interpreter would, and might load
    another copy of this package.
    """
    from multiprocessing import forkserver

    context.set_forkserver_preload(["abm.market"])
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)  # noqa: PTH100
    with _environment({"PYTHONPATH": path, **PINNED}):
        forkserver.ensure_running()


@contextmanager
def _environment(changes: dict[str, str]) -> Iterator[None]:
    """Environment of the processes that start meanwhile."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
