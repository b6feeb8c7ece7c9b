"""The store: whole or not at all, resumed without a run played twice, and no silent gaps."""

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small import contents, played, small, status, times_played

from abm import AbmError, Experiment
from abm.experiment import read
from abm.experiment.batch import run_batch
from abm.experiment.locations import LOCK, LocalFolder, RemoteFolder, location
from abm.experiment.status import LOG

ROOT = Path(__file__).parents[2]


class StopError(Exception):
    """Somebody pulls the plug."""


def stop_after(runs: int) -> Any:
    def progress(done: int, _: int) -> None:
        if done >= runs:
            raise StopError

    return progress


def test_a_folder_holds_what_it_promises(whole: Path) -> None:
    assert {path.name for path in whole.iterdir()} == {
        LOCK, "manifest.json", "design.parquet", LOG, "runs", "market", "labs", "events",
    }  # fmt: skip
    design = pl.read_parquet(whole / "design.parquet")
    assert design.columns == ["run_id", "point", "replicate", "seed", "policy", "race.growth"]
    assert design["seed"].to_list() == [0, 1, 2, 0, 1, 2]
    assert design["run_id"].n_unique() == 6
    assert set(times_played(whole).values()) == {1}


def test_tables_are_those_of_the_single_runs(whole: Path) -> None:
    run = small().specs()[4]
    alone = run.build().run()
    for name in ("market", "labs", "events"):
        table = read(whole).table(name).filter(pl.col("run_id") == run.run_id).drop("run_id")
        assert table.collect().equals(alone.tables[name]), name


def test_workers_write_the_same(tmp_path: Path, expected: dict[str, str]) -> None:
    run_batch(small(), tmp_path / "two", workers=2, chunk=1)
    assert contents(tmp_path / "two") == expected


# -- resuming --------------------------------------------------------------------------------------


def test_what_is_finished_is_never_played_again(tmp_path: Path, expected: dict[str, str]) -> None:
    with pytest.raises(StopError):
        played(small(), tmp_path / "x", chunk=1, progress=stop_after(2))
    there = set(status(tmp_path / "x").finished)
    summary = played(small(), tmp_path / "x")
    assert (summary.total, summary.before, summary.played) == (6, len(there), 6 - len(there))
    assert 0 < len(there) < 6
    assert set(times_played(tmp_path / "x").values()) == {1}
    assert contents(tmp_path / "x") == expected
    assert played(small(), tmp_path / "x").played == 0


def test_a_worker_that_is_killed_costs_nothing(tmp_path: Path, expected: dict[str, str]) -> None:
    killed: list[int | None] = []

    def kill_one(done: int, _: int) -> None:
        if done and not killed:
            victim = multiprocessing.active_children()[0]
            killed.append(victim.pid)
            victim.kill()

    run_batch(small(), tmp_path / "x", workers=2, chunk=1, progress=kill_one)
    assert killed
    assert contents(tmp_path / "x") == expected
    assert set(times_played(tmp_path / "x").values()) == {1}


def descendants(process: int) -> set[int]:
    """Processes below a process."""
    found: set[int] = set()
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in task.read_text().split():
            found |= {int(child)} | descendants(int(child))
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads processes from /proc")
def test_kill_9_and_resume(tmp_path: Path) -> None:
    """Nothing lost, nothing twice, nobody left behind, and the lock is free."""
    plan = tmp_path / "plan.toml"
    plan.write_text('scenario = "classroom"\nmonths = 3\nreplicates = 40\n')
    folder = tmp_path / "killed"
    command = [sys.executable, "-m", "abm", "batch", str(plan), "--out", str(folder), "--workers"]
    batch = subprocess.Popen(
        [*command, "2"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not ((folder / LOG).exists() and status(folder).parts) and time.monotonic() < deadline:
        assert batch.poll() is None
        time.sleep(0.01)
    workers = descendants(batch.pid)
    batch.send_signal(signal.SIGKILL)
    batch.wait()
    there = set(status(folder).finished)
    assert 0 < len(there) < 40
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []

    summary = played(Experiment.load(plan), folder)
    assert (summary.before, summary.played) == (len(there), 40 - len(there))
    counts = times_played(folder)
    assert (len(counts), set(counts.values())) == (40, {1})
    assert there <= set(counts)
    played(small(factors={}, replicates=40), tmp_path / "whole")
    assert contents(folder) == contents(tmp_path / "whole")


def test_a_part_that_no_line_names_is_written_anew(
    tmp_path: Path, expected: dict[str, str]
) -> None:
    with pytest.raises(StopError):
        played(small(), tmp_path / "x", chunk=1, progress=stop_after(2))
    log = tmp_path / "x" / LOG
    text = log.read_bytes()
    log.write_bytes(text[: text.rindex(b"finished") + 20])  # the last line is cut off
    before = len(status(tmp_path / "x").finished)
    assert played(small(), tmp_path / "x").before == before == 1
    assert contents(tmp_path / "x") == expected


@pytest.mark.parametrize("harm", ["cut", "removed"])
def test_a_part_that_is_not_whole_is_played_again(
    tmp_path: Path, expected: dict[str, str], harm: str
) -> None:
    folder = tmp_path / "x"
    played(small(), folder, chunk=2)
    part = folder / "labs" / "part-000002.parquet"
    if harm == "cut":
        part.write_bytes(part.read_bytes()[:-100])
    else:
        part.unlink()
    with pytest.raises(AbmError, match="2 of 6 runs are missing"):
        read(folder)
    assert played(small(), folder).played == 2
    assert contents(folder) == expected


def test_more_replicates_and_levels_add_only_what_is_new(tmp_path: Path) -> None:
    played(small(replicates=2), tmp_path / "x")
    more = small(replicates=3, factors={"race.growth": [2.4, 3.5, 5.0]})
    summary = played(more, tmp_path / "x")
    assert (summary.total, summary.before, summary.played) == (9, 4, 5)
    assert read(tmp_path / "x").runs.collect()["state"].to_list() == ["finished"] * 9


def test_more_points_of_a_sobol_sequence_add_to_it(tmp_path: Path) -> None:
    def experiment(points: int) -> Any:
        span = {"race.growth": {"low": 2.0, "high": 6.0}}
        return small(factors=span, design="sobol", points=points, replicates=1)

    played(experiment(2), tmp_path / "x")
    assert played(experiment(3), tmp_path / "x").played == 1


def test_equal_worlds_are_one_run(tmp_path: Path) -> None:
    twice = small(design="one-at-a-time", factors={"race.growth": [2.4, 5.0]}, replicates=1)
    summary = played(twice, tmp_path / "x")  # 2.4 is what the base world has
    assert (summary.total, summary.played) == (2, 2)
    assert read(tmp_path / "x").runs.collect()["state"].to_list() == ["finished"] * 3


# -- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"replicates": 1}, "holds another experiment: 4 of its 6 runs"),
        ({"months": 4}, "holds another experiment: 6 of its 6 runs"),
        ({"tables": ["market"]}, "keeps the tables market, labs, events"),
    ],
)
def test_another_experiment_is_refused(whole: Path, changes: dict[str, Any], message: str) -> None:
    before = (whole / "manifest.json").read_bytes()
    with pytest.raises(AbmError, match=message):
        played(small(**changes), whole)
    assert (whole / "manifest.json").read_bytes() == before


def test_runs_of_another_model_are_not_mixed(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abm.experiment.manifest.model_version", lambda: "another")
    with pytest.raises(AbmError, match="runs of two models are not mixed"):
        played(small(), whole)


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(AbmError, match="holds something that is no experiment"):
        played(small(), tmp_path)
    with pytest.raises(AbmError, match="is no folder of an experiment"):
        read(tmp_path)


def test_two_batches_do_not_share_a_folder(tmp_path: Path) -> None:
    refused = pytest.raises(AbmError, match=f"in use by process {os.getpid()} on")
    with location(tmp_path).locked(), refused:
        played(small(), tmp_path)
    assert played(small(), tmp_path).played == 6  # whoever held it is gone; the file is still there


def test_gaps_are_never_silent(tmp_path: Path) -> None:
    with pytest.raises(StopError):
        played(small(), tmp_path / "x", chunk=1, progress=stop_after(2))
    with pytest.raises(AbmError, match=r"4 of 6 runs are missing and 0 failed .*incomplete=True"):
        read(tmp_path / "x")
    partial = read(tmp_path / "x", incomplete=True)
    assert partial.runs.collect()["state"].value_counts(sort=True).rows() == [
        ("missing", 4),
        ("finished", 2),
    ]
    assert partial.market.select(pl.col("run_id").n_unique()).collect().item() == 2


def test_nothing_finished_is_said(tmp_path: Path) -> None:
    with pytest.raises(StopError):
        played(small(), tmp_path / "x", progress=stop_after(0))
    empty = read(tmp_path / "x", incomplete=True)
    assert empty.runs.collect()["state"].unique().to_list() == ["missing"]
    with pytest.raises(AbmError, match="no run is finished yet"):
        empty.table("market")


def test_a_table_that_was_not_kept_is_named(whole: Path) -> None:
    with pytest.raises(AbmError, match=r"table market_ was not kept; did you mean market\?"):
        read(whole).table("market_")
    with pytest.raises(AttributeError, match="edges was not kept"):
        _ = read(whole).edges


# -- failures --------------------------------------------------------------------------------------


def test_a_failed_run_is_a_record_and_is_tried_again(
    tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from abm.market import Market

    run = Market.run

    def breaks(market: Market, *arguments: Any) -> Any:
        if market.seed == 1:
            raise ZeroDivisionError("nobody is left")
        return run(market, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Market, "run", breaks)
        summary = played(small(), tmp_path / "x")
    assert (summary.played, summary.failed) == (4, 2)
    failures = read(tmp_path / "x", incomplete=True).failures
    assert [(item["stage"], item["cause"]) for item in failures] == [
        ("running", "ZeroDivisionError: nobody is left")
    ] * 2
    assert "Traceback" in failures[0]["traceback"]
    with pytest.raises(AbmError, match=r"2 failed .*running: ZeroDivisionError: nobody is left"):
        read(tmp_path / "x")
    assert played(small(), tmp_path / "x").played == 2
    assert contents(tmp_path / "x") == expected


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("what", ["part", "log"])
def test_a_disk_that_takes_no_more_is_one_line_and_the_rest_is_kept(
    tmp_path: Path,
    expected: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    reason: int,
) -> None:
    """Full, or read-only from one moment to the next; of a line of the log, half is written."""
    write, append = LocalFolder.write, LocalFolder.append

    def refuses(folder: LocalFolder, name: str, content: bytes) -> None:
        if name == "events/part-000002.parquet":
            raise OSError(reason, os.strerror(reason))
        write(folder, name, content)

    def breaks_off(folder: LocalFolder, name: str, content: bytes) -> None:
        if b'"part": 2' in content:
            append(folder, name, content[: len(content) // 2])
            raise OSError(reason, os.strerror(reason))
        append(folder, name, content)

    with monkeypatch.context() as patch:
        if what == "part":
            patch.setattr(LocalFolder, "write", refuses)
        else:
            patch.setattr(LocalFolder, "append", breaks_off)
        with pytest.raises(AbmError, match=f"cannot be written: {os.strerror(reason)}") as told:
            played(small(), tmp_path / "x", chunk=2)
    assert "\n" not in str(told.value)
    assert played(small(), tmp_path / "x").before == 2
    assert contents(tmp_path / "x") == expected
    assert set(times_played(tmp_path / "x").values()) == {1}


def test_a_full_disk_stops_the_workers_and_the_command_with_one_line(tmp_path: Path) -> None:
    """A real limit of the system on the size of a file, in the place of a full disk."""
    resource = pytest.importorskip("resource", reason="no such limits on this system")
    plan = tmp_path / "plan.toml"
    plan.write_text('scenario = "classroom"\nmonths = 18\nreplicates = 2\n')
    command = [sys.executable, "-m", "abm", "batch", str(plan), "--out", str(tmp_path / "x")]

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [*command, "--workers", "2"], cwd=ROOT, preexec_fn=limited, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert "cannot be written: File too large; " in done.stderr
    assert "runs that are finished are kept" in done.stderr
    played(Experiment.load(plan), tmp_path / "x")
    assert set(times_played(tmp_path / "x").values()) == {1}


def test_a_file_that_fails_midway_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> None:
        raise OSError(errno.EIO, "worn out")

    folder = LocalFolder(tmp_path)
    folder.write("a/b", b"old")
    monkeypatch.setattr("abm.experiment.locations.os.fsync", fails)
    with pytest.raises(OSError, match="worn out"):
        folder.write("a/b", b"new")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    assert folder.read("a/b") == b"old"


def test_a_folder_where_nothing_can_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(AbmError, match="cannot be written: Not a directory"):
        played(small(), tmp_path / "file" / "x")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for the superuser")
def test_a_read_only_folder_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(AbmError, match="cannot be written: Permission denied"):
        played(small(), tmp_path / "x")


# -- elsewhere -------------------------------------------------------------------------------------


def test_an_address_of_a_file_is_a_folder(tmp_path: Path, expected: dict[str, str]) -> None:
    played(small(), f"file://{tmp_path}/x")
    assert contents(tmp_path / "x") == expected


def test_any_place_that_fsspec_knows_will_do(expected: dict[str, str]) -> None:
    pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
    where = "memory://abm/experiment"
    with pytest.raises(StopError):
        played(small(), where, chunk=1, progress=stop_after(2))
    assert played(small(), where).before == 2
    assert contents(where) == expected


def test_a_lock_elsewhere_is_void_once_its_process_is_dead() -> None:
    fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
    place = RemoteFolder("memory://locks", fsspec.filesystem("memory"), "/locks")
    with place.locked():
        held = json.loads(place.read(LOCK) or b"")
        with pytest.raises(AbmError, match="in use by process"), place.locked():
            pass
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    place.write(LOCK, json.dumps(held | {"process": ended.pid}).encode())
    with place.locked():
        pass
    place.write(LOCK, json.dumps(held | {"host": "elsewhere"}).encode())
    with pytest.raises(AbmError, match="on elsewhere since"), place.locked():
        pass


def test_an_address_that_nobody_knows_is_one_line() -> None:
    pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
    with pytest.raises(AbmError, match="Protocol not known: nowhere"):
        location("nowhere://x")


def test_without_fsspec_an_address_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(AbmError, match="needs fsspec"):
        location("memory://x")
