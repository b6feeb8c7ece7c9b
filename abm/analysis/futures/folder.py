"""The maps on disk, and as plain data for scripts."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from abm.analysis.futures.clusters import best
from abm.analysis.futures.findings import Findings
from abm.analysis.futures.maps import DISCLOSURE, KIND, MAPS
from abm.analysis.futures.regimes import REGIMES
from abm.analysis.sweep import finish
from abm.record.plain import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure(found: Findings) -> "Figure":
    """The maps as a picture."""
    from abm.figures.futures import fig

    maps = {name: MAPS[name] for name in found.atlas.maps}
    return fig(found.shares, maps, DISCLOSURE, REGIMES)


def write(found: Findings, folder: Path, findings: str = "") -> None:
    """Write tables, figure and manifest beside the rows that the folder holds already.

    Args:
        found: what the maps show.
        folder: of the study.
        findings: the same in words, in Markdown.

    Raises:
        AbmError: if they cannot be written.
    """
    tables = _tables(found) | {"runs": found.runs}
    finish(folder, KIND, found.atlas.described(), tables, {"futures": figure(found)}, findings)


def _tables(found: Findings) -> dict[str, pl.DataFrame]:
    return {
        "shares": found.shares,
        "cells": found.cells,
        "robustness": found.robustness,
        "modes": _modes(found),
        "branches": found.branches,
        "failures": pl.DataFrame(
            [(item.run_id, item.stage, item.cause) for item in found.failures],
            schema=dict.fromkeys(("run", "stage", "cause"), pl.String),
            orient="row",
        ),
    }


def _modes(found: Findings) -> pl.DataFrame:
    """One row a set of runs and number of groups, with the dip of the first component."""
    rows = [
        {
            "runs": modes.runs,
            "verdict": modes.verdict,
            "best": best(modes.gaps),
            **gap._asdict(),
            "dip": modes.dips["first component"].dip,
            "p": modes.dips["first component"].p,
            "left_out": modes.left_out,
        }
        for modes in found.modes
        for gap in modes.gaps
    ]
    return pl.DataFrame(rows, schema=None if rows else {"runs": pl.String})


def as_data(found: Findings) -> dict[str, Any]:
    """Everything but the single runs, as plain data; what does not exist is None."""
    tables = {name: table.to_dicts() for name, table in _tables(found).items()}
    finite: dict[str, Any] = plain(
        {
            **found.atlas.described(),
            "thresholds": asdict(found.thresholds),
            "regimes": [asdict(item) for item in REGIMES],
            "runs": found.runs.height,
            **tables,
        }
    )
    return finite
