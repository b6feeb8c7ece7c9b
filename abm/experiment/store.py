"""The store of an experiment: manifest, design, status log, and one dataset a table.

A part is written to every table first and named in the log afterwards. What the log does not name
is not there: nothing half-written is ever read, and a finished run is never played again.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import polars as pl

from abm.errors import writing
from abm.experiment.experiment import Experiment
from abm.experiment.locations import Location
from abm.experiment.manifest import RUNS, check_ours, check_same, describe
from abm.experiment.runner import Result
from abm.experiment.specs import RunSpec
from abm.experiment.status import LOG, Part, Status, line
from abm.experiment.worker import Failure
from abm.record.durable import parquet
from abm.record.manifest import content_hash
from abm.record.run import Run

KEPT = "runs that are finished are kept, and the same command goes on from there"
"""What is true whenever a place cannot be written any more."""


class Kept(NamedTuple):
    """What is kept of a run: tables, and their hashes."""

    tables: dict[str, pl.DataFrame]
    hashes: dict[str, str]


@dataclass(frozen=True)
class Keep:
    """Reduces a run to some of its tables; this is done where the run was played."""

    tables: tuple[str, ...]

    def __call__(self, run: Run) -> Kept:
        """The tables and their hashes."""
        frames = {name: getattr(run, name) for name in self.tables}
        return Kept(frames, {name: content_hash(frame) for name, frame in frames.items()})


class Store:
    """An experiment folder that is open for writing; made by `opened`.

    Args:
        place: where it lies.
        status: what is there already.
    """

    def __init__(self, place: Location, status: Status) -> None:
        self.place, self.status = place, status

    def mend(self) -> None:
        """End a line that was cut off, and write off the parts whose files are not whole."""
        log = self.place.read(LOG) or b""
        if log and not log.endswith(b"\n"):
            with writing(self.place.label, KEPT):
                self.place.append(LOG, b"\n")
        for part in list(self.status.parts.values()):
            if not is_whole(self.place, part):
                self._log({"event": "void", "part": part.number})

    def missing(self, specs: Sequence[RunSpec]) -> list[RunSpec]:
        """Runs that are not finished."""
        finished = self.status.finished
        return [spec for spec in specs if spec.run_id not in finished]

    def starting(self, specs: Sequence[RunSpec]) -> None:
        """Note that runs go out."""
        self._log({"event": "started", "runs": [spec.run_id for spec in specs]})

    def add(self, results: Sequence[Result[Kept]]) -> None:
        """Write a chunk of results as one part of every table, and failures into the log.

        Raises:
            AbmError: if they cannot be written; then they count as not played.
        """
        good = [(item, item.value) for item in results if not isinstance(item.value, Failure)]
        with writing(self.place.label, KEPT):
            if good:
                self._add_part(good)
            for item in results:
                if isinstance(item.value, Failure):
                    self._log(_failed(item.value))

    def _add_part(self, results: list[tuple[Result[Kept], Kept]]) -> None:
        number = self.status.last + 1
        sizes = {}
        for table, frame in _tables(results).items():
            # The lightest level: a third less time than the usual one, and the same size.
            content = parquet(frame, compression="zstd", compression_level=1)
            self.place.write(part_name(table, number), content)
            sizes[table] = len(content)
        runs = {item.spec.run_id: round(item.seconds, 4) for item, _ in results}
        self._log({"event": "finished", "part": number, "runs": runs, "bytes": sizes})

    def _log(self, event: dict[str, Any]) -> None:
        stamped = {**event, "at": datetime.now(UTC).isoformat(timespec="milliseconds")}
        with writing(self.place.label, KEPT):
            self.place.append(LOG, line(stamped))
        self.status.note(stamped)


@contextmanager
def opened(place: Location, experiment: Experiment) -> Iterator[Store]:
    """Open a folder for an experiment, alone, and put right what an interruption left.

    Raises:
        AbmError: if the folder holds something else, another experiment or runs of another model,
            is in use, or cannot be written.
    """
    with ExitStack() as stack:
        with writing(place.label, KEPT):
            check_ours(place)  # before there is even a lock in what is somebody else's
            stack.enter_context(place.locked())
            check_same(place, experiment)
            describe(place, experiment)
        store = Store(place, Status.of(place.read(LOG) or b""))
        store.mend()
        yield store


def part_name(table: str, number: int) -> str:
    """Name of the file of a part."""
    return f"{table}/part-{number:06d}.parquet"


def is_whole(place: Location, part: Part) -> bool:
    """Whether the files of a part are as long as they were when they were written."""
    return all(place.size(part_name(table, part.number)) == n for table, n in part.sizes.items())


def _tables(results: list[tuple[Result[Kept], Kept]]) -> dict[str, pl.DataFrame]:
    """The tables of a part, with the run's name in front; first the one with a row a run."""
    rows = [
        {"run_id": item.spec.run_id, **{f"{name}_sha256": sha for name, sha in kept.hashes.items()}}
        for item, kept in results
    ]
    names = results[0][1].tables
    return {RUNS: pl.DataFrame(rows)} | {
        name: pl.concat(
            kept.tables[name].select(pl.lit(item.spec.run_id).alias("run_id"), pl.all())
            for item, kept in results
        )
        for name in names
    }


def _failed(failure: Failure) -> dict[str, Any]:
    return {
        "event": "failed",
        "run": failure.run_id,
        "stage": failure.stage,
        "cause": failure.cause,
        "traceback": failure.traceback,
    }
