"""A comparison as data for scripts, and as a folder on disk."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from abm.record.durable import parquet
from abm.record.folder import FIGURES, MANIFEST, OUTPUTS, check_target, put, slug, workshop
from abm.record.manifest import command_line, content_hash, git_state, versions
from abm.record.plain import plain
from abm.scenario import scenario_hash

if TYPE_CHECKING:
    from abm.analysis.comparison import Comparison

FORMAT = "abm-comparison"
"""What the manifest of a comparison's folder calls itself."""

DPI = 120
"""Dots per inch of the forest plot."""


def as_data(found: "Comparison") -> dict[str, Any]:
    """Everything but the single runs, as plain data; what does not exist is None."""
    data = {
        "title": found.scenario.title,
        "scenario_hash": scenario_hash(found.scenario),
        "months": found.scenario.months,
        "policies": list(found.policies),
        "pairs": found.pairs,
        "seeds": found.runs["seed"].unique().sort().to_list(),
        "level": found.level,
        "looks": [asdict(look) for look in found.looks],
        **{name: table.to_dicts() for name, table in _tables(found).items() if name != "runs"},
    }
    if found.robustness is not None:
        data["uncertain"] = found.robustness.title
    if found.drawn:
        data["drawn"] = found.drawn
    finite: dict[str, Any] = plain(data)
    return finite


def as_json(found: "Comparison") -> str:
    """The same as text."""
    return json.dumps(as_data(found), indent=2, ensure_ascii=False, allow_nan=False)


def _tables(found: "Comparison") -> dict[str, pl.DataFrame]:
    tables = {
        "cards": found.cards,
        "labs": found.labs,
        "welfare": found.welfare,
        "interactions": found.interactions,
        "runs": found.runs,
    }
    if found.robustness is not None:
        tables["robustness"] = found.robustness.summary
        tables["worlds"] = found.robustness.worlds
    return tables


def write(found: "Comparison", folder: Path, *, force: bool = False) -> Path:
    """Write tables, JSON and forest plot into a folder, whole or not at all.

    Raises:
        AbmError: if the folder holds something else, or a comparison and not `force`.
    """
    check_target(folder, force=force, kind=FORMAT)
    with workshop(folder) as part:
        for name, table in _tables(found).items():
            (part / f"{name}.parquet").write_bytes(parquet(table))
        (part / "comparison.json").write_text(as_json(found) + "\n", encoding="utf-8")
        (part / FIGURES).mkdir()
        found.plot().savefig(part / FIGURES / "forest.png", dpi=DPI)
        text = json.dumps(_manifest(found), indent=2, ensure_ascii=False)
        (part / MANIFEST).write_text(text + "\n", encoding="utf-8")
        put(part, folder, force=force, kind=FORMAT)
    return folder


def _manifest(found: "Comparison") -> dict[str, Any]:
    return {
        "format": FORMAT,
        "title": found.scenario.title,
        "scenario_hash": scenario_hash(found.scenario),
        "policies": list(found.policies),
        "seeds": found.runs["seed"].unique().sort().to_list(),
        **({"drawn": found.drawn, "worlds": found.pairs} if found.drawn else {}),
        "command": command_line(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        **git_state(),
        "tables": {
            name: {"rows": table.height, "sha256": content_hash(table)}
            for name, table in _tables(found).items()
        },
        "scenario": found.scenario.model_dump(mode="json"),
    }


def fresh_folder(name: str) -> Path:
    """First free folder in ``outputs`` for a comparison of a scenario."""
    plain = OUTPUTS / f"{slug(name)}-compare"
    numbered = (OUTPUTS / f"{plain.name}-{number}" for number in count(2))
    return plain if not plain.exists() else next(path for path in numbered if not path.exists())
