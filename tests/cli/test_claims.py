"""``abm claims``: played, tested, written, gone on with, and refused."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from invocation import Abm

from abm.analysis.calibration.ensemble import read
from abm.analysis.claims import study
from abm.analysis.claims.catalogue import CLAIMS
from abm.pages.claims import page
from abm.reference.pages import FOLDER

SHORT = (
    "claims", "classroom", "--months", "8", "--replicates", "2", "--workers", "1",
    "--claim", "C1", "--claim", "C18",
)  # fmt: skip


@pytest.fixture
def played(abm: Abm, tmp_path: Path) -> tuple[Path, dict]:
    files = ("--page", str(tmp_path / "claims.md"), "--html", str(tmp_path / "claims.html"))
    code, out, _ = abm(*SHORT, "--out", str(tmp_path / "study"), *files, "--no-regions", "--json")
    assert code == 0
    return tmp_path, json.loads(out)


def test_end_to_end(played: tuple[Path, dict]) -> None:
    folder, data = played
    assert [claim["id"] for claim in data["claims"]] == ["C1", "C18"]
    assert data["seeds"] == [0, 1]
    assert data["months"] == 8
    assert sum(data["counts"].values()) == 2
    table = pl.read_parquet(folder / "study" / "claims.parquet")
    assert table["id"].to_list() == ["C1", "C18"]
    assert set(table["verdict"]) <= set(data["counts"])
    effects = pl.read_parquet(folder / "study" / "effects.parquet")
    assert effects.filter(claim="C18", under="")["effect"].mean() == pytest.approx(
        data["claims"][1]["estimate"]
    )
    assert json.loads((folder / "study" / "claims.json").read_text()) == data


def test_the_page_carries_its_provenance_and_is_made_of_the_data(played: tuple[Path, dict]) -> None:
    folder, data = played
    text = (folder / "claims.md").read_text()
    assert text == page(json.loads((folder / "claims.json").read_text())) == page(data)
    for told in (data["date"], data["scenario_hash"], data["model"], "0 to 1: 2 in each of"):
        assert told in text
    for claim in data["claims"]:
        assert claim["statement"] in text
        assert f"### {claim['id']}: {claim['verdict']}" in text
    assert "| C18 | T15 |" in text


def test_over_an_ensemble_each_seed_has_another_world(abm: Abm, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "study"), "--page", str(tmp_path / "claims.md"))
    code, _, err = abm(*SHORT, *out, "--no-regions", "--ensemble", "status-quo-2023")
    assert code == 0, err
    text = (tmp_path / "claims.md").read_text()
    assert "2 of 200 members of status-quo-2023 (non-implausible)" in text
    assert text.startswith("# The essay's claims over a calibrated ensemble")
    assert "| As large as what matters |" in text
    assert "| runs that show it |" in text
    assert "Absent claims were not looked for in any region." in text
    assert "The members of the ensemble were chosen by the targets that are fitted." in text
    links = re.findall(r"\]\(([^)#]+)", text)
    assert sorted(links) == ["calibration.md", "claims.md"]
    assert all((FOLDER / link).is_file() for link in links)
    assert read("status-quo-2023").fingerprint in text
    data = json.loads((tmp_path / "study" / "claims.json").read_text())
    assert data["claims"][1]["places"].keys() == {"share", "box", "density", "coverage"}
    code, _, err = abm(*SHORT, *out)
    assert code == 2
    assert "holds another study" in err
    code, _, err = abm(*SHORT, "--ensemble", "status-quo-2032")
    assert code == 2
    assert "did you mean status-quo-2023?" in err


def test_the_table_for_browsers_stands_alone(played: tuple[Path, dict]) -> None:
    folder, data = played
    html = (folder / "claims.html").read_text()
    assert data["scenario_hash"] in html
    assert CLAIMS["C1"].statement in html
    assert "src=" not in html
    assert "<link" not in html


def test_what_was_played_is_not_played_again(
    played: tuple[Path, dict], abm: Abm, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, data = played
    monkeypatch.setattr(study, "reduced", lambda _: pytest.fail("played again"))
    code, out, _ = abm(*SHORT, "--out", str(folder / "study"), "--no-regions", "--json")
    assert code == 0
    assert json.loads(out)["claims"] == data["claims"]


def test_another_scenario_needs_another_folder(played: tuple[Path, dict], abm: Abm) -> None:
    folder, _ = played
    code, _, err = abm(*SHORT, "--out", str(folder / "study"), "--set", "race.growth=3")
    assert code == 2
    assert "holds another study" in err


def test_the_terminal_tells_failures_and_looks_in_the_regions(abm: Abm, tmp_path: Path) -> None:
    code, out, _ = abm(*SHORT, "--out", str(tmp_path / "study"))
    assert code == 0
    assert "does not emerge" in out
    assert "nor does it hold with costs growing 3.5-fold" in " ".join(out.split())
    assert "Calibration targets that touch a claim" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--claim", "C99"), "claim 'C99': there is none of this name"),
        (("--page", "nowhere/claims.md"), "no folder nowhere"),
        (("--page", "claims.txt"), "the name must end in .md"),
        (("--html", "claims.md"), "the name must end in .html"),
        (("--set", "race.grwth=3"), "race.growth"),
    ],
)
def test_what_is_refused_before_anything_is_played(
    abm: Abm, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    code, _, err = abm("claims", "--out", str(tmp_path / "study"), *arguments)
    assert code == 2
    assert told in err
    assert not (tmp_path / "study").exists()
