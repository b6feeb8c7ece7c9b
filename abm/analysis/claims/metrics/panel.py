"""Reading one number out of the tables of a run: months, groups of labs, means."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.record.run import Run

Floats = NDArray[np.float64]

YEAR = 12
SEEN = 36
"""Month at which most claims are judged; the last one of a shorter run."""


def month(run: "Run", wanted: int) -> int:
    """A month of the run, or its last if it is shorter."""
    return min(wanted, run.market.height - 1)


def labs_at(run: "Run", wanted: int) -> pl.DataFrame:
    """Rows of the labs in business in a month."""
    return run.labs.filter(pl.col("month") == month(run, wanted), pl.col("alive"))


def between(run: "Run", column: str, first: int, last: int) -> float:
    """Mean of a market column over some months, those at the end for a shorter run."""
    stop = month(run, last)
    start = min(first, max(stop - (last - first), 0))
    return mean(run.market[column].slice(start, stop - start + 1))


def mean(values: Iterable[float | None]) -> float:
    """Mean of the numbers among some values; NaN of none."""
    found = [x for x in values if x is not None and math.isfinite(x)]
    return float(np.mean(found)) if found else math.nan


def middle(values: Iterable[float | None]) -> float:
    """Median of the numbers among some values; NaN of none."""
    found = [x for x in values if x is not None and math.isfinite(x)]
    return float(np.median(found)) if found else math.nan


def correlation(x: Sequence[float], y: Sequence[float]) -> float:
    """Pearson correlation; NaN of fewer than three points or without spread."""
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if a.size < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])


def independents(run: "Run", camp: str = "") -> list[str]:
    """Labs of the first month without an owner's money, of one camp if it is named."""
    return [
        lab.name
        for lab in run.scenario.labs
        if not lab.owned and lab.parent_budget <= 0 and camp in ("", lab.camp)
    ]
