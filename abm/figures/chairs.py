"""Musical chairs: the life of every lab that mattered, and how it ended."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from abm.figures.style import (
    CAMP,
    FAINT,
    GREEN,
    INK,
    PINK,
    RED,
    YELLOW,
    canvas,
    month_axis,
    short,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from abm.record.run import Run

ROWS = 36
"""Labs that are drawn at most."""

FATES = ("in business", "people hired away", "bought", "shut down")
"""How a lab stands at the end, in the order of the rows."""

ENDS = {"licence_and_hire": 1, "acquisition": 2, "shutdown": 3}

MARKS: dict[str, dict[str, Any]] = {
    "funding": {"marker": "^", "ms": 8, "mfc": GREEN, "label": "funded"},
    "hosted": {"marker": "o", "ms": 8, "mfc": "white", "mec": INK, "label": "listed by a cloud"},
    "lead": {"marker": "*", "ms": 12, "mfc": YELLOW, "mec": INK, "label": "takes its camp's lead"},
    "pivot": {"marker": "D", "ms": 7, "mfc": PINK, "label": "narrows its focus"},
    "licence_and_hire": {"marker": "P", "ms": 11, "mfc": RED, "label": "people hired away"},
    "acquisition": {"marker": "s", "ms": 10, "mfc": RED, "label": "bought"},
    "shutdown": {"marker": "X", "ms": 11, "mfc": INK, "label": "shut down"},
}
"""What is marked, and how; later ones are drawn over earlier ones."""


Mark = tuple[str, int, str]
"""Kind of mark, month, lab."""


@dataclass(frozen=True)
class Life:
    """One row of the figure.

    Attributes:
        lab: name.
        fate: index into `FATES`.
        months: months in business.
        closed: whether it sold an API only, in each of them.
        weight: largest share of spending that it ever had.
        ended: month in which it was sold or closed, if it was.
        buyer: who got it or its people, if anyone.
    """

    lab: str
    fate: int
    months: list[int]
    closed: list[bool]
    weight: float
    ended: int | None
    buyer: str

    @property
    def left(self) -> int | None:
        """Month in which it left the market; none where a buyer keeps it, or its shell goes on."""
        gone = self.ended is not None and self.months[-1] < self.ended
        return self.ended if gone else None


@styled
def fig(run: "Run") -> Figure:
    """Draw a line for each lab from entry to exit, marked with what happened to it."""
    lives = lives_of(run)
    rows, headings = _rows(lives)
    height = len(rows) + len(headings)
    figure = canvas(14.0, 2.0 + 0.27 * height)
    # A buyer's name may end at the edge, where its last letter would be cut.
    figure.set_layout_engine("constrained", w_pad=0.12)
    axes = figure.subplots()
    axes.set_title("Musical chairs: who is still seated, who was sold, who closed?")
    marks = [mark for mark in marks_of(run) if mark[2] in rows]
    for life in lives:
        _line(axes, life, rows[life.lab])
        _afterlife(axes, life, rows[life.lab], [m for _, m, lab in marks if lab == life.lab])
    _draw(axes, marks, rows)
    for fate, row in headings.items():
        axes.text(-0.2, row, FATES[fate], va="center", color=FAINT, fontsize=12, style="italic")
    month_axis(axes, run.market["date"].to_list())
    axes.set_xlim(-0.6, run.market.height - 0.5)
    axes.set_yticks(list(rows.values()), [short(lab, 26) for lab in rows], fontsize=12)
    axes.set_ylim(height - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    figure.legend(handles=_legend(), loc="outside lower center", ncols=5)
    return figure


def _rows(lives: list[Life]) -> tuple[dict[str, int], dict[int, int]]:
    """Row of each lab, and of the heading over each group."""
    rows: dict[str, int] = {}
    headings: dict[int, int] = {}
    for life in lives:
        headings.setdefault(life.fate, len(rows) + len(headings))
        rows[life.lab] = len(rows) + len(headings)
    return rows, headings


def lives_of(run: "Run") -> list[Life]:
    """Labs that mattered, sorted by fate: those that ended, and the largest of the others."""
    ends = {
        row["actor"]: row
        for row in run.events.filter(pl.col("kind").is_in(list(ENDS))).iter_rows(named=True)
    }
    table = run.labs.with_columns(
        (pl.col("spend") / pl.col("spend").sum().over("month")).fill_nan(0).alias("share")
    ).filter("alive")
    grouped = (
        table.sort("month")
        .group_by("lab", maintain_order=True)
        .agg("month", "closed", pl.col("share").max(), pl.col("capability").max())
    )
    lives = [_life(row, ends.get(row["lab"])) for row in grouped.iter_rows(named=True)]
    ended = sorted((life for life in lives if life.fate), key=lambda life: -life.weight)
    others = sorted((life for life in lives if not life.fate), key=lambda life: -life.weight)
    room = max(ROWS - len(ended), ROWS // 2)
    chosen = [*others[:room], *ended[: ROWS - min(room, len(others))]]
    return sorted(chosen, key=lambda life: (life.fate, _rank(life)))


def _life(row: dict[str, Any], end: dict[str, Any] | None) -> Life:
    return Life(
        lab=row["lab"],
        fate=0 if end is None else ENDS[end["kind"]],
        months=row["month"],
        closed=row["closed"],
        weight=float(row["share"]),
        ended=None if end is None else end["month"],
        buyer="" if end is None else end["counterpart"],
    )


def _rank(life: Life) -> float:
    """Those in business by their share, the others by when they ended."""
    return -life.weight if life.fate == 0 else life.months[-1]


def _line(axes: "Axes", life: Life, row: int) -> None:
    """The lab's time in business, in the colour of its camp."""
    months, closed = np.array(life.months), np.array(life.closed)
    turns = np.flatnonzero(np.diff(closed)) + 1
    for part in np.split(np.arange(months.size), turns):
        camp = "closed" if closed[part[0]] else "open"
        # A lab that is gone at the end of a month was there during it.
        there = part[-1] == months.size - 1 and life.left is None
        stop = months[part[-1]] + (0.5 if there else 1)
        axes.hlines(row, months[part[0]], stop, color=CAMP[camp], lw=5, alpha=0.55, zorder=1)


def _afterlife(axes: "Axes", life: Life, row: int, moments: list[int]) -> None:
    """Who got it; and that clouds go on to list the weights of a lab that is gone."""
    if life.ended is None:
        return
    last: float = life.months[-1] + 0.5
    if life.left is not None:
        last = max([life.left, *moments])
        axes.hlines(row, life.left, last, color=FAINT, ls=":", lw=1.5, zorder=1)
    if life.buyer:
        axes.annotate(
            f"→ {short(life.buyer, 20)}",
            (last, row),
            (10, 0),
            textcoords="offset points",
            va="center",
            fontsize=11,
            color=INK,
            annotation_clip=False,
        )


def marks_of(run: "Run") -> list[Mark]:
    """Everything that is marked."""
    events = run.events
    listed = events.filter(pl.col("kind") == "hosted")
    leads = run.releases.filter("leads_camp").filter(
        (pl.col("lab") != pl.col("lab").shift().over("camp")).fill_null(True)
    )
    chosen = [
        events.filter(pl.col("kind").is_in([*ENDS, "funding", "pivot"])),
        # A cloud may drop a model and list it again: that is for the hosting figure to show.
        listed.unique(["actor", "counterpart"], keep="first", maintain_order=True),
        leads.select(pl.lit("lead").alias("kind"), "month", pl.col("lab").alias("actor")),
    ]
    rows = pl.concat([part.select("kind", "month", "actor") for part in chosen])
    return sorted(rows.unique(maintain_order=True).iter_rows())


def _draw(axes: "Axes", marks: list[Mark], rows: dict[str, int]) -> None:
    """Draw the marks, those of one lab and month above one another."""
    for kind in MARKS:
        points = []
        for month, lab in [(m, lab) for k, m, lab in marks if k == kind]:
            crowd = [k for k in MARKS if (k, month, lab) in marks]
            lift = 0.42 * (crowd.index(kind) - (len(crowd) - 1) / 2)
            points.append((month, rows[lab] + lift))
        if points:
            axes.plot(*zip(*points, strict=True), **_look(kind))


def _look(kind: str) -> dict[str, Any]:
    return {"ls": "", "mec": "white", "mew": 0.9, "zorder": 3, **MARKS[kind]}


def _legend() -> list[Line2D]:
    meaning = {"open": "open: releases weights", "closed": "closed: API only"}
    camps = [
        Line2D([], [], color=colour, lw=5, alpha=0.55, label=meaning[camp])
        for camp, colour in CAMP.items()
    ]
    return camps + [Line2D([], [], **_look(kind)) for kind in MARKS]
