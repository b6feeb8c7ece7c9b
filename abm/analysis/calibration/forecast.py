"""What the ensemble foretells: distributions of the main metrics, scored where they can be."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from abm.analysis.calibration.archive import Show, unseen
from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.calibration.scores import Normal, crps, persistence, trend
from abm.analysis.measures import ELO_PER_OOM
from abm.analysis.sweep import claim, sweep
from abm.analysis.targets import FIT_UNTIL
from abm.experiment.specs import RunSpec, model_version
from abm.experiment.worker import Failure
from abm.record.run import Run
from abm.scenario import Scenario, scenario_hash

Floats = NDArray[np.float64]

KIND = "abm-forecast"
"""What the manifest of a forecast's folder calls itself."""

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
"""Columns of the table."""

METRICS: dict[str, tuple[pl.Expr, str, str]] = {
    "open_workload_share": (
        pl.col("open_workload_share"), "1", "share of enterprise workloads on open models"
    ),
    "open_spend_share": (
        pl.col("open_spend_share"), "1", "share of spending on models that goes to open ones"
    ),
    "hhi_workloads": (
        pl.col("hhi_workloads"), "0-10000", "concentration of enterprise workloads by lab"
    ),
    "arena_gap": (
        ELO_PER_OOM * (pl.col("best_closed") - pl.col("best_open")),
        "Elo", "best closed minus best open model",
    ),
    "best_open_lag": (
        pl.col("best_open_lag"), "months", "how far the best open model trails the best closed one"
    ),
    "enterprise_spend": (
        12 * pl.col("enterprise_api_spend"), "USD m/year", "enterprises' spending on models' APIs"
    ),
    "labs_active": (pl.col("labs_active"), "labs", "labs in business"),
    "open_labs_active": (
        pl.col("open_labs_active"), "labs", "of them, labs that release weights"
    ),
    "frontier_run_cost": (
        pl.col("frontier_run_cost"), "USD m", "dearest run behind a model released so far"
    ),
    "price_index": (
        pl.col("price_index"), "1", "cheapest price at the first month's best open capability"
    ),
    "providers_hosted": (
        pl.col("providers_hosted"), "labs", "labs in the largest managed catalogue"
    ),
    "mean_disclosure_open": (
        pl.col("mean_disclosure_open"), "1", "mean disclosure index of open labs"
    ),
}  # fmt: skip
"""Expression over the market's table, unit and meaning of each metric."""


@dataclass(frozen=True)
class Observation:
    """One observed value of a metric.

    Attributes:
        metric: a key of `METRICS`.
        date: month, ``YYYY-MM``.
        value: in the metric's unit.
        source: where it comes from.
    """

    metric: str
    date: str
    value: float
    source: str

    @property
    def seen(self) -> bool:
        """Whether it lies in the months that a calibration may see."""
        return self.date <= FIT_UNTIL


def history() -> list[Observation]:
    """Observations beside this module, by metric and date."""
    text = (files("abm.analysis.calibration") / "history.csv").read_text(encoding="utf-8")
    return [
        Observation(row["metric"], row["date"], float(row["value"]), row["source"])
        for row in csv.DictReader(text.splitlines())
    ]


@dataclass(frozen=True)
class Score:
    """One forecast against what came true.

    Attributes:
        observation: what came true.
        low: 5th percentile of the forecast.
        median: its median.
        high: 95th percentile.
        crps: continuous ranked probability score, in the metric's unit; smaller is better.
        persistence: that of the last value before; nothing if there is none.
        trend: that of the line through the values before; nothing if there are fewer than two.
    """

    observation: Observation
    low: float
    median: float
    high: float
    crps: float
    persistence: float | None
    trend: float | None

    @property
    def inside(self) -> bool:
        """Whether the middle 90% of the forecast holds the value."""
        return self.low <= self.observation.value <= self.high


@dataclass(frozen=True)
class Forecast:
    """What was foretold.

    Attributes:
        scenario: as played, with its months.
        ensemble: of parameter sets.
        runs: seeds of each.
        table: ``metric, date`` and the columns of `QUANTILES`, by metric and month.
        scores: of the observations that the calibration did not see.
        failures: runs that failed, and are in no distribution.
    """

    scenario: Scenario
    ensemble: Ensemble
    runs: int
    table: pl.DataFrame
    scores: list[Score]
    failures: list[Failure]


def forecast(
    ensemble: Ensemble,
    base: Scenario,
    folder: Path,
    *,
    runs: int = 1,
    workers: int = 1,
    show: Show = unseen,
) -> Forecast:
    """Play an ensemble to the end of a scenario, from where it stopped.

    Args:
        ensemble: parameter sets, all as likely.
        base: the scenario.
        folder: where the rows of runs are kept.
        runs: seeds of each set; no seed twice.
        workers: processes.
        show: shows how far it is.

    Raises:
        AbmError: if the folder holds something else, or the scenario lacks a parameter.
    """
    worlds = ensemble.worlds(base)
    claim(folder, KIND, described(ensemble, base, runs))
    specs = [
        RunSpec(world, number * runs + run, world=fingerprint)
        for number, world in enumerate(worlds)
        for fingerprint in [scenario_hash(world)]
        for run in range(runs)
    ]
    dates = months(base.start, base.months)
    names = [f"{metric}@{date}" for metric in METRICS for date in dates]
    with show("forecast", len(specs)) as progress:
        rows = sweep(specs, reduced, names, folder, workers=workers, progress=progress)
    good = [row for row in rows if not isinstance(row, Failure)]
    draws = {name: np.array([row[name] for row in good], dtype=float) for name in names}
    return Forecast(
        base, ensemble, runs, quantiles(draws), scored(draws, history()),
        [row for row in rows if isinstance(row, Failure)],
    )  # fmt: skip


def described(ensemble: Ensemble, base: Scenario, runs: int) -> dict[str, object]:
    """All that makes a forecast, as plain data."""
    return {
        "model": model_version(),
        "scenario": scenario_hash(base),
        "worlds": [scenario_hash(world) for world in ensemble.worlds(base)],
        "runs": runs,
    }


def months(start: str, number: int) -> list[str]:
    """Labels of months from a start."""
    year, month = map(int, start.split("-"))
    counted = range(12 * year + month - 1, 12 * year + month - 1 + number)
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in counted]


def reduced(run: Run) -> dict[str, float]:
    """Every metric of every month of a run, by ``metric@date``."""
    table = run.market.select("date", **{name: item[0] for name, item in METRICS.items()})
    return {
        f"{metric}@{date}": float(value)
        for metric in METRICS
        for date, value in table.select("date", metric).iter_rows()
    }


def quantiles(draws: dict[str, Floats]) -> pl.DataFrame:
    """The table of a forecast; what no run yields has no row."""
    rows = []
    for name, values in draws.items():
        known = values[np.isfinite(values)]
        if known.size:
            metric, _, date = name.partition("@")
            at = np.quantile(known, list(QUANTILES.values())).tolist()
            rows.append({"metric": metric, "date": date, **dict(zip(QUANTILES, at, strict=True))})
    return pl.DataFrame(rows)


def scored(draws: dict[str, Floats], observed: list[Observation]) -> list[Score]:
    """Score what was foretold where the calibration did not look, beside naive baselines."""
    found = []
    for item in observed:
        sample = draws.get(f"{item.metric}@{item.date}", np.array([]))
        sample = sample[np.isfinite(sample)]
        if item.seen or not sample.size:
            continue
        low, median, high = np.quantile(sample, (0.05, 0.5, 0.95)).tolist()
        own = crps(sample, item.value)
        naive = [_naive(rule, item, observed) for rule in (persistence, trend)]
        found.append(Score(item, low, median, high, own, *naive))
    return found


def _naive(
    rule: Callable[[list[int], list[float], int], Normal | None],
    item: Observation,
    observed: list[Observation],
) -> float | None:
    """Score of a baseline that knows what the calibration may see."""
    before = [other for other in observed if other.metric == item.metric and other.seen]
    told = rule([_count(x.date) for x in before], [x.value for x in before], _count(item.date))
    return None if told is None else told.crps(item.value)


def _count(date: str) -> int:
    year, month = map(int, date.split("-"))
    return 12 * year + month
