"""Communities in blocks, so that what the steps over all of them compute stays in cache.

A block is a neighbourhood: a stretch of the ring on which social ties are drawn. Most neighbours of
its communities are in it, and what they use is near in memory as well.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.agents.columns import Table

Floats = NDArray[np.floating[Any]]
T = TypeVar("T")

SIZE = 2000
"""Communities in a block.

No multiple of a power of two: rows so far apart would share a few lines of the cache, and turning
communities' rows into offers' rows would take eight times as long.
"""


FEWEST = 10
"""Blocks for which a thread of their own pays."""


@dataclass(frozen=True)
class Block:
    """Some neighbouring rows of the table of communities, with what never changes about them.

    Attributes:
        rows: rows in the table.
        parts: segments with the rows of the block that they have.
        segment: segment of each community, shape (communities,).
        weights: size and budget at full adoption, shape (2, communities).
        needs: weights of domains, shape (domains, communities).
    """

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
        part: Floats = column.T[lines, self.rows].T
        return part


@dataclass(frozen=True)
class Stint:
    """Blocks that one thread works through, one after the other.

    Attributes:
        blocks: the blocks, which lie side by side.
        places: their places among all blocks.
        rooms: working memory that lasts as long as the market, shape (2, numbers).
    """

    blocks: tuple[Block, ...]
    places: slice
    rooms: Floats

    def room(self, which: int, width: int, block: Block) -> Floats:
        """One of the two rooms, lent for some numbers of each community of a block.

        Returns:
            Shape (width, communities).
        """
        communities = block.segment.size
        return self.rooms[which, : width * communities].reshape(width, communities)


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
    order: NDArray[np.int64] = np.lexsort((place, segment, place // SIZE))
    return order


def cut(table: "Table") -> list[Block]:
    """Cut the table of communities, which is arranged, into blocks."""
    dtype = table.use.dtype
    blocks = []
    for first in range(0, table.rows, SIZE):
        rows = slice(first, min(first + SIZE, table.rows))
        blocks.append(
            Block(
                rows,
                tuple(_parts(table.segment[rows])),
                table.segment[rows].copy(),
                np.stack([table.size[rows], table.budget[rows]]).astype(dtype, copy=False),
                np.ascontiguousarray(table.needs[rows].T, dtype=dtype),
            )
        )
    return blocks


def stints(blocks: list[Block], width: int, threads: int) -> list[Stint]:
    """Share blocks out among threads.

    Args:
        blocks: all of them.
        width: largest number of values of a community.
        threads: how many may work at a time, if there is enough for them.
    """
    hands = max(min(threads, len(blocks) // FEWEST), 1)
    ends = [len(blocks) * n // hands for n in range(hands + 1)]
    rooms = np.empty((hands, 2, width * blocks[0].segment.size), dtype=blocks[0].needs.dtype)
    return [
        Stint(tuple(blocks[first:after]), slice(first, after), room)
        for (first, after), room in zip(pairwise(ends), rooms, strict=True)
    ]


def worked(stints: list[Stint], work: Callable[[Stint], T]) -> list[T]:
    """What some work comes to in each stint, all of them worked at the same time."""
    if len(stints) == 1:
        return [work(stints[0])]
    with ThreadPoolExecutor(len(stints)) as pool:
        # In the context of the market, which says what numpy does about numbers that overflow.
        parts = [pool.submit(copy_context().run, work, stint) for stint in stints]
    return [part.result() for part in parts]


def added(parts: Iterable[Iterable[Floats]]) -> NDArray[np.float64]:
    """Sum of one array a block by stints, in double precision: the same for any number of them."""
    total: Floats = sum(chain.from_iterable(parts), np.zeros(()))
    return total.astype(np.float64, copy=False)


def _parts(segment: NDArray[np.int64]) -> Iterator[tuple[int, slice]]:
    begins = np.flatnonzero(np.diff(segment, prepend=-1)).tolist()
    for first, after in pairwise([*begins, segment.size]):
        yield int(segment[first]), slice(first, after)


def weighted_sums(
    stints: list[Stint],
    weights: Callable[[Block], Floats],
    use: Floats,
    lines: NDArray[np.int64],
    segments: int,
) -> NDArray[np.float64]:
    """Sum what communities use, with weights, by segment.

    Each block is summed in the precision of `use`, and the blocks in double precision.

    Args:
        stints: all communities.
        weights: of a block, shape (weightings, communities), in the precision of `use`.
        use: use of every offer, shape (communities, offers).
        lines: offers to sum.
        segments: number of segments.

    Returns:
        Shape (segments, weightings, lines).
    """

    def of(block: Block) -> Floats:
        weighting, used = weights(block), block.part_of(use, lines)
        sums = np.zeros((segments, weighting.shape[0], lines.size), dtype=use.dtype)
        for segment, part in block.parts:
            np.matmul(weighting[:, part], used[part], out=sums[segment])
        return sums

    return added(worked(stints, lambda stint: [of(block) for block in stint.blocks]))
