"""A sensitivity study on disk, and as plain data for scripts."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from abm.analysis.sensitivity.assumptions import named
from abm.analysis.sensitivity.designs import Plan
from abm.analysis.sensitivity.study import KIND, Sensitivity, described
from abm.analysis.sweep import finish
from abm.errors import AbmError
from abm.record.folder import MANIFEST
from abm.record.plain import plain
from abm.scenario import Scenario


def write(found: Sensitivity, folder: Path, findings: str = "") -> None:
    """Write tables, figure and manifest beside the rows that the folder holds already.

    Args:
        found: what was found.
        folder: of the study.
        findings: the same in words, in Markdown.

    Raises:
        AbmError: if they cannot be written.
    """
    from abm.figures.influence import fig

    figures = {"influence": fig(found.ledger, found.indices, found.plan.method)}
    finish(folder, KIND, described(found.plan), _tables(found), figures, findings)


def _tables(found: Sensitivity) -> dict[str, pl.DataFrame]:
    return {
        "ledger": found.ledger,
        "indices": found.indices,
        "runs": found.runs,
        "failures": found.failures,
    }


def as_data(found: Sensitivity) -> dict[str, Any]:
    """Everything but the single runs, as plain data; what does not exist is None."""
    tables = {name: table.to_dicts() for name, table in _tables(found).items() if name != "runs"}
    finite: dict[str, Any] = plain(
        {
            **described(found.plan),
            "outcomes": list(found.outcomes),
            "runs": len(found.rows),
            **tables,
        }
    )
    return finite


def planned(folder: Path, base: Scenario) -> Plan:
    """The design that a folder was begun with.

    Args:
        folder: of a study.
        base: the scenario that it must be of.

    Raises:
        AbmError: if it is no such folder, or one of another scenario or of other ranges.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = {}
    if not isinstance(manifest, dict) or manifest.get("format") != KIND:
        raise AbmError(f"{folder}: is no folder of a sensitivity study")
    plan = manifest["plan"]
    chosen = named(base, list(plan["parameters"]))
    found = Plan(base, chosen, plan["method"], plan["size"], plan["seed"])
    if described(found) != plan:
        raise AbmError(
            f"{folder}: is of another scenario, of other months, or of other ranges than now"
        )
    return found
