"""Who leads: each lab's share of spending over time, closed labs below, open ones above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from abm.dashboard.views.axes import LETTER, Months
from abm.dashboard.views.markup import Markup, join, picture, tag, words
from abm.figures.style import short

if TYPE_CHECKING:
    from abm.dashboard.worlds import Worlds
    from abm.record.run import Run

SHADES = {"closed": ("#4f9bcf", "#8abfe4"), "open": ("#eaa739", "#f4cd8b")}
"""Fills of the bands of a camp, in turn."""

NAMED = 0.02
"""Labs are drawn by themselves from so large a share on, ever; the others of a camp together."""

HEIGHT, LEFT, RIGHT, TOP, FOOT = 430.0, 46.0, 14.0, 8.0, 26.0
"""Pixels of the drawing and of its margins."""

FLOOR = HEIGHT - FOOT

Band = tuple[str, str]
"""A lab, or "" for all others, and the camp it was in."""


def view(worlds: Worlds, number: int, width: float) -> Markup:
    """The stack of one world.

    Args:
        worlds: what is played.
        number: 0 for the first world, 1 for the second.
        width: pixels that there are.
    """
    bands = bands_of(worlds.runs[number])
    months = Months(worlds.dates, LEFT, width - RIGHT)
    if not bands:
        return tag("p", "Nothing is spent on models so far.", class_="empty")
    base = np.zeros(worlds.month)
    drawn = []
    rows = {lab: row for row, lab in enumerate(worlds.markets[number].names)}
    for band, share in bands.items():
        drawn.append(_band(band, base, base + share, months, rows.get(band[0], 0)))
        base = base + share
    rules = [
        words(LEFT - 7, _height(0.01 * tick) + 4, f"{tick}%", class_="tick", text_anchor="end")
        for tick in (0, 25, 50, 75, 100)
    ]
    label = f"Shares of spending. {_told(bands)}"
    return picture(
        width, HEIGHT, label, months.drawn(TOP, FLOOR), rules, drawn, _divide(bands, months)
    )


def bands_of(run: Run) -> dict[Band, NDArray[np.float64]]:
    """Shares of spending by lab and camp of the month, (months,), from the bottom to the top."""
    paid = run.labs.filter(pl.col("spend") > 0).with_columns(
        (pl.col("spend") / pl.col("spend").sum().over("month")).alias("share")
    )
    named = paid.group_by("lab").agg(pl.col("share").max()).filter(pl.col("share") >= NAMED)
    table = paid.with_columns(
        pl.col("lab").is_in(named["lab"].to_list()).alias("named"),
    ).sort("row")
    closed: dict[Band, NDArray[np.float64]] = {}
    opened: dict[Band, NDArray[np.float64]] = {("", "open"): np.zeros(run.market.height)}
    others = np.zeros(run.market.height)
    for month, lab, is_closed, share, known in table.select(
        "month", "lab", "closed", "share", "named"
    ).iter_rows():
        if is_closed and not known:
            others[month] += share
            continue
        bands, camp = (closed, "closed") if is_closed else (opened, "open")
        band = (lab if known else "", camp)
        bands.setdefault(band, np.zeros(run.market.height))[month] += share
    # The others of each camp lie on either side of the line between the camps.
    stack = {**closed, ("", "closed"): others, **opened}
    return {band: share for band, share in stack.items() if share.any()}


def _height(share: float) -> float:
    return FLOOR - (FLOOR - TOP) * share


def _points(values: NDArray[np.float64], months: Months) -> list[str]:
    # One month alone is drawn a little wide, for an area has a width.
    across = [*range(values.size)] if values.size > 1 else [0, 0.5]
    heights = values if values.size > 1 else np.repeat(values, 2)
    return [f"{months.at(n):.1f} {_height(y):.1f}" for n, y in zip(across, heights, strict=True)]


def _band(
    band: Band, low: NDArray[np.float64], high: NDArray[np.float64], months: Months, turn: int
) -> Markup:
    lab, camp = band
    outline = "L".join([*_points(high, months), *_points(low, months)[::-1]])
    name = short(lab, 20) if lab else f"other {camp} labs"
    title = tag("title", f"{name}: {high[-1] - low[-1]:.1%}")
    fill = SHADES[camp][turn % 2]
    return join(
        tag("path", title, d=f"M{outline}Z", fill=fill, class_="band"),
        _name(name, low, high, months),
    )


def _name(
    name: str, low: NDArray[np.float64], high: NDArray[np.float64], months: Months
) -> Markup | str:
    """The name in its band, at the last stretch that is wide and high enough for it."""
    need = len(name) * LETTER + 12
    reach = int(np.ceil(need / max(months.at(1) - months.at(0), 0.1))) + 1
    for end in range(low.size, reach - 1, -1):
        start = end - reach
        floor, roof = _height(low[start:end].max()), _height(high[start:end].min())
        if floor - roof >= 15:
            middle = (months.at(start) + months.at(end - 1)) / 2
            return words(
                middle, (floor + roof) / 2 + 4.5, name, class_="inband", text_anchor="middle"
            )
    return ""


def _divide(bands: dict[Band, NDArray[np.float64]], months: Months) -> Markup:
    """The line between the camps."""
    closed = [share for (_, camp), share in bands.items() if camp == "closed"]
    level = np.sum(closed, axis=0) if closed else np.zeros(next(iter(bands.values())).size)
    return tag("path", d=f"M{'L'.join(_points(level, months))}", class_="divide")


def _told(bands: dict[Band, NDArray[np.float64]]) -> str:
    """The largest shares now, in words."""
    now = sorted(((share[-1], lab) for (lab, _), share in bands.items() if lab), reverse=True)
    return ", ".join(f"{lab} {share:.0%}" for share, lab in now[:5]) + "."


def legend() -> Markup:
    """What the colours mean."""
    meaning = {"open": "open: releases weights", "closed": "closed: API only"}
    return tag(
        "ul",
        [
            tag("li", tag("span", class_="bar", style=f"background:{SHADES[camp][0]}"), text)
            for camp, text in meaning.items()
        ],
        class_="key",
    )
