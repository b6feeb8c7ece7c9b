"""``abm policies``, and policies in ``abm check``, ``abm schema`` and ``abm run``."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from abm import Run
from abm.policy import available, compose

Abm = Callable[..., tuple[int, str, str]]
SHORT = ("run", "classroom", "--seed", "1", "--months", "8", "--no-figures")


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_list_says_what_through_what_at_whose_cost_and_how_it_backfires(abm: Abm) -> None:
    code, out, err = abm("policies")
    assert (code, err) == (0, "")
    for item in available():
        assert f"{item.name}: {item.file.title}" in out
        assert item.file.description in out
        assert item.file.backfires in out
    assert "Through: settlement\n  At the cost of: state" in out


def test_the_list_for_scripts(abm: Abm) -> None:
    rows = json.loads(abm("policies", "--json")[1])
    assert [row["name"] for row in rows] == [item.name for item in available()]
    by_name = {row["name"]: row for row in rows}
    assert by_name["data-disclosure-safe-harbour"]["paid_by"] == ["labs", "rightsholders"]
    assert by_name["placebo"]["levers"] == []
    assert by_name["rd-credit"]["levers"][0]["fields"]["rate"]["value"] == 0.1


def test_one_policy_in_full(abm: Abm) -> None:
    code, out, _ = abm("policies", "open-data-disclosure+rd-credit*0.5")
    assert code == 0
    assert "disclosure-mandate\n  Labs must disclose at least so much" in out
    assert "  rate = 0.05  # Share of training spending" in out
    assert "closing up attractive" in out
    assert "  end = not set  # " in out  # nothing of JSON


def test_a_policy_in_full_is_plain_text(abm: Abm) -> None:
    for item in available():
        _, out, _ = abm("policies", item.name)
        assert "``" not in out
        assert not re.search(r"\(P\d+\)|null", out)


def test_a_policy_that_is_not_there(abm: Abm) -> None:
    code, out, err = abm("policies", "data-comons")
    assert (code, out) == (2, "")
    assert "did you mean data-commons?" in err
    assert len(err.splitlines()) == 1


def test_check_tells_a_policy_by_what_is_in_it(abm: Abm) -> None:
    Path("mine.toml").write_text(
        'title = "Mine"\n[[levers]]\nkind = "public-spending"\nbudget = 1.0'
    )
    code, out, _ = abm("check", "mine.toml")
    assert code == 0
    assert out.startswith("mine.toml: Mine\n")
    assert compose("mine.toml").hash[:12] in out
    assert json.loads(abm("check", "mine.toml", "--json")[1])["hash"] == compose("mine.toml").hash
    assert abm("check", "placebo")[1].startswith("placebo: Placebo")
    Path("mine.toml").write_text('title = "Mine"\n[[levers]]\nkind = "public-spendin"')
    code, _, err = abm("check", "mine.toml")
    assert code == 2
    assert "mine.toml:3" in err
    assert "did you mean public-spending?" in err


def test_check_can_be_told_that_it_is_a_policy(abm: Abm) -> None:
    Path("odd.toml").write_text('tilte = "Mine"')
    assert "did you mean title?" in abm("check", "odd.toml", "--policy")[2]
    assert abm("check", "placebo", "--policy", "--set", "months=3")[0] == 2


def test_the_schema_of_policies(abm: Abm) -> None:
    schema = json.loads(abm("schema", "--policy")[1])
    grants = schema["$defs"]["TrainingGrants"]["properties"]
    assert grants["budget"]["unit"] == "USD m/month"
    assert schema["required"] == ["title"]


def test_a_run_under_policies_says_so_and_writes_it_down(abm: Abm) -> None:
    options = ("--policy", "data-commons", "--policy", "rd-credit@1")
    code, out, _ = abm(*SHORT, *options)
    assert code == 0
    assert "Under data-commons+rd-credit@1: Data commons and Research credit" in out
    folder = Path("outputs/classroom-data-commons-rd-credit-1-seed1")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["name"] == "classroom"
    assert manifest["policy"] == "data-commons+rd-credit@1"
    assert manifest["policies"][0]["hash"] == compose("data-commons+rd-credit@1").hash
    assert [lever["start"] for lever in manifest["policies"][0]["levers"]] == [6, 7]
    assert Run.read(folder).policies == tuple(manifest["policies"])
    code, out, _ = abm("replay", str(folder))
    assert (code, "identical to the last bit" in out) == (0, True)


def test_a_run_for_scripts_names_its_policies(abm: Abm) -> None:
    told = json.loads(abm(*SHORT, "--json", "--policy", "placebo")[1])
    assert [policy["name"] for policy in told["policies"]] == ["placebo"]
    assert json.loads(abm(*SHORT, "--json")[1])["policies"] == []


def test_replay_notes_that_a_policy_has_changed(abm: Abm) -> None:
    text = 'title = "Mine"\n[[levers]]\nkind = "public-spending"\nbudget = 1.0'
    Path("mine.toml").write_text(text)
    abm(*SHORT, "--quiet", "--policy", "mine.toml", "--out", "here")
    Path("mine.toml").write_text(text.replace("1.0", "2.0"))

    code, out, _ = abm("replay", "here")
    assert code == 1
    assert "policy mine.toml has changed" in out


def test_a_bad_policy_is_told_before_anything_is_played(abm: Abm) -> None:
    code, out, err = abm("run", "classroom", "--policy", "data-comons")
    assert (code, out) == (2, "")
    assert "did you mean data-commons?" in err
    assert not Path("outputs").exists()
