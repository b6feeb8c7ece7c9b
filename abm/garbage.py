"""Garbage collection around a run.

A market and its agents hold each other, so that only the collector of cycles can free them; while
it lives it makes no cycles. The collector, left alone, walks all that the libraries have loaded
every few runs, for a tenth of a second each time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self


class AloneInMemory:
    """Base of what is large and in cycles: the last one is freed before there is a new one.

    It is freed if nobody holds it, and without a look at the libraries: it is still young if it was
    built and run while collection was paused. The new one would grow old with it.
    """

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Free the last one first."""
        gc.collect(1)
        return super().__new__(cls)


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
