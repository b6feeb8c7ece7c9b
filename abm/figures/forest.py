"""Effects of policies on several outcomes, each in its own unit, with intervals over pairs."""

import math
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import polars as pl
from matplotlib.figure import Figure

from abm.figures.style import BLUE, FAINT, GREY, INK, ORANGE, PINK, canvas, empty, styled
from abm.record.wording import spelt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS = {
    "better": (BLUE, "o", "better"),
    "worse": (ORANGE, "s", "worse"),
    "up": (PINK, "^", "more"),
    "down": (PINK, "v", "less"),
    "unclear": (GREY, "D", "cannot be told from zero"),
    "none": ("white", "o", "no difference in any pair"),
}
"""Colour, marker and name of what the pairs tell: told apart without colour as well."""

LABEL = 26
"""Characters in a line of a policy's name."""

ACROSS = 3
"""Panels in a row."""

UNITS = {"1": "share of one", "0-10000": "points of 10,000", "log10": "powers of ten"}
"""Units in words, where the table is terse."""


@styled
def fig(cards: pl.DataFrame, outcomes: Sequence[str], unit: str = "pairs") -> Figure:
    """Draw a forest plot: one panel an outcome, one line a policy.

    Args:
        cards: the effects of a comparison (`abm.analysis.comparison.Comparison.cards`).
        outcomes: which ones, in order; those without a card are left out.
        unit: what every card counts as its pairs.
    """
    measured = set(cards["outcome"])
    names = [name for name in outcomes if name in measured]
    policies = cards["policy"].unique(maintain_order=True).to_list()
    across = max(min(ACROSS, len(names)), 1)
    down = math.ceil(len(names) / across) or 1
    figure = canvas(13.0, 1.6 + down * (1.35 + 0.42 * len(policies)))
    grid = figure.subplots(down, across, squeeze=False)
    for place, axes in enumerate(grid.flat):
        if place >= len(names):
            axes.set_axis_off()
            continue
        _panel(axes, cards.filter(outcome=names[place]), policies, first=place % across == 0)
    if not names:
        empty(grid[0, 0], "No outcome was measured")
    figure.suptitle(
        _title(cards, unit), x=0.01, ha="left", fontsize=17, fontweight="bold", color=INK
    )
    _legend(figure, cards.filter(pl.col("outcome").is_in(names)))
    return figure


def _title(cards: pl.DataFrame, unit: str) -> str:
    pairs = int(cards["pairs"].max() or 0) if cards.height else 0  # type: ignore[arg-type]
    level = float(cards["level"][0]) if cards.height else 0.95
    return f"Effects against the baseline: {pairs} {unit}, {100 * level:.3g}% intervals"


def _panel(axes: "Axes", cards: pl.DataFrame, policies: list[str], *, first: bool) -> None:
    """One outcome: a line a policy, from top to bottom."""
    axes.axvline(0, color=INK, lw=1.4, zorder=1)
    for row in cards.iter_rows(named=True):
        _line(axes, row, len(policies) - 1 - policies.index(row["policy"]))
    axes.set_ylim(-0.6, len(policies) - 0.4)
    axes.set_yticks(
        range(len(policies)), map(_wrapped, reversed(policies)) if first else [""] * len(policies)
    )
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=4)
    axes.margins(x=0.12)
    _symmetric(axes)
    name, unit = str(cards["outcome"][0]), str(cards["unit"][0])
    axes.set_title(spelt(name), fontsize=14, pad=8)
    axes.set_xlabel(UNITS.get(unit, unit), fontsize=12, color=FAINT)


def _wrapped(policy: str) -> str:
    """A policy's name in whole, on as many lines as it takes: names may differ at their ends."""
    parts = policy.replace("+", " +").split(" ")
    return "\n".join(line for part in parts for line in wrap(part, LABEL, break_long_words=False))


def _line(axes: "Axes", row: dict[str, Any], height: int) -> None:
    """Interval and mean of one effect; below it how many pairs, where some are missing."""
    colour, marker, _ = MARKS[tone(row)]
    if row["pairs"] == 0:
        axes.text(0, height, " not measured", va="center", color=FAINT, fontsize=11)
        return
    if math.isfinite(row["low"]):
        axes.plot([row["low"], row["high"]], [height] * 2, color=colour, lw=3.2, zorder=2)
    axes.plot(row["effect"], height, **_marker(colour, marker), zorder=3)
    if row["dropped"]:
        note = f"{row['pairs']} pairs"
        axes.annotate(note, (row["effect"], height), (0, -15), textcoords="offset points",
                      ha="center", va="center", fontsize=10, color=FAINT)  # fmt: skip


def _marker(colour: str, marker: str) -> dict[str, Any]:
    edge = GREY if colour == "white" else colour
    return {"marker": marker, "ms": 10, "mew": 2.5, "mec": edge, "mfc": colour}


def tone(row: dict[str, Any]) -> str:
    """What an effect is called: better or worse where nobody would dispute which, else up or down.

    Args:
        row: a row of the cards.
    """
    verdict, better = str(row["verdict"]), str(row["better"])
    if verdict in ("up", "down") and better:
        return "better" if verdict == better else "worse"
    return verdict


def _symmetric(axes: "Axes") -> None:
    """Keep zero in sight, with some room on both sides."""
    low, high = axes.get_xlim()
    reach = max(abs(low), abs(high)) or 1.0
    axes.set_xlim(min(low, -0.15 * reach), max(high, 0.15 * reach))


def _legend(figure: Figure, cards: pl.DataFrame) -> None:
    from matplotlib.lines import Line2D

    seen = {tone(row) for row in cards.iter_rows(named=True) if row["pairs"]}
    handles = [
        Line2D([], [], color=colour, lw=3.2, label=label, **_marker(colour, marker))
        for name, (colour, marker, label) in MARKS.items()
        if name in seen
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), fontsize=13)
