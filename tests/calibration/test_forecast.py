"""Scores against closed forms, ordered quantiles, and ``abm forecast`` end to end."""

import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.calibration.forecast import (
    METRICS,
    QUANTILES,
    Observation,
    history,
    months,
    quantiles,
    scored,
)
from abm.analysis.calibration.scores import Normal, crps, persistence, trend
from abm.analysis.comparison import compare
from abm.cli import main
from abm.errors import AbmError


def test_the_score_of_a_sample_is_its_definition() -> None:
    sample = np.array([3.0, 1.0, 4.0, 1.5])
    pairs = np.abs(sample[:, None] - sample[None, :]).mean()
    assert crps(sample, 2.0) == pytest.approx(np.abs(sample - 2.0).mean() - pairs / 2)
    assert crps(np.array([5.0]), 2.0) == pytest.approx(3.0)


def test_a_large_normal_sample_scores_as_the_closed_form() -> None:
    sample = np.random.default_rng(1).normal(1.0, 2.0, 40_000)
    assert crps(sample, 2.5) == pytest.approx(Normal(1.0, 2.0).crps(2.5), rel=0.02)
    at_the_mean = 2.0 * (math.sqrt(2 / math.pi) - 1 / math.sqrt(math.pi))
    assert Normal(1.0, 2.0).crps(1.0) == pytest.approx(at_the_mean)
    assert Normal(1.0, 0.0).crps(2.5) == 1.5


def test_baselines() -> None:
    assert persistence([], [], 5) is None
    assert persistence([1], [7.0], 5) == Normal(7.0, 0.0)
    walk = persistence([1, 2, 3, 4], [0.0, 1.0, 0.0, 1.0], 8)
    assert walk == Normal(1.0, pytest.approx(2.0))
    assert trend([1], [7.0], 5) is None
    line = trend([1, 3], [2.0, 6.0], 5)
    assert line is not None
    assert line.mean == pytest.approx(10.0)
    exact = trend([1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0], 6)
    assert exact is not None
    assert (exact.mean, exact.sd) == (pytest.approx(6.0), pytest.approx(0.0, abs=1e-6))


def test_only_what_the_calibration_did_not_see_is_scored() -> None:
    observed = [
        Observation("hhi_workloads", "2024-05", 10.0, ""),
        Observation("hhi_workloads", "2024-08", 12.0, ""),
        Observation("hhi_workloads", "2031-08", 12.0, ""),
    ]
    draws = {
        "hhi_workloads@2024-05": np.array([1.0]),
        "hhi_workloads@2024-08": np.array([11.0, 13.0, np.nan]),
    }
    (found,) = scored(draws, observed)
    assert found.observation.date == "2024-08"
    assert found.crps == pytest.approx(1.0 - 0.5)
    assert (found.persistence, found.trend) == (2.0, None)
    assert found.inside


def test_quantiles_are_ordered_and_what_nobody_yields_has_no_row() -> None:
    rng = np.random.default_rng(0)
    draws = {"a@2025-01": rng.normal(size=50), "b@2025-01": np.full(3, np.nan)}
    table = quantiles(draws)
    assert table.columns == ["metric", "date", *QUANTILES]
    assert table["metric"].to_list() == ["a"]
    values = list(table.select(list(QUANTILES)).row(0))
    assert values == sorted(values)
    assert values[2] == pytest.approx(np.median(draws["a@2025-01"]))


def test_history_knows_its_metrics_and_reaches_into_months_to_be_scored() -> None:
    assert {item.metric for item in history()} <= set(METRICS)
    assert {item.seen for item in history()} == {True, False}
    assert all(item.date < "2025" for item in history())


def test_months_go_on_over_the_year() -> None:
    assert months("2023-11", 4) == ["2023-11", "2023-12", "2024-01", "2024-02"]


def test_policies_are_compared_in_the_worlds_of_an_ensemble(tmp_path: Path) -> None:
    rows = {"member": [0, 1, 2], "implausibility": [1.0, 1.0, 2.0], "plausible": True}
    table = pl.DataFrame(rows).with_columns(pl.Series("demand.quality", [1.2, 1.8, 2.5]))
    file = tmp_path / "small.parquet"
    Ensemble(table, {"scenario": "classroom"}).write(file)
    found = compare("classroom", ["race.growth=4"], replicates=1, months=3, ensemble=file)
    assert found.pairs == 3
    assert found.robustness is None
    assert found.drawn.startswith("the ensemble small, ")
    assert "3 worlds" in found.plot().get_suptitle()
    with pytest.raises(AbmError, match="not both"):
        compare("classroom", ["race.growth=4"], ensemble=file, uncertain="pace-and-law")


def run(*arguments: str) -> int:
    """Exit code of a command."""
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_the_command_writes_table_and_page_and_plays_nothing_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {"member": [0, 1], "implausibility": [4.0, 5.0], "plausible": [False, False]}
    table = pl.DataFrame(rows).with_columns(pl.Series("demand.quality", [1.2, 1.8]))
    Ensemble(table, {"scenario": "classroom"}).write(tmp_path / "small.parquet")
    folder, page = tmp_path / "study", tmp_path / "page.md"
    arguments = (
        "forecast", str(tmp_path / "small.parquet"), "--months", "16", "--workers", "1",
        "--out", str(folder), "--page", str(page),
    )  # fmt: skip
    assert run(*arguments) == 0
    assert "least implausible, space empty" in capsys.readouterr().out
    written = pl.read_csv(folder / "forecast.csv")
    ordered = written.select(list(QUANTILES)).to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert set(written["metric"]) <= set(METRICS)
    text = page.read_text()
    assert "least implausible, space empty" in text
    assert "## Provenance" in text
    log = (folder / "runs.jsonl").read_bytes()
    assert run(*arguments, "--json") == 0
    assert (folder / "runs.jsonl").read_bytes() == log
    data = json.loads(capsys.readouterr().out)
    assert {item["observation"]["date"] for item in data["scores"]} >= {"2024-11", "2024-12"}
