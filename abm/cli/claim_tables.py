"""What ``abm claims`` prints: failures first, then what is left of each claim and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from abm.analysis.claims import words
from abm.analysis.claims.data import by_verdict
from abm.analysis.claims.verdict import HELD
from abm.cli.fitted import say, table_of, wide_console
from abm.record.numbers import number

STYLES = {
    "does not emerge": "red",
    "cannot be tested here": "magenta",
    "fitted, not tested": "yellow",
    "emerges conditionally": "cyan",
    "emerges": "green",
}
"""Colour of each verdict."""

SPARE = ("power", "placebo", "ablations", "matters from")
"""Columns that a narrow terminal does without, the first to go first."""


def print_claims(data: dict[str, Any], folder: Path) -> None:
    """Print the study."""
    console = wide_console()
    console.print(_head(data))
    _table(console, data)
    console.print()
    for claim in by_verdict(data["claims"]):
        style = STYLES[claim["verdict"]]
        console.print(Text.assemble((claim["id"], style), f" {claim['why']}"))
    _overlaps(console, data)
    console.print(_summary(data))
    if len(data["claims"]) > 5 and all(claim["tested"] in HELD for claim in data["claims"]):
        console.print(Text("Every claim passes: look for what scripts them.", style="bold red"))
    console.print(Text.assemble(("Tables  ", "bold"), str(folder)))


def _head(data: dict[str, Any]) -> Text:
    text = f"{data['title']}: {len(data['seeds'])} seeds"
    drawn = f", {words.over(data)}" if data["ensemble"] else ""
    return Text.assemble((text, "bold"), f", {words.played(data)}, {data['months']} months{drawn}")


def _table(console: Console, data: dict[str, Any]) -> None:
    table = table_of(
        "claim", "in our words", "effect (95%)", "matters from", "ablations", "placebo", "power",
        "verdict", words=("in our words", "ablations", "placebo", "power"),
    )  # fmt: skip
    for claim in by_verdict(data["claims"]):
        table.add_row(
            claim["id"],
            claim["statement"],
            words.estimate(claim),
            number(claim["sesoi"]),
            words.ablations(claim),
            words.placebo(claim),
            words.power(claim),
            Text(claim["verdict"], style=STYLES[claim["verdict"]]),
        )
    say(console, table, SPARE)


def _overlaps(console: Console, data: dict[str, Any]) -> None:
    if not data["overlaps"]:
        return
    console.print(Text("\nCalibration targets that touch a claim", style="bold"))
    table = table_of("claim", "target", "use", "measure", words=("measure",))
    for row in data["overlaps"]:
        table.add_row(row["claim"], row["target"], row["use"], row["measure"])
    say(console, table, ())
    console.print()


def _summary(data: dict[str, Any]) -> Text:
    told = [
        (words.counted(count, verdict), STYLES[verdict])
        for verdict, count in data["counts"].items()
        if count
    ]
    joined = [part for pair in told for part in (pair, ", ")][:-1]
    return Text.assemble(*joined)
