"""The manifest: what made a run; equal seeds have equal hashes in every process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from abm import Run
from abm.record import manifest as module
from abm.record.folder import read_manifest, write_run
from abm.record.manifest import content_hash, git_state, manifest, versions
from abm.scenario import scenario_hash

HASHES = """
import json
from abm import Market, Scenario
from abm.record.manifest import manifest
run = Market(Scenario.load("classroom", ["months=5"]), seed=11).run()
print(json.dumps(manifest(run)["tables"]))
"""


def test_it_says_what_made_the_run(classroom_run: Run, tmp_path: Path) -> None:
    folder = write_run(
        classroom_run, tmp_path / "run", 2.0, name="classroom", command=["abm", "run", "classroom"]
    )
    content = read_manifest(folder)
    assert content["name"] == "classroom"
    assert content["seed"] == 1
    assert content["months"] == 36
    assert content["wall_seconds"] == 2.0
    assert content["command"] == ["abm", "run", "classroom"]
    assert content["scenario_hash"] == scenario_hash(classroom_run.scenario)
    assert content["scenario"] == classroom_run.scenario.model_dump(mode="json")
    assert set(content["versions"]) == {
        "python",
        "abm",
        "mesa",
        "numpy",
        "networkx",
        "polars",
        "scipy",
    }
    assert content["tables"]["market"]["rows"] == 36


def test_equal_seeds_have_equal_hashes_in_two_processes() -> None:
    def play(hash_seed: str) -> dict[str, object]:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", HASHES],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        return dict(json.loads(done.stdout))

    first, second = play("1"), play("2")
    assert first == second
    assert len({facts["sha256"] for facts in first.values()}) == len(first)


def test_the_hash_is_one_of_content() -> None:
    frame = pl.DataFrame({"a": [1.0, float("nan"), None], "b": ["x", None, "z"], "c": [1, 2, 3]})
    same = pl.concat([frame.head(1), frame.tail(2)], rechunk=False)
    assert content_hash(frame) == content_hash(same)
    odd_nan = np.frombuffer(np.uint64(0xFFF8000000000001).tobytes(), dtype=np.float64)
    plain = pl.DataFrame({"a": np.array([np.nan, 0.0])})
    assert content_hash(plain) == content_hash(pl.DataFrame({"a": np.append(odd_nan, -0.0)}))


@pytest.mark.parametrize(
    "other",
    [
        pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "z"]}),
        pl.DataFrame({"a": [1.0, 2.0], "c": ["x", "y"]}),
        pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
        pl.DataFrame({"a": [2.0, 1.0], "b": ["x", "y"]}),
        pl.DataFrame({"a": [1.0, None], "b": ["x", "y"]}),
        pl.DataFrame({"b": ["x", "y"], "a": [1.0, 2.0]}),
        pl.DataFrame({"a": [1.0, 2.0, 2.0], "b": ["x", "y", "y"]}),
    ],
)
def test_the_hash_tells_tables_apart(other: pl.DataFrame) -> None:
    assert content_hash(other) != content_hash(pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}))


def test_nothing_and_nought_differ() -> None:
    assert content_hash(pl.DataFrame({"a": [None, 1.0]})) != content_hash(
        pl.DataFrame({"a": [0.0, 1.0]})
    )


def test_the_command_names_the_program_not_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/home/someone/.venv/bin/abm", "run", "classroom"])
    assert module.command_line() == ["abm", "run", "classroom"]


def test_an_installed_package_has_no_commit(classroom_run: Run, tmp_path: Path) -> None:
    assert git_state(tmp_path) == {"commit": None, "modified": None}
    content = manifest(classroom_run)
    assert content["commit"] is None or len(content["commit"]) == 40


def test_the_commit_and_whether_it_was_changed(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *who, *words], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    git("init", "-q")
    assert git_state(tmp_path)["commit"] is None
    (tmp_path / "abm").mkdir()
    (tmp_path / "abm" / "a.py").write_text("a = 1\n")
    git("add", ".")
    git("commit", "-qm", "x")
    assert git_state(tmp_path) == {"commit": git("rev-parse", "HEAD"), "modified": False}
    (tmp_path / "abm" / "a.py").write_text("a = 2\n")
    assert git_state(tmp_path)["modified"] is True


def test_a_missing_package_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module.DISTRIBUTIONS, "abm", "no-such-distribution")
    assert versions()["abm"] is None
