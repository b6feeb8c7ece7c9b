"""A comparison for the terminal: effects in plain words, winners and losers, the welfare split."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from abm.analysis.alternatives import Alternative
from abm.analysis.effect_words import in_words, where_it_fails
from abm.analysis.outcomes import HEADLINES
from abm.cli.fitted import PIPED_WIDTH, say, table_of, wide_console
from abm.record.numbers import number, percent, points, signed
from abm.record.wording import spelt

if TYPE_CHECKING:
    from abm.analysis.comparison import Comparison

SPARE = (
    "pairs for half", "variance ratio", "of the spread", "money moved", "no effect",
    "their interval", "points", "the other way", "pairs", "worlds", "sum of parts", "in the sum",
    "same sign", "camp", "expected",
)  # fmt: skip
"""Columns that a narrow terminal does without, the first to go first; the files have them all."""

LABS = 12
"""Labs that are named at most: those whose worth changes most."""

FATES = {
    (True, False): "wins",
    (False, True): "loses",
    (True, True): "both",
    (False, False): "unclear",
}
"""What can be told of a lab, by whether it wins and whether it loses beyond doubt."""

NOTES = {
    "same sign": "pairs that go the way of the mean effect",
    "of the spread": "size of the effect in standard deviations between runs of the baseline",
    "variance ratio": "how many times as many runs it would take without pairing",
    "pairs for half": "pairs in all that would halve the interval",
    "still there": "runs in which the lab is neither sold nor closed; its change in points of 100",
    "in the sum": "counted once: investors own what labs are worth",
}
"""What the heads of the tables mean."""


def print_comparison(found: Comparison, folder: Path, *, every: bool) -> None:
    """Print a comparison.

    Args:
        found: the comparison.
        folder: where it was written.
        every: whether to print all outcomes, not only the headlines.
    """
    console = wide_console()
    for policy in found.policies:
        console.print(Text(f"{policy}, against the baseline", style="bold"))
        say(console, _effects(found, policy, every), SPARE)
        _also(console, found.cards.filter(policy=policy), every)
        _print_titled(console, "Who wins and who loses", _labs(found, policy))
        _print_titled(
            console, "Who gains and who pays, USD m, present value", _split(found, policy)
        )
    if found.interactions.height:
        _print_titled(console, "Together, beyond the sum of the parts", _interactions(found, every))
    _ask_for_parts(console, found)
    if found.robustness is not None:
        _print_titled(console, f"Over uncertain worlds: {found.robustness.title}", _robust(found))
    _close(console, found, folder)


def _print_titled(console: Console, title: str, table: Table) -> None:
    console.print()
    console.print(Text(title, style="bold"))
    say(console, table, SPARE)
    console.print()


# -- effects ---------------------------------------------------------------------------------------


def _shown(cards: pl.DataFrame, every: bool) -> pl.DataFrame:
    """The headlines in their order, or all that was measured."""
    headlines = cards.filter(pl.col("outcome").is_in(HEADLINES))
    if every or not headlines.height:
        return cards
    order = pl.col("outcome").replace_strict(
        list(HEADLINES), range(len(HEADLINES)), return_dtype=pl.Int64
    )
    return headlines.sort(order, maintain_order=True)


def _effects(found: Comparison, policy: str, every: bool) -> Table:
    table = table_of(
        "outcome", "baseline", "effect of the policy", "pairs", "same sign", "of the spread",
        "variance ratio", "pairs for half", words=("effect of the policy",),
    )  # fmt: skip
    for row in _shown(found.cards.filter(policy=policy), every).iter_rows(named=True):
        without = f" ({row['dropped']} without)" if row["dropped"] else ""
        table.add_row(
            spelt(row["outcome"]),
            number(row["baseline"]),
            Text(in_words(row)),
            f"{row['pairs']}{without}",
            *_precision(row),
        )
    return table


def _precision(row: dict[str, Any]) -> tuple[str, ...]:
    """How large and how sure an effect is; dashes where there is none."""
    if row["verdict"] == "none" or row["pairs"] == 0:
        return ("-",) * 4
    return (
        percent(row["same_sign"]),
        percent(_of_spread(row)),
        number(row["variance_ratio"]),
        str(row["pairs_for_half_width"]),
    )


def _of_spread(row: dict[str, Any]) -> float:
    """The effect's size over the standard deviation between runs."""
    return abs(row["effect"]) / row["spread"] if row["spread"] else math.nan


def _also(console: Console, cards: pl.DataFrame, every: bool) -> None:
    """Name what else moves, beyond the headlines."""
    printed = _shown(cards, every)["outcome"].to_list()
    rest = cards.filter(pl.col("verdict").is_in(["up", "down"]) & ~pl.col("outcome").is_in(printed))
    if rest.height:
        names = [f"{name} {way}" for name, way in rest.select("outcome", "verdict").iter_rows()]
        console.print(Text(f"Also: {', '.join(names)}.", style="dim"))


# -- labs, welfare ---------------------------------------------------------------------------------


def _labs(found: Comparison, policy: str) -> Table:
    """Labs of the first month: those that win or lose beyond doubt first, then by their worth."""
    table = table_of(
        "lab", "camp", "verdict", "still there", "points", "their interval", "worth, USD m",
        "change", "interval",
    )  # fmt: skip
    rows = found.labs.filter(policy=policy).sort(
        _wins() | _loses(), pl.col("value_change").abs(), descending=True, nulls_last=True
    )
    rows = rows.with_columns(wins=_wins(), loses=_loses()).head(LABS)
    for row in rows.iter_rows(named=True):
        table.add_row(
            row["lab"],
            row["camp"],
            "no change" if _untouched(row) else FATES[row["wins"], row["loses"]],
            percent(row["survival_baseline"]),
            points(row["survival_change"]),
            f"{points(row['survival_low'])} to {points(row['survival_high'])}",
            number(row["value_baseline"]),
            signed(row["value_change"]),
            f"{signed(row['value_low'])} to {signed(row['value_high'])}",
        )
    return table


def _untouched(row: dict[str, Any]) -> bool:
    """Whether no pair differs in the lab's survival or worth."""
    ends = ("survival_low", "survival_high", "value_low", "value_high")
    return all(row[end] == 0 for end in ends)


def _wins() -> pl.Expr:
    """Whether survival or worth rises beyond doubt."""
    return ((pl.col("survival_low") > 0) | (pl.col("value_low") > 0)).fill_null(value=False)


def _loses() -> pl.Expr:
    """Whether one of them falls beyond doubt."""
    return ((pl.col("survival_high") < 0) | (pl.col("value_high") < 0)).fill_null(value=False)


def _split(found: Comparison, policy: str) -> Table:
    table = table_of(
        "group", "assumption", "gain", "interval", "in the sum", "money moved", "pairs",
        words=("assumption",),
    )  # fmt: skip
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


def _ask_for_parts(console: Console, found: Comparison) -> None:
    """Say which policies are lacking for the interactions of a combined one."""
    for policy in found.policies:
        parts = Alternative(policy).parts
        lacking = [part for part in parts if part not in found.policies]
        if lacking and "=" not in policy:
            asked = " ".join(f"--policy {part}" for part in lacking)
            text = (
                f"{policy}: to see what its parts do together and alone, compare them too: {asked}"
            )
            console.print(Text(text), soft_wrap=True)
            console.print()


def _interactions(found: Comparison, every: bool) -> Table:
    table = table_of(
        "policy", "outcome", "sum of parts", "beyond it", "interval", words=("policy",)
    )
    for row in _shown(found.interactions, every).iter_rows(named=True):
        table.add_row(
            row["policy"],
            spelt(row["outcome"]),
            signed(row["sum_of_parts"]),
            signed(row["interaction"]),
            f"{signed(row['low'])} to {signed(row['high'])}",
        )
    return table


def _robust(found: Comparison) -> Table:
    table = table_of(
        "policy", "outcome", "expected", "worlds", "as expected", "their interval", "the other way",
        "no effect", "90% regret", "where it fails", words=("policy", "where it fails"),
    )  # fmt: skip
    if found.robustness is None:
        return table
    for row in found.robustness.summary.iter_rows(named=True):
        table.add_row(
            row["policy"],
            spelt(row["outcome"]),
            row["expected"],
            str(row["worlds"]),
            percent(row["expected_sign"]),
            f"{percent(row['expected_low'])} to {percent(row['expected_high'])}",
            percent(row["other_sign"]),
            percent(row["no_effect"]),
            number(row["regret_90"]),
            Text(where_it_fails(row)),
        )
    return table


def _close(console: Console, found: Comparison, folder: Path) -> None:
    """Say what the intervals are, and where everything was written."""
    if console.width < PIPED_WIDTH:
        console.print(
            Text(f"A terminal of {PIPED_WIDTH} columns shows more of each table.", style="dim")
        )
    for name, meaning in NOTES.items():
        console.print(Text.assemble(f"{name:<16}", meaning, style="dim"))
    console.print()
    unit = "worlds" if found.drawn else "pairs of runs with equal seeds"
    console.print(Text(f"{found.pairs} {unit}; intervals of {100 * found.level:.4g}% over them."))
    for look in found.looks:
        widths = ", ".join(f"{name} {number(x)}" for name, x in look.half_widths.items())
        done = ", precise enough" if look.precise else ""
        console.print(Text(f"Look at {look.pairs} pairs: half-widths {widths}{done}."))
    if len(found.looks) > 1 or (found.looks and not found.looks[-1].precise):
        console.print(
            Text("The intervals are widened to hold at whichever planned look the playing stops.")
        )
    console.print(Text.assemble(("Tables   ", "bold"), f"{folder} (.parquet), comparison.json"))
    console.print(Text.assemble(("Figure   ", "bold"), f"{folder / 'figures' / 'forest.png'}"))
