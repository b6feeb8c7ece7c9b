"""``abm targets``: many seeds of a scenario beside the observed patterns, misses included."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from abm.cli.options import JsonOption, SetOption
from abm.errors import AbmError, writing

if TYPE_CHECKING:
    import polars as pl

    from abm.analysis.study import Study
    from abm.analysis.targets_report import Standing


def targets(
    scenario: Annotated[
        str,
        typer.Argument(metavar="[SCENARIO]", help="Name of a shipped scenario, or a .toml."),
    ] = "status-quo-2023",
    seeds: Annotated[int, typer.Option(min=1, help="Seeds 0, 1, ... to play.")] = 100,
    workers: Annotated[int, typer.Option(min=1, help="Processes that play them.")] = 2,
    months: Annotated[
        int, typer.Option(min=1, help="Months to play; the last window ends in December 2024.")
    ] = 20,
    changes: SetOption = None,
    as_json: JsonOption = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Also write one row a seed to a .csv or .parquet, or all to a .json."),
    ] = None,
) -> None:
    """Hold a scenario against the observed patterns over many seeds; misses are printed too."""
    from abm.analysis.study import run_study
    from abm.cli.screen import many_runs
    from abm.record.durable import save
    from abm.scenario import load

    content = _content(out)
    resolved = load(scenario, [*(changes or ()), f"months={months}"])
    with many_runs(seeds, shown=not as_json) as show:
        done = count(1)
        study = run_study(resolved.scenario, range(seeds), workers, lambda: show(next(done), 0))
    data = {"scenario": resolved.name, "hash": resolved.hash, "months": months, **_as_data(study)}
    if out is not None:
        with writing(out):
            save(out, content(study, data))
    if as_json:
        typer.echo(_json(data))
    else:
        from abm.cli.target_tables import print_study

        print_study(f"{resolved.name}, {seeds} seeds, {months} months", study)


# -- as data -----------------------------------------------------------------------------------


def _as_data(study: Study) -> dict[str, Any]:
    from abm.analysis import targets_report as report

    return {
        "seeds": [seen.seed for seen in study.observations],
        "targets": [_comparison_as_data(item) for item in report.compare(study)],
        "measures": {str(seen.seed): seen.measures for seen in study.observations},
        "counts": report.counts(study).to_dicts(),
        "waits": report.waits(study).to_dicts(),
        "listed": report.who_is_listed(study).to_dicts(),
        "sold": report.who_is_sold(study).to_dicts(),
        "shut": report.who_is_shut(study).to_dicts(),
        "pivots": report.who_pivots(study).to_dicts(),
        "runway": asdict(report.runway_effect(study)),
    }


def _comparison_as_data(item: Standing) -> dict[str, Any]:
    target = item.target
    return {
        **asdict(target),
        "window": str(target.window),
        "use": target.use,
        "model_median": item.median,
        "model_low": item.low,
        "model_high": item.high,
        "inside": item.inside,
        "measured": item.seeds,
        "verdict": item.verdict,
    }


def _json(data: dict[str, Any]) -> str:
    """JSON without NaN: what is not measured is null."""
    from abm.record.plain import plain

    return json.dumps(plain(data), indent=2, ensure_ascii=False, allow_nan=False)


def _per_seed(study: Study) -> pl.DataFrame:
    """One row a seed: every measure, and how many labs were sold, shut, narrowed."""
    import polars as pl

    from abm.analysis.targets_report import tallies

    return pl.DataFrame(
        [{"seed": seen.seed, **seen.measures, **tallies(seen)} for seen in study.observations]
    )


def _content(out: Path | None) -> Callable[[Study, dict[str, Any]], bytes]:
    """What a file of that kind holds; one that cannot be is refused before anything is played."""
    from abm.record.durable import parquet

    kinds: dict[str, Callable[[Study, dict[str, Any]], bytes]] = {
        ".csv": lambda study, _: _per_seed(study).write_csv().encode(),
        ".parquet": lambda study, _: parquet(_per_seed(study)),
        ".json": lambda _, data: f"{_json(data)}\n".encode(),
    }
    if out is None:
        return kinds[".json"]
    if out.suffix not in kinds:
        raise AbmError(f"--out {out}: unknown kind of file (allowed: {', '.join(kinds)})")
    if not out.parent.is_dir():
        raise AbmError(f"--out {out}: no folder {out.parent}")
    return kinds[out.suffix]
