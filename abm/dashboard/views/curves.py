"""Curves of the market: lag, shares, concentration, labs in business, both worlds in one frame."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from abm.dashboard.views.axes import Months, levels
from abm.dashboard.views.markup import Markup, join, line, picture, tag, words
from abm.figures.style import BLUE, BROWN, GREEN, ORANGE

if TYPE_CHECKING:
    from abm.dashboard.worlds import Worlds

HEIGHT = 196.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 26.0, 10.0, 24.0
"""Pixels of a chart, and of its margins."""

LETTER = 14.0
"""Pixels that a letter needs for itself from top to bottom."""


class Series(NamedTuple):
    """A column of the market's table, its name for the reader and its colour."""

    column: str
    name: str
    colour: str


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes:
        title: the question that it answers.
        series: what is drawn.
        told: a value in words.
        factor: what a value of the table is multiplied by.
        fixed: ends of the vertical axis, if they are always the same.
        whole: whether values are whole numbers.
    """

    title: str
    series: tuple[Series, ...]
    told: Callable[[float], str]
    factor: float = 1.0
    fixed: tuple[float, float] | None = None
    whole: bool = False


CHARTS = (
    Chart(
        "How far behind? (months)",
        (
            Series("best_open_lag", "best open model", ORANGE),
            Series("median_independent_lag", "median independent lab", BROWN),
        ),
        lambda value: f"{value:.1f}",
    ),
    Chart(
        "What share goes to open models?",
        (
            Series("open_spend_share", "of spending", ORANGE),
            Series("open_workload_share", "of firms’ workloads", BLUE),
        ),
        lambda value: f"{value:.1f}%",
        factor=100.0,
    ),
    Chart(
        "How concentrated is it? (HHI)",
        (
            Series("hhi_labs", "labs", BLUE),
            Series("hhi_hosting", "hosting by clouds", GREEN),
        ),
        lambda value: f"{value:,.0f}",
        fixed=(0.0, 10_000.0),
    ),
    Chart(
        "How many labs are in business?",
        (
            Series("labs_active", "all labs", BLUE),
            Series("open_labs_active", "open labs", ORANGE),
        ),
        lambda value: f"{value:.0f}",
        whole=True,
    ),
)


def view(worlds: Worlds, width: float) -> Markup:
    """All charts, two abreast where there is room.

    Args:
        worlds: what is played.
        width: pixels that there are.
    """
    abreast = 2 if width >= 620 else 1
    each = max((width - 16 * (abreast - 1)) / abreast, 260.0)
    return tag(
        "div",
        [_chart(chart, worlds, each) for chart in CHARTS],
        class_="charts",
        style=f"grid-template-columns:repeat({abreast},minmax(0,1fr))",
    )


def _chart(chart: Chart, worlds: Worlds, width: float) -> Markup:
    same = worlds.paired and all(worlds.same(series.column) for series in chart.series)
    note = tag("p", "Identical in both worlds so far.", class_="same") if same else ""
    return tag(
        "section",
        tag("h3", chart.title),
        tag("ul", [_entry(chart, series, worlds) for series in chart.series], class_="key"),
        _drawing(chart, worlds, width),
        note,
        class_="chart",
    )


def _path(worlds: Worlds, number: int, series: Series, factor: float) -> list[float]:
    values: list[float] = (worlds.runs[number].market[series.column] * factor).to_list()
    return [math.nan if value is None else value for value in values]


def _entry(chart: Chart, series: Series, worlds: Worlds) -> Markup:
    """Name of a series and its value now, in each world."""
    now = [_path(worlds, n, series, chart.factor)[-1] for n in range(len(worlds.markets))]
    told = [chart.told(value) if math.isfinite(value) else "none" for value in now]
    if worlds.paired and worlds.same(series.column):
        text = f"A = B {told[0]}"
    elif worlds.paired:
        text = f"A {told[0]} · B {told[1]}"
    else:
        text = told[0]
    swatch = tag("span", class_="swatch", style=f"background:{series.colour}", aria_hidden="true")
    return tag("li", swatch, f"{series.name} ", tag("b", text))


def _drawing(chart: Chart, worlds: Worlds, width: float) -> Markup:
    paths = {
        (series, number): _path(worlds, number, series, chart.factor)
        for series in chart.series
        for number in range(len(worlds.markets))
    }
    ticks = _ticks(chart, [value for path in paths.values() for value in path])
    months = Months(worlds.dates, LEFT, width - RIGHT)
    floor = HEIGHT - BOTTOM

    def height(value: float) -> float:
        return floor - (floor - TOP) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    rules = [
        join(
            line(LEFT, height(tick), width - RIGHT, height(tick), class_="grid"),
            words(LEFT - 7, height(tick) + 4, f"{tick:,g}", class_="tick", text_anchor="end"),
        )
        for tick in ticks
    ]
    drawn = {
        (series, number): [(months.at(n), height(value)) for n, value in enumerate(path)]
        for (series, number), path in paths.items()
        if number == 0 or not worlds.same(series.column)
    }
    curves = [_curve(points, series, number) for (series, number), points in drawn.items()]
    apart = {key: points[-1] for key, points in drawn.items() if _apart(key[0], worlds)}
    names = [
        join(*_names([end for (_, number), end in apart.items() if number == world], world))
        for world in range(2)
    ]
    label = f"{chart.title} Curves from {worlds.dates[0]} to {worlds.dates[worlds.month - 1]}."
    return picture(width, HEIGHT, label, months.drawn(TOP, floor), rules, curves, names)


def _apart(series: Series, worlds: Worlds) -> bool:
    return worlds.paired and not worlds.same(series.column)


def _ticks(chart: Chart, values: list[float]) -> list[float]:
    if chart.fixed is not None:
        return levels(*chart.fixed)
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    return levels(min(0.0, *finite, 0.0), max(finite), whole=chart.whole)


def _curve(points: list[tuple[float, float]], series: Series, number: int) -> Markup:
    """A path with a gap where there is no number, and a dot where it is now."""
    parts: list[list[str]] = [[]]
    for x, y in points:
        if math.isfinite(y):
            parts[-1].append(f"{x:.1f} {y:.1f}")
        elif parts[-1]:
            parts.append([])
    drawn = " ".join(f"M{'L'.join(part)}" for part in parts if part)
    x, y = points[-1]
    path = tag("path", d=drawn, stroke=series.colour, class_=f"curve world-{'AB'[number]}")
    if not math.isfinite(y):
        return path
    return join(path, tag("circle", cx=x, cy=y, r=4.5, fill=series.colour))


def _names(ends: list[tuple[float, float]], number: int) -> list[Markup]:
    """Names of a world at the ends of its curves: A to the right of its dots, B above them.

    Where two dots lie close together their names move apart, and the lower B stands below.
    """
    placed = []
    lowest = -math.inf
    for x, y in sorted((end for end in ends if math.isfinite(end[1])), key=lambda end: end[1]):
        crowded = y - lowest < LETTER
        if number == 0:
            lowest = max(y, lowest + LETTER)
            placed.append(words(x + 8, lowest + 4.5, "A", class_="end"))
        else:
            placed.append(words(x - 4, y + (18 if crowded else -9), "B", class_="end"))
            lowest = y
    return placed
