"""Who leads: shares of spending over time, closed labs below, open ones above."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

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
    canvas,
    empty,
    month_axis,
    short,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from abm.record.run import Run

DISTINCT = (BLUE, ORANGE, GREEN, PINK, SKY, RED, BROWN, ROSE)
"""Colours of the labs that are named, the largest first."""

OTHERS = {"closed": "#b9c6d3", "open": "#ecd9b4"}
HATCH = {"closed": "", "open": "///"}

Band = tuple[str, str]
"""A lab, or "" for all others, and the camp it was in."""


@styled
def fig(run: "Run") -> Figure:
    """Stack the labs' shares of all spending on models."""
    figure = canvas()
    axes = figure.subplots()
    axes.set_title("Who leads, and how much goes to open labs?")
    draw(axes, run)
    return figure


def draw(axes: "Axes", run: "Run") -> None:
    """Stack the shares in axes, with their legend at the right."""
    bands = _bands(run)
    if not bands:
        empty(axes, "Nothing was spent on models in this run")
        return
    colours = _colours(bands)
    if run.market.height == 1:
        bands = {band: np.repeat(share, 2) for band, share in bands.items()}  # an area has a width
    months = np.arange(max(run.market.height, 2))
    stack = axes.stackplot(
        months, np.stack(list(bands.values())), colors=[colours[band] for band in bands], lw=0
    )
    for (_, camp), area in zip(bands, stack, strict=True):
        area.set(hatch=HATCH[camp], edgecolor="white", linewidth=0.4)
    closed = sum((share for (_, camp), share in bands.items() if camp == "closed"), 0 * months)
    axes.plot(months, closed, color=INK, lw=2.2)
    month_axis(axes, run.market["date"].to_list())
    axes.set_ylim(0, 100)
    axes.set_ylabel("Share of spending on models (%)")
    axes.legend(handles=_legend(bands, colours), loc="center left", bbox_to_anchor=(1.01, 0.5))


def _bands(run: "Run") -> dict[Band, NDArray[np.float64]]:
    """Share in percent by lab and camp of the month, from the bottom of the stack to its top."""
    paid = run.labs.filter(pl.col("spend") > 0).with_columns(
        (100 * pl.col("spend") / pl.col("spend").sum().over("month")).alias("share"),
        pl.when("closed").then(pl.lit("closed")).otherwise(pl.lit("open")).alias("camp"),
    )
    ranked = (
        paid.group_by("lab")
        .agg(pl.col("share").sum().round(12))
        .sort(["share", "lab"], descending=[True, False])
    )
    top = ranked["lab"].head(len(DISTINCT)).to_list()
    named = paid.with_columns(
        pl.when(pl.col("lab").is_in(top)).then("lab").otherwise(pl.lit("")).alias("lab")
    )
    found: dict[Band, NDArray[np.float64]] = {}
    for row in (
        named.group_by("lab", "camp", "month").agg(pl.col("share").sum().round(12)).iter_rows()
    ):
        lab, camp, month, share = row
        found.setdefault((lab, camp), np.zeros(run.market.height))[month] = share
    # The others of each camp lie on either side of the line between the camps.
    below = [(lab, "closed") for lab in [*top, ""]]
    above = [(lab, "open") for lab in ["", *top[::-1]]]
    return {band: found[band] for band in [*below, *above] if band in found}


def _colours(bands: dict[Band, NDArray[np.float64]]) -> dict[Band, str]:
    """A colour for each lab, the first ones for the largest."""
    size: dict[str, float] = {}
    for (lab, _), share in bands.items():
        if lab:
            size[lab] = size.get(lab, 0.0) + float(share.sum())
    own = dict(zip(sorted(size, key=lambda lab: -size[lab]), DISTINCT, strict=False))
    return {(lab, camp): own.get(lab) or OTHERS[camp] for lab, camp in bands}


def _legend(bands: dict[Band, NDArray[np.float64]], colours: dict[Band, str]) -> list[Patch]:
    """Each lab once, in the order of the stack from its top, and what the hatching means."""
    seen: dict[str, Patch] = {}
    for lab, camp in reversed(bands):
        name = short(lab) or f"all other {camp} labs"
        seen.setdefault(name, Patch(facecolor=colours[lab, camp], label=name))
    meaning = {"open": "releases its weights", "closed": "sells an API only"}
    camps = [
        Patch(facecolor="#777777", edgecolor="white", hatch=HATCH[camp], label=meaning[camp])
        for camp in ("open", "closed")
    ]
    return [*seen.values(), Patch(alpha=0, label=""), *camps]
