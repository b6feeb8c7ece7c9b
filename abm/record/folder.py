"""The run folder: a run on disk, whole or not at all."""

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import ValidationError

from abm.errors import AbmError, writing
from abm.record.durable import parquet, settle, settle_all
from abm.record.graph import write_graphml
from abm.record.manifest import FORMAT, as_text, content_hash, manifest
from abm.scenario import Scenario

if TYPE_CHECKING:
    from abm.record.run import Run

MANIFEST = "manifest.json"
NETWORK = "network.graphml"
FIGURES = "figures"
OUTPUTS = Path("outputs")
"""Where runs land unless told otherwise, relative to the current folder."""


def write_run(
    run: "Run",
    folder: str | Path | None = None,
    wall_seconds: float | None = None,
    *,
    name: str = "",
    command: Sequence[str] | None = None,
    force: bool = False,
) -> Path:
    """Write a run into a folder of its own, which appears complete or not at all.

    Args:
        run: the run.
        folder: where to; absent: a fresh one in ``outputs``, named after scenario, policies, seed.
        wall_seconds: how long the run took to play.
        name: name of the scenario; absent: its title.
        command: the command line to record; absent: that of this process.
        force: whether an older run in the folder may be replaced, with all that lies beside it.

    Returns:
        The folder.

    Raises:
        AbmError: if the folder holds anything but an older run, or a run and not `force`.
    """
    called = name or slug(run.scenario.title)
    if folder is not None:
        check_target(folder, force=force)
    label = " ".join([called, *(policy["name"] for policy in run.policies)])
    target = default_folder(label, run.seed) if folder is None else Path(folder)
    content = manifest(run, name=called, wall_seconds=wall_seconds, command=command)
    with workshop(target) as part:
        _fill(part, run, content)
        if folder is None:
            return _claim(part, label, run.seed)
        put(part, target, force=force)
    return target


def _fill(part: Path, run: "Run", content: dict[str, Any]) -> None:
    """Write every file of the run, the manifest last."""
    for table, frame in run.tables.items():
        (part / f"{table}.parquet").write_bytes(parquet(frame))
    write_graphml(run, part / NETWORK)
    (part / MANIFEST).write_text(as_text(content), encoding="utf-8")


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """A hidden folder beside the target; whatever is left in it at the end is removed.

    Raises:
        AbmError: if something cannot be written, in here or by the caller.
    """
    part = _beside(target, "part")
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _beside(target: Path, what: str) -> Path:
    return target.parent / f".{target.name}.{uuid.uuid4().hex[:12]}.{what}"


def _set_aside(target: Path) -> Path | None:
    """An older folder that was giving way to a new one when the power went."""
    if target.exists():
        return None
    return next(target.parent.glob(f".{escape(target.name)}.*.old"), None)


def _claim(part: Path, name: str, seed: int) -> Path:
    """Move the finished folder to the first free default name, whoever else wants it."""
    while True:
        target = default_folder(name, seed)
        # Between look and move another process may have taken the name: then look again.
        if _moved(part, target):
            return target


def put(part: Path, target: Path, *, force: bool, kind: str = FORMAT) -> None:
    """Move the finished folder to its place; an older one of its kind gives way in one step."""
    if _moved(part, target):
        return
    check_target(target, force=force, kind=kind)
    old = _beside(target, "old")
    target.rename(old)
    try:
        part.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _moved(part: Path, target: Path) -> bool:
    """Whether a folder could be moved to where nothing, or an empty folder, stands.

    Its files reach the disk before it has its name, so that no crash leaves a name without them.
    """
    settle_all(part)
    if os.name == "nt" and target.is_dir():
        with suppress(OSError):
            target.rmdir()
    try:
        part.rename(target)
    except OSError:
        if target.exists():
            return False
        raise
    settle(target.parent)
    return True


def check_place(folder: str | Path, *, force: bool = False, kind: str = FORMAT) -> None:
    """Say before anything is played whether something may and can be written to a folder.

    Args:
        folder: as `check_target` takes it, and so the rest.
        force: whether an older one of its kind may be replaced.
        kind: what is to be written.

    Raises:
        AbmError: as `check_target` does, or if nothing can be made where the folder will be.
    """
    with writing(folder):
        path = Path(folder).absolute()
        while not path.parent.exists():
            path = path.parent
        # By doing it: what the system tells of rights is not the whole truth, least of all to root.
        trial = _beside(path, "part")
        trial.mkdir()
        trial.rmdir()
    check_target(folder, force=force, kind=kind)


def check_target(folder: str | Path, *, force: bool = False, kind: str = FORMAT) -> None:
    """See that a folder holds nothing that must not give way.

    Args:
        folder: the folder.
        force: whether an older one of its kind may be replaced.
        kind: what is to be written: the ``format`` of its manifest.

    Raises:
        AbmError: if the folder holds anything but an older run, or a run and not `force`.
    """
    what = kind.removeprefix("abm-")
    target = Path(folder)
    aside = _set_aside(target)
    if aside is not None:
        with writing(target):
            aside.rename(target)
    if not target.exists():
        return
    if not target.is_dir():
        raise AbmError(f"{target}: is a file, not a folder")
    if not any(target.iterdir()):
        return
    if not is_run_folder(target, kind):
        raise AbmError(f"{target}: holds something that is no {what}; choose another folder")
    if not force:
        raise AbmError(f"{target}: holds a {what} already; add --force to replace it")


def default_folder(name: str, seed: int) -> Path:
    """First free folder in ``outputs`` for a scenario and a seed."""
    plain = OUTPUTS / f"{slug(name)}-seed{seed}"
    numbered = (OUTPUTS / f"{plain.name}-{number}" for number in count(2))
    return plain if not plain.exists() else next(path for path in numbered if not path.exists())


def slug(text: str) -> str:
    """A text as part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "run"


def is_run_folder(folder: str | Path, kind: str = FORMAT) -> bool:
    """Whether a folder holds a run, or something else that a manifest of this kind describes."""
    try:
        content = json.loads((Path(folder) / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == kind


def read_manifest(folder: str | Path, kind: str = FORMAT) -> dict[str, Any]:
    """The manifest of a folder.

    Args:
        folder: the folder.
        kind: what it must hold: the ``format`` of its manifest; a run unless told otherwise.

    Raises:
        AbmError: if there is no such folder, or if it holds nothing of that kind.
    """
    path, what = Path(folder), kind.removeprefix("abm-")
    if not path.is_dir():
        aside = _set_aside(path)
        hint = f"; one that was being replaced is in {aside}: rename it" if aside else ""
        raise AbmError(f"{path}: there is no such folder{hint}")
    if not is_run_folder(path, kind):
        raise AbmError(
            f"{path}: is not a {what} folder (it has no {MANIFEST} of a {what}, or a damaged one); "
            f"choose another, or make the {what} again"
        )
    content: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    # A study that is not finished has no more than its plan yet.
    needed = ("scenario", "tables", "versions") if kind == FORMAT else ()
    lacks = [key for key in needed if key not in content]
    if lacks:
        raise AbmError(
            f"{path}: was written by another version of this package (its manifest lacks "
            f"{', '.join(lacks)}); use that version, or make the {what} again"
        )
    return content


def read_run(folder: str | Path) -> "Run":
    """Read a run back, and check that its tables are those that were written.

    Raises:
        AbmError: if the folder holds no run, or if a table is missing or has changed.
    """
    from abm.record.run import Run

    path, content = Path(folder), read_manifest(folder)
    tables = {table: _table(path, table, facts) for table, facts in content["tables"].items()}
    try:
        scenario = Scenario.model_validate(content["scenario"])
        policies = tuple(content.get("policies", ()))
        return Run(scenario=scenario, seed=int(content["seed"]), policies=policies, **tables)
    except (ValidationError, TypeError, KeyError) as error:
        made = content["versions"].get("abm")
        raise AbmError(
            f"{path}: was written by abm {made}, which this one cannot read; use that version, or "
            "play it again"
        ) from error


def read_table(folder: str | Path, table: str, kind: str = FORMAT) -> pl.DataFrame:
    """Read one table, and check that it is the one that was written.

    Args:
        folder: the folder.
        table: name of the table.
        kind: what the folder must hold, as in `read_manifest`.

    Raises:
        AbmError: if the folder holds something else, or if the table is missing or has changed.
    """
    return _table(Path(folder), table, read_manifest(folder, kind)["tables"][table])


def _table(folder: Path, table: str, facts: dict[str, Any]) -> pl.DataFrame:
    path = folder / f"{table}.parquet"
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise AbmError(f"{path}: cannot be read: {error}") from error
    if content_hash(frame) != facts["sha256"]:
        raise AbmError(f"{path}: is not the table that the manifest describes")
    return frame
