"""Communities in blocks, so that what the steps over all of them compute stays in cache.

A block is a neighbourhood: a stretch of the ring on which social ties are drawn. Most neighbours of
its communities are in it, and what they use is near in memory as well.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from abm.cores import cores

if TYPE_CHECKING:
    from abm.agents.columns import Table

Floats = NDArray[np.floating[Any]]
T = TypeVar("T")

SIZE = 2000
"""Communities in a block of a world for one thread; twice as many in a larger one.

No multiple of a power of two: rows so far apart would share a few lines of the cache, and turning
communities' rows into offers' rows would take eight times as long.
"""

_AT_A_TIME = 200
"""Communities whose rows are turned at a time."""

A_THREAD = 25_000
"""Communities that keep a thread busy."""


@dataclass(frozen=True)
class Block:
    """Some neighbouring rows of the table of communities, with what never changes about them.

    Attributes:
        place: which of the blocks it is.
        rows: rows in the table.
        parts: segments with the rows of the block that they have.
        segment: segment of each community, shape (communities,).
        weights: size and budget at full adoption, shape (2, communities).
        needs: weights of domains, shape (communities, domains).
    """

    place: int
    rows: slice
    parts: tuple[tuple[int, slice], ...]
    segment: NDArray[np.int64]
    weights: Floats
    needs: Floats

    def part_of(self, column: Floats, lines: NDArray[np.int64]) -> Floats:
        """What communities of the block have in some columns of a wide column of the table.

        Args:
            column: shape (all communities, offers or labs).
            lines: some of its columns.

        Returns:
            A copy, shape (communities, lines), stored line after line.
        """
        if self.segment.size == column.shape[0]:
            return column.T.take(lines, axis=0).T
        part: Floats = column.T[lines, self.rows].T
        return part


def size(communities: int) -> int:
    """Communities in a block.

    What is done with a block must take longer than handing the interpreter to another thread.
    """
    return SIZE if communities < 2 * A_THREAD else 2 * SIZE


def arranged(ring: NDArray[np.int64], segment: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order of the communities in their table: block by block, those of a segment side by side.

    Within a segment they follow the ring, unless there is but one block, which stays in cache.

    Args:
        ring: community at each place of the ring.
        segment: segment of each community, ascending.
    """
    if ring.size <= SIZE:
        return np.arange(ring.size)
    place = np.argsort(ring)
    order: NDArray[np.int64] = np.lexsort((place, segment, place // size(ring.size)))
    return order


def cut(table: "Table") -> list[Block]:
    """Cut the table of communities, which is arranged, into blocks."""
    dtype, stretch = table.use.dtype, size(table.rows)
    blocks = []
    for place, first in enumerate(range(0, table.rows, stretch)):
        rows = slice(first, min(first + stretch, table.rows))
        blocks.append(
            Block(
                place,
                rows,
                tuple(_parts(table.segment[rows])),
                table.segment[rows].copy(),
                np.stack([table.size[rows], table.budget[rows]]).astype(dtype, copy=False),
                table.needs[rows].astype(dtype),
            )
        )
    return blocks


def _parts(segment: NDArray[np.int64]) -> Iterator[tuple[int, slice]]:
    begins = np.flatnonzero(np.diff(segment, prepend=-1)).tolist()
    for first, after in pairwise([*begins, segment.size]):
        yield int(segment[first]), slice(first, after)


def turned(by_community: Floats) -> Floats:
    """Rows of a block's communities as rows of offers or labs.

    Args:
        by_community: shape (communities, lines), stored community after community.

    Returns:
        Shape (lines, communities), stored line after line.
    """
    communities, lines = by_community.shape
    if communities <= _AT_A_TIME:
        return by_community.T.copy()
    by_line = np.empty((lines, communities), dtype=by_community.dtype)
    # A few communities at a time, whose numbers stay in cache until the last line has them.
    for first in range(0, communities, _AT_A_TIME):
        part = slice(first, first + _AT_A_TIME)
        by_line[:, part] = by_community[part].T
    return by_line


def threads() -> int:
    """Threads that may work on blocks: one a core, or as many as OMP_NUM_THREADS says."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    if said.isdecimal():
        return max(int(said), 1)
    return cores()


def each(blocks: list[Block], work: Callable[[Block], T]) -> list[T]:
    """Do some work for every block: side by side, where there are enough of them.

    The work writes to nothing but the rows of its block, and what it comes to is given in the order
    of the blocks: how many threads there were shows in no result.
    """
    hands = blocks[-1].rows.stop // A_THREAD
    if hands <= 1 or (hands := min(threads(), hands)) <= 1:
        return [work(block) for block in blocks]
    with ThreadPoolExecutor(hands) as pool:
        try:
            # In the context of the caller, where overflows are errors.
            tasks = [pool.submit(copy_context().run, work, block) for block in blocks]
            return [task.result() for task in tasks]
        except BaseException:
            # Whoever stops this, with Ctrl-C too, finds no thread that still writes to the market.
            pool.shutdown(cancel_futures=True)
            raise


def weighted_sums(
    blocks: list[Block],
    weights: Iterable[Floats],
    use: Floats,
    lines: NDArray[np.int64],
    segments: int,
) -> NDArray[np.float64]:
    """Sum what communities use, with weights, by segment.

    Each block is summed in the precision of `use`, and the blocks in double precision.

    Args:
        blocks: all communities.
        weights: of each block, shape (weightings, communities), in the precision of `use`.
        use: use of every offer, shape (communities, offers).
        lines: offers to sum.
        segments: number of segments.

    Returns:
        Shape (segments, weightings, lines).
    """
    total = np.zeros(())
    for block, weighting in zip(blocks, weights, strict=True):
        used = block.part_of(use, lines)
        sums = np.zeros((segments, weighting.shape[0], lines.size), dtype=use.dtype)
        for segment, part in block.parts:  # each segment is one stretch of a block
            np.matmul(weighting[:, part], used[part], out=sums[segment])
        total = total + sums
    return total
