"""Musical chairs, growing month by month: a line for each lab, marked with what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from abm.dashboard.views.axes import LETTER, Months
from abm.dashboard.views.markup import Markup, join, line, picture, tag, words
from abm.figures.chairs import FATES, MARKS, Life, lives_of, marks_of
from abm.figures.style import CAMP, INK, short

if TYPE_CHECKING:
    from abm.dashboard.worlds import Worlds
    from abm.record.run import Run

ROW = 19.0
"""Pixels from one lab to the next."""

TOP, FOOT = 24.0, 6.0
"""Pixels above the first lab and below the last."""

NAME = 17
"""Letters of a lab's name at most."""

SHAPES = {
    "^": "M0-6 6 5-6 5Z",
    "o": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
    "*": "M0-8 2-2.5 7.6-2.5 3.1 1 4.7 6.5 0 3.2-4.7 6.5-3.1 1-7.6-2.5-2-2.5Z",
    "D": "M0-6 6 0 0 6-6 0Z",
    "P": "M-2.2-6.5h4.4v4.3h4.3v4.4h-4.3v4.3h-4.4v-4.3h-4.3v-4.4h4.3Z",
    "s": "M-5.5-5.5h11v11h-11Z",
    "X": "M-6-3.4-3.4-6 0-2.6 3.4-6 6-3.4 2.6 0 6 3.4 3.4 6 0 2.6-3.4 6-6 3.4-2.6 0Z",
}
"""Outlines of matplotlib's markers, 12 pixels across."""

KINDS = {"lead": "release"}
"""Kind of the event behind a mark, where it has another name."""


def view(worlds: Worlds, number: int, width: float) -> Markup:
    """The timeline of one world.

    Args:
        worlds: what is played.
        number: 0 for the first world, 1 for the second.
        width: pixels that there are.
    """
    run = worlds.runs[number]
    lives = sorted(lives_of(run), key=lambda life: (life.months[0], _place(run, life.lab)))
    longest = max(len(short(life.lab, NAME)) for life in lives)
    months = Months(worlds.dates, min(longest * LETTER + 12, 0.4 * width), width - 14)
    rows = {life.lab: TOP + ROW * (n + 0.5) for n, life in enumerate(lives)}
    floor = TOP + ROW * len(lives)
    return picture(
        width,
        floor + FOOT,
        _told(lives),
        months.drawn(TOP, floor, above=True),
        [_life(life, rows[life.lab], months, worlds.month - 1) for life in lives],
        list(_marks(run, rows, months, "AB"[number])),
    )


def legend() -> Markup:
    """What lines and marks mean."""
    meaning = {"open": "open: releases weights", "closed": "closed: API only"}
    lines = [
        tag("li", tag("span", class_="bar", style=f"background:{CAMP[camp]}"), text)
        for camp, text in meaning.items()
    ]
    marks = [
        tag("li", picture(16, 16, "", _mark(kind, 8, 8)), look["label"])
        for kind, look in MARKS.items()
    ]
    return tag("ul", lines, marks, class_="key")


def _place(run: Run, lab: str) -> int:
    return int(run.labs.filter(pl.col("lab") == lab)["row"][0])


def _told(lives: list[Life]) -> str:
    """What a screen reader says: how many labs stand how, and who is gone."""
    counts = [f"{sum(life.fate == n for life in lives)} {fate}" for n, fate in enumerate(FATES)]
    gone = [f"{life.lab} ({FATES[life.fate]})" for life in lives if life.fate]
    return f"Musical chairs: {', '.join(counts)}. Gone: {', '.join(gone) or 'nobody'}."


def _life(life: Life, y: float, months: Months, now: int) -> Markup:
    """A lab's name, its time in business in the colour of its camp, and who got it."""
    gone = " gone" if life.fate else ""
    name = words(
        months.left - 10, y + 4.5, short(life.lab, NAME), class_=f"name{gone}", text_anchor="end"
    )
    spans = [
        line(months.at(start), y, months.at(stop), y, stroke=CAMP[camp], class_="life")
        for start, stop, camp in _spans(life, now)
    ]
    buyer = ""
    if life.ended is not None and life.buyer:
        x, text = months.at(life.ended), f"→ {short(life.buyer, 16)}"
        room = months.right - x > len(text) * LETTER
        if not room and x - months.left < len(text) * LETTER:
            return join(name, spans)  # the mark itself opens the whole story
        # Where the line goes on, the name stands above it.
        drop, look = (4.5, "buyer") if life.left is not None else (-4.5, "buyer kept")
        buyer = words(x + (11 if room else -11), y + drop, text, class_=look,
                      text_anchor="start" if room else "end")  # fmt: skip
    return join(name, spans, buyer)


def _spans(life: Life, now: int) -> Iterator[tuple[float, float, str]]:
    """Unbroken times in one camp: from, to, camp."""
    start = 0
    for n in range(1, len(life.months) + 1):
        if n < len(life.months) and life.closed[n] == life.closed[start]:
            continue
        last = n == len(life.months)
        stop = life.months[n] if not last else now + 0.4 if life.left is None else life.left
        yield life.months[start], stop, "closed" if life.closed[start] else "open"
        start = n


def _marks(run: Run, rows: dict[str, float], months: Months, world: str) -> Iterator[Markup]:
    """Every mark, those of one lab and month beside one another; each names its event."""
    events = _places(run)
    marks = [mark for mark in marks_of(run) if mark[2] in rows]
    order = list(MARKS)
    crowds: dict[tuple[int, str], list[str]] = {}
    for kind, month, lab in sorted(marks, key=lambda mark: order.index(mark[0])):
        crowds.setdefault((month, lab), []).append(kind)
    for (month, lab), kinds in crowds.items():
        for n, kind in enumerate(kinds):
            place = events.get((KINDS.get(kind, kind), month, lab))
            key = None if place is None else f"{world}{place}"
            lift = 5.0 * (n - (len(kinds) - 1) / 2)
            title = tag("title", f"{lab}: {MARKS[kind]['label']}, {months.dates[month]}")
            yield _mark(kind, months.at(month) + lift, rows[lab], title, key)


def _places(run: Run) -> dict[tuple[str, int, str], int]:
    """Place of events in their log by kind, month and actor; the first of several."""
    found: dict[tuple[str, int, str], int] = {}
    for place, row in enumerate(run.events.select("kind", "month", "actor").iter_rows()):
        found.setdefault(row, place)
    return found


def _mark(kind: str, x: float, y: float, title: str = "", event: str | None = None) -> Markup:
    look: dict[str, Any] = MARKS[kind]
    edge = look.get("mec", "white")
    return tag(
        "path",
        title,
        d=SHAPES[look["marker"]],
        transform=f"translate({x:.1f} {y:.1f})",
        fill=look["mfc"],
        stroke=INK if edge == INK else "white",
        class_="mark",
        data_event=event,
    )
