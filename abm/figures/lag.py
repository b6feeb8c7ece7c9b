"""How far open models are behind the best closed one, in months."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import seaborn as sns
from matplotlib.figure import Figure

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
    """Name the lab that takes the lead among the open models, where there is room."""
    path = run.market["best_open_lag"].to_numpy()
    leads = run.releases.filter((pl.col("camp") == "open") & pl.col("leads_camp"))
    changed = leads.filter((pl.col("lab") != pl.col("lab").shift()).fill_null(True))
    spacing = max(run.market.height / LABELS, 1)
    last = -np.inf
    for month, lab in zip(changed["month"], changed["lab"], strict=True):
        if not np.isfinite(path[month]):
            continue
        axes.plot(month, path[month], "o", ms=7, color=ORANGE, mec="white", zorder=4, clip_on=False)
        if month - last < spacing:
            continue
        last = month
        axes.annotate(
            short(lab, 18),
            (month, path[month]),
            (2, -12),
            textcoords="offset points",
            ha="left",
            va="top",
            fontsize=11,
            color=INK,
        )
