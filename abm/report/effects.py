"""The tables of a comparison, as sentences and as parts of a page."""

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from abm.analysis.effect_words import in_words
from abm.analysis.outcomes import HEADLINES
from abm.record.numbers import number, percent, points, signed
from abm.record.wording import capital, spelt
from abm.report.page import Block, Fold, Grid


def headlines(cards: pl.DataFrame) -> list[str]:
    """What the policy does to each headline, or to whatever else was measured."""
    rows = {row["outcome"]: row for row in cards.iter_rows(named=True)}
    chosen = [name for name in HEADLINES if name in rows] or list(rows)
    return [
        f"{capital(spelt(name))} ({number(rows[name]['baseline'])} without it): "
        f"{in_words(rows[name])}."
        for name in chosen
    ]


def losers(labs: pl.DataFrame, welfare: pl.DataFrame) -> list[str]:
    """Who is worse off with an interval that excludes zero: groups first, then labs."""
    groups = [
        f"{row['group'].capitalize()}: {signed(row['change'])} USD m in present value "
        f"({signed(row['low'])} to {signed(row['high'])})."
        for row in welfare.filter("counted", pl.col("high") < 0).iter_rows(named=True)
    ]
    named = [
        _lost(row)
        for row in labs.iter_rows(named=True)
        if _below(row["survival_high"]) or _below(row["value_high"])
    ]
    return [*groups, *named] or ["Nobody of whom it can be told: no interval lies below zero."]


def _lost(row: Mapping[str, Any]) -> str:
    parts = []
    if _below(row["survival_high"]):
        parts.append(f"is gone in {-100 * row['survival_change']:.0f} more of 100 runs")
    if _below(row["value_high"]):
        parts.append(f"is worth USD {number(-row['value_change'])}m less")
    return f"{row['lab']} ({row['camp']}) {' and '.join(parts)}."


def _below(value: float | None) -> bool:
    return value is not None and not math.isnan(value) and value < 0


def split(welfare: pl.DataFrame) -> Block:
    """Who gains and who pays."""
    rows = [
        {
            "group": row["group"],
            "assumption": row["assumption"],
            "gain, USD m": signed(row["change"]),
            "interval": f"{signed(row['low'])} to {signed(row['high'])}",
            "in the sum": "yes" if row["counted"] else "",
        }
        for row in welfare.iter_rows(named=True)
    ]
    grid = Grid(
        f"welfare-{_key(welfare)}",
        pl.DataFrame(rows),
        numbers=("gain, USD m", "interval"),
        note="Present values. Counted once: investors own what labs are worth. Risks of AI and of "
        "its misuse lie outside the model.",
    )
    return Fold("Who gains and who pays", [grid])


def of_labs(labs: pl.DataFrame) -> Block:
    """What becomes of each lab of the first month, those whose worth changes most first."""
    ordered = labs.sort(pl.col("value_change").abs(), descending=True, nulls_last=True)
    rows = [
        {
            "lab": row["lab"],
            "camp": row["camp"],
            "still there": percent(row["survival_baseline"]),
            "points": points(row["survival_change"]),
            "their interval": f"{points(row['survival_low'])} to {points(row['survival_high'])}",
            "worth, USD m": number(row["value_baseline"]),
            "change": signed(row["value_change"]),
            "interval": f"{signed(row['value_low'])} to {signed(row['value_high'])}",
        }
        for row in ordered.iter_rows(named=True)
    ]
    words = ("lab", "camp")
    heads = [name for name in (rows[0] if rows else {}) if name not in words]
    return Fold("Lab by lab", [Grid(f"labs-{_key(labs)}", pl.DataFrame(rows), numbers=heads)])


def all_cards(cards: pl.DataFrame) -> Block:
    """One effect card an outcome."""
    rows = [
        {
            "outcome": spelt(row["outcome"]),
            "window": row["window"],
            "baseline": number(row["baseline"]),
            "effect": in_words(row),
            "same sign": "-" if row["verdict"] == "none" else percent(row["same_sign"]),
            "variance ratio": "-" if row["verdict"] == "none" else number(row["variance_ratio"]),
            "pairs": str(row["pairs"]),
        }
        for row in cards.iter_rows(named=True)
    ]
    grid = Grid(
        f"cards-{_key(cards)}",
        pl.DataFrame(rows),
        numbers=("baseline", "same sign", "variance ratio", "pairs"),
        note="Same sign: pairs that go the way of the mean effect. Variance ratio: how many times "
        "as many runs it would take without pairing.",
    )
    return Fold(f"All {len(rows)} effect cards", [grid])


def _key(table: pl.DataFrame) -> str:
    """A name for the table of one policy that is valid in a page."""
    policy = str(table["policy"][0]) if table.height else "none"
    return "".join(letter if letter.isalnum() else "-" for letter in policy)
