"""Effects, and the worlds in which a policy fails, in plain words."""

from __future__ import annotations

import math
from typing import Any

from abm.analysis.prim import ENOUGH
from abm.record.numbers import number, percent

UNITS = {"1": "", "0-10000": "points", "log10": "powers of ten"}
"""Units as a sentence says them."""


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


def where_it_fails(row: dict[str, Any]) -> str:
    """The worlds in which a policy fails, in words.

    Args:
        row: a row of the summary over worlds.
    """
    failures = round(row["worlds"] * (1 - row["expected_sign"])) if row["worlds"] else 0
    if row["box"]:
        held, fail = percent(row["box_coverage"]), percent(row["box_density"])
        return f"{row['box']} ({held} of the failures; {fail} of its worlds fail)"
    if failures == 0:
        return "nowhere"
    if failures == row["worlds"]:
        return "everywhere"
    if failures < ENOUGH:
        return "too few failures to say where"
    if row["worlds"] - failures < ENOUGH:
        return "nearly everywhere"
    return "in no part of them in particular"
