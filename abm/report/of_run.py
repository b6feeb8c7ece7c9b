"""The report of one run: who led, who was sold, why, and on what it rests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from abm.record.explain import headline, reasons, summary
from abm.record.folder import FIGURES, read_manifest, read_run
from abm.record.run import Run
from abm.record.wording import month_name
from abm.report import assumptions
from abm.report.page import Block, Bullets, Code, Fold, Grid, Page, Paragraph, Picture, Section
from abm.report.provenance import provenance, rerun

CAPTIONS = {
    "shares": "Who leads: shares of spending by lab, month by month.",
    "chairs": "Musical chairs: the life of each lab, funded, pivoted, hosted, sold or closed.",
    "lag": "How far the best open model and independent open labs trail the best closed one.",
    "hosting": "Which cloud lists whose models, and since when.",
    "money": "Where the money comes from and where it goes.",
    "network": "Who learns from whom, who builds on whom, who hosts whom.",
}
"""What the figures of a run show, in the order of the page."""

TURNING_POINTS = (
    "acquisition", "licence_and_hire", "blocked", "shutdown", "pivot", "camp_change", "hosted",
    "delisted", "entry", "spin_off", "policy", "ruling",
)  # fmt: skip
"""Kinds of events whose reasons a report tells."""

SCRIPT = """\
import json
from pathlib import Path
from abm import Market, Scenario
from abm.policy import compose

manifest = json.loads(Path("manifest.json").read_text())
world = Scenario.model_validate(manifest["scenario"])
under = [compose(manifest["policy"])] if manifest["policy"] else []
run = Market(world, seed=manifest["seed"], policies=under).run()
print(run.market.tail(1))
"""


def page(folder: Path) -> Page:
    """The page of a run folder.

    Raises:
        AbmError: if the folder holds no run, or not the tables that its manifest describes.
    """
    run, manifest = read_run(folder), read_manifest(folder)
    under = f" under {manifest['policy']}" if manifest.get("policy") else ""
    facts = {
        "seed": str(run.seed),
        "policy": manifest.get("policy") or "none",
        "months": str(run.market.height),
    }
    return Page(
        kind="One market",
        title=f"{run.scenario.title}{under}, seed {run.seed}",
        question="Can companies that train open, general-purpose language models survive here?",
        sections=[
            _world(run, manifest),
            _story(run),
            _figures(folder),
            _turning_points(run),
            assumptions.section(manifest),
            provenance(manifest, facts),
            rerun(manifest, SCRIPT),
        ],
    )


def _world(run: Run, manifest: Mapping[str, Any]) -> Section:
    scenario = run.scenario
    first, last = (month_name(run.market["date"][place]) for place in (0, -1))
    blocks: list[Block] = [Paragraph(scenario.description, "lead")] if scenario.description else []
    blocks.append(
        Paragraph(
            f"{len(scenario.labs)} labs, {len(scenario.clouds)} clouds and "
            f"{scenario.communities} communities of developers, from {first} to {last}. One run is "
            "one history of many that could have been: what it shows can happen, not how often."
        )
    )
    in_force = [
        Paragraph(f"In force: {policy['title']} ({policy['name']}).", "note")
        for policy in manifest.get("policies", ())
    ]
    return Section("The world", [*blocks, *in_force])


def _story(run: Run) -> Section:
    return Section("In short", [Bullets(part.title, part.lines) for part in summary(run)])


def _figures(folder: Path) -> Section:
    found = [
        Picture(folder / FIGURES / f"{name}.png", caption)
        for name, caption in CAPTIONS.items()
        if (folder / FIGURES / f"{name}.png").is_file()
    ]
    words = "The run was played without figures; abm run draws them."
    return Section("Figures", found or [Paragraph(words, "note")])


def _turning_points(run: Run) -> Section:
    """Sales, closures, pivots and listings, each with its reasons."""
    events = run.events.filter(pl.col("kind").is_in(TURNING_POINTS))
    rows = [
        {
            "month": month_name(row["date"]),
            "what happened": headline(row),
            "why": " ".join(reasons(row)),
        }
        for row in events.iter_rows(named=True)
    ]
    table = pl.DataFrame(rows, schema=dict.fromkeys(("month", "what happened", "why"), pl.String))
    ask = Paragraph("For every event of the run, the small ones too:")
    grid: Block = Grid("events", table)
    if table.height > 40:
        grid = Fold(f"{table.height} turning points with their reasons", [grid])
    return Section("Why it happened", [grid, ask, Code("abm why FOLDER")])
