"""``abm run``: plays, tells, writes, draws; bad input is one line and exit code 2."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from abm import Run

Abm = Callable[..., tuple[int, str, str]]
SHORT = ("run", "classroom", "--seed", "1", "--months", "8", "--no-figures")


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_tells_sums_up_and_says_where_things_are(abm: Abm) -> None:
    code, out, err = abm(*SHORT)
    assert (code, err) == (0, "")
    assert "Classroom, seed 1, 8 months" in out
    for words in ("Who leads", "Who is hosted", "Open against closed", "abm why outputs/"):
        assert words in out
    assert Run.read("outputs/classroom-seed1").market.height == 8
    assert "\x1b" not in out


def test_it_draws_the_figures(abm: Abm) -> None:
    code, out, _ = abm(*SHORT[:-1], "--network-month", "2023-12")
    assert code == 0
    drawn = {path.stem for path in Path("outputs/classroom-seed1/figures").iterdir()}
    assert drawn == {"shares", "chairs", "hosting", "lag", "network", "money"}
    assert "outputs/classroom-seed1/figures" in out


def test_runs_never_overwrite_one_another(abm: Abm) -> None:
    assert abm(*SHORT, "--quiet")[1] == "outputs/classroom-seed1\n"
    assert abm(*SHORT, "--quiet")[1] == "outputs/classroom-seed1-2\n"


def test_json_is_one_object_and_nothing_else(abm: Abm) -> None:
    code, out, err = abm(*SHORT, "--json", "--out", "here")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert told["folder"] == "here"
    assert told["seed"] == 1
    assert told["scenario"] == "classroom"
    assert told["months"] == 8
    assert told["figures"] == []
    last = Run.read("here").market.row(-1, named=True)
    assert told["headline"]["open_spend_share"] == last["open_spend_share"]
    manifest = json.loads(Path("here/manifest.json").read_text())
    assert manifest["scenario_hash"] == told["scenario_hash"]
    assert manifest["name"] == "classroom"


def test_the_same_seed_is_the_same_world(abm: Abm) -> None:
    for folder in ("a", "b"):
        abm(*SHORT, "--quiet", "--out", folder)
    one, other = (json.loads(Path(f, "manifest.json").read_text())["tables"] for f in "ab")
    assert one == other


def test_overrides_reach_the_world(abm: Abm) -> None:
    abm(*SHORT, "--set", "labs.Aster.cash=1234", "--set", "months=3", "--out", "here")
    run = Run.read("here")
    assert run.scenario.labs[0].cash == 1234
    assert run.market.height == 8  # --months has the last word


def test_force_replaces_a_run_and_nothing_else(abm: Abm) -> None:
    abm(*SHORT, "--quiet", "--out", "here")
    code, out, err = abm(*SHORT, "--out", "here")
    assert (code, out) == (2, "")
    assert "holds a run already" in err
    assert abm(*SHORT, "--quiet", "--out", "here", "--force")[0] == 0
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("dear diary")
    code, _, err = abm(*SHORT, "--out", "mine", "--force")
    assert code == 2
    assert "holds something that is no run" in err
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "clasroom"], "did you mean classroom?"),
        (["run", "classroom", "--set", "race.grwth=5"], "race.growth"),
        (["run", "classroom", "--months", "5", "--network-month", "2030-01"], "2024-02"),
        (["run", "classroom", "--months", "0"], "--months"),
        (["run", "classroom", "--seed", "one"], "--seed"),
        (["run", "classroom", "--months", "5000"], "600"),
    ],
)
def test_bad_input_is_told_before_anything_is_played(
    abm: Abm, arguments: list[str], words: str
) -> None:
    code, out, err = abm(*arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert "Traceback" not in err
    assert not Path("outputs").exists()


def test_doubtful_values_are_warned_of(abm: Abm) -> None:
    code, out, _ = abm(*SHORT, "--set", "race.growth=50")
    assert code == 0
    assert "warning: " in out
    assert "race.growth" in out


@pytest.mark.parametrize("out", ["file/x", "file/x/y", "o" * 300])
def test_a_place_where_nothing_can_be_written_is_refused_before_anything_is_played(
    abm: Abm, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.setattr("abm.market.Market.step", lambda *_: pytest.fail("played"))
    Path("file").write_text("no folder")
    code, said, err = abm(*SHORT, "--out", out)
    assert (code, said) == (2, "")
    assert err.startswith(f"{out}: cannot be written: ")
    assert [path.name for path in Path().iterdir()] == ["file"]


def test_outputs_that_cannot_be_written_are_noticed_before_anything_is_played(
    abm: Abm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abm.market.Market.step", lambda *_: pytest.fail("played"))
    Path("outputs").write_text("no folder")
    code, _, err = abm(*SHORT)
    assert code == 2
    assert "cannot be written: Not a directory" in err
