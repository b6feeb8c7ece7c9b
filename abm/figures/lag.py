"""How far open models are behind the best closed one, in months."""

from typing import TYPE_CHECKING

import matplotlib.patheffects as effects
import numpy as np
import polars as pl
import seaborn as sns
from matplotlib.figure import Figure
from numpy.typing import NDArray

from abm.figures.style import BROWN, FAINT, INK, ORANGE, canvas, month_axis, short, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from abm.record.run import Run

SERIES = {
    "best_open_lag": "best open model",
    "median_independent_lag": "median independent open lab",
}
LABELS = 9
"""Changes of the leader that are named at most."""


@styled
def fig(run: "Run") -> Figure:
    """Draw the lag of the best open model and of the median independent open lab."""
    figure = canvas()
    axes = figure.subplots()
    axes.set_title("How far behind the best closed model are the open ones?")
    long = run.market.unpivot(
        on=list(SERIES), index="month", variable_name="series", value_name="lag"
    ).with_columns(pl.col("series").replace_strict(SERIES))
    finite = long.filter(pl.col("lag").is_finite())
    sns.lineplot(
        data=finite.to_dict(as_series=False),
        x="month",
        y="lag",
        hue="series",
        hue_order=list(SERIES.values()),
        palette=[ORANGE, BROWN],
        style="series",
        style_order=list(SERIES.values()),
        linewidth=3,
        errorbar=None,
        ax=axes,
    )
    if run.market.height == 1:
        for line in axes.lines:
            line.set_marker("o")
    _parity(axes)
    _leaders(axes, run)
    month_axis(axes, run.market["date"].to_list())
    axes.set_ylabel("Months behind the closed frontier")
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.07), ncols=2)
    return figure


def _parity(axes: "Axes") -> None:
    """Mark the level at which open models are as good as closed ones."""
    axes.axhline(0, color=INK, lw=1.2, zorder=1)
    low, high = axes.get_ylim()
    room = 0.12 * (high - low)
    axes.set_ylim(min(low, -room), max(high, 0) + room)
    axes.annotate(
        "level with the\nbest closed model",
        (1, 0),
        (8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="left",
        va="center",
        color=FAINT,
        fontsize=12,
    )


def _leaders(axes: "Axes", run: "Run") -> None:
    """Mark who takes the lead among the open models; name those who kept it longest."""
    path = run.market["best_open_lag"].to_numpy()
    leads = run.releases.filter((pl.col("camp") == "open") & pl.col("leads_camp"))
    reigns = leads.filter((pl.col("lab") != pl.col("lab").shift()).fill_null(True)).with_columns(
        (pl.col("month").shift(-1, fill_value=run.market.height) - pl.col("month")).alias("length")
    )
    spacing = max(run.market.height / LABELS, 1)
    named: list[int] = []
    for row in reigns.sort("length", descending=True, maintain_order=True).iter_rows(named=True):
        month, level = row["month"], float(path[row["month"]])
        if not np.isfinite(level):
            continue
        axes.plot(month, level, "o", ms=7, color=ORANGE, mec="white", zorder=4, clip_on=False)
        if all(abs(month - other) >= spacing for other in named):
            named.append(month)
            _name(axes, month, level, row["lab"], above=_is_peak(path, month))


def _is_peak(path: NDArray[np.float64], month: int) -> bool:
    """Whether the line runs below a point on either side of it."""
    around = path[max(month - 2, 0) : month + 6]
    return float(np.nanmean(around)) < float(path[month])


def _name(axes: "Axes", month: int, level: float, lab: str, *, above: bool) -> None:
    axes.annotate(
        short(lab, 22),
        (month, level),
        (2, 12 if above else -12),
        textcoords="offset points",
        ha="left",
        va="bottom" if above else "top",
        fontsize=11,
        color=INK,
        path_effects=[effects.withStroke(linewidth=3, foreground="white")],
        zorder=5,
    )
