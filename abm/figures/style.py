"""The look that all figures share."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import matplotlib
import seaborn as sns
from matplotlib.figure import Figure

from abm.record.wording import month_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

P = ParamSpec("P")

PALETTE: list[str] = list(sns.color_palette("colorblind").as_hex())
"""Ten colours that colour-blind readers tell apart."""

BLUE, ORANGE, GREEN, RED, PINK, BROWN, ROSE, GREY, YELLOW, SKY = PALETTE

CAMP = {"open": ORANGE, "closed": BLUE}
"""Colour of each camp, the same in every figure."""

CLOUD = GREEN
INK = "#222222"
FAINT = "#8a8a8a"

STYLE: Any = {
    **sns.axes_style("whitegrid", {"axes.edgecolor": "#bbbbbb", "grid.color": "#e4e4e4"}),
    **sns.plotting_context("notebook", font_scale=1.15),
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlesize": 17,
    "axes.titlepad": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "savefig.facecolor": "white",
}


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Give a figure the common look, wherever and whenever it is rendered."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(STYLE):
            figure = draw(*args, **kwargs)
            for axes in figure.axes:
                # Ticks take their look when they are made, which else is after this context.
                axes.xaxis.get_major_ticks()
                axes.yaxis.get_major_ticks()
        return figure

    return inside


def canvas(width: float = 13.0, height: float = 7.2, *, arranged: bool = True) -> Figure:
    """An empty figure; no state of pyplot is touched.

    Args:
        width: inches.
        height: inches.
        arranged: whether matplotlib makes room for labels; if not, axes stay where they are put.
    """
    return Figure(figsize=(width, height), layout="constrained" if arranged else None)


def month_axis(axes: "Axes", dates: Sequence[str], years: int | None = None) -> None:
    """Name months on a horizontal axis that counts them from 0.

    Args:
        axes: the axes.
        dates: labels of all months of the run.
        years: name years only, and one in so many.
    """
    step = 12 * years if years else 3 if len(dates) <= 18 else 6 if len(dates) <= 40 else 12
    first = next((i for i, date in enumerate(dates) if date.endswith("-01")), 0) % step
    ticks = list(range(first, len(dates), step)) or [0]
    names = [dates[tick][:4] if years else month_name(dates[tick]) for tick in ticks]
    axes.set_xticks(ticks, names)
    axes.set_xlim(0, max(len(dates) - 1, 1))
    axes.set_xlabel("")


def short(name: str, longest: int = 22) -> str:
    """A name, cut where it would crowd out the figure."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def empty(axes: "Axes", text: str) -> None:
    """Say that there is nothing to draw."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes, color=FAINT)
