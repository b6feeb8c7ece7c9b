"""A forecast: how each metric is distributed month by month, and what was observed of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl
from matplotlib.figure import Figure

from abm.figures.style import BLUE, INK, ORANGE, canvas, month_axis, styled
from abm.record.wording import spelt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ABREAST = 3
BANDS = (("p05", "p95", 0.18), ("p25", "p75", 0.34))
"""Ends of each band, and how strongly it is filled."""


@styled
def fig(table: pl.DataFrame, seen: pl.DataFrame, units: Mapping[str, str]) -> Figure:
    """Draw a fan for each metric.

    Args:
        table: columns ``metric, date, p05, p25, p50, p75, p95``.
        seen: columns ``metric, date, value``.
        units: unit of each metric, in the order in which they are drawn.
    """
    rows = -(-len(units) // ABREAST)
    figure = canvas(15.0, 0.8 + 2.9 * rows)
    panels = figure.subplots(rows, ABREAST, squeeze=False).ravel()
    for axes, (metric, unit) in zip(panels, units.items(), strict=False):
        _fan(axes, table.filter(metric=metric), seen.filter(metric=metric))
        named = "" if unit == "1" else f", {unit}"
        axes.set_title(f"{spelt(metric)}{named}", fontsize=14, color=INK)
    for axes in panels[len(units) :]:
        axes.set_axis_off()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=len(labels), fontsize=13)
    return figure


def _fan(axes: "Axes", rows: pl.DataFrame, seen: pl.DataFrame) -> None:
    dates = rows["date"].to_list()
    place = {date: number for number, date in enumerate(dates)}
    for low, high, alpha in BANDS:
        axes.fill_between(
            range(len(dates)), rows[low].to_numpy(), rows[high].to_numpy(),
            color=BLUE, alpha=alpha, lw=0, label=f"{int(low[1:])}th to {high[1:]}th percentile",
        )  # fmt: skip
    axes.plot(range(len(dates)), rows["p50"].to_numpy(), color=BLUE, lw=2.2, label="median")
    known = [(place[d], v) for d, v in seen.select("date", "value").iter_rows() if d in place]
    x, y = zip(*known, strict=True) if known else ((), ())
    axes.plot(x, y, "o", color=ORANGE, ms=6, mec="white", mew=0.7, label="observed")
    month_axis(axes, dates, years=2 if len(dates) > 40 else None)
