"""Each command that plays a study goes on where it was cut off, and says why it cannot begin."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from invocation import Abm

from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.sweep import LOG
from abm.record.folder import MANIFEST

CALIBRATION = """
title = "A tiny one"
scenario = "classroom"
parameters = ["demand.quality"]
targets = ["T05"]
waves = 1
points = 10
replicates = 2
candidates = 10
members = 5
truths = 1
population = 50
defaults = 2
"""

STUDIES: dict[str, tuple[str, ...]] = {
    "claims": (
        "classroom", "--months", "6", "--replicates", "2", "--claim", "C18", "--no-regions",
    ),
    "sensitivity": (
        "classroom", "--months", "2", "--size", "2",
        "--parameter", "knowledge.leak", "--parameter", "demand.network",
    ),
    "futures": (
        "classroom", "--months", "14", "--steps", "2", "--seeds", "1", "--home-seeds", "2",
        "--map", "cost",
    ),
    "forecast": ("small.parquet", "--months", "16"),
    "calibrate": ("small.toml",),
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what calibrations and forecasts are made of, in which commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(CALIBRATION)
    table = pl.DataFrame({"member": [0, 1], "implausibility": [4.0, 5.0], "plausible": [False] * 2})
    members = table.with_columns(pl.Series("demand.quality", [1.2, 1.8]))
    Ensemble(members, {"scenario": "classroom"}).write(tmp_path / "small.parquet")
    return tmp_path


def said(abm: Abm, study: str, folder: str) -> dict[str, Any]:
    """What a study finds, without what differs between any two of its runs."""
    code, out, error = abm(study, *STUDIES[study], "--workers", "1", "--out", folder, "--json")
    assert code == 0, error
    found = json.loads(out)
    return {name: value for name, value in found.items() if name not in ("seconds", "written")}


@pytest.mark.parametrize("study", STUDIES)
def test_what_was_cut_off_comes_to_the_same(abm: Abm, here: Path, study: str) -> None:
    expected = said(abm, study, "whole")
    log = (here / "whole" / LOG).read_bytes()
    kept = log[: int(0.6 * len(log))]
    folder = here / "cut"
    folder.mkdir()
    for name in (MANIFEST, *(path.name for path in (here / "whole").glob("*.parquet"))):
        content = (here / "whole" / name).read_bytes()
        (folder / name).write_bytes(content if name == MANIFEST else content[: len(content) // 2])
    (folder / LOG).write_bytes(kept)
    assert said(abm, study, "cut") == expected
    again = (folder / LOG).read_bytes().removeprefix(kept)
    assert 0 < again.count(b'"finished"') < log.count(b"\n")


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("name", ["notes.txt/study", "notes.txt"])
def test_a_folder_that_cannot_be_is_one_line(abm: Abm, here: Path, study: str, name: str) -> None:
    (here / "notes.txt").write_text("mine")
    code, out, error = abm(study, *STUDIES[study], "--workers", "1", "--out", name)
    assert code == 2, out
    assert "Traceback" not in error
    assert "notes.txt" in error
    assert "cannot be written: Not a directory; choose a folder" in " ".join(error.split())
    assert (here / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("study", STUDIES)
def test_a_folder_of_something_else_is_left_alone(abm: Abm, here: Path, study: str) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "diary.txt").write_text("dear diary")
    code, _, error = abm(study, *STUDIES[study], "--workers", "1", "--out", "mine")
    assert code == 2
    assert "holds something that is no such study" in " ".join(error.split())
    assert [path.name for path in (here / "mine").iterdir()] == ["diary.txt"]
