"""``abm sensitivity``: from a screening to shares of variance, and the page."""

import json
from pathlib import Path

from invocation import Abm

TINY = ("sensitivity", "classroom", "--months", "2", "--workers", "1")
SOME = ("--parameter", "knowledge.leak", "--parameter", "demand.network")


def test_screen_then_share_out_and_write_the_page(abm: Abm, tmp_path: Path) -> None:
    first, second = str(tmp_path / "morris"), str(tmp_path / "sobol")
    code, out, _ = abm(*TINY, *SOME, "--size", "2", "--out", first)
    assert code == 0
    assert "knowledge.leak" in out
    assert "luck" in out
    file = tmp_path / "sensitivity.md"
    code, out, _ = abm(
        *TINY, "--method", "sobol", "--size", "4", "--screening", first, "--top", "1",
        "--out", second, "--page", str(file), "--json",
    )  # fmt: skip
    assert code == 0
    data = json.loads(out)
    assert data["method"] == "sobol"
    assert len(data["parameters"]) == 1
    assert data["runs"] == 4 * 4
    text = file.read_text()
    assert "## Screening" in text
    assert "## Shares of variance" in text
    assert "## Provenance" in text
    assert {path.name for path in (tmp_path / "images").iterdir()} == {
        "sensitivity-morris.png",
        "sensitivity-sobol.png",
    }


def test_two_ways_to_say_what_varies_are_one_too_many(abm: Abm, tmp_path: Path) -> None:
    first = str(tmp_path / "morris")
    assert abm(*TINY, *SOME, "--size", "2", "--out", first)[0] == 0
    code, _, error = abm(*TINY, *SOME, "--screening", first)
    assert code == 2
    assert "give one" in error


def test_an_unknown_outcome_is_refused_before_anything_is_played(abm: Abm, tmp_path: Path) -> None:
    out = tmp_path / "never"
    code, _, error = abm(*TINY, *SOME, "--outcome", "best_opne_lag", "--out", str(out))
    assert code == 2
    assert "did you mean best_open_lag?" in error
    assert not out.exists()
