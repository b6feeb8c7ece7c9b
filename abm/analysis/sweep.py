"""Many runs, each reduced to a row of numbers that is kept at once, so that none is played twice.

Rows are found again by the name of their run, which is a hash of world, luck, policy and model: a
row of another model, or one that measured something else, is as good as none.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from abm.errors import AbmError, writing
from abm.experiment.executors import InProcess, crew
from abm.experiment.locations import Location, location
from abm.experiment.runner import Result, stream
from abm.experiment.specs import RunSpec, model_version
from abm.experiment.status import events, line
from abm.experiment.store import KEPT
from abm.experiment.worker import Failure
from abm.record.durable import parquet
from abm.record.folder import FIGURES, MANIFEST
from abm.record.manifest import as_text, command_line, content_hash, git_state, versions
from abm.record.run import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 120
"""Dots per inch of the figures."""

LOG = "runs.jsonl"
"""One line a run: its row, or why there is none."""

FINDINGS = "findings.md"
"""What was found, in words."""

Row = Mapping[str, float]
Progress = Callable[[int, int], None]
"""Called with the runs finished, those of before included, and failed, so far."""


def sweep(
    specs: Sequence[RunSpec | Failure],
    reduce: Callable[[Run], Row],
    names: Sequence[str],
    folder: Path,
    *,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> list[Row | Failure]:
    """Play the runs that the folder does not know yet; those that failed are tried again.

    Args:
        specs: the runs; one that could not even be specified stays the failure that it is.
        reduce: turns a run into a row; a function at the top of a module, or a partial one of it.
        names: names in each row.
        folder: where the rows are kept.
        workers: processes; with one, all is played in this one.
        progress: told how far it is.

    Returns:
        A row or a failure for each run, in the order of the runs.

    Raises:
        AbmError: if the folder is in use or cannot be written.
    """
    place = location(folder)
    with writing(place.label, KEPT), place.locked():
        _end_line(place)
        rows: dict[str, Row | Failure] = dict(_known(place, names))
        wanted = {spec.run_id: spec for spec in specs if isinstance(spec, RunSpec)}
        missing = [spec for run, spec in wanted.items() if run not in rows]
        done, failed = len(wanted) - len(missing), 0
        progress(done, failed)
        for results in _played(missing, reduce, workers):
            for item in results:
                rows[item.spec.run_id] = item.value
                failed += isinstance(item.value, Failure)
                done += not isinstance(item.value, Failure)
            _keep(place, results)
            progress(done, failed)
    return [rows[spec.run_id] if isinstance(spec, RunSpec) else spec for spec in specs]


def _played(
    specs: list[RunSpec], reduce: Callable[[Run], Row], workers: int
) -> Iterator[list[Result[Row]]]:
    """Results as they come; no process is started for nothing."""
    if specs:
        with crew(workers, InProcess() if workers == 1 else None) as players:
            yield from stream(specs, reduce, players)


def _known(place: Location, names: Sequence[str]) -> Iterator[tuple[str, Row]]:
    """Rows that were kept and hold what is measured now; a damaged one is none."""
    for event in events(place.read(LOG) or b""):
        run, row = event.get("run"), event.get("row")
        if event["event"] != "finished" or not isinstance(run, str) or not isinstance(row, dict):
            continue
        known = all(value is None or isinstance(value, int | float) for value in row.values())
        if known and row.keys() == set(names):
            yield run, {k: math.nan if v is None else v for k, v in row.items()}


def _end_line(place: Location) -> None:
    """End a line of the log that was cut off."""
    held = place.read(LOG) or b""
    if held and not held.endswith(b"\n"):
        place.append(LOG, b"\n")


def _keep(place: Location, results: Sequence[Result[Row]]) -> None:
    """Add lines to the log."""
    place.append(LOG, b"".join(line(_event(item)) for item in results))


def _event(item: Result[Row]) -> dict[str, object]:
    run = item.spec.run_id
    if isinstance(item.value, Failure):
        return {"event": "failed", "run": run, "stage": item.value.stage, "cause": item.value.cause}
    row = {name: x if math.isfinite(x) else None for name, x in item.value.items()}
    return {"event": "finished", "run": run, "seconds": round(item.seconds, 3), "row": row}


def claim(folder: Path, kind: str, plan: Mapping[str, object]) -> None:
    """Write down what a folder is for; going on with the same plan is allowed, with another not.

    Args:
        folder: where rows are kept.
        kind: what the manifest calls itself.
        plan: all that makes the design, as plain data.

    Raises:
        AbmError: if the folder holds something else or another plan, or cannot be written.
    """
    place, wanted = location(folder), json.loads(json.dumps(plan))
    with writing(folder):
        _check_same(place, kind, wanted)
        with place.locked():
            _check_same(place, kind, wanted)  # somebody may have been quicker
            place.write(MANIFEST, as_text({"format": kind, "plan": wanted}).encode())


def _check_same(place: Location, kind: str, plan: Mapping[str, object]) -> None:
    """Raise unless a folder is for this plan, or for none yet.

    Rows know their runs: a folder with nothing but rows may be gone on with whatever made them.
    """
    held = place.read(MANIFEST) if place.names() else None
    if held is None:
        if set(place.names()) - {LOG}:
            raise AbmError(f"{place.label}: holds something that is no such study")
        return
    try:
        found = json.loads(held)
    except ValueError:
        raise AbmError(
            f"{place.label}: {MANIFEST} is damaged; remove all but {LOG}, and the same command "
            "goes on with the runs that are in it"
        ) from None
    same = isinstance(found, dict) and found.get("format") == kind and found.get("plan") == plan
    if not same:
        raise AbmError(f"{place.label}: holds another study; name another folder with --out")


def finish(
    folder: Path,
    kind: str,
    plan: Mapping[str, object],
    tables: Mapping[str, pl.DataFrame],
    figures: "Mapping[str, Figure]",
    findings: str = "",
) -> None:
    """Write what was found beside the rows, the manifest last, with all that made it.

    Args:
        folder: of the study.
        kind: what the manifest calls itself.
        plan: all that makes the design, as plain data.
        tables: by name; each becomes a Parquet file.
        figures: by name; each becomes a PNG.
        findings: what was found, in Markdown; figures are named relative to the folder.

    Raises:
        AbmError: if something cannot be written.
    """
    content = {
        "format": kind,
        "plan": plan,
        "model": model_version(),
        "command": command_line(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        **git_state(),
        "tables": {
            name: {"rows": table.height, "sha256": content_hash(table)}
            for name, table in tables.items()
        },
    }
    place = location(folder)
    with writing(folder, KEPT):
        for name, table in tables.items():
            place.write(f"{name}.parquet", parquet(table))
        for name, figure in figures.items():
            place.write(f"{FIGURES}/{name}.png", _picture(figure))
        if findings:
            place.write(FINDINGS, findings.encode())
        place.write(MANIFEST, as_text(content).encode())


def _picture(figure: "Figure") -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, dpi=DPI)
    return buffer.getvalue()
