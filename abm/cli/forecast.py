"""``abm forecast``: what an ensemble foretells, and how well it did where that is known."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abm.cli.options import JsonOption, SetOption, StudyOption, WorkersOption
from abm.errors import AbmError

if TYPE_CHECKING:
    from abm.analysis.calibration.forecast import Forecast

TABLES = "`forecast.csv` of the study's folder"
"""Where a page sends its readers for all months."""


def forecast(
    ensemble: Annotated[
        str,
        typer.Argument(metavar="ENSEMBLE", help="Name of a shipped ensemble, or a .parquet."),
    ],
    scenario: Annotated[
        str | None, typer.Option(help="Scenario to play; by default the one it was fitted for.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Seeds of each parameter set.")] = 1,
    months: Annotated[int | None, typer.Option(min=1, help="Months to play.")] = None,
    workers: WorkersOption = 2,
    changes: SetOption = None,
    out: StudyOption = None,
    page: Annotated[Path | None, typer.Option(help="Write what was found to this .md.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Foretell by an ensemble: quantiles by metric and month, and scores on what it did not see."""
    from abm.analysis.calibration.ensemble import read
    from abm.analysis.calibration.forecast import forecast as run
    from abm.analysis.calibration.foretold import FIGURE, figure, write
    from abm.cli.screen import many_runs
    from abm.pages.forecast import page as text
    from abm.record.durable import save_text
    from abm.record.folder import OUTPUTS, slug
    from abm.scenario import load

    if page is not None and (page.suffix != ".md" or not page.parent.is_dir()):
        raise AbmError(f"--page {page}: must end in .md, in a folder that exists")
    members = read(ensemble)
    length = [] if months is None else [f"months={months}"]
    resolved = load(scenario or members.about["scenario"], [*(changes or ()), *length])
    folder = OUTPUTS / f"{slug(Path(ensemble).stem)}-forecast" if out is None else out
    found = run(
        members,
        resolved.scenario,
        folder,
        runs=runs,
        workers=workers,
        show=lambda _stage, total: many_runs(total, shown=not as_json),
    )
    save_text(folder / "forecast.csv", found.table.write_csv())
    write(found, folder, text(found, TABLES, FIGURE))
    if page is not None:
        from abm.pages.files import put_page

        put_page(page, text(found, TABLES, "images/forecast.png"), {"forecast": figure(found)})
    if as_json:
        typer.echo(json.dumps(_as_data(found), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(found, folder)
    if found.failures:
        raise typer.Exit(1)


def _print(found: Forecast, folder: Path) -> None:
    from abm.cli.scenarios import print_table
    from abm.cli.screen import Screen
    from abm.record.numbers import number

    rows = [
        (
            item.observation.metric, item.observation.date, number(item.observation.value),
            f"{number(item.low)} to {number(item.high)}", number(item.crps),
            number(item.persistence), number(item.trend),
        )
        for item in found.scores
    ]  # fmt: skip
    header = ("metric", "month", "observed", "foretold", "CRPS", "persistence", "trend")
    print_table(header, rows)
    screen = Screen()
    if found.failures:
        screen.say((f"{len(found.failures)} runs failed", "bold red"))
    screen.say(("Ensemble  ", "bold"), found.ensemble.label)
    screen.say(("Table     ", "bold"), str(folder / "forecast.csv"))


def _as_data(found: Forecast) -> object:
    from abm.record.plain import plain

    return plain(
        {
            "label": found.ensemble.label,
            "runs": found.runs,
            "failures": len(found.failures),
            "scores": [asdict(item) for item in found.scores],
            "forecast": found.table.to_dicts(),
        }
    )
