"""Communities in blocks, so that what the steps over all of them compute stays in cache.

A block is a neighbourhood: a stretch of the ring on which social ties are drawn. Most neighbours of
its communities are in it, and what they use is near in memory as well.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.agents.columns import Table

Floats = NDArray[np.floating[Any]]

SIZE = 2000
"""Communities in a block.

No multiple of a power of two: rows so far apart would share a few lines of the cache, and turning
communities' rows into offers' rows would take eight times as long.
"""


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


def _parts(segment: NDArray[np.int64]) -> Iterator[tuple[int, slice]]:
    begins = np.flatnonzero(np.diff(segment, prepend=-1)).tolist()
    for first, after in pairwise([*begins, segment.size]):
        yield int(segment[first]), slice(first, after)


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
