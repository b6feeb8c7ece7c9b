"""The hosting matrix: which cloud lists which lab, and since when."""

from typing import TYPE_CHECKING, Any

import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from abm.figures.style import CAMP, INK, canvas, empty, month_axis, short, styled
from abm.record.spells import spells
from abm.record.wording import month_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from abm.record.run import Run

NAME_WIDTH = 0.19
"""Width of a month's name, as a share of the time axis of a panel."""

ROWS = 30
"""Labs that are drawn at most: those that were listed longest."""


@styled
def fig(run: "Run") -> Figure:
    """Draw a row a lab and a column a cloud; in each cell a bar for the months of the listing."""
    found = spells(run)
    clouds = [cloud.name for cloud in run.scenario.clouds]
    labs = _labs(found)
    figure = canvas(max(13.0, 4.0 + 3.6 * len(clouds)), 2.6 + 0.34 * max(len(labs), 3))
    figure.suptitle(
        "Who hosts whom, and since when?", x=0.01, ha="left", fontsize=17, fontweight="bold"
    )
    if not labs:
        empty(figure.subplots(), "No cloud lists a model in this run")
        return figure
    panels = figure.subplots(1, len(clouds), sharey=True, squeeze=False)[0]
    for axes, cloud in zip(panels, clouds, strict=True):
        _panel(axes, found.filter(pl.col("cloud") == cloud), labs, run)
        axes.set_title(short(cloud, 26), fontsize=14, loc="center", fontweight="normal")
    panels[0].set_yticks(range(len(labs)), [short(lab, 26) for lab in labs], fontsize=12)
    panels[0].set_ylim(len(labs) - 0.4, -0.6)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3)
    return figure


def _labs(found: pl.DataFrame) -> list[str]:
    """Labs that were ever listed: on the most clouds first, then the longest."""
    ranked = (
        found.with_columns((pl.col("last") - pl.col("first") + 1).alias("months"))
        .group_by("lab")
        .agg(pl.col("cloud").n_unique(), pl.col("months").sum(), pl.col("first").min())
        .sort("cloud", "months", "first", "lab", descending=[True, True, False, False])
    )
    return ranked["lab"].head(ROWS).to_list()


def _panel(axes: "Axes", listed: pl.DataFrame, labs: list[str], run: "Run") -> None:
    """One cloud's column."""
    dates = run.market["date"].to_list()
    for line, lab in enumerate(labs):
        own = list(listed.filter(pl.col("lab") == lab).sort("first").iter_rows(named=True))
        for row in own:
            _bar(axes, row, line)
        _label(axes, own, line, len(dates))
    month_axis(axes, dates, years=1)
    axes.set_xlim(-0.5, len(dates) - 0.5)
    axes.grid(visible=False, axis="y")
    for line in range(1, len(labs)):
        axes.axhline(line - 0.5, color="#eeeeee", lw=1, zorder=0)


def _bar(axes: "Axes", row: dict[str, Any], line: int) -> None:
    axes.barh(
        line,
        row["last"] - row["first"] + 1,
        left=row["first"] - 0.5,
        height=0.78,
        facecolor=CAMP[row["camp"]],
        alpha=0.6,
        hatch="///" if row["seeded"] else "",
        edgecolor="white",
        lw=0,
    )


def _label(axes: "Axes", rows: list[dict[str, Any]], line: int, months: int) -> None:
    """Month of each listing: in its bar, or else beside it, where there is room."""
    wide = NAME_WIDTH * months
    taken = [(row["first"] - 0.5, row["last"] + 0.5) for row in rows]
    for row in rows:
        start, stop = row["first"] - 0.5, row["last"] + 0.5
        if row["seeded"]:
            continue
        spots = [(stop, stop + wide), (start - wide, start)]
        free = [
            (low, high)
            for low, high in spots
            if low >= -0.5
            and high <= months
            and not any(low < end and begin < high for begin, end in taken)
        ]
        inside = stop - start >= wide
        if inside or free:
            low, high = (start, start + wide) if inside else free[0]
            taken.append((low, high))
            text, x = month_name(row["since"]), (low + high) / 2
            axes.text(x, line, text, ha="center", va="center", fontsize=11, color=INK)


def _legend() -> list[Patch]:
    return [
        Patch(facecolor=CAMP["open"], alpha=0.6, label="open model"),
        Patch(facecolor=CAMP["closed"], alpha=0.6, label="closed model"),
        Patch(facecolor="#aaaaaa", edgecolor="white", hatch="///", label="there from the start"),
    ]
