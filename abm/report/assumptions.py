"""What a result rests on: every number of the world, with its range, its source and its grade."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from abm.analysis.sensitivity.assumptions import GRADES, assumptions
from abm.record.numbers import number
from abm.report.page import Block, Fold, Grid, Paragraph, Section
from abm.scenario import Scenario


def section(manifest: Mapping[str, Any]) -> Section:
    """The assumptions of the world that a folder is about."""
    world = Scenario.model_validate(manifest["scenario"])
    blocks: list[Block] = [Paragraph(in_sum(world))]
    off = [name for name, part in world if getattr(part, "enabled", True) is False]
    if off:
        blocks.append(Paragraph(f"Switched off in this world: {', '.join(off)}.", "note"))
    blocks.append(Fold("Every number, with its range and source", [_ledger(world)]))
    blocks.append(Fold("The cast, with the sources of its numbers", [_cast(world)]))
    return Section("Assumptions", blocks)


def in_sum(world: Scenario) -> str:
    """How many numbers the world rests on, and how well they are founded."""
    found = assumptions(world)
    grades = Counter(item.grade for item in found)
    counted = ", ".join(f"{grades[grade]} {grade}" for grade in GRADES if grades[grade])
    outside = [item.key for item in found if not item.low <= item.value <= item.high]
    text = f"The mechanisms at work rest on {len(found)} numbers: {counted}."
    if outside:
        text += f" Outside the range that an expert would defend: {', '.join(outside)}."
    return text


def _ledger(world: Scenario) -> Grid:
    """Worst founded numbers first: they deserve the reader's doubt."""
    worst = list(reversed(list(GRADES)))
    found = sorted(assumptions(world), key=lambda item: worst.index(item.grade))
    rows = [
        {
            "parameter": item.key,
            "value": number(item.value),
            "range": f"{number(item.low)} to {number(item.high)}",
            "unit": item.unit,
            "grade": item.grade,
            "source": item.source,
            "meaning": item.meaning,
        }
        for item in found
    ]
    note = "; ".join(f"{grade}: {meaning}" for grade, meaning in GRADES.items())
    return Grid("ledger", pl.DataFrame(rows), numbers=("value", "range"), note=f"{note}.")


def _cast(world: Scenario) -> Grid:
    rows = [
        {
            "who": entry.name,
            "what": kind,
            "sources": "; ".join(f"{key}: {text}" for key, text in entry.sources.items()),
        }
        for kind, entries in (
            ("lab", world.labs),
            ("cloud", world.clouds),
            ("customers", world.segments),
        )
        for entry in entries
    ]
    return Grid(
        "cast", pl.DataFrame(rows, schema=dict.fromkeys(("who", "what", "sources"), pl.String))
    )
