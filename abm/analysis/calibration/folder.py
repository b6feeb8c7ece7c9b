"""A finished calibration on disk, beside the designs and rows that made it."""

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from abm.analysis.calibration.archive import KIND, described
from abm.analysis.calibration.standings import Interval, standings
from abm.analysis.calibration.study import Calibration
from abm.analysis.sweep import finish

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURE = "figures/calibration.png"
"""Where the figure lies in the folder."""


def figure(found: Calibration) -> "Figure":
    """Every target before and after, against its band."""
    from abm.figures.targets import fig

    return fig(_targets(found))


def write(found: Calibration, folder: Path, findings: str = "") -> None:
    """Write tables, figure and manifest.

    Args:
        found: what was learnt.
        folder: of the calibration.
        findings: the same in words, in Markdown.

    Raises:
        AbmError: if they cannot be written.
    """
    tables = {"targets": _targets(found), "parameters": _parameters(found)}
    drawn = {Path(FIGURE).stem: figure(found)}
    finish(folder, KIND, described(found.problem), tables, drawn, findings)


def _targets(found: Calibration) -> pl.DataFrame:
    """One row a target: its band, and what single runs give before and after."""
    measures = found.measures
    items = standings(found.problem.fitted, measures["defaults"], measures["ensemble"])
    return pl.DataFrame(
        [
            {
                "target": item.target.id, "measure": item.target.measure,
                "window": str(item.target.window), "unit": item.target.unit,
                "band_low": item.target.low, "band_high": item.target.high,
                "fitted": item.fitted,
                **_columns("before", item.before), **_columns("after", item.after),
            }
            for item in items
        ]
    )  # fmt: skip


def _columns(name: str, found: Interval) -> dict[str, float]:
    return {f"{name}_low": found.low, name: found.median, f"{name}_high": found.high}


def _parameters(found: Calibration) -> pl.DataFrame:
    """One row a parameter: its range, what is left of it, and what known truths leave."""
    return pl.DataFrame(
        [
            {
                "parameter": item.key, "unit": item.unit, "low": item.low, "high": item.high,
                "scenario": item.value,
                "left_low": float(found.ranges[i][0]), "left_high": float(found.ranges[i][1]),
                "left": float(found.left[i]),
                "recovery": float(found.recovery.widths[:, i].mean()),
            }
            for i, item in enumerate(found.problem.assumptions)
        ]
    )  # fmt: skip
