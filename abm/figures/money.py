"""Where the labs' money comes from and where it goes, and what flows between all sectors."""

from typing import TYPE_CHECKING

import matplotlib
import numpy as np
import polars as pl
import seaborn as sns
from matplotlib.colors import SymLogNorm
from matplotlib.figure import Figure

from abm.figures.style import (
    BLUE,
    BROWN,
    GREEN,
    INK,
    ORANGE,
    PINK,
    RED,
    ROSE,
    SKY,
    YELLOW,
    canvas,
    empty,
    styled,
)
from abm.ledger import SECTOR_NAMES, SECTORS
from abm.record.wording import count, spelt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer
    from matplotlib.figure import SubFigure

    from abm.record.run import Run

NAMES = {
    "api": "use of their own API",
    "compute": "compute for training",
    "bridge": "buyers to labs under review",
    "default": "debts never paid",
    "defence": "legal defence",
    "equity": "equity raised",
    "farm": "GPU farms",
    "group": "groups to their clouds",
    "hosting": "use of hosted models",
    "labels": "data labels",
    "liquidation": "cash of closed labs",
    "merged_cash": "cash of bought labs",
    "owner": "owners to their labs",
    "product": "launch of products",
    "resale": "resale of compute",
    "royalty": "royalties from hosts",
    "self_hosting": "use on own machines",
    "serving": "compute for serving",
    "slots": "places in catalogues",
}
"""Kinds of payment whose name in the ledger says too little."""

MAIN = {
    "subscriptions": RED,
    "api": BROWN,
    "royalty": ROSE,
    "equity": SKY,
    "owner": BLUE,
    "wages": ORANGE,
    "compute": GREEN,
    "serving": PINK,
    "labels": YELLOW,
}
"""Kinds of payment that get a colour of their own, the same in every run."""

ROWS = 16
"""Kinds of payment in the table at most: the largest."""


@styled
def fig(run: "Run") -> Figure:
    """Draw the labs' sources and uses by year, and a table of all flows."""
    figure = canvas(16.0, 8.2)
    figure.suptitle(
        "Where does the money come from, and where does it go?",
        x=0.01,
        ha="left",
        fontsize=17,
        fontweight="bold",
    )
    yearly = _yearly(run)
    if not yearly.height:
        empty(figure.subplots(), "No payments were recorded in this run")
        return figure
    parts = figure.subfigures(1, 2, width_ratios=[1.0, 1.25], squeeze=False)
    _labs(parts[0, 0], yearly, run)
    _table(parts[0, 1].subplots(), run)
    return figure


def _billions() -> pl.Expr:
    """Sums by sector, USD bn, to the dollar: in which order polars adds up may differ by run."""
    return (pl.col(SECTORS).sum() / 1000).round(9)


def _yearly(run: "Run") -> pl.DataFrame:
    """Flows by year and kind, USD bn."""
    dates = run.market.select("month", pl.col("date").str.slice(0, 4).alias("year"))
    return (
        run.flows.join(dates, on="month")
        .group_by("year", "kind")
        .agg(_billions())
        .sort("year", "kind")
    )


def _labs(part: "SubFigure", yearly: pl.DataFrame, run: "Run") -> None:
    """Stack what labs got above the line, and what they paid below it."""
    axes = part.subplots()
    length = run.market.group_by(pl.col("date").str.slice(0, 4)).len().sort("date")
    years = length["date"].to_list()
    got = _stack(axes, yearly.filter(pl.col("L") > 0), years)
    paid = _stack(axes, yearly.filter(pl.col("L") < 0), years)
    for legend in (
        part.legend(handles=got, title="received", loc="outside lower left"),
        part.legend(handles=paid, title="paid", loc="outside lower right"),
    ):
        legend.set_alignment("left")
    axes.axhline(0, color=INK, lw=1.2)
    axes.use_sticky_edges = False  # a part of nothing would fix the end of the axis to its bar
    axes.autoscale_view()
    axes.set_xticks(years, [_year(year, months) for year, months in length.iter_rows()])
    axes.set_title("Labs: received (above) and paid (below)", fontsize=14, fontweight="normal")
    axes.set_ylabel("USD bn a year")
    axes.grid(visible=False, axis="x")


def _year(year: str, months: int) -> str:
    """A year, and how much of it was played if not all."""
    return year if months == 12 else f"{year}\n({count(months, 'month')})"


def _stack(axes: "Axes", flows: pl.DataFrame, years: list[str]) -> list["BarContainer"]:
    """Stack one side, the main kinds next to the line."""
    floor = np.zeros(len(years))
    drawn = []
    for kind in [*MAIN, ""]:
        own = pl.col("kind") == kind if kind else ~pl.col("kind").is_in(list(MAIN))
        amounts = dict(
            flows.filter(own).group_by("year").agg(pl.col("L").sum().round(9)).iter_rows()
        )
        heights = np.array([amounts.get(year, 0.0) for year in years])
        if heights.any():
            label = words(kind) if kind else "other"
            colour = MAIN.get(kind, "#c9c9c9")
            drawn.append(axes.bar(years, heights, 0.8, floor, color=colour, label=label))
            floor += heights
    return drawn


def _table(axes: "Axes", run: "Run") -> None:
    """Colour net receipts by kind and sector over the whole run."""
    total = run.flows.group_by("kind").agg(_billions())
    gross = pl.sum_horizontal(pl.col(SECTORS).abs())
    top = total.sort([gross, "kind"], descending=[True, False]).head(ROWS)
    which = "All" if top.height == total.height else f"The {ROWS} largest"
    busy = [sector for sector in SECTORS if float(top[sector].abs().sum()) > 0]
    values = top.select(busy).to_numpy()
    limit = max(float(np.abs(values).max()), 1e-3)
    sns.heatmap(
        values,
        ax=axes,
        cmap=matplotlib.colormaps["RdBu"],
        norm=SymLogNorm(linthresh=limit / 100, vmin=-limit, vmax=limit),
        annot=np.vectorize(_figure)(values),
        fmt="",
        annot_kws={"fontsize": 10},
        linewidths=1,
        cbar=False,
        xticklabels=False,
        yticklabels=[words(kind) for kind in top["kind"]],
    )
    axes.set_title(
        f"{which} payments: received (blue), paid (red), USD bn",
        fontsize=14,
        fontweight="normal",
    )
    across = np.arange(len(busy)) + 0.5
    axes.set_xticks(across, [SECTOR_NAMES[name] for name in busy], rotation=30, ha="right")
    axes.tick_params(axis="y", rotation=0)


def _figure(value: float) -> str:
    """A number of a cell; nothing where nothing flows."""
    if value == 0:
        return ""
    if abs(value) < 0.005:
        return "~0"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def words(kind: str) -> str:
    """A kind of payment in words."""
    return NAMES.get(kind, spelt(kind))
