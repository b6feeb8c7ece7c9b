"""Communities in blocks, so that what the steps over all of them compute stays in cache."""

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
        parts: segments with the rows of the table that they have in this block.
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

    def within(self, part: slice) -> slice:
        """Rows of the table as rows of the block."""
        return slice(part.start - self.rows.start, part.stop - self.rows.start)


def cut(table: "Table", edges: list[int]) -> list[Block]:
    """Cut the table of communities into blocks.

    Args:
        table: communities, those of a segment side by side.
        edges: first row of each segment, and the number of rows.
    """
    dtype = table.use.dtype
    blocks = []
    for first in range(0, table.rows, SIZE):
        rows = slice(first, min(first + SIZE, table.rows))
        blocks.append(
            Block(
                rows,
                tuple(_parts(edges, rows)),
                table.segment[rows].copy(),
                np.stack([table.size[rows], table.budget[rows]]).astype(dtype, copy=False),
                np.ascontiguousarray(table.needs[rows].T, dtype=dtype),
            )
        )
    return blocks


def _parts(edges: list[int], rows: slice) -> Iterator[tuple[int, slice]]:
    for segment, (first, last) in enumerate(pairwise(edges)):
        part = slice(max(first, rows.start), min(last, rows.stop))
        if part.start < part.stop:
            yield segment, part


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
    total: list[NDArray[np.float64]] = []
    for block, weighting in zip(blocks, weights, strict=True):
        used = block.part_of(use, lines)
        if not total:
            total = [np.zeros((weighting.shape[0], lines.size)) for _ in range(segments)]
        for segment, part in block.parts:
            inside = block.within(part)
            total[segment] += weighting[:, inside] @ used[inside]
    return np.array(total)
