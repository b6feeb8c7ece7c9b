"""A study plays a design once, goes on where it stopped, and names what failed."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from abm.analysis.outcomes import OUTCOMES
from abm.analysis.sensitivity.assumptions import named
from abm.analysis.sensitivity.designs import LUCK, Method, Plan
from abm.analysis.sensitivity.folder import as_data, planned, write
from abm.analysis.sensitivity.study import Sensitivity, run
from abm.analysis.sweep import LOG
from abm.errors import AbmError
from abm.experiment.specs import RunSpec
from abm.experiment.worker import Failure
from abm.pages.sensitivity import page
from abm.scenario import Scenario

KEYS = ["knowledge.leak", "demand.network"]


@pytest.fixture(scope="module")
def base() -> Scenario:
    return Scenario.load("classroom", ["months=3"])


def plan(base: Scenario, method: Method = "morris", size: int = 2) -> Plan:
    return Plan(base, named(base, KEYS), method, size)


@pytest.fixture(scope="module")
def played(base: Scenario, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sensitivity, Path]:
    folder = tmp_path_factory.mktemp("studies") / "morris"
    return run(plan(base), folder), folder


def test_points_of_a_trajectory_share_their_luck_but_for_one_step(base: Scenario) -> None:
    design = plan(base, size=5)
    points = design.points()
    seeds = np.array(design.seeds(points)).reshape(5, -1)
    assert all(len(set(row)) == 2 for row in seeds.tolist())
    assert all((np.diff(row) != 0).sum() == 1 for row in seeds)
    assert len({seed for row in seeds.tolist() for seed in row}) == 10


def test_a_crossed_sample_shares_its_luck(base: Scenario) -> None:
    design = plan(base, "sobol", 4)
    seeds = np.array(design.seeds(design.points())).reshape(4, -1)
    # A, one column after the other from B, luck among them, then B.
    assert all(len(set(row[:-2])) == 1 for row in seeds.tolist())
    assert all(row[-2] == row[-1] != row[0] for row in seeds.tolist())


def test_the_ledger_ranks_all_factors_beside_luck(played: tuple[Sensitivity, Path]) -> None:
    ledger = played[0].ledger
    assert set(ledger["parameter"]) == {*played[0].plan.keys, LUCK}
    influence = ledger["influence"].to_list()
    assert influence == sorted(influence, reverse=True)
    assert ledger.filter(parameter="knowledge.leak")["grade"].item() == "adapted"


def test_what_is_finished_is_not_played_again(
    played: tuple[Sensitivity, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, folder = played

    def never(_: RunSpec) -> None:
        raise AssertionError("played again")

    monkeypatch.setattr(RunSpec, "build", never)
    again = run(found.plan, folder)
    assert again.ledger.equals(found.ledger)
    assert again.runs.equals(found.runs)


def test_a_study_that_was_cut_off_goes_on(base: Scenario, tmp_path: Path) -> None:
    whole = run(plan(base), tmp_path / "a")
    log = (tmp_path / "a" / LOG).read_bytes()
    lines = log.splitlines(keepends=True)
    (tmp_path / "a" / LOG).write_bytes(b"".join(lines[:3]) + lines[3][:20])
    told: list[tuple[int, int]] = []
    again = run(plan(base), tmp_path / "a", progress=lambda *now: told.append(now))
    assert told[0] == (3, 0)
    assert told[-1] == (len(whole.rows), 0)
    assert again.runs.equals(whole.runs)


def test_a_failed_run_is_named_and_its_block_left_out(
    base: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = plan(base, size=4)
    bad = design.specs(design.points())[1]
    assert isinstance(bad, RunSpec)
    build = RunSpec.build

    def breaks(self: RunSpec) -> object:
        if self.run_id == bad.run_id:
            raise ValueError("a wheel came off")
        return build(self)

    monkeypatch.setattr(RunSpec, "build", breaks)
    found = run(design, tmp_path / "broken")
    assert found.failures["run"].to_list() == [bad.run_id]
    assert found.failures["cause"].to_list() == ["ValueError: a wheel came off"]
    assert set(found.indices["lost"]) == {1}
    assert set(found.indices["used"]) == {3}
    text = page([found])
    assert bad.run_id in text
    assert "a wheel came off" in text
    assert "Of 16 runs, 1 failed" in text
    monkeypatch.undo()
    assert run(design, tmp_path / "broken").failures.is_empty()  # it is tried again


def test_values_that_do_not_go_together_are_a_failure_by_name(base: Scenario) -> None:
    clash = named(base, ["demand.nest_lineage"])
    stuck = Plan(Scenario.load("classroom", ["demand.nest_model=0.5"]), clash, "morris", 4)
    specs = stuck.specs(stuck.points())
    lost = [spec for spec in specs if isinstance(spec, Failure)]
    assert lost
    assert len(lost) < len(specs)
    assert "nest_lineage must not exceed nest_model" in lost[0].cause


def test_the_folder_holds_all_tables_and_can_be_read_again(
    played: tuple[Sensitivity, Path], base: Scenario
) -> None:
    found, folder = played
    write(found, folder)
    assert pl.read_parquet(folder / "ledger.parquet").equals(found.ledger)
    runs = pl.read_parquet(folder / "runs.parquet")
    assert runs.height == len(found.rows)
    assert set(OUTCOMES) <= set(runs.columns)
    assert (folder / "figures" / "influence.png").stat().st_size > 10_000
    assert planned(folder, base) == found.plan
    json.dumps(as_data(found), allow_nan=False)
    with pytest.raises(AbmError, match="of another scenario"):
        planned(folder, Scenario.load("classroom", ["months=4"]))


def test_a_folder_is_for_one_study(played: tuple[Sensitivity, Path], tmp_path: Path) -> None:
    found, folder = played
    with pytest.raises(AbmError, match="holds another study"):
        run(Plan(found.plan.base, found.plan.assumptions, "morris", 3), folder)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(AbmError, match="no such study"):
        run(found.plan, tmp_path)
    with pytest.raises(AbmError, match="no folder of a sensitivity study"):
        planned(tmp_path, found.plan.base)
