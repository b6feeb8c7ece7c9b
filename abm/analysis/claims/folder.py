"""The folder of a study of claims: finished runs, tables, and pages; it can be gone on with."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from abm.analysis import sweep
from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.claims.data import claim_table, effect_table
from abm.analysis.claims.study import Study, plan_of
from abm.analysis.claims.verdict import Finding
from abm.record.durable import save_text
from abm.record.folder import OUTPUTS
from abm.scenario import Scenario

DEFAULT = OUTPUTS / "claims"
"""Folder unless another is asked for."""

OVER_AN_ENSEMBLE = OUTPUTS / "claims-ensemble"
"""The same for a study over a calibrated ensemble."""

KIND = "abm-claims"
"""What the manifest of such a folder calls itself."""


def begin(folder: Path, scenario: Scenario, ensemble: Ensemble | None = None) -> None:
    """Write down what a folder is for; more claims or seeds of the same worlds may be added.

    Raises:
        AbmError: if it holds something else, or cannot be written.
    """
    sweep.claim(folder, KIND, plan_of(scenario, ensemble))


def write(study: Study, findings: Sequence[Finding], data: dict[str, Any]) -> None:
    """Write the tables beside the runs.

    Raises:
        AbmError: if they cannot be written.
    """
    tables = {"claims": claim_table(data), "effects": effect_table(study, findings)}
    save_text(study.folder / "claims.json", as_json(data))
    plan = plan_of(study.scenario, study.ensemble)
    sweep.finish(study.folder, KIND, plan, tables, {})


def as_json(data: dict[str, Any]) -> str:
    """The data as text."""
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
