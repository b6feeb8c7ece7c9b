"""Garbage collection around a run.

A market and its agents hold each other, so that only the collector of cycles can free them; while
it lives it makes no cycles. The collector, left alone, walks all that the libraries have loaded
every few runs, for a tenth of a second each time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def collect_last() -> None:
    """Free the market before this one if nobody holds it, without a look at the libraries.

    It is still young if it was built and run while collection was paused.
    """
    gc.collect(1)


@contextmanager
def paused() -> Iterator[None]:
    """Pause the collection of cycles; also a decorator. What was in force before is restored."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
