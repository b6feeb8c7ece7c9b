"""``abm check``, ``abm schema``, ``abm scenarios``: what they print and how they end."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from abm.scenario import available, load

Abm = Callable[..., tuple[int, str, str]]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scenario of the user's own, ``mine.toml`` in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text('extends = "classroom"\ntitle = "Mine [red]"\nmonths = 6\n')
    return tmp_path / "mine.toml"


# --------------------------------------------------------------------------------------- check --


def test_a_valid_scenario_is_summed_up(abm: Abm, mine: Path) -> None:
    code, out, err = abm("check", "mine.toml")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "mine: Mine [red]",
        "  6 labs, 2 clouds, 4 segments, 40 communities, 6 months",
        f"  fingerprint {load(mine).hash[:12]}",
    ]


def test_a_shipped_scenario_is_checked_by_name(abm: Abm) -> None:
    code, out, _ = abm("check", "classroom")
    assert code == 0
    assert out.startswith("classroom: Classroom\n")


def test_warnings_do_not_fail(abm: Abm) -> None:
    code, out, _ = abm("check", "classroom", "--set", "race.growth=40")
    assert code == 0
    assert "Warnings: 1\n  --set: race.growth = 40.0: outside the plausible range" in out


def test_origins(abm: Abm, mine: Path) -> None:
    change = "labs.Aster.cash=7"
    _, out, _ = abm("check", mine.name, "--origins", "--set", change)
    lines = out.splitlines()
    assert 'title = "Mine [red]"  # mine.toml:2' in lines
    assert "months = 6  # mine.toml:3" in lines
    assert "labs[Aster].cash = 7.0  # --set" in lines
    assert all(len(line.split("  # ")[0]) < 120 for line in lines[3:])
    assert "default" not in out


def test_check_for_scripts(abm: Abm, mine: Path) -> None:
    code, out, _ = abm("check", "mine.toml", "--json", "--set", "race.growth=40")
    data = json.loads(out)
    assert code == 0
    assert data["hash"] == load(mine, ["race.growth=40"]).hash
    assert (data["labs"], data["months"]) == (6, 6)
    assert data["warnings"][0]["key"] == "race.growth"
    assert data["origins"]["months"] == "mine.toml:3"


@pytest.mark.parametrize(
    ("text", "changes", "message"),
    [
        ("months = 0", [], "bad.toml:2: months = 0: must be between 1 and 600\n"),
        ("monhts = 1", [], "bad.toml:2: monhts = 1: unknown key; did you mean months?\n"),
        ("months =", [], "bad.toml:2: not valid TOML: Invalid value"),
        ("drop_labs = ['Asetr']", [], 'bad.toml:2: drop_labs = "Asetr": names none of the labs'),
        ("", ["months=0"], "--set: months = 0: must be between 1 and 600\n"),
        ("", ["months"], "--set: months: not of the form key=value"),
        ("", ["labs.Asetr.cash=1"], "--set: labs[Asetr].cash = 1: 'Asetr' names none of the"),
    ],
)
def test_a_bad_scenario_is_one_line_and_exit_code_2(
    abm: Abm, mine: Path, text: str, changes: list[str], message: str
) -> None:
    mine.with_name("bad.toml").write_text(f'extends = "classroom"\n{text}')
    options = [part for change in changes for part in ("--set", change)]
    code, out, err = abm("check", "bad.toml", *options)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert len(err.splitlines()) == 1


def test_many_problems_are_many_lines(abm: Abm, mine: Path) -> None:
    code, _, err = abm("check", mine.name, "--set", "months=0", "--set", "race.growth=0")
    assert code == 2
    assert len(err.splitlines()) == 2


def test_no_such_scenario(abm: Abm) -> None:
    code, _, err = abm("check", "clasroom")
    assert code == 2
    assert "did you mean classroom?" in err


def test_a_misspelt_policy_is_recognised(abm: Abm) -> None:
    code, out, err = abm("check", "data-common")
    assert (code, out) == (2, "")
    assert err == (
        "data-common: there is no shipped policy of this name; did you mean data-commons?\n"
    )


@pytest.mark.parametrize("name", ["cost-growth", "many.toml"])
def test_an_experiment_is_sent_to_the_command_that_checks_it(
    abm: Abm, mine: Path, name: str
) -> None:
    mine.with_name("many.toml").write_text('scenario = "classroom"\nreplicats = 2\n')
    code, out, err = abm("check", name)
    assert (code, out) == (2, "")
    assert err == f"{name}: is an experiment; abm batch checks all of it before it plays\n"


def test_a_name_of_another_kind_is_told(abm: Abm) -> None:
    code, _, err = abm("run", "data-commons")
    assert code == 2
    assert "no shipped scenario of this name; it is the name of a policy (allowed: " in err
    code, _, err = abm("batch", "classroom")
    assert code == 2
    assert "no shipped experiment of this name; it is the name of a scenario; did you mean" in err


# ---------------------------------------------------------------------------- schema, scenarios --


def test_the_schema_is_json(abm: Abm) -> None:
    code, out, _ = abm("schema")
    schema = json.loads(out)
    assert code == 0
    assert schema["$defs"]["Race"]["properties"]["growth"]["unit"] == "x/year"


def test_the_table_of_scenarios(abm: Abm) -> None:
    code, out, _ = abm("scenarios")
    assert code == 0
    for listing in available():
        assert listing.name in out
        assert listing.title in out


def test_scenarios_for_scripts(abm: Abm) -> None:
    _, out, _ = abm("scenarios", "--json")
    rows = json.loads(out)
    assert [row["name"] for row in rows] == [listing.name for listing in available()]
    assert set(rows[0]) == {"name", "title", "description", "path"}
