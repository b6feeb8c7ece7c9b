"""``abm compare``: what policies do to a scenario, over pairs of runs that share all luck."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from abm.cli.options import JsonOption, SetOption, WorkersOption
from abm.errors import AbmError


def compare(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="Name of a shipped scenario, or a .toml.")
    ] = "status-quo-2023",
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="POLICY",
            help="A policy (a+b combines two), or a change KEY=VALUE; may be repeated.",
        ),
    ] = None,
    changes: SetOption = None,
    replicates: Annotated[
        int | None,
        typer.Option(min=1, help="Pairs (50); with --uncertain or --ensemble, in each world (2)."),
    ] = None,
    months: Annotated[int | None, typer.Option(min=1, help="Months to play.")] = None,
    first_seed: Annotated[int, typer.Option(min=0, help="Seed of the first pair.")] = 0,
    workers: WorkersOption = 2,
    precise: Annotated[
        list[str] | None,
        typer.Option(
            "--until-precise",
            metavar="OUTCOME=WIDTH",
            help="Double the pairs until the interval is no wider than this to each side.",
        ),
    ] = None,
    maximum: Annotated[int, typer.Option(min=2, help="Pairs at most, with --until-precise.")] = 640,
    uncertain: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Compare over worlds drawn from uncertain parameters."),
    ] = None,
    ensemble: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Compare in the worlds of a calibrated ensemble."),
    ] = None,
    outcomes: Annotated[
        list[str] | None,
        typer.Option("--outcome", metavar="NAME", help="Measure only these; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the tables; by default a new one in outputs/.")
    ] = None,
    as_json: JsonOption = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but the folder.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an older comparison in the --out folder.")
    ] = False,
) -> None:
    """Compare a scenario with policies: effects with intervals, winners and losers, who pays."""
    from abm.analysis.comparison import compare as play
    from abm.analysis.comparison_folder import FORMAT, fresh_folder
    from abm.cli.screen import playing
    from abm.record.folder import check_place
    from abm.scenario import load

    resolved = load(scenario, changes or ())
    folder = fresh_folder(resolved.name) if out is None else out
    check_place(folder, force=force, kind=FORMAT)
    with playing(shown=not (quiet or as_json)) as progress:
        found = play(
            resolved.scenario,
            policies or [],
            replicates=replicates,
            outcomes=outcomes,
            workers=workers,
            first_seed=first_seed,
            months=months,
            until_precise=dict(map(_width, precise or ())),
            maximum=maximum,
            uncertain=uncertain,
            ensemble=ensemble,
            progress=progress,
        )
    found.write(folder, force=force)
    if as_json:
        typer.echo(found.to_json())
    elif quiet:
        typer.echo(folder)
    else:
        from abm.cli.compare_tables import print_comparison

        print_comparison(found, folder, every=outcomes is not None)


def _width(text: str) -> tuple[str, float]:
    """Outcome and half-width of an option."""
    name, _, width = text.partition("=")
    try:
        return name.strip(), float(width)
    except ValueError:
        raise AbmError(
            f"--until-precise {text}: not of the form OUTCOME=WIDTH, such as best_open_lag=0.5"
        ) from None
