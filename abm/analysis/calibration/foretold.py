"""A finished forecast on disk, beside the rows that made it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from abm.analysis.calibration.forecast import KIND, METRICS, Forecast, described, history
from abm.analysis.sweep import finish

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURE = "figures/forecast.png"
"""Where the figure lies in the folder."""


def figure(found: Forecast) -> "Figure":
    """Distribution of each metric by month, and what was observed of it."""
    from abm.figures.fan import fig

    seen = pl.DataFrame([asdict(item) for item in history()])
    return fig(found.table, seen, {name: unit for name, (_, unit, _) in METRICS.items()})


def write(found: Forecast, folder: Path, findings: str = "") -> None:
    """Write tables, figure and manifest.

    Args:
        found: the forecast.
        folder: of the study.
        findings: the same in words, in Markdown.

    Raises:
        AbmError: if they cannot be written.
    """
    scores = [{**asdict(item.observation), **_numbers(asdict(item))} for item in found.scores]
    tables = {"forecast": found.table, "scores": pl.DataFrame(scores)}
    plan = described(found.ensemble, found.scenario, found.runs)
    finish(folder, KIND, plan, tables, {Path(FIGURE).stem: figure(found)}, findings)


def _numbers(score: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in score.items() if name != "observation"}
