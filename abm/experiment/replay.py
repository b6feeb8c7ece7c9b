"""Exact replay: play a recorded run again and hold it against what was written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from abm.errors import AbmError
from abm.experiment.loading import world
from abm.experiment.locations import location
from abm.experiment.manifest import read_manifest
from abm.experiment.results import Results, read
from abm.experiment.runner import play, values
from abm.experiment.specs import RunSpec, model_version, policy_hash
from abm.experiment.store import Keep
from abm.record.folder import is_run_folder
from abm.record.folder import read_manifest as read_run_manifest
from abm.record.manifest import content_hash, versions
from abm.scenario import Scenario
from abm.scenario.declared import nearest


@dataclass(frozen=True)
class Recorded:
    """A run as it was written down.

    Attributes:
        spec: how to play it again.
        hashes: by table, as the manifest or the runs' table has them.
        tables: as the files hold them now; none for a file that cannot be read.
        versions: of the packages that made it.
        notes: what is otherwise and may explain a difference.
    """

    spec: RunSpec
    hashes: dict[str, str]
    tables: dict[str, pl.DataFrame | None]
    versions: dict[str, Any]
    notes: list[str]


@dataclass(frozen=True)
class Comparison:
    """A table as it was recorded and as it came out again.

    Attributes:
        table: its name.
        same: whether file and replay both have the recorded content.
        difference: where the first difference is, and whose; empty if there is none.
    """

    table: str
    same: bool
    difference: str = ""


@dataclass(frozen=True)
class Replay:
    """What a replay showed.

    Attributes:
        run: what was replayed.
        tables: table by table.
        notes: versions and contents that are otherwise now.
    """

    run: str
    tables: list[Comparison]
    notes: list[str]

    @property
    def identical(self) -> bool:
        """Whether every table is the same to the last bit."""
        return all(item.same for item in self.tables)


def replay(folder: str | Path, run: str | None = None) -> Replay:
    """Play one run of an experiment folder, or that of a run folder, again.

    It is played in a worker, on one thread, as the runs of an experiment are.

    Args:
        folder: an experiment folder or a run folder.
        run: the run's id, or the beginning of one; absent: the first of the design.

    Raises:
        AbmError: if the folder holds no run, or none of that name.
    """
    recorded = _of_experiment(folder, run) if read_manifest(location(folder)) else _of_run(folder)
    keep = Keep(tuple(recorded.hashes))
    (again,) = values(play([recorded.spec], keep, workers=1))
    tables = [
        _compared(name, sha, recorded.tables[name], again.tables[name])
        for name, sha in recorded.hashes.items()
    ]
    return Replay(recorded.spec.run_id, tables, recorded.notes + _changed(recorded.versions))


# -- what was recorded -----------------------------------------------------------------------------


def _of_experiment(folder: str | Path, run: str | None) -> Recorded:
    results = read(folder, incomplete=True)
    row = _row(results, run)
    manifest = results.manifest
    spec = RunSpec(
        world(manifest["scenario"], manifest["points"][row["point"]]), row["seed"], row["policy"]
    )
    notes = []
    if manifest["model"] != model_version():
        notes.append(f"model {manifest['model']}, now {model_version()}")
    if manifest["policies"][spec.policy] != policy_hash(spec.policy):
        notes.append(f"policy {spec.policy} has changed")
    names = manifest["tables"]
    return Recorded(
        spec,
        {name: row[f"{name}_sha256"] for name in names},
        {name: _rows(results, name, row["run_id"]) for name in names},
        manifest["versions"],
        notes,
    )


def _row(results: Results, run: str | None) -> dict[str, Any]:
    """The finished run that is meant."""
    table = results.runs.filter(pl.col("state") == "finished")
    known = table.unique("run_id", keep="first", maintain_order=True).collect()
    found = known.filter(pl.col("run_id").str.starts_with(run or ""))
    if found.height == 1 or (found.height and run is None):
        return found.row(0, named=True)
    label = results.place.label
    if run is None:
        raise AbmError(f"{label}: no run is finished yet")
    if found.height:
        raise AbmError(f"--run {run}: may be any of {', '.join(found['run_id'].head(5))}")
    near = nearest(run, known["run_id"].to_list())
    meant = f"; did you mean {near}?" if near else ""
    raise AbmError(f"--run {run}: {label} has no finished run of this name{meant}")


def _rows(results: Results, name: str, run: str) -> pl.DataFrame | None:
    try:
        return results.table(name).filter(pl.col("run_id") == run).drop("run_id").collect()
    except (OSError, pl.exceptions.PolarsError):
        return None


def _of_run(folder: str | Path) -> Recorded:
    if not is_run_folder(folder):
        raise AbmError(f"{folder}: is neither a run folder nor that of an experiment")
    manifest = read_run_manifest(folder)
    scenario = Scenario.model_validate(manifest["scenario"])
    spec = RunSpec(scenario, int(manifest["seed"]), manifest.get("policy", ""))
    recorded = [policy["hash"] for policy in manifest.get("policies", ())]
    same = recorded == ([policy_hash(spec.policy)] if spec.policy else [])
    return Recorded(
        spec,
        {name: facts["sha256"] for name, facts in manifest["tables"].items()},
        {name: _file(Path(folder) / f"{name}.parquet") for name in manifest["tables"]},
        manifest["versions"],
        [] if same else [f"policy {spec.policy} has changed"],
    )


def _file(path: Path) -> pl.DataFrame | None:
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        return None


def _changed(before: dict[str, Any]) -> list[str]:
    """Versions that are not those of the record."""
    now = versions()
    return [
        f"{name} {before.get(name)}, now {now.get(name)}"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]


# -- comparison ------------------------------------------------------------------------------------


def _compared(name: str, sha: str, written: pl.DataFrame | None, again: pl.DataFrame) -> Comparison:
    if written is None:
        return Comparison(name, False, "its file cannot be read")
    is_intact, is_repeated = content_hash(written) == sha, content_hash(again) == sha
    if is_intact and is_repeated:
        return Comparison(name, True)
    if is_repeated:
        return Comparison(name, False, f"its file was changed: {first_difference(written, again)}")
    if is_intact:
        return Comparison(name, False, f"comes out otherwise: {first_difference(written, again)}")
    return Comparison(
        name,
        False,
        f"its file was changed, and it comes out otherwise: {first_difference(written, again)}",
    )


def first_difference(written: pl.DataFrame, again: pl.DataFrame) -> str:
    """The first column, and in it the first row, in which two tables differ."""
    if written.columns != again.columns:
        odd = sorted(set(written.columns) ^ set(again.columns))
        return f"columns {', '.join(odd)}" if odd else "the order of the columns"
    if written.height != again.height:
        return f"{written.height} rows, now {again.height}"
    for name in written.columns:
        old, new = written[name], again[name]
        if old.dtype != new.dtype:
            return f"column {name} holds {old.dtype}, now {new.dtype}"
        unlike = old.ne_missing(new).arg_true()
        if unlike.len():
            row = int(unlike[0])
            return f"column {name}, row {row}: {old[row]}, now {new[row]}"
    return "nothing that polars can see"
