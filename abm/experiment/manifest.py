"""What an experiment folder says of itself, and whether it may be gone on with.

The design is written first and the manifest last, and both can be made again from the experiment:
a folder where the writing of them was cut off, or where the disk lost one, is gone on with as long
as the runs that are named there are runs of this experiment.
"""

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, get_args

import polars as pl

from abm.errors import AbmError
from abm.experiment.experiment import Experiment
from abm.experiment.locations import Location
from abm.experiment.plan import Table
from abm.experiment.specs import model_version, policy_hash
from abm.experiment.status import LOG, Status
from abm.record.durable import parquet
from abm.record.folder import MANIFEST
from abm.record.manifest import as_text, command_line, git_state, versions

FORMAT = "abm-experiment"
"""What the manifest of an experiment calls itself."""

LAYOUT = 1
"""How the files of a folder are to be read; one that does not say is of the first layout."""

DESIGN = "design.parquet"
RUNS = "runs"
"""Dataset with a row a run: its months and the hashes of its tables."""

OURS = {MANIFEST, DESIGN, LOG, RUNS, *get_args(Table)}
"""All that can lie in an experiment folder."""

NEEDED = (
    "model",
    "tables",
    "scenario",
    "points",
    "policies",
    "versions",
)
"""Keys without which a manifest cannot be read."""


def read_manifest(place: Location) -> dict[str, Any] | None:
    """The manifest of an experiment folder; None if there is none, or it is damaged.

    Raises:
        AbmError: if it is one of another layout.
    """
    try:
        content = json.loads(place.read(MANIFEST) or b"")
    except (ValueError, OSError):
        return None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return None
    lacks = [key for key in NEEDED if key not in content]
    layout = content.get("layout", LAYOUT)
    if lacks or layout != LAYOUT:
        what = f"lacks {', '.join(lacks)}" if lacks else f"is of layout {layout}, not {LAYOUT}"
        raise AbmError(
            f"{place.label}: was written by another version of this package (its manifest {what}); "
            "use that version, or play the experiment into another folder"
        )
    return content


def read_design(place: Location) -> pl.DataFrame | None:
    """The design of an experiment folder; None if there is none, or it is damaged."""
    try:
        design = pl.read_parquet(BytesIO(place.read(DESIGN) or b""))
    except (pl.exceptions.PolarsError, OSError):
        return None
    return design if "run_id" in design.columns else None


def check_ours(place: Location) -> None:
    """Raise unless a folder is empty, or holds what an experiment writes and nothing else.

    Raises:
        AbmError: if it holds something else.
    """
    names = set(place.names())
    if not names or read_manifest(place) is not None:
        return
    # Cut off before there was a manifest, or damaged since: design or log must vouch for it.
    vouched = read_design(place) is not None or bool(_log(place).parts)
    if not (vouched and names <= OURS):
        raise AbmError(
            f"{place.label}: holds something that is no experiment; choose another folder"
        )


def check_same(place: Location, experiment: Experiment) -> None:
    """Raise unless a folder is empty, or holds a part of this experiment.

    Raises:
        AbmError: if it holds another one, other tables, or runs of another model.
    """
    check_ours(place)
    found = read_manifest(place) or {}
    if found.get("model", model_version()) != model_version():
        raise AbmError(
            f"{place.label}: was begun with model {found['model']}, and this is {model_version()}; "
            "runs of two models are not mixed: choose another folder"
        )
    tables = found.get("tables") or _tables(place)
    if tables and set(tables) != set(experiment.plan.tables):
        raise AbmError(
            f"{place.label}: keeps the tables {', '.join(tables)}, and this experiment "
            f"{', '.join(experiment.plan.tables)}; choose another folder"
        )
    before = _runs(place)
    gone = before - {spec.run_id for spec in experiment.specs()}
    if gone:
        raise AbmError(
            f"{place.label}: holds another experiment: {len(gone)} of its {len(before)} runs are "
            "no part of this one. More replicates, levels, policies, or points of a Sobol sequence "
            "add to a folder; for anything else choose another one"
        )


def describe(place: Location, experiment: Experiment) -> None:
    """Write design and manifest.

    Raises:
        OSError: if they cannot be written.
    """
    place.write(DESIGN, parquet(experiment.design()))
    place.write(MANIFEST, as_text(_manifest(experiment)).encode())


def _log(place: Location) -> Status:
    return Status.of(place.read(LOG) or b"")


def _runs(place: Location) -> set[str]:
    """Runs of the experiment that a folder holds."""
    design = read_design(place)
    return set(_log(place).finished) if design is None else set(design["run_id"])


def _tables(place: Location) -> list[str]:
    """Tables of which there are parts; none if nothing is finished."""
    parts = list(_log(place).parts.values())
    return [name for name in parts[0].sizes if name != RUNS] if parts else []


def _manifest(experiment: Experiment) -> dict[str, Any]:
    plan = experiment.plan
    return {
        "format": FORMAT,
        "layout": LAYOUT,
        "name": experiment.name,
        "title": plan.title,
        "model": model_version(),
        "command": command_line(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        **git_state(),
        "tables": list(plan.tables),
        "seeds": list(range(plan.first_seed, plan.first_seed + plan.replicates)),
        "policies": {policy: policy_hash(policy) for policy in plan.policies},
        "experiment": plan.model_dump(mode="json"),
        "points": experiment.points,
        "scenario": experiment.base,
    }
