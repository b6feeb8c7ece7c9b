"""A study as tables for the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from abm.analysis import targets_report as c
from abm.record.numbers import number, percent
from abm.record.wording import spelt

if TYPE_CHECKING:
    import polars as pl

    from abm.analysis.study import Study

PIPED_WIDTH = 160
"""Columns of the tables where the output is no terminal."""

RARE = 0.05
"""Share of seeds below which a lab is left out of a printed table (``--json`` has them all)."""

SHARES = ("share", "in band")
"""Columns that are printed as percentages."""


def print_study(title: str, study: Study) -> None:
    """Print a study beside the targets, then the distributions."""
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    _print(console, f"Targets: {title}", _targets(c.compare(study)))
    _print(console, f"Labs per run, up to {c.HORIZON}", _frame(c.counts(study)))
    waits = f"Months from a lab's first release to its listings, up to {c.HORIZON}"
    _print(console, waits, _frame(c.waits(study)))
    for name, frame in (
        ("Newly listed", c.who_is_listed(study)),
        ("Sold, or licensed and hired away", c.who_is_sold(study)),
        ("Shut", c.who_is_shut(study)),
        ("Pivots", c.who_pivots(study)),
    ):
        common = frame.filter(frame["share"] >= RARE)
        left_out = frame.height - common.height
        rare = f"; left out: {left_out} of less than {percent(RARE)}" if left_out else ""
        _print(console, f"{name}, up to {c.HORIZON}{rare}", _frame(common))
    console.print(Text(_runway(c.runway_effect(study))))
    seeds = len(study.observations)
    console.print(Text(f"Shares are of {seeds} seeds. Month 0 is {study.scenario.start}."))


def _print(console: Console, title: str, table: Table) -> None:
    console.print(Text(title, style="bold"))
    console.print(table if table.row_count else Text("none"))
    console.print()


def _targets(items: list[c.Standing]) -> Table:
    names = ["id", "measure", "window", "low", "value", "high", "unit", "model", "5%", "95%"]
    table = _table([*names, "in band", "seeds", "verdict", "use", "claim"])
    for item in items:
        target = item.target
        numbers = (item.median, item.low, item.high)
        cells = [
            *(target.id, target.measure, str(target.window)),
            *map(number, (target.low, target.value, target.high)),
            target.unit,
            *map(number, numbers),
            *(percent(item.inside), str(item.seeds), item.verdict, target.use),
            target.overlaps_claim,
        ]
        table.add_row(*map(Text, cells))
    return table


def _frame(frame: pl.DataFrame) -> Table:
    """A frame as a table: shares in percent, numbers in few digits, names as they are."""
    table = _table([spelt(name) for name in frame.columns])
    for row in frame.iter_rows(named=True):
        table.add_row(*(Text(_cell(name, value)) for name, value in row.items()))
    return table


def _table(names: list[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name != "measure")
    return table


def _cell(name: str, value: object) -> str:
    if isinstance(value, int | float):
        return percent(value) if name in SHARES else number(value)
    return "" if value is None else str(value)


def _runway(effect: c.RunwayEffect) -> str:
    return (
        "Month of sale or closure against runway at the start (Spearman): "
        f"{number(effect.rho)} over {effect.exits} exits, "
        f"{number(effect.rho_labs)} over the medians of {effect.labs} labs; "
        f"left out: {effect.entrants} exits of labs that came later."
    )
