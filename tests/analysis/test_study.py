"""Seeds in worker processes, and the command that prints what they show."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from abm import Market
from abm.analysis.study import Observation, run_study
from abm.cli import main
from abm.experiment.runner import RunFailedError
from abm.scenario import Scenario

Abm = Callable[..., tuple[int, str, str]]

SHORT = ("targets", "classroom", "--seeds", "2", "--months", "3")


@pytest.fixture
def abm(capsys: pytest.CaptureFixture[str]) -> Abm:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        captured = capsys.readouterr()
        code = left.value.code
        return (code if isinstance(code, int) else 0), captured.out, captured.err

    return run


def test_workers_give_what_one_process_gives_in_the_order_of_the_seeds() -> None:
    scenario = Scenario.load("classroom", ["months=3"])
    done: list[None] = []
    study = run_study(scenario, [5, 2], workers=2, progress=lambda: done.append(None))
    assert [seen.seed for seen in study.observations] == [5, 2]
    assert len(done) == 2
    alone = Observation.of(Market(scenario, seed=2).run()).measures
    shared = study.observations[1].measures
    assert [x for x in shared.values() if not math.isnan(x)] == [
        x for x in alone.values() if not math.isnan(x)
    ]


def test_an_error_in_a_worker_comes_back() -> None:
    scenario = Scenario.load("classroom", ["months=3"])
    with pytest.raises(RunFailedError, match=r"(?s)while building: AbmError: seed -1.*Traceback"):
        run_study(scenario, [-1], workers=1)


def test_the_command_prints_every_target_and_its_verdict(abm: Abm) -> None:
    code, out, err = abm(*SHORT)
    assert (code, err) == (0, "")
    assert out.startswith("Targets: classroom, 2 seeds, 3 months\n")
    lines = {line.split()[0]: line for line in out.splitlines() if line.startswith("T")}
    assert "not measured" in lines["T20"]  # no third month of 2024
    assert "not measured" not in lines["T02"]
    assert "Spearman" in out


def test_the_command_for_scripts(abm: Abm, tmp_path: Path) -> None:
    code, out, _ = abm(*SHORT, "--json", "--out", str(tmp_path / "all.json"))
    data = json.loads(out)
    assert code == 0
    assert (data["scenario"], data["seeds"], data["months"]) == ("classroom", [0, 1], 3)
    assert data["targets"][0]["model_median"] is None  # the window is not reached
    assert data["targets"][1]["id"] == "T02"
    assert data["targets"][1]["measured"] == 2
    assert json.loads((tmp_path / "all.json").read_text()) == data


def test_one_row_a_seed_is_written_on_request(abm: Abm, tmp_path: Path) -> None:
    file = tmp_path / "seeds.csv"
    assert abm(*SHORT, "--out", str(file))[0] == 0
    table = pl.read_csv(file)
    assert table["seed"].to_list() == [0, 1]
    assert {"T01", "T20", "acquisition", "pivot"} <= set(table.columns)


def test_a_file_of_another_kind_is_refused_at_once(abm: Abm) -> None:
    code, _, err = abm("targets", "classroom", "--out", "study.xlsx")
    assert code == 2
    assert err == ("--out study.xlsx: unknown kind of file (allowed: .csv, .parquet, .json)\n")


def test_a_missing_folder_is_refused_at_once(abm: Abm) -> None:
    code, _, err = abm("targets", "classroom", "--out", "nowhere/study.csv")
    assert (code, err) == (2, "--out nowhere/study.csv: no folder nowhere\n")


@pytest.mark.parametrize("kind", ["csv", "parquet", "json"])
def test_a_file_that_cannot_be_written_is_one_line(abm: Abm, tmp_path: Path, kind: str) -> None:
    taken = tmp_path / f"taken.{kind}"
    taken.mkdir()
    code, _, err = abm(*SHORT, "--out", str(taken))
    assert code == 2
    assert err.splitlines()[-1].startswith(f"{taken}: cannot be written")
    assert list(tmp_path.iterdir()) == [taken]  # nothing half-written beside it


def test_a_change_reaches_the_scenario(abm: Abm) -> None:
    _, out, _ = abm(*SHORT, "--json", "--set", "start=2023-11")
    assert json.loads(out)["targets"][1]["measured"] == 0  # October is before the start
