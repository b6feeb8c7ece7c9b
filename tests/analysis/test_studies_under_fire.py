"""Folders of studies that are cut off, damaged, full or killed: what is kept is used, no more."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from abm.analysis.sensitivity.folder import planned
from abm.analysis.sweep import LOG, Row, claim, finish, sweep
from abm.errors import AbmError
from abm.experiment.specs import RunSpec
from abm.record.folder import MANIFEST
from abm.record.run import Run
from abm.scenario import Scenario
from tests.experiment.frail_disk import Disk

NAMES = ("labs", "lag", "money")
PLAN = {"size": 4}


def reduced(run: Run) -> Row:
    """Three numbers of a run, one of which does not exist."""
    return {
        "labs": float(run.market["labs_active"][-1]),
        "lag": math.nan,
        "money": float(run.labs["cash"].sum()),
    }


def slowly(run: Run) -> Row:
    time.sleep(0.1)
    return reduced(run)


def specs(runs: int) -> list[RunSpec]:
    scenario = Scenario.load("classroom", ["months=1", "communities=2"])
    return [RunSpec(scenario, seed) for seed in range(runs)]


def rows(folder: Path, runs: int = 4) -> list[dict[str, float]]:
    """What a sweep gives, with what does not exist as none so that it can be compared."""
    found = sweep(specs(runs), reduced, NAMES, folder)
    return [{k: v if math.isfinite(v) else None for k, v in row.items()} for row in found]


def times_played(folder: Path) -> Counter[str]:
    lines = (folder / LOG).read_bytes().splitlines()
    return Counter(json.loads(line)["run"] for line in lines)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[dict[str, float]]]:
    """The log of a study that nothing happened to, and what it gave."""
    folder = tmp_path_factory.mktemp("whole")
    found = rows(folder)
    return (folder / LOG).read_bytes(), found


def test_a_log_that_is_cut_off_anywhere_costs_the_runs_behind_the_cut(
    whole: tuple[bytes, list[dict[str, float]]], tmp_path: Path
) -> None:
    log, expected = whole
    ends = [i + 1 for i, byte in enumerate(log) if byte == ord("\n")]
    places = sorted({*range(0, len(log), 97), *ends, *(end - 1 for end in ends)})
    assert len(places) > 10
    for cut in places:
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / LOG).write_bytes(log[:cut])
        assert rows(folder) == expected, cut
        added = (folder / LOG).read_bytes()[cut:].count(b'"finished"')
        # A line that lacks nothing but its end is whole.
        assert added == 4 - sum(end - 1 <= cut for end in ends), cut
        assert rows(folder) == expected, cut
        assert (folder / LOG).read_bytes()[cut:].count(b'"finished"') == added, cut


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"run"', b'"rum"'),
        (b'"row": {', b'"row": ['),
        (b'"labs": ', b'"labs": "'),
        (b'"labs": ', b'"labs": [],"x": '),
        (b'"money"', b'"honey"'),
        (b'"finished"', b'"forgotten"'),
        (b'{"event"', b'\xff"event"'),
        (b'"lag": null', b'"lag": "null"'),
        (b'"lag": null', b'"lag": [null]'),
    ],
)
def test_a_line_that_is_damaged_is_no_line(
    whole: tuple[bytes, list[dict[str, float]]], tmp_path: Path, old: bytes, new: bytes
) -> None:
    log, expected = whole
    assert old in log
    (tmp_path / LOG).write_bytes(log.replace(old, new, 1))
    assert rows(tmp_path) == expected
    assert (tmp_path / LOG).read_bytes()[len(log.replace(old, new, 1)) :].count(b"\n") == 1


def test_a_disk_may_be_full_at_every_write(
    whole: tuple[bytes, list[dict[str, float]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def study(folder: Path) -> list[dict[str, float]]:
        claim(folder, "a study", PLAN)
        found = rows(folder)
        finish(folder, "a study", PLAN, {"runs": pl.DataFrame(found)}, {})
        return found

    with monkeypatch.context() as patch:
        writes = Disk(patch, stop=-1)
        assert study(tmp_path / "whole") == whole[1]
    assert writes.count > 5
    for stop in range(1, writes.count + 1):
        folder = tmp_path / str(stop)
        with monkeypatch.context() as patch:
            Disk(patch, stop)
            with pytest.raises(AbmError, match="No space left on device; make room there"):
                study(folder)
        assert study(folder) == whole[1], stop
        table = pl.read_parquet(folder / "runs.parquet")
        assert table.equals(pl.read_parquet(tmp_path / "whole" / "runs.parquet")), stop


KILLED = """
import sys
from pathlib import Path
from tests.analysis.test_studies_under_fire import NAMES, slowly, specs
from abm.analysis.sweep import sweep
sweep(specs(12), slowly, NAMES, Path(sys.argv[1]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="another way to kill")
def test_a_study_that_was_killed_goes_on_and_plays_nothing_twice(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    here = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(here)},
    )
    try:
        while not (folder / LOG).exists() or (folder / LOG).read_bytes().count(b"\n") < 2:
            assert child.poll() is None, "it ended before it could be killed"
            time.sleep(0.01)
    finally:
        child.kill()
        child.wait()
    kept = (folder / LOG).read_bytes()
    assert 2 <= kept.count(b'"finished"') < 12
    assert rows(folder, 12) == rows(tmp_path / "whole", 12)
    assert (folder / LOG).read_bytes().startswith(kept)
    assert set(times_played(folder).values()) == {1}


# -- manifests -------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_manifest_that_is_cut_off_is_refused_with_what_helps(
    tmp_path: Path, share: float
) -> None:
    claim(tmp_path, "a study", PLAN)
    expected = rows(tmp_path)
    manifest = tmp_path / MANIFEST
    content = manifest.read_bytes().rstrip()
    manifest.write_bytes(content[: int(share * len(content))])
    with pytest.raises(AbmError, match=rf"{MANIFEST} is damaged; remove all but {LOG}"):
        claim(tmp_path, "a study", PLAN)
    with pytest.raises(AbmError, match="no folder of a sensitivity study"):
        planned(tmp_path, Scenario.load("classroom"))
    manifest.unlink()
    claim(tmp_path, "a study", PLAN)
    assert rows(tmp_path) == expected
    assert set(times_played(tmp_path).values()) == {1}


@pytest.mark.parametrize("content", ["[]", "null", '"abm"', "{}", '{"format": "a study"}'])
def test_a_manifest_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(AbmError, match="holds another study; name another folder with --out"):
        claim(tmp_path, "a study", PLAN)
    with pytest.raises(AbmError, match="no folder of a sensitivity study"):
        planned(tmp_path, Scenario.load("classroom"))
