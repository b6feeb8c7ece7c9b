"""``abm futures``: maps of a small world, the page, and what is refused."""

import json
from pathlib import Path

import polars as pl
from invocation import Abm

TINY = (
    "futures",
    "classroom",
    "--steps",
    "2",
    "--seeds",
    "1",
    "--home-seeds",
    "3",
    "--workers",
    "1",
)


def test_maps_of_a_small_world(abm: Abm, tmp_path: Path) -> None:
    out, file = tmp_path / "study", tmp_path / "futures.md"
    arguments = (*TINY, "--months", "14", "--map", "cost", "--out", str(out), "--page", str(file))
    code, text, _ = abm(*arguments)
    assert code == 0
    assert "Musical chairs" in text
    assert "too few runs to tell" in text
    shares = pl.read_parquet(out / "shares.parquet")
    assert shares.height == 5 * 4
    assert (
        shares.group_by("map", "across", "up").agg(pl.col("share").sum())["share"].to_list()
        == [1.0] * 5
    )
    assert (out / "figures" / "futures.png").stat().st_size > 10_000
    page = file.read_text()
    assert "## Two modes, or one continuum?" in page
    assert "## Provenance" in page
    assert (tmp_path / "images" / "futures.png").exists()
    code, text, _ = abm(*arguments, "--json")  # nothing is played again
    assert code == 0
    assert json.loads(text)["runs"] == 7


def test_an_end_needs_months_beyond_the_early_one(abm: Abm, tmp_path: Path) -> None:
    code, _, error = abm(*TINY, "--months", "13", "--out", str(tmp_path / "never"))
    assert code == 2
    assert "needs more than 13 months" in error
    assert not (tmp_path / "never").exists()
