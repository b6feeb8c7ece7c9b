"""Windows of calendar months, and the rows of dated tables that fall into them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from abm.record.run import Run


@dataclass(frozen=True)
class Window:
    """The calendar months that a measure is about.

    Attributes:
        first: label of the first month, ``YYYY-MM``.
        last: label of the last month, included; the first again if it is a single month.
    """

    first: str
    last: str

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Read ``YYYY-MM`` or ``YYYY-MM..YYYY-MM``."""
        first, _, last = text.partition("..")
        return cls(first, last or first)

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}..{self.last}"

    def holds(self, date: str) -> bool:
        """Whether a month's label lies inside."""
        return self.first <= date <= self.last


def covers(run: "Run", window: Window) -> bool:
    """Whether a run holds months of the window up to its last."""
    dates = run.market["date"]
    return bool(dates.len()) and bool(dates[0] <= window.last <= dates[-1])


def inside(table: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Rows of a dated table that fall into a window."""
    return table.filter(pl.col("date").is_between(pl.lit(window.first), pl.lit(window.last)))


def until(table: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Rows of a dated table up to the end of a window."""
    return table.filter(pl.col("date") <= window.last)
