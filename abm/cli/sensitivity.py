"""``abm sensitivity``: which assumptions move the outcomes, and how well each is founded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from abm.cli.options import JsonOption, PageOption, SetOption, StudyOption, WorkersOption
from abm.errors import AbmError

if TYPE_CHECKING:
    from abm.analysis.sensitivity.assumptions import Assumption
    from abm.analysis.sensitivity.study import Sensitivity
    from abm.scenario import Scenario

SIZES = {"morris": 10, "sobol": 128}
"""Trajectories, or crossed samples, unless another number is asked for."""

PRINTED = 20
"""Lines of a table on the screen."""


def sensitivity(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="Name of a shipped scenario, or a .toml.")
    ] = "status-quo-2023",
    method: Annotated[
        Literal["morris", "sobol"],
        typer.Option(help="Screen all parameters, or share out the variance among some."),
    ] = "morris",
    size: Annotated[
        int | None,
        typer.Option(min=2, help="Trajectories of Morris (10), or crossed samples of Sobol (128)."),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="KEY", help="Vary only these; may be repeated."),
    ] = None,
    screening: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Vary the most influential of this screening."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many of them.")] = 10,
    outcomes: Annotated[
        list[str] | None,
        typer.Option("--outcome", metavar="NAME", help="Rank by only these; may be repeated."),
    ] = None,
    months: Annotated[int | None, typer.Option(min=1, help="Months to play.")] = None,
    changes: SetOption = None,
    first_seed: Annotated[int, typer.Option(min=0, help="Names the draw and its luck.")] = 0,
    workers: WorkersOption = 2,
    out: StudyOption = None,
    page: PageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank assumptions by influence; the same command goes on from where it stopped."""
    from abm.analysis.sensitivity.designs import Plan
    from abm.analysis.sensitivity.folder import as_data, write
    from abm.analysis.sensitivity.study import run
    from abm.cli.screen import many_runs
    from abm.pages.sensitivity import page as text
    from abm.record.folder import OUTPUTS, slug
    from abm.scenario import load

    length = [] if months is None else [f"months={months}"]
    resolved = load(scenario, [*(changes or ()), *length])
    earlier = None if screening is None else _played(resolved.scenario, screening, outcomes)
    chosen = _varied(resolved.scenario, parameters, earlier, top)
    plan = Plan(resolved.scenario, chosen, method, size or SIZES[method], first_seed)
    folder = OUTPUTS / f"{slug(resolved.name)}-{method}" if out is None else out
    with many_runs(plan.size * plan.block, shown=not as_json) as show:
        found = run(plan, folder, outcomes, workers=workers, progress=show)
    write(found, folder, text([found], ["figures/influence.png"]))
    if page is not None:
        _write_page(page, [found] if earlier is None else [earlier, found])
    if as_json:
        typer.echo(json.dumps(as_data(found), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(found, folder)
    if found.failures.height:
        raise typer.Exit(1)


def _played(scenario: Scenario, folder: Path, outcomes: list[str] | None) -> Sensitivity:
    """A screening that a folder holds; what failed there is tried again."""
    from abm.analysis.sensitivity.folder import planned
    from abm.analysis.sensitivity.study import run

    return run(planned(folder, scenario), folder, outcomes)


def _varied(
    scenario: Scenario, keys: list[str] | None, earlier: Sensitivity | None, top: int
) -> tuple[Assumption, ...]:
    """What varies: what was named, or the first of a screening, or all."""
    from abm.analysis.sensitivity.assumptions import assumptions, named
    from abm.analysis.sensitivity.designs import LUCK

    if keys and earlier is not None:
        raise AbmError("--parameter and --screening both say what varies: give one")
    if keys:
        return named(scenario, keys)
    if earlier is None:
        return assumptions(scenario)
    ranked = [name for name in earlier.ledger["parameter"] if name != LUCK]
    return named(scenario, ranked[:top])


def _write_page(page: Path, studies: list[Sensitivity]) -> None:
    """The page, with the figures in ``images`` beside it."""
    from abm.figures.influence import fig
    from abm.pages.files import put_page
    from abm.pages.sensitivity import page as text

    names = [f"sensitivity-{study.plan.method}" for study in studies]
    drawn = {
        name: fig(study.ledger, study.indices, study.plan.method)
        for name, study in zip(names, studies, strict=True)
    }
    put_page(page, text(studies, [f"images/{name}.png" for name in names]), drawn)


def _print(found: Sensitivity, folder: Path) -> None:
    """The most influential, luck among them, and what failed."""
    from abm.cli.scenarios import print_table
    from abm.cli.screen import Screen
    from abm.record.numbers import number
    from abm.record.wording import count

    screen, plan = Screen(), found.plan
    screen.say(
        (plan.base.title, "bold"),
        f": {plan.method}, {count(len(plan.keys), 'parameter')}, {count(len(found.rows), 'run')}",
    )
    header = ("parameter", "influence", "outcomes above luck", "moves most", "source is")
    print_table(
        header,
        [
            (
                row["parameter"],
                number(row["influence"]),
                str(row["above_luck"]),
                f"{row['moves']} {row['direction']}".strip(),
                row["grade"],
            )
            for row in found.ledger.head(PRINTED).iter_rows(named=True)
        ],
    )
    if found.failures.height:
        screen.say((f"{count(found.failures.height, 'run')} failed:", "bold red"))
        for row in found.failures.head(PRINTED).iter_rows(named=True):
            screen.say(f"point {row['point']}, while {row['stage']}: {row['cause']}", indent=2)
    screen.say(("Tables  ", "bold"), str(folder))
