"""The map of two futures: in each world, the share of runs that end each way."""

from textwrap import fill
from typing import TYPE_CHECKING

import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from abm.figures.style import FAINT, INK, canvas, empty, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from abm.analysis.futures.maps import Axis
    from abm.analysis.futures.regimes import Regime

COLOURS = {
    "shared-progress": "#0b5fa5",
    "few-givers": "#8fc6ef",
    "living-behind": "#f6cf8b",
    "musical-chairs": "#c2500c",
}
"""Blue where open models keep up, orange where not; the essay's two futures are the dark ones."""

DARK = ("shared-progress", "musical-chairs")
LABELLED = 0.3
"""Share from which a band says how large it is."""

SIDE = 0.94
"""Side of a cell, of the distance between two."""


@styled
def fig(
    shares: pl.DataFrame,
    maps: "dict[str, Axis]",
    across: "Axis",
    regimes: "tuple[Regime, ...]",
) -> Figure:
    """Draw one map beside the other, with the key below.

    Args:
        shares: one row a cell and regime (`abm.analysis.futures.findings.Findings.shares`).
        maps: the axis that each map crosses disclosure with, by name of the map.
        across: the axis that all share.
        regimes: ways to end, from the top of a cell to its bottom.
    """
    number = max(len(maps), 1)
    figure = canvas(7.6 * number + 1.4, 11.0)
    parts = figure.add_gridspec(3, 1, height_ratios=[0.45, 4.3, 1.0])
    head, panels, key = (figure.add_subfigure(parts[row]) for row in range(3))
    head.text(0.01, 0.62, "Two futures for open models?", fontsize=26, fontweight="bold", color=INK)
    words = "Each square is a world, split like its runs by how they end"
    head.text(0.012, 0.12, words, fontsize=16, color=FAINT)
    grid = panels.subplots(1, number, squeeze=False)[0]
    for axes, (name, up) in zip(grid, maps.items(), strict=False):
        _map(axes, shares.filter(map=name), up, across, regimes)
    if not maps:
        empty(grid[0], "No map was played")
    _key(key.subplots(), regimes)
    return figure


def _map(
    axes: "Axes", shares: pl.DataFrame, up: "Axis", across: "Axis", regimes: "tuple[Regime, ...]"
) -> None:
    """One map: a square a world, split like its runs."""
    columns = shares["across"].unique().sort().to_list()
    rows = shares["up"].unique().sort().to_list()
    for (x, y), cell in shares.group_by("across", "up", maintain_order=True):
        _cell(axes, columns.index(x), rows.index(y), cell, regimes)
    axes.set_xlim(-0.55, len(columns) - 0.45)
    axes.set_ylim(-0.55, len(rows) - 0.45)
    axes.set_aspect("equal")
    axes.set_xticks(range(len(columns)), [f"{value:.0%}" for value in columns], fontsize=16)
    axes.set_yticks(range(len(rows)), [f"{value:g}" for value in rows], fontsize=16)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel(across.label, fontsize=15)
    axes.set_ylabel(fill(up.label, 52), fontsize=15)
    axes.set_title(f"Disclosure and {up.name}", fontsize=19)


def _cell(axes: "Axes", x: int, y: int, cell: pl.DataFrame, regimes: "tuple[Regime, ...]") -> None:
    """A square: bands from top to bottom, as high as the share of runs."""
    share = dict(cell.select("regime", "share").iter_rows())
    top, left = y + SIDE / 2, x - SIDE / 2
    for regime in regimes:
        height = SIDE * (share.get(regime.name) or 0.0)
        top -= height
        axes.add_patch(Rectangle((left, top), SIDE, height, color=COLOURS[regime.name], lw=0))
        if height >= LABELLED * SIDE:
            ink = "white" if regime.name in DARK else INK
            axes.text(x, top + height / 2, f"{height / SIDE:.0%}", ha="center", va="center",
                      fontsize=15, fontweight="bold", color=ink)  # fmt: skip


def _key(axes: "Axes", regimes: "tuple[Regime, ...]") -> None:
    """Colours and what they mean, two by two: keeping up from top to bottom, lasting across."""
    axes.set_axis_off()
    axes.set_xlim(0, 2)
    axes.set_ylim(0, 2)
    for i, regime in enumerate(regimes):
        x, y = i % 2, 1 - i // 2
        axes.add_patch(
            Rectangle((x + 0.01, y + 0.12), 0.06, 0.76, color=COLOURS[regime.name], lw=0)
        )
        axes.text(x + 0.09, y + 0.68, regime.title, fontsize=17, fontweight="bold", color=INK,
                  va="center")  # fmt: skip
        axes.text(x + 0.09, y + 0.3, fill(regime.meaning, 62), fontsize=13, color=FAINT,
                  va="center")  # fmt: skip
