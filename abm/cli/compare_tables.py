"""A comparison for the terminal: effects in plain words, winners and losers, the welfare split."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from abm.analysis.outcomes import HEADLINES
from abm.cli.numbers import number, percent, points, signed

if TYPE_CHECKING:
    from abm.analysis.comparison import Comparison

PIPED_WIDTH = 160
"""Columns of the tables where the output is no terminal."""

LABS = 12
"""Labs that are named at most: those whose worth changes most."""

UNITS = {"1": "", "0-10000": "points", "log10": "powers of ten"}
"""Units as a sentence says them."""


def print_comparison(found: Comparison, folder: Path, *, every: bool) -> None:
    """Print a comparison.

    Args:
        found: the comparison.
        folder: where it was written.
        every: whether to print all outcomes, not only the headlines.
    """
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)
    for policy in found.policies:
        console.print(Text(f"{policy}, against the baseline", style="bold"))
        _print(console, _effects(found, policy, every))
        _also(console, found.cards.filter(policy=policy), every)
        _print_titled(console, "Who wins and who loses", _labs(found, policy))
        _print_titled(
            console, "Who gains and who pays, USD m, present value", _split(found, policy)
        )
    if found.interactions.height:
        _print_titled(console, "Together, beyond the sum of the parts", _interactions(found, every))
    if found.robustness is not None:
        _print_titled(console, f"Over uncertain worlds: {found.robustness.title}", _robust(found))
    _close(console, found, folder)


def _print(console: Console, table: Table) -> None:
    console.print(table if table.row_count else Text("nothing that can be told apart"))


def _print_titled(console: Console, title: str, table: Table) -> None:
    console.print()
    console.print(Text(title, style="bold"))
    _print(console, table)
    console.print()


def _table(*names: str, words: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in names:
        table.add_column(name, no_wrap=name not in words, overflow="fold")
    return table


# -- effects ---------------------------------------------------------------------------------------


def _shown(cards: pl.DataFrame, every: bool) -> pl.DataFrame:
    headlines = cards.filter(pl.col("outcome").is_in(HEADLINES))
    return cards if every or not headlines.height else headlines


def _effects(found: Comparison, policy: str, every: bool) -> Table:
    table = _table(
        "outcome", "baseline", "effect of the policy", "of the spread", "pairs", "same sign",
        "variance ratio", "pairs for half", words=("effect of the policy",),
    )  # fmt: skip
    for row in _shown(found.cards.filter(policy=policy), every).iter_rows(named=True):
        without = f" ({row['dropped']} without)" if row["dropped"] else ""
        table.add_row(
            row["outcome"].replace("_", " "),
            number(row["baseline"]),
            Text(in_words(row)),
            percent(_of_spread(row)),
            f"{row['pairs']}{without}",
            percent(row["same_sign"]),
            number(row["variance_ratio"]),
            str(row["pairs_for_half_width"]),
        )
    return table


def _of_spread(row: dict[str, Any]) -> float:
    """The effect's size over the standard deviation between runs."""
    return abs(row["effect"]) / row["spread"] if row["spread"] else math.nan


def in_words(row: dict[str, Any]) -> str:
    """An effect in plain words.

    Args:
        row: a row of the cards.
    """
    unit = UNITS.get(row["unit"], row["unit"])
    span = f"{number(row['low'])} to {number(row['high'])}"
    if row["pairs"] == 0:
        return "does not exist in any pair"
    if row["verdict"] == "none":
        return "no difference in any pair"
    if math.isnan(row["low"]):
        return f"{number(row['effect'])} {unit} in the one pair that there is".replace("  ", " ")
    if row["verdict"] == "unclear":
        return f"cannot be told from zero: {number(row['effect'])} ({span}) {unit}".rstrip()
    way = "rises" if row["verdict"] == "up" else "falls"
    ends = sorted(abs(row[end]) for end in ("low", "high"))
    span = " to ".join(map(number, ends))
    judged = ""
    if row["better"]:
        judged = ", better" if row["better"] == row["verdict"] else ", worse"
    return f"{way} by {number(abs(row['effect']))} ({span}) {unit}".rstrip() + judged


def _also(console: Console, cards: pl.DataFrame, every: bool) -> None:
    """Name what else moves, beyond the headlines."""
    printed = _shown(cards, every)["outcome"].to_list()
    rest = cards.filter(pl.col("verdict").is_in(["up", "down"]) & ~pl.col("outcome").is_in(printed))
    if rest.height:
        names = [f"{name} {way}" for name, way in rest.select("outcome", "verdict").iter_rows()]
        console.print(Text(f"Also: {', '.join(names)}.", style="dim"))


# -- labs, welfare ---------------------------------------------------------------------------------


def _labs(found: Comparison, policy: str) -> Table:
    """Labs whose survival or worth changes beyond doubt, the largest changes first."""
    table = _table("lab", "camp", "still there", "change", "interval", "worth, USD m", "change",
                   "interval")  # fmt: skip
    told = (
        (pl.col("survival_low") > 0)
        | (pl.col("survival_high") < 0)
        | (pl.col("value_low") > 0)
        | (pl.col("value_high") < 0)
    )
    rows = found.labs.filter(pl.col("policy") == policy, told)
    for row in (
        rows.sort(pl.col("value_change").abs(), descending=True).head(LABS).iter_rows(named=True)
    ):
        table.add_row(
            row["lab"],
            row["camp"],
            percent(row["survival_baseline"]),
            points(row["survival_change"]),
            f"{points(row['survival_low'])} to {points(row['survival_high'])}",
            number(row["value_baseline"]),
            signed(row["value_change"]),
            f"{signed(row['value_low'])} to {signed(row['value_high'])}",
        )
    return table


def _split(found: Comparison, policy: str) -> Table:
    table = _table("group", "assumption", "gain", "interval", "in the sum", "money moved", "pairs")
    for row in found.welfare.filter(policy=policy).iter_rows(named=True):
        table.add_row(
            row["group"],
            row["assumption"],
            signed(row["change"]),
            f"{signed(row['low'])} to {signed(row['high'])}",
            "yes" if row["counted"] else "",
            "" if row["money"] is None else signed(row["money"]),
            str(row["pairs"]),
        )
    return table


def _interactions(found: Comparison, every: bool) -> Table:
    table = _table("policy", "outcome", "sum of the parts", "beyond it", "interval")
    for row in _shown(found.interactions, every).iter_rows(named=True):
        table.add_row(
            row["policy"],
            row["outcome"].replace("_", " "),
            signed(row["sum_of_parts"]),
            signed(row["interaction"]),
            f"{signed(row['low'])} to {signed(row['high'])}",
        )
    return table


def _robust(found: Comparison) -> Table:
    table = _table(
        "policy", "outcome", "expected", "worlds", "as expected", "interval", "the other way",
        "no effect", "90% regret", "where it fails", words=("where it fails",),
    )  # fmt: skip
    if found.robustness is None:
        return table
    for row in found.robustness.summary.iter_rows(named=True):
        box = row["box"] or "too few failures to say, or none in particular"
        if row["box"]:
            box += f" ({percent(row['box_coverage'])} of the failures; "
            box += f"{percent(row['box_density'])} of its worlds fail)"
        table.add_row(
            row["policy"],
            row["outcome"].replace("_", " "),
            row["expected"],
            str(row["worlds"]),
            percent(row["expected_sign"]),
            f"{percent(row['expected_low'])} to {percent(row['expected_high'])}",
            percent(row["other_sign"]),
            percent(row["no_effect"]),
            number(row["regret_90"]),
            Text(box),
        )
    return table


def _close(console: Console, found: Comparison, folder: Path) -> None:
    """Say what the intervals are, and where everything was written."""
    unit = "worlds" if found.robustness is not None else "pairs of runs with equal seeds"
    console.print(Text(f"{found.pairs} {unit}; intervals of {100 * found.level:.4g}% over them."))
    for look in found.looks:
        widths = ", ".join(f"{name} {number(x)}" for name, x in look.half_widths.items())
        done = ", precise enough" if look.precise else ""
        console.print(Text(f"Look at {look.pairs} pairs: half-widths {widths}{done}."))
    if len(found.looks) > 1 or (found.looks and not found.looks[-1].precise):
        console.print(Text("The intervals are wide enough for all looks that were planned."))
    console.print(Text.assemble(("Tables   ", "bold"), f"{folder} (.parquet), comparison.json"))
    console.print(Text.assemble(("Figure   ", "bold"), f"{folder / 'figures' / 'forest.png'}"))
