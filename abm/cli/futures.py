"""``abm futures``: the map of two futures, whether there are two, and what tells early."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abm.cli.options import JsonOption, PageOption, SetOption, StudyOption, WorkersOption

if TYPE_CHECKING:
    from abm.analysis.futures.findings import Findings

INTERVALS = 5
"""Predictors of an end that are printed."""


def futures(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="Name of a shipped scenario, or a .toml.")
    ] = "status-quo-2023",
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="MAP", help="cost or capital; may be repeated (both)."),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs in each world of a map.")] = 40,
    home_seeds: Annotated[int, typer.Option(min=1, help="Runs of the scenario as it is.")] = 120,
    steps: Annotated[int, typer.Option(min=2, max=5, help="Values of each dial.")] = 5,
    months: Annotated[int | None, typer.Option(min=1, help="Months to play.")] = None,
    changes: SetOption = None,
    first_seed: Annotated[int, typer.Option(min=0, help="First seed of every world.")] = 0,
    workers: WorkersOption = 2,
    out: StudyOption = None,
    page: PageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw the map of two futures; the same command goes on from where it stopped."""
    from abm.analysis.futures.findings import Findings
    from abm.analysis.futures.folder import as_data, write
    from abm.analysis.futures.maps import MAPS, Atlas, named, play
    from abm.cli.screen import many_runs
    from abm.pages.futures import page as text
    from abm.record.folder import OUTPUTS, slug
    from abm.scenario import load

    length = [] if months is None else [f"months={months}"]
    resolved = load(scenario, [*(changes or ()), *length])
    atlas = Atlas(resolved.scenario, named(maps or MAPS), seeds, home_seeds, steps, first_seed)
    folder = OUTPUTS / f"{slug(resolved.name)}-futures" if out is None else out
    with many_runs(len(atlas.cells()), shown=not as_json) as show:
        runs, failures = play(atlas, folder, workers=workers, progress=show)
    found = Findings(atlas, runs, failures)
    write(found, folder, text(found, "figures/futures.png"))
    if page is not None:
        _write_page(page, found)
    if as_json:
        typer.echo(json.dumps(as_data(found), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(found, folder)
    if failures:
        raise typer.Exit(1)


def _write_page(page: Path, found: Findings) -> None:
    """The page, with the figure in ``images`` beside it."""
    from abm.analysis.futures.folder import figure
    from abm.pages.files import put_page
    from abm.pages.futures import page as text

    put_page(page, text(found, "images/futures.png"), {"futures": figure(found)})


def _print(found: Findings, folder: Path) -> None:
    """How the scenario as it is ends, whether there are modes, what tells early, what failed."""
    from abm.analysis.futures.maps import HOME
    from abm.analysis.futures.regimes import REGIMES
    from abm.cli.scenarios import print_table
    from abm.cli.screen import Screen
    from abm.record.wording import count

    screen = Screen()
    screen.say((found.atlas.base.title, "bold"), f": {count(found.runs.height, 'run')}")
    titles = {item.name: item.title for item in REGIMES}
    home = found.shares.filter(map=HOME).iter_rows(named=True)
    rows = [
        (titles[row["regime"]], f"{row['share']:.0%} [{row['low']:.0%}, {row['high']:.0%}]")
        for row in home
        if row["share"] is not None
    ]
    print_table(("the scenario as it is ends in", "share of runs"), rows)
    for modes in found.modes:
        screen.say((f"{modes.runs}: ", "bold"), modes.verdict)
    best = found.branches.filter(map=HOME).sort("auc", descending=True).head(INTERVALS)
    if best.height:
        cells = [
            (row["question"], row["predictor"], f"{row['auc']:.2f}")
            for row in best.iter_rows(named=True)
        ]
        print_table(("question", "told at month 12 by", "AUC"), cells)
    for failure in found.failures:
        screen.say((f"run {failure.run_id} failed", "bold red"), f": {failure.cause}")
    screen.say(("Tables  ", "bold"), str(folder))
