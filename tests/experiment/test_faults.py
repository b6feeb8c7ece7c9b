"""A store under fire: cut off, damaged, full, doubled, old; no run is lost, none counts twice."""

import errno
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from frail_disk import Disk
from small import contents, played, small, status, times_played

from abm import AbmError, Experiment
from abm.experiment import locations, read
from abm.experiment.locations import LOCK, RemoteFolder
from abm.experiment.status import LOG, Status, line

FILES = [
    "manifest.json", "design.parquet", LOG, "runs/part-000002.parquet",
    "market/part-000001.parquet", "labs/part-000003.parquet", "events/part-000002.parquet",
]  # fmt: skip


def tiny(**changes: Any) -> Experiment:
    return small(**{"months": 1, "tables": ["market"], "replicates": 2} | changes)


@pytest.fixture
def folder(tmp_path: Path, stored: Path) -> Path:
    """A finished store of three parts, to be harmed."""
    return Path(shutil.copytree(stored, tmp_path / "x"))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored") / "x"
    played(small(), folder, chunk=2)
    return folder


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_off_anywhere_costs_at_most_its_runs(
    folder: Path, expected: dict[str, str], name: str, share: float
) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(share * len(content))])
    with pytest.raises(AbmError, match=r"missing|damaged"):
        read(folder)
    played(small(), folder)
    assert contents(folder) == expected
    assert played(small(), folder).played == 0


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_costs_at_most_its_runs(
    folder: Path, expected: dict[str, str], name: str
) -> None:
    (folder / name).unlink()
    played(small(), folder)
    assert contents(folder) == expected


def test_what_describes_a_store_can_be_lost_without_a_run(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"{")
    (folder / "design.parquet").write_bytes(b"")
    with pytest.raises(AbmError, match=r"manifest\.json is missing or damaged; abm batch"):
        read(folder)
    assert played(small(), folder).played == 0


def test_a_damaged_store_of_another_experiment_is_still_refused(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"")
    with pytest.raises(AbmError, match="holds another experiment: 6 of its 6 runs"):
        played(small(months=2), folder)
    with pytest.raises(AbmError, match="keeps the tables market, labs, events"):
        played(small(tables=["market"]), folder)
    (folder / "design.parquet").unlink()
    with pytest.raises(AbmError, match="holds another experiment: 6 of its 6 runs"):
        played(small(months=2), folder)


def test_nothing_is_left_in_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "design.parquet").write_text("mine")
    with pytest.raises(AbmError, match="holds something that is no experiment; choose another"):
        played(tiny(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["design.parquet"]


# -- the disk --------------------------------------------------------------------------------------


def test_a_disk_may_be_full_at_every_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        writes = Disk(patch, stop=-1)
        played(tiny(), tmp_path / "whole", chunk=2)
    assert writes.count > 8
    for stop in range(1, writes.count + 1):
        folder = tmp_path / str(stop)
        with monkeypatch.context() as patch:
            Disk(patch, stop)
            with pytest.raises(AbmError, match="No space left on device; make room there; runs"):
                played(tiny(), folder, chunk=2)
        played(tiny(), folder, chunk=2)
        assert contents(folder) == contents(tmp_path / "whole"), stop
        assert set(times_played(folder).values()) == {1}, stop


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        (errno.EROFS, "choose a place that can be written"),
        (errno.EACCES, "choose a place that you may write to"),
    ],
)
def test_a_store_that_cannot_be_locked_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int, remedy: str
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(Path, "mkdir", refuses)
    with pytest.raises(AbmError, match=remedy):
        played(tiny(), tmp_path / "x")


def test_a_file_system_without_locks_is_not_taken_for_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl", reason="another kind of lock")

    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(AbmError, match="cannot be written: No locks available"):
        played(tiny(), tmp_path / "x")


# -- others ----------------------------------------------------------------------------------------


def test_another_process_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    hold = (
        "import sys; from abm.experiment.locations import location\n"
        "with location(sys.argv[1]).locked(): print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "x")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None
    other.stdout.readline()
    with pytest.raises(AbmError, match=f"in use by process {other.pid} on .*wait for it, or"):
        played(tiny(), tmp_path / "x")
    other.kill()  # without a word
    other.communicate()
    assert played(tiny(), tmp_path / "x").played == 4


def test_of_two_who_begin_elsewhere_at_once_one_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
    place = RemoteFolder("memory://race", fsspec.filesystem("memory"), "/race")
    write = RemoteFolder.write

    def overtaken(folder: RemoteFolder, name: str, content: bytes) -> None:
        write(folder, name, content)
        write(folder, name, content.replace(b'"process": ', b'"process": 9'))

    monkeypatch.setattr(RemoteFolder, "write", overtaken)
    with pytest.raises(AbmError, match=rf"gone, remove memory://race/\{LOCK}"), place.locked():
        pass


def test_a_run_that_two_parts_name_counts_once(folder: Path) -> None:
    first = status(folder).parts[1]
    twice = {"event": "finished", "part": 9, "runs": first.runs, "bytes": first.sizes}
    log = (folder / LOG).read_bytes()
    for table in first.sizes:
        part = folder / table / "part-000001.parquet"
        shutil.copy(part, part.with_name("part-000009.parquet"))
    (folder / LOG).write_bytes(log + line(twice))
    rows = read(folder).runs.collect()
    assert rows["run_id"].is_unique().all()
    assert sorted(status(folder).parts) == [1, 2, 3]
    # The first becomes void: then its runs are missing, until they are played once more.
    void = Status.of(log + line(twice) + line({"event": "void", "part": 1}))
    assert set(void.finished).isdisjoint(first.runs)
    void.note({**twice, "part": 10})
    assert set(first.runs) <= set(void.finished)


def test_lines_that_are_no_events_are_no_lines(folder: Path, expected: dict[str, str]) -> None:
    log = (folder / LOG).read_bytes()
    (folder / LOG).write_bytes(
        b'\0\0\0\xff\n{"event": "finished"}\n[1]\n{"event": "later"}\n' + log + b"\0\0"
    )
    assert contents(folder) == expected
    assert played(small(), folder).played == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layout": 2}, "is of layout 2, not 1"),
        ({"tables": None, "points": None}, "lacks tables, points"),
    ],
)
def test_a_store_of_another_version_is_refused(
    folder: Path, change: dict[str, Any], message: str
) -> None:
    manifest = json.loads((folder / "manifest.json").read_text()) | change
    kept = {key: value for key, value in manifest.items() if value is not None}
    (folder / "manifest.json").write_text(json.dumps(kept))
    before = (folder / LOG).read_bytes()
    for act in (lambda: read(folder), lambda: played(small(), folder)):
        with pytest.raises(AbmError, match=rf"another version of this .*{message}\); use that"):
            act()
    assert (folder / LOG).read_bytes() == before


def test_a_store_from_before_layouts_had_numbers_is_read(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["layout"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert len(read(folder).status.finished) == 6


def test_a_clock_that_jumps_changes_nothing(
    tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    jumps = iter(range(10_000))

    class Mad(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:  # noqa: ARG003 - as in the class it extends
            step = next(jumps)
            return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=(-1) ** step * 400 * step)

    monkeypatch.setattr("abm.experiment.store.datetime", Mad)
    monkeypatch.setattr(locations, "datetime", Mad)
    played(small(replicates=2), tmp_path / "x", chunk=1)
    assert played(small(), tmp_path / "x").before == 4
    assert contents(tmp_path / "x") == expected
    assert all(0 <= seconds < 60 for seconds in status(tmp_path / "x").finished.values())
