"""``abm calibrate``, end to end on the invented world: resumption, ensemble, page."""

import json
from pathlib import Path

import polars as pl
import pytest

from abm.analysis.calibration.ensemble import COLUMNS, EMPTY, PLAUSIBLE, Ensemble, chosen, read
from abm.analysis.calibration.plan import problem
from abm.cli import main
from abm.errors import AbmError, ScenarioError
from abm.scenario import Scenario, scenario_hash

PLAN = """
title = "A small one"
scenario = "classroom"
parameters = ["demand.quality", "demand.tie_degree"]
targets = ["T05", "T15", "T17"]
waves = 2
points = 10
replicates = 2
candidates = 10
members = 5
truths = 1
population = 60
defaults = 2
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "small.toml"
    file.write_text(PLAN)
    return file


def run(*arguments: str) -> int:
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_calibrate_writes_ensemble_and_page_and_plays_nothing_twice(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, page, file = tmp_path / "study", tmp_path / "page.md", tmp_path / "small.parquet"
    arguments = (
        "calibrate", str(plan), "--workers", "1", "--out", str(folder),
        "--page", str(page), "--ensemble", str(file),
    )  # fmt: skip
    assert run(*arguments) == 0
    told = capsys.readouterr().out
    assert "Recovery of known truths" in told
    assert "demand.tie_degree" in told
    text = page.read_text()
    for heading in ("Targets before and after", "Waves", "Parameters", "Provenance"):
        assert f"## {heading}" in text
    assert (tmp_path / "images" / "calibration.png").is_file()
    assert run("report", str(folder)) == 0
    report = (folder / "report.html").read_text(encoding="utf-8")
    for heading in ("Question and mechanism", "Targets before and after", "Parameters", "Rerun"):
        assert f"<h2>{heading}</h2>" in report
    assert report.count("<h2>Provenance</h2>") == 1
    assert "data:image/png;base64," in report
    capsys.readouterr()
    assert "| T05 |" in text
    assert "fitted, not tested" in text
    log = (folder / "runs.jsonl").read_bytes()
    assert run(*arguments, "--json") == 0
    assert (folder / "runs.jsonl").read_bytes() == log
    data = json.loads(capsys.readouterr().out)
    assert [item["id"] for item in data["targets"] if item["fitted"]] == ["T05", "T15", "T17"]
    found = read(file)
    assert found.table.height == 5
    assert found.label == data["label"]
    assert found.about["scenario"] == "classroom"
    base = Scenario.load("classroom")
    worlds = found.worlds(base)
    assert len({scenario_hash(world) for world in worlds}) == 5
    assert [world.demand.tie_degree for world in worlds] == found.table[
        "demand.tie_degree"
    ].to_list()


def test_a_folder_of_another_design_is_refused(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "notes.txt").write_text("mine")
    assert run("calibrate", str(plan), "--out", str(tmp_path / "study")) == 2
    assert "holds something that is no such study" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"T05"', '"T06"', "'T06' is for scoring only: its window is 2024-11"),
        ('"T05"', '"T5"', "there is no target 'T5'"),
        ("demand.quality", "demand.qualty", "did you mean demand.quality?"),
        ("waves = 2", "waves = 0", "waves: "),
        ("waves = 2", "waves = 2\nwafes = 3", "wafes: "),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(plan: Path, old: str, new: str, says: str) -> None:
    plan.write_text(PLAN.replace(old, new))
    with pytest.raises(AbmError, match=says.replace("?", r"\?")):
        problem(plan)


def test_a_name_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ScenarioError, match="status-quo-2023"):
        problem("status-quo-2032")


def test_the_shipped_calibration_fits_and_never_sees_what_it_is_scored_by() -> None:
    found = problem("status-quo-2023")
    assert all(item.use == "fit" for item in found.fitted)
    assert {item.id for item in found.fitted} >= {"T03", "T05", "T12", "T20"}
    assert found.home("T12") == 1
    assert [setting.scenario.months for setting in found.settings] == [9, 12]
    assert found.settings[0].full.months == 15


def test_pages_and_ensembles_have_the_right_ending(plan: Path, tmp_path: Path) -> None:
    assert run("calibrate", str(plan), "--page", str(tmp_path / "page.txt")) == 2
    assert run("calibrate", str(plan), "--ensemble", str(tmp_path / "no" / "e.parquet")) == 2


def ensemble(plausible: list[bool]) -> Ensemble:
    rows = {"member": range(len(plausible)), "implausibility": 1.0, "plausible": plausible}
    return Ensemble(pl.DataFrame(rows).with_columns(pl.lit(1.5).alias("demand.quality")), {})


def test_an_ensemble_is_labelled_by_what_was_found(tmp_path: Path) -> None:
    assert ensemble([True, True]).label == PLAUSIBLE
    assert ensemble([False, False]).label == EMPTY
    assert ensemble([True, False]).label.startswith("1 of 2 non-implausible")
    ensemble([False]).write(tmp_path / "e.parquet")
    assert read(tmp_path / "e.parquet").about["label"] == EMPTY
    assert ensemble([True]).parameters == ["demand.quality"]
    assert tuple(ensemble([True]).table.columns[:3]) == COLUMNS


def test_members_are_below_the_cut_or_the_least_implausible() -> None:
    import numpy as np

    places = np.linspace(0, 1, 6)[:, None]
    values = np.array([1.0, 4.0, 2.0, 5.0, 2.5, 9.0])
    assert sorted(chosen(places, values, 3.0, 2).tolist()) in ([0, 2], [0, 4], [2, 4])
    assert chosen(places, values, 3.0, 4).tolist() == [0, 2, 4, 1]


@pytest.mark.parametrize("name", ["nothing", "page.parquet"])
def test_what_is_no_ensemble_is_refused(name: str, tmp_path: Path) -> None:
    pl.DataFrame({"a": [1.0]}).write_parquet(tmp_path / "page.parquet")
    with pytest.raises(AbmError, match="ensemble"):
        read(tmp_path / name if name.endswith("parquet") else name)
