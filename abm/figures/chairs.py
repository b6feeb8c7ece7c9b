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


@dataclass(frozen=True)
class Life:
    """One row of the figure.

    Attributes:
        lab: name.
        fate: index into `FATES`.
        months: months in business.
        closed: whether it sold an API only, in each of them.
        weight: largest share of spending that it ever had.
        buyer: who got it or its people, if anyone.
    """

    lab: str
    fate: int
    months: list[int]
    closed: list[bool]
    weight: float
    buyer: str


@styled
def fig(run: "Run") -> Figure:
    """Draw a line for each lab from entry to exit, marked with what happened to it."""
    lives = _lives(run)
    figure = canvas(14.0, 2.2 + 0.27 * len(lives))
    axes = figure.subplots()
    axes.set_title("Musical chairs: who is still seated, who was sold, who closed?")
    rows = {life.lab: len(lives) - 1 - i for i, life in enumerate(lives)}
    for life in lives:
        _line(axes, life, rows[life.lab])
    for kind, found in _moments(run).items():
        points = [(month, rows[lab]) for month, lab in found if lab in rows]
        axes.plot(*zip(*points, strict=True), **_look(kind)) if points else None
    end = run.market.height - 1
    _fates(axes, lives, rows, end)
    month_axis(axes, run.market["date"].to_list())
    axes.set_xlim(-0.5, end + 0.5)
    axes.set_yticks(list(rows.values()), [short(lab, 26) for lab in rows], fontsize=12)
    axes.set_ylim(-0.8, len(lives) - 0.2)
    axes.grid(visible=False, axis="y")
    axes.legend(handles=_legend(), loc="upper center", bbox_to_anchor=(0.5, -0.04), ncols=5)
    return figure


def _lives(run: "Run") -> list[Life]:
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
        stop = months[part[-1]] + (0.5 if part[-1] == months.size - 1 else 1)
        axes.hlines(row, months[part[0]], stop, color=CAMP[camp], lw=5, alpha=0.55, zorder=1)


def _moments(run: "Run") -> dict[str, list[tuple[int, str]]]:
    """Month and lab of everything that is marked, by kind."""
    found = {
        kind: _of_kind(run.events, kind)
        for kind in ("funding", "pivot", "licence_and_hire", "acquisition", "shutdown")
    }
    listed = run.events.filter(pl.col("kind") == "hosted")
    fresh = listed.unique(["actor", "counterpart"], keep="first", maintain_order=True)
    found["hosted"] = _of_kind(fresh, "hosted")
    leads = run.releases.filter("leads_camp").filter(
        (pl.col("lab") != pl.col("lab").shift().over("camp")).fill_null(True)
    )
    found["lead"] = list(zip(leads["month"], leads["lab"], strict=True))
    return {kind: found[kind] for kind in MARKS}


def _of_kind(events: pl.DataFrame, kind: str) -> list[tuple[int, str]]:
    chosen = events.filter(pl.col("kind") == kind)
    return list(zip(chosen["month"], chosen["actor"], strict=True))


def _look(kind: str) -> dict[str, Any]:
    return {"ls": "", "mec": "white", "mew": 0.9, "zorder": 3, **MARKS[kind]}


def _fates(axes: "Axes", lives: list[Life], rows: dict[str, int], end: int) -> None:
    """Say at the right who got a lab, and divide the groups of rows."""
    for life in lives:
        if life.fate and life.buyer:
            axes.annotate(
                f"→ {short(life.buyer, 20)}",
                (life.months[-1], rows[life.lab]),
                (11, 0),
                textcoords="offset points",
                va="center",
                fontsize=11,
                color=INK,
                annotation_clip=False,
            )
    for fate, name in enumerate(FATES):
        own = [rows[life.lab] for life in lives if life.fate == fate]
        if not own:
            continue
        if min(own) > 0:
            axes.axhline(min(own) - 0.5, color="#cccccc", lw=1)
        axes.annotate(
            name,
            (1, (min(own) + max(own)) / 2),
            (120, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            rotation=90 if len(own) > 4 else 0,
            va="center",
            ha="center",
            color=FAINT,
            fontsize=13,
        )
    del end


def _legend() -> list[Line2D]:
    camps = [
        Line2D([], [], color=colour, lw=5, alpha=0.55, label=f"{camp}: " + meaning)
        for (camp, colour), meaning in zip(
            CAMP.items(), ("releases weights", "API only"), strict=True
        )
    ]
    return camps + [Line2D([], [], **_look(kind)) for kind in MARKS]
