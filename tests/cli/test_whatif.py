"""``abm whatif``: the twin of a run folder, told and as data."""

import json
import re
from pathlib import Path

import pytest
from invocation import Abm


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def folder(abm: Abm) -> str:
    code, out, _ = abm("run", "classroom", "--seed", "7", "--months", "20", "--no-figures", "-q")
    assert code == 0
    return str(out).strip()


def test_a_twin_is_told_from_its_first_event_to_its_last_month(abm: Abm, folder: str) -> None:
    code, out, err = abm("whatif", folder, "--set", "litigation.enabled=false")
    assert (code, err) == (0, "")
    assert "the twin: litigation.enabled=false" in out
    first = out.split("The first event that differs\n")[1]
    assert "only in the run: Rightsholders sue" in first.splitlines()[0]
    assert "which makes claims harder to prove" in first.splitlines()[1]
    for table in ("market", "segments", "labs", "releases", "hosting", "edges", "flows"):
        assert f"\n{table}" in out
    assert "defence: labs -" in out  # sectors by name, not by the letter of their column
    assert not re.search(r"\de\+|\b1 numbers", out)


def test_identical_worlds_are_said_to_be_identical(abm: Abm, folder: str) -> None:
    code, out, _ = abm("whatif", folder, "--set", "race.growth=2.4")
    assert code == 0
    assert "The two worlds are identical: no number differs by more than rounding." in out


def test_a_twin_for_scripts(abm: Abm, folder: str) -> None:
    code, out, _ = abm("whatif", folder, "--set", "litigation.enabled=false", "--json")
    data = json.loads(out, parse_constant=lambda name: pytest.fail(name))
    assert code == 0
    assert not data["identical"]
    assert data["events"][0]["kind"] == "lawsuit"
    assert data["events"][0]["reasons"]
    tables = {table["table"]: table for table in data["tables"]}
    assert tables["events"]["month"] == data["events"][0]["month"]
    assert tables["market"]["rows"] == [20, 20]


def test_a_policy_may_be_the_change(abm: Abm, folder: str) -> None:
    code, out, _ = abm("whatif", folder, "--policy", "placebo")
    assert code == 0
    assert "the twin: placebo" in out
    assert "identical" in out
    code, out, _ = abm("whatif", folder, "--policy", "mandatory-data-disclosure@2")
    assert code == 0
    first = out.split("The first event that differs\n")[1].splitlines()[0]
    assert first.startswith("Jun 2024  only in the twin: Policy mandatory-data-disclosure@2")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing to change: add --set KEY=VALUE or --policy POLICY"),
        (("--set", "race.grwth=3"), "did you mean race.growth?"),
        (("--set", "months=3"), "changes the months"),
        (("--policy", "placebos"), "did you mean placebo?"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    abm: Abm, folder: str, arguments: tuple[str, ...], says: str
) -> None:
    code, out, err = abm("whatif", folder, *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_folder_that_is_not_there_is_named(abm: Abm) -> None:
    code, _, err = abm("whatif", "nowhere", "--set", "race.growth=3")
    assert (code, err.count("\n")) == (2, 1)
    assert "there is no such run folder" in err
