"""Exact replay: the same to the last bit, and what is said if it is not."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from small import small

from abm import AbmError, Run
from abm.experiment import read
from abm.experiment import replay as module
from abm.experiment.locations import location
from abm.experiment.replay import first_difference, replay
from abm.experiment.store import opened, part_name


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def unplayed(folder: Path) -> Path:
    """A folder in which nothing was finished."""
    with opened(location(folder), small()):
        return folder


def run_at(folder: Path, place: int) -> str:
    return str(read(folder).design["run_id"][place])


def test_a_run_of_an_experiment_comes_out_the_same(whole: Path) -> None:
    run = run_at(whole, 4)
    found = replay(whole, run[:8])
    assert found.identical
    assert (found.run, found.notes) == (run, [])
    assert [item.table for item in found.tables] == ["market", "labs", "events"]


def test_a_run_folder_comes_out_the_same(classroom_run: Run, tmp_path: Path) -> None:
    found = replay(classroom_run.write(tmp_path / "run"))
    assert found.identical
    assert len(found.tables) == 8


def test_a_table_that_was_tampered_with_is_told_from_one_that_comes_out_otherwise(
    classroom_run: Run, tmp_path: Path
) -> None:
    folder = classroom_run.write(tmp_path / "run")
    market = pl.read_parquet(folder / "market.parquet")
    changed = market.with_columns(
        pl.when(pl.col("month") == 7).then(99.0).otherwise("hhi_labs").alias("hhi_labs")
    )
    changed.write_parquet(folder / "market.parquet")
    (folder / "labs.parquet").write_bytes(b"rubbish")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"]["events"]["sha256"] = "0" * 64
    manifest["versions"]["polars"] = "0.1"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    found = replay(folder)
    told = {item.table: item.difference for item in found.tables if not item.same}
    assert not found.identical
    assert told.keys() == {"market", "labs", "events"}
    assert told["market"].startswith("its file was changed: column hhi_labs, row 7: 99.0, now ")
    assert told["labs"] == "its file cannot be read"
    assert told["events"].startswith("its file was changed, and it comes out otherwise")
    assert found.notes[0].startswith("polars 0.1, now ")


def test_another_seed_comes_out_otherwise(classroom_run: Run, tmp_path: Path) -> None:
    folder = classroom_run.write(tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"seed": 2}))
    told = {item.table: item.difference for item in replay(folder).tables}
    assert told["market"].startswith("comes out otherwise: column ")


def test_another_model_or_policy_is_noted(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_at(copy, 0)
    monkeypatch.setattr(module, "model_version", lambda: "another")
    monkeypatch.setattr(module, "policy_hash", lambda _: "another")
    notes = replay(copy, run).notes
    assert notes[0].endswith("now another")
    assert notes[1].endswith("has changed")


def test_a_part_that_was_rewritten_is_found_out(copy: Path) -> None:
    run, log = run_at(copy, 0), copy / "status.jsonl"
    for part in (copy / "events").iterdir():
        pl.read_parquet(part).with_columns(pl.col("amount") + 1).write_parquet(part)
    told = [json.loads(line) for line in log.read_text().splitlines()]
    for event in told:
        if event["event"] == "finished":
            event["bytes"]["events"] = (copy / part_name("events", event["part"])).stat().st_size
    log.write_text("".join(json.dumps(event) + "\n" for event in told))
    found = {item.table: item.difference for item in replay(copy, run).tables if not item.same}
    assert found.keys() == {"events"}
    assert found["events"].startswith("its file was changed: column amount, row 0")


def test_a_run_must_be_named_and_known(whole: Path, tmp_path: Path) -> None:
    assert replay(whole).run == run_at(whole, 0)
    with pytest.raises(AbmError, match="no run is finished yet"):
        replay(unplayed(tmp_path / "x"))
    with pytest.raises(AbmError, match="no finished run of this name"):
        replay(whole, "zzz")
    with pytest.raises(AbmError, match="may be any of"):
        replay(whole, "")
    with pytest.raises(AbmError, match="neither a run folder nor that of an experiment"):
        replay(tmp_path)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (pl.DataFrame({"a": [1, 2], "c": [1, 2]}), "columns b, c"),
        (pl.DataFrame({"b": ["x", "y"], "a": [1, 2]}), "the order of the columns"),
        (pl.DataFrame({"a": [1], "b": ["x"]}), "2 rows, now 1"),
        (pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}), "column a holds Int64, now Float64"),
        (pl.DataFrame({"a": [1, 2], "b": ["x", None]}), "column b, row 1: y, now None"),
        (pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "nothing that polars can see"),
    ],
)
def test_the_first_difference_is_named(other: pl.DataFrame, words: str) -> None:
    assert first_difference(pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}), other) == words
