"""How far open models are behind the best closed one, in months."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

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

LETTER = 10
"""Size of the names in the strip, in points."""

STRIP = 10.0
"""Inches that the strip is long, about."""

MOST = 3
"""Labs that are named beside the strip."""

SHADES = ("#f6d7a7", "#fbeeda")
"""Fills of the strip, in turn."""


@styled
def fig(run: "Run") -> Figure:
    """Draw the lag of the best open model and of the median independent open lab."""
    figure = canvas(13.0, 7.6)
    axes, strip = figure.subplots(2, 1, sharex=True, height_ratios=[13, 1])
    axes.set_title("How far behind the best closed model are the open ones?")
    _lines(axes, run)
    _parity(axes)
    _leaders(strip, run)
    month_axis(strip, run.market["date"].to_list())
    axes.set_xlabel("")
    axes.set_ylabel("Months behind the closed frontier")
    axes.get_legend().remove()
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    return figure


def _lines(axes: "Axes", run: "Run") -> None:
    long = run.market.unpivot(
        on=list(SERIES), index="month", variable_name="series", value_name="lag"
    ).with_columns(pl.col("series").replace_strict(SERIES))
    sns.lineplot(
        data=long.filter(pl.col("lag").is_finite()).to_dict(as_series=False),
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
            line.set(marker="o", markersize=14, clip_on=False)


def _parity(axes: "Axes") -> None:
    """Mark the level at which open models are as good as closed ones."""
    axes.axhline(0, color=INK, lw=1.2, zorder=1)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -0.05 * high), max(high, 0.05 * -low))
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


def _leaders(strip: "Axes", run: "Run") -> None:
    """Fill the strip with who leads the open models, named where there is room, else beside it."""
    months = run.market.height
    leads = run.releases.filter((pl.col("camp") == "open") & pl.col("leads_camp"))
    reigns = leads.unique("month", keep="last", maintain_order=True).filter(
        (pl.col("lab") != pl.col("lab").shift()).fill_null(True)
    )
    end = max(months - 1, 1)  # the axis ends with the last month
    starts = [*reigns["month"], end]
    named: set[str] = set()
    for turn, (lab, start) in enumerate(zip(reigns["lab"], starts, strict=False)):
        length = starts[turn + 1] - start
        strip.barh(0, length, left=start, height=1, color=SHADES[turn % 2], lw=0)
        name = _fitting(lab, STRIP * length / end)
        named.update([lab] if name else [])
        middle = start + length / 2
        strip.text(middle, 0, name, ha="center", va="center", fontsize=LETTER, color=INK)
    strip.set_ylim(-0.5, 0.5)
    strip.set_yticks([])
    strip.grid(visible=False)
    others = _unnamed(reigns["lab"], named)
    strip.annotate(
        "\n".join(["leads the open models", *others]),
        (1, 0.5 if others else 0),
        (8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="top" if others else "center",
        color=FAINT,
        fontsize=12,
    )


def _unnamed(labs: Iterable[str], named: set[str]) -> list[str]:
    """Lines that name labs for which the strip has no room, the first of them."""
    others = [short(lab, 24) for lab in dict.fromkeys(labs) if lab not in named]
    more = [f"and {len(others) - MOST} more"] if len(others) > MOST else []
    return ["in unnamed parts:", *others[:MOST], *more] if others else []


def _fitting(name: str, room: float) -> str:
    """A name that fits into so many inches, on two lines if need be; empty if it does not."""
    for text in (name, name.replace(" ", "\n", 1)):
        if max(map(len, text.split("\n"))) * 0.6 * LETTER / 72 < room:
            return text
    return ""
