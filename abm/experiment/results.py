"""Reading an experiment back: lazy tables, and no silence about what is missing."""

from pathlib import Path
from typing import Any

import polars as pl

from abm.errors import AbmError
from abm.experiment.locations import Location, location
from abm.experiment.manifest import DESIGN, RUNS, read_design, read_manifest
from abm.experiment.status import LOG, Status
from abm.experiment.store import is_whole, part_name
from abm.record.folder import MANIFEST
from abm.scenario.declared import nearest


class Results:
    """Tables of an experiment, joined by ``run_id``; made by `read`.

    Each table that was kept is an attribute: ``results.market``, ``results.events``.

    Attributes:
        place: where the experiment lies.
        manifest: what made it.
        status: what its log says, without the parts whose files are not whole.
    """

    def __init__(self, place: Location, manifest: dict[str, Any], status: Status) -> None:
        self.place, self.manifest, self.status = place, manifest, status

    def __repr__(self) -> str:
        tables = ", ".join(self.manifest["tables"])
        return f"<Results {self.place.label}: {len(self.status.finished)} runs of {tables}>"

    @property
    def design(self) -> pl.DataFrame:
        """One row a run: ``run_id``, ``point``, ``replicate``, ``seed``, ``policy``, factors."""
        design = read_design(self.place)
        if design is None:
            raise _damaged(self.place, DESIGN)
        return design

    @property
    def runs(self) -> pl.LazyFrame:
        """The design with ``state`` (finished, failed, missing), ``seconds``, hashes of tables."""
        seconds = self.status.finished
        states = pl.LazyFrame(
            {
                "run_id": [*seconds, *self.status.failures],
                "state": ["finished"] * len(seconds) + ["failed"] * len(self.status.failures),
                "seconds": [*seconds.values(), *[None] * len(self.status.failures)],
            },
            schema={"run_id": pl.String, "state": pl.String, "seconds": pl.Float64},
        )
        table = self.design.lazy().join(states, on="run_id", how="left", maintain_order="left")
        table = table.with_columns(pl.col("state").fill_null("missing"))
        if not self.status.parts:
            return table
        return table.join(self.table(RUNS), on="run_id", how="left", maintain_order="left")

    @property
    def failures(self) -> list[dict[str, Any]]:
        """The failed runs: ``run``, ``stage``, ``cause``, ``traceback``, ``at``."""
        return list(self.status.failures.values())

    def table(self, name: str) -> pl.LazyFrame:
        """A table of all finished runs, with ``run_id`` in front.

        Raises:
            AbmError: if it was not kept, or nothing is finished.
        """
        kept = [RUNS, *self.manifest["tables"]]
        if name not in kept:
            near = nearest(name, kept)
            meant = f"; did you mean {near}?" if near else ""
            raise AbmError(
                f"{self.place.label}: table {name} was not kept{meant} (kept: {', '.join(kept)})"
            )
        if not self.status.parts:
            raise AbmError(f"{self.place.label}: no run is finished yet")
        return self.place.scan([part_name(name, number) for number in sorted(self.status.parts)])

    def __getattr__(self, name: str) -> pl.LazyFrame:
        if name.startswith("_") or "manifest" not in self.__dict__:
            raise AttributeError(name)
        try:
            return self.table(name)
        except AbmError as error:
            raise AttributeError(str(error)) from error


def read(folder: str | Path, *, incomplete: bool = False) -> Results:
    """Read an experiment.

    Args:
        folder: where it lies; also a location that fsspec knows.
        incomplete: whether to go on although runs are missing or failed. An average over the runs
            that happen to be there is biased if runs fail, or take long, for a reason.

    Raises:
        AbmError: if there is no experiment, or if runs are missing and not `incomplete`.
    """
    place = location(folder)
    manifest = read_manifest(place)
    if manifest is None:
        if place.size(MANIFEST) is not None and place.size(LOG) is not None:
            raise _damaged(place, MANIFEST)
        raise AbmError(f"{place.label}: is no folder of an experiment")
    status = Status.of(place.read(LOG) or b"")
    status.parts = {n: part for n, part in status.parts.items() if is_whole(place, part)}
    results = Results(place, manifest, status)
    if not incomplete:
        _refuse_gaps(results)
    return results


def _damaged(place: Location, name: str) -> AbmError:
    return AbmError(
        f"{place.label}: {name} is missing or damaged; abm batch, the command that made the "
        "folder, writes it anew and keeps what is finished"
    )


def _refuse_gaps(results: Results) -> None:
    """Raise if a run is not there: what is missing, why, and how to get it."""
    wanted = results.design["run_id"].unique(maintain_order=True).to_list()
    finished, failed = results.status.finished, results.status.failures
    gaps = [run for run in wanted if run not in finished]
    if not gaps:
        return
    broken = [failed[run] for run in gaps if run in failed]
    first = f"; the first failed while {broken[0]['stage']}: {broken[0]['cause']}" if broken else ""
    named = ", ".join(gaps[:3]) + (", ..." if len(gaps) > 3 else "")
    raise AbmError(
        f"{results.place.label}: {len(gaps) - len(broken)} of {len(wanted)} runs are missing and "
        f"{len(broken)} failed ({named}){first}. Play them with the command that made the folder, "
        f"abm batch, or read what is there with incomplete=True"
    )
