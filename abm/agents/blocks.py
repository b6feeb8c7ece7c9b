"""Communities in blocks, so that what the steps over all of them compute stays in cache."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.agents.columns import Table

Floats = NDArray[np.floating[Any]]

SIZE = 2048
"""Communities in a block."""


@dataclass(frozen=True)
class Block:
    """Some neighbouring rows of the table of communities, with what never changes about them.

    Attributes:
        rows: rows in the table.
        parts: segments with the rows of the table that they have in this block.
        segment: segment of each community, shape (communities,).
        needs: weights of domains, shape (domains, communities).
    """

    rows: slice
    parts: tuple[tuple[int, slice], ...]
    segment: NDArray[np.int64]
    needs: Floats

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
    blocks: list[Block], weights: Floats, use: Floats, segments: int
) -> NDArray[np.float64]:
    """Sum what communities use, with weights, by segment.

    Each block is summed in the precision of `use`, and the blocks in double precision.

    Args:
        blocks: all communities.
        weights: shape (weightings, communities).
        use: shape (communities, offers).
        segments: number of segments.

    Returns:
        Shape (segments, weightings, offers).
    """
    weights = weights.astype(use.dtype, copy=False)
    total = np.zeros((segments, weights.shape[0], use.shape[1]))
    for block in blocks:
        for segment, part in block.parts:
            total[segment] += weights[:, part] @ use[part]
    return total
