"""``abm calibrate``: which parameters history does not rule out, and an ensemble of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from abm.cli.options import JsonOption, StudyOption, WorkersOption
from abm.errors import AbmError

if TYPE_CHECKING:
    from abm.analysis.calibration.plan import Problem
    from abm.analysis.calibration.recovery import Recovery
    from abm.analysis.calibration.standings import Standing
    from abm.analysis.calibration.study import Calibration
    from abm.cli.screen import Screen


def calibrate(
    calibration: Annotated[
        str,
        typer.Argument(metavar="[CALIBRATION]", help="Name of a shipped calibration, or a .toml."),
    ] = "status-quo-2023",
    waves: Annotated[int | None, typer.Option(min=1, help="Waves, instead of the file's.")] = None,
    points: Annotated[int | None, typer.Option(min=10, help="Points of a wave.")] = None,
    replicates: Annotated[int | None, typer.Option(min=2, help="Seeds of a point.")] = None,
    candidates: Annotated[
        int | None, typer.Option(min=10, help="Points played for the ensemble.")
    ] = None,
    members: Annotated[int | None, typer.Option(min=5, help="Points of the ensemble.")] = None,
    workers: WorkersOption = 2,
    out: StudyOption = None,
    ensemble: Annotated[
        Path | None, typer.Option(help="Also write the ensemble to this .parquet.")
    ] = None,
    page: Annotated[Path | None, typer.Option(help="Write what was found to this .md.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Match the model to the observed patterns; the same command goes on from where it stopped."""
    from abm.analysis.calibration.folder import FIGURE, write
    from abm.analysis.calibration.plan import problem
    from abm.analysis.calibration.study import calibrate as run
    from abm.cli.screen import Screen, many_runs
    from abm.pages.calibration import page as text
    from abm.record.folder import OUTPUTS, slug

    _check(ensemble, ".parquet", "--ensemble")
    _check(page, ".md", "--page")
    wanted = problem(
        calibration, waves=waves, points=points, replicates=replicates,
        candidates=candidates, members=members,
    )  # fmt: skip
    folder = OUTPUTS / f"{slug(wanted.name)}-calibration" if out is None else out
    screen = Screen(silent=as_json)
    found = run(
        wanted,
        folder,
        workers=workers,
        show=lambda _stage, runs: many_runs(runs, shown=not as_json),
        recovered=lambda recovery: _print_recovery(screen, wanted, recovery),
    )
    for file in (folder / "ensemble.parquet", ensemble):
        if file is not None:
            found.ensemble.write(file)
    write(found, folder, text(found, FIGURE))
    if page is not None:
        _write_page(page, found)
    if as_json:
        typer.echo(json.dumps(_as_data(found), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(screen, found, folder)
    if found.failures:
        raise typer.Exit(1)


def _write_page(page: Path, found: Calibration) -> None:
    """The page, with the figure in ``images`` beside it."""
    from abm.analysis.calibration.folder import figure
    from abm.pages.calibration import page as text
    from abm.pages.files import put_page

    put_page(page, text(found, "images/calibration.png"), {"calibration": figure(found)})


def _check(file: Path | None, ending: str, option: str) -> None:
    """Refuse a file before anything is played."""
    if file is None:
        return
    if file.suffix != ending:
        raise AbmError(f"{option} {file}: the name must end in {ending}")
    if not file.parent.is_dir():
        raise AbmError(f"{option} {file}: no folder {file.parent}")


def _print_recovery(screen: Screen, wanted: Problem, recovery: Recovery) -> None:
    """What is not identifiable, before the targets are looked at."""
    from abm.cli.scenarios import print_table
    from abm.record.numbers import percent

    screen.say(("Recovery of known truths", "bold"), ": share of its range that is left")
    rows = sorted(
        (
            (float(recovery.widths[:, i].mean()), item.key, recovery.verdict(i))
            for i, item in enumerate(wanted.assumptions)
        ),
        reverse=True,
    )
    if not screen.console.quiet:
        table = [(key, percent(width), verdict) for width, key, verdict in rows]
        print_table(("parameter", "left", "verdict"), table)


def _print(screen: Screen, found: Calibration, folder: Path) -> None:
    from abm.analysis.calibration.standings import standings
    from abm.cli.scenarios import print_table
    from abm.record.numbers import number

    measures = found.measures
    rows = [
        (
            item.target.id, item.target.measure, str(item.target.window),
            f"{number(item.target.low)} to {number(item.target.high)}",
            number(item.before.median), number(item.after.median),
            _verdict(item),
            "fit" if item.fitted else "score",
        )
        for item in standings(found.problem.fitted, measures["defaults"], measures["ensemble"])
    ]  # fmt: skip
    print_table(("target", "measure", "window", "band", "as it is", "ensemble", "", "use"), rows)
    for pair in found.conflicts:
        screen.say(f"{pair.first} and {pair.second} cannot be met at once: {pair.together:.1f}")
    if found.failures:
        screen.say((f"{len(found.failures)} runs failed", "bold red"))
    size = found.ensemble.table.height
    screen.say(("Ensemble  ", "bold"), f"{size} parameter sets, {found.ensemble.label}")
    screen.say(("Folder    ", "bold"), str(folder))


def _verdict(item: Standing) -> str:
    """Whether the median of the ensemble lies in the band."""
    if not item.after.measured:
        return "not measured"
    return "in" if item.target.holds(item.after.median) else "MISS"


def _as_data(found: Calibration) -> Any:
    from dataclasses import asdict

    from abm.analysis.calibration.standings import standings
    from abm.record.plain import plain

    measures = found.measures
    items = standings(found.problem.fitted, measures["defaults"], measures["ensemble"])
    return plain(
        {
            "calibration": found.problem.name,
            "label": found.ensemble.label,
            "ensemble": dict(found.ensemble.about),
            "share_left": found.candidates.share,
            "empty": found.candidates.empty,
            "targets": [
                {
                    "id": item.target.id, "fitted": item.fitted,
                    "before": asdict(item.before), "after": asdict(item.after),
                }
                for item in items
            ],
            "parameters": [
                {
                    "parameter": item.key, "low": item.low, "high": item.high,
                    "left": float(found.left[i]), "left_low": float(found.ranges[i][0]),
                    "left_high": float(found.ranges[i][1]),
                    "recovery": float(found.recovery.widths[:, i].mean()),
                }
                for i, item in enumerate(found.problem.assumptions)
            ],
            "reaches": [asdict(item) for item in found.reaches],
            "conflicts": [asdict(item) for item in found.conflicts],
            "failures": len(found.failures),
        }
    )  # fmt: skip
