"""Influence of assumptions beside the quality of their sources, and what each one moves."""

from textwrap import shorten
from typing import TYPE_CHECKING

import polars as pl
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from abm.figures.style import BLUE, GREY, INK, ORANGE, PINK, SKY, canvas, empty, styled
from abm.record.wording import spelt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GRADES = {"measured": BLUE, "cited": SKY, "adapted": PINK, "assumed": ORANGE, "-": INK}
"""Colour of each grade of a source, and of luck."""

NAMES = {
    "measured": "measured",
    "cited": "cited",
    "adapted": "cited and bent by judgement",
    "assumed": "assumed",
    "-": "luck alone",
}
"""Grades as the legend has them."""

LUCK = "luck"
SHOWN = 20
"""Assumptions that are drawn, at most."""


@styled
def fig(ledger: pl.DataFrame, indices: pl.DataFrame, method: str) -> Figure:
    """Draw a tornado of influence, coloured by source, and a heat map of what moves what.

    Args:
        ledger: one row a factor (`abm.analysis.sensitivity.study.Sensitivity.ledger`).
        indices: one row an outcome and factor (`Sensitivity.indices`).
        method: ``morris`` or ``sobol``.
    """
    known = ledger.filter(pl.col("influence").is_not_null())
    luck = pl.col("parameter") == LUCK
    # Luck is always shown, whatever its rank: it is the yardstick.
    top = pl.concat([known.filter(~luck).head(SHOWN), known.filter(luck)])
    top = top.sort("influence", descending=True, maintain_order=True)
    figure = canvas(15.0, 3.6 + 0.36 * max(top.height, 4))
    bars, heat = figure.subplots(1, 2, width_ratios=[1.0, 1.25])
    figure.suptitle(
        "What the results rest on", x=0.01, ha="left", fontsize=19, fontweight="bold", color=INK
    )
    if top.is_empty():
        empty(bars, "No trajectory is whole")
        empty(heat, "")
        return figure
    _tornado(bars, top, method)
    _heat(heat, top, indices)
    seen = set(top["grade"])
    patches = [
        Patch(color=GRADES[name], label=label) for name, label in NAMES.items() if name in seen
    ]
    figure.legend(handles=patches, loc="outside lower left", ncols=len(patches), fontsize=13)
    return figure


def _tornado(axes: "Axes", top: pl.DataFrame, method: str) -> None:
    """Bars by influence, luck among them."""
    names, values = top["parameter"].to_list(), top["influence"].to_numpy()
    colours = [GRADES[grade] for grade in top["grade"]]
    axes.barh(range(len(names)), values, color=colours, height=0.74)
    axes.set_yticks(range(len(names)), names, fontsize=12.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    for name, label in zip(names, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if name == LUCK else "normal")
    axes.grid(visible=False, axis="y")
    unit = "size of the effect, in SD" if method == "morris" else "total share of variance"
    axes.set_xlabel(f"{unit}, mean over outcomes", fontsize=13)
    axes.set_title("Influence, by what the source is", fontsize=15)


def _heat(axes: "Axes", top: pl.DataFrame, indices: pl.DataFrame) -> None:
    """Weight by outcome; a dot where it is more than luck's."""
    names = top["parameter"].to_list()
    outcomes = indices["outcome"].unique(maintain_order=True).to_list()
    luck = dict(indices.filter(parameter=LUCK).select("outcome", "weight").iter_rows())
    cells = {(row["parameter"], row["outcome"]): row for row in indices.iter_rows(named=True)}
    found = [[cells.get((name, outcome)) for outcome in outcomes] for name in names]
    weights = [[float("nan") if cell is None else cell["weight"] for cell in row] for row in found]
    marks = [
        ["" if cell is None or not _above(cell, luck) else "●" for cell in row] for row in found
    ]
    labels = [shorten(spelt(name), 26, placeholder="…") for name in outcomes]
    sns.heatmap(
        weights, ax=axes, cmap=sns.light_palette(BLUE, as_cmap=True), annot=marks, fmt="", vmin=0,
        linewidths=0.8, annot_kws={"fontsize": 11}, xticklabels=labels, yticklabels=False,
        cbar_kws={"shrink": 0.6, "label": "weight on the outcome"},
    )  # fmt: skip
    axes.set_facecolor(GREY)
    axes.tick_params(axis="x", labelrotation=40, labelsize=11)
    for label in axes.get_xticklabels():
        label.set(horizontalalignment="right", rotation_mode="anchor")
    axes.set_title("What each one moves (●: more than luck does)", fontsize=15)
    axes.set_ylabel("")
    axes.tick_params(axis="y", length=0)


def _above(cell: dict[str, float], luck: dict[str, float]) -> bool:
    """Whether the lower end of a weight lies above the weight of luck."""
    return cell["weight"] - cell["weight_half"] > luck[str(cell["outcome"])]
