"""Targets of a calibration: what runs give before and after, measured by the band of each."""

import math
from typing import TYPE_CHECKING, Any

import polars as pl
from matplotlib.figure import Figure

from abm.figures.style import BLUE, FAINT, GREY, INK, canvas, short, styled
from abm.record.wording import month_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEAR = (-2.0, 3.0)
"""Widths of the band that are drawn; what lies beyond stands at the edge as an arrow."""

LOOKS = (("before", FAINT, -0.17, "scenario as it is"), ("after", BLUE, 0.17, "ensemble"))
"""Columns, colour, shift of the row, and name of what is drawn."""


@styled
def fig(targets: pl.DataFrame) -> Figure:
    """Draw a row for each target.

    Args:
        targets: columns ``target, measure, window, fitted, band_low, band_high``, and ``before``
            and ``after`` with ``_low`` and ``_high`` of each.
    """
    figure = canvas(13.0, 1.9 + 0.46 * targets.height)
    axes = figure.subplots()
    axes.axvspan(0, 1, color=GREY, alpha=0.35, lw=0, label="band of what was observed")
    for place, row in enumerate(targets.iter_rows(named=True)):
        for name, colour, shift, label in LOOKS:
            ends = [_placed(row[key], row) for key in (f"{name}_low", name, f"{name}_high")]
            _interval(axes, place + shift, ends, colour, label if place == 0 else "")
    names = map(_name, targets.iter_rows(named=True))
    axes.set_yticks(range(targets.height), [*names], fontsize=12)
    axes.set_ylim(targets.height - 0.5, -0.5)
    axes.set_xlim(NEAR[0] - 0.1, NEAR[1] + 0.1)
    axes.set_xticks([])
    axes.set_xlabel("distance from the band, measured by its width", fontsize=13)
    axes.grid(visible=False, axis="x")
    axes.set_title("What history asks, and what the model gives", color=INK)
    figure.legend(loc="outside lower center", ncols=3, fontsize=13)
    return figure


def _name(row: dict[str, Any]) -> str:
    """Target and measure; with the month if it is one, since two may differ in that alone."""
    window, scored = row["window"], "" if row["fitted"] else "  (scored)"
    when = "" if ".." in window else f", {month_name(window)}"
    return f"{row['target']}  {short(row['measure'], 56 - len(when))}{when}{scored}"


def _placed(value: float | None, row: dict[str, float]) -> float:
    """A value in widths of the band above its lower end."""
    if value is None:
        return math.nan
    return (value - row["band_low"]) / (row["band_high"] - row["band_low"])


def _interval(axes: "Axes", y: float, ends: list[float], colour: str, label: str) -> None:
    """A line from the 5th to the 95th percentile, and the median or where it lies beyond."""
    low, middle, high = ends
    if math.isnan(middle):
        axes.text(0.5, y, "not measured", ha="center", va="center", fontsize=10, color=colour)
        return
    axes.plot(_clipped(low, high), [y, y], color=colour, lw=2.6, solid_capstyle="round")
    marker = "<" if middle < NEAR[0] else ">" if middle > NEAR[1] else "o"
    axes.plot(*_clipped(middle), y, marker, color=colour, ms=8, label=label or None)


def _clipped(*values: float) -> list[float]:
    return [min(max(value, NEAR[0]), NEAR[1]) for value in values]
