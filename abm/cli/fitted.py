"""Tables that fit the terminal: what does not fit is left out by rank, and never squeezed."""

from __future__ import annotations

import sys

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

PIPED_WIDTH = 160
"""Columns of characters where the output is no terminal."""

WORDS = 24
"""Characters that a column of words keeps at least before it is wrapped."""

GAP = 2
"""Characters between columns."""


def wide_console() -> Console:
    """The terminal, or where there is none a page as wide as any table."""
    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)


def table_of(*names: str, words: tuple[str, ...] = ()) -> Table:
    """An empty table.

    Args:
        names: heads of the columns, no two alike.
        words: those of them that may be wrapped.
    """
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in names:
        table.add_column(name, no_wrap=name not in words)
    return table


def fitted(table: Table, width: int, spare: tuple[str, ...]) -> Table:
    """The table without the columns that it has no room for.

    Args:
        table: made by `table_of`.
        width: characters of a line.
        spare: heads of columns that may go, the first to go first.
    """
    kept = list(table.columns)
    for name in spare:
        if sum(map(_needs, kept)) + GAP * (len(kept) - 1) <= width:
            break
        kept = [column for column in kept if column.header != name]
    wrapped = tuple(str(column.header) for column in kept if not column.no_wrap)
    result = table_of(*(str(column.header) for column in kept), words=wrapped)
    for cells in zip(*(column.cells for column in kept), strict=True):
        result.add_row(*cells)
    return result


def _needs(column: Column) -> int:
    """Characters that a column takes at least."""
    longest = max(cell_len(str(cell)) for cell in (column.header, *column.cells))
    return longest if column.no_wrap else min(longest, WORDS)


def say(console: Console, table: Table, spare: tuple[str, ...]) -> None:
    """Print a table as far as it fits; an empty one in words."""
    if table.row_count:
        console.print(fitted(table, console.width, spare))
    else:
        console.print(Text("nothing to tell"))
