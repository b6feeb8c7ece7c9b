"""``abm batch`` and ``abm replay``, as they are typed."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from abm.cli.screen import many_runs
from abm.experiment import read
from abm.market import Market

Abm = Callable[..., tuple[int, str, str]]

PLAN = (
    'title = "Two speeds"\nscenario = "classroom"\nmonths = 2\n[factors]\n"race.growth" = [2, 5]\n'
)


@pytest.fixture(autouse=True)
def _file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An experiment in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("speeds.toml").write_text(PLAN)


def test_a_batch_is_played_told_and_resumed(abm: Abm) -> None:
    code, out, err = abm("batch", "speeds.toml", "--workers", "1")
    assert (code, err) == (0, "")
    assert out.startswith("Two speeds: 2 points, 1 policy, 1 replicate, factorial\n2 of 2 runs in ")
    assert "abm.experiment.read('outputs/speeds')" in out
    before = Path("outputs/speeds/status.jsonl").read_bytes()
    code, out, _ = abm("batch", "speeds.toml", "--json")
    data = json.loads(out)
    assert (code, data["before"], data["played"], data["failed"]) == (0, 2, 0, 0)
    assert Path("outputs/speeds/status.jsonl").read_bytes() == before  # nothing was done
    assert abm("batch", "speeds.toml", "-q") == (0, "outputs/speeds\n", "")


def test_a_replay_is_told(abm: Abm) -> None:
    abm("batch", "speeds.toml", "--workers", "1", "--out", "here", "-q")
    run = read("here").design["run_id"][1]
    code, out, _ = abm("replay", "here", "--run", run[:6])
    assert code == 0
    assert out == (
        "market    identical\nlabs      identical\nevents    identical\n"
        f"{run}: identical to the last bit\n"
    )
    assert json.loads(abm("replay", "here", "--run", run, "--json")[1])["identical"] is True
    design = json.loads(Path("here/manifest.json").read_text())
    design["points"][1]["race.growth"] = 4
    design["scenario"]["capital"]["start_climate"] = 1.2
    design["versions"]["numpy"] = "0.1"
    Path("here/manifest.json").write_text(json.dumps(design))
    code, out, _ = abm("replay", "here", "--run", run)
    assert code == 1
    assert "comes out otherwise: column " in out
    assert "changed since: numpy 0.1, now " in out
    assert out.endswith(": not the run that was recorded\n")


def test_failed_runs_are_told_and_the_exit_code_is_1(
    abm: Abm, monkeypatch: pytest.MonkeyPatch
) -> None:
    from abm.experiment.executors import InProcess, crew

    def breaks(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Market, "step", breaks)
    monkeypatch.setattr("abm.experiment.batch.crew", lambda *_: crew(1, InProcess()))
    code, out, _ = abm("batch", "speeds.toml", "--out", "here")
    assert code == 1
    assert "2 runs failed; why stands in here/status.jsonl" in out


def test_ctrl_c_leaves_a_folder_to_go_on_with(abm: Abm, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("abm.experiment.batch.run_batch", stop)
    code, _, err = abm("batch", "speeds.toml")
    assert (code, err) == (130, "outputs/speeds: stopped; the same command goes on from here\n")


def test_a_bad_file_is_one_line_and_exit_code_2(abm: Abm) -> None:
    Path("speeds.toml").write_text(PLAN.replace("race.growth", "race.grwth"))
    code, out, err = abm("batch", "speeds.toml")
    assert (code, out) == (2, "")
    assert err.startswith("speeds.toml:5: race.grwth: unknown key; did you mean race.growth? (")
    assert err.count("\n") == 1
    assert not Path("outputs").exists()


def test_experiments_are_listed(abm: Abm) -> None:
    _, out, _ = abm("experiments")
    assert "cost-growth" in out
    found = json.loads(abm("experiments", "--json")[1])
    assert {"name", "title", "description", "path"} == set(found[0])


def test_the_bar_counts_and_names_failures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with many_runs(8, shown=True) as show:
        show(2, 0)  # there before
        for done in (3, 4, 5):
            time.sleep(0.02)
            show(done, 1)
    shown = capsys.readouterr().err
    assert "6/8" in shown
    assert "1 failed" in shown
    assert re.search(r"[\d.]+ (runs/s|s/run)", shown)
    with many_runs(8, shown=False) as show:
        show(8, 0)
    assert capsys.readouterr().err == ""
