"""``abm claims``: the essay's claims as tests, with ablations and placebos, failures first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from abm.cli.options import JsonOption, SetOption, WorkersOption
from abm.errors import AbmError, install

if TYPE_CHECKING:
    from abm.analysis.claims.claim import Claim
    from abm.analysis.claims.study import Study
    from abm.scenario import Scenario


def claims(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="Name of a shipped scenario, or a .toml.")
    ] = "status-quo-2023",
    only: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="ID", help="Test only this one; may be repeated."),
    ] = None,
    replicates: Annotated[int, typer.Option(min=2, help="Seeds in every world.")] = 100,
    first_seed: Annotated[int, typer.Option(min=0, help="The first of them.")] = 0,
    months: Annotated[
        int | None,
        typer.Option(min=1, help="Months to play (49, or the scenario's if they are fewer)."),
    ] = None,
    changes: SetOption = None,
    ensemble: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Give each seed the next parameter set of a calibrated ensemble."
        ),
    ] = None,
    workers: WorkersOption = 2,
    regions: Annotated[
        bool, typer.Option(help="Look for absent claims in the declared regions.")
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the study (outputs/claims, or -ensemble); runs that it holds are kept."
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write the page (.md), and its data beside it."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a table for browsers (.html).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Test the essay's claims: what emerges, by what, under which conditions, and what does not."""
    from abm.analysis.calibration.ensemble import read
    from abm.analysis.claims import folder as folders
    from abm.analysis.claims.catalogue import chosen
    from abm.analysis.claims.study import Study, checked

    wanted = chosen(only or ())
    _check_files(page, html)
    scene = _played(scenario, changes or [], months)
    checked(scene, wanted)
    members = None if ensemble is None else read(ensemble)
    folder = out or (folders.DEFAULT if members is None else folders.OVER_AN_ENSEMBLE)
    folders.begin(folder, scene, members)
    seeds = range(first_seed, first_seed + replicates)
    study = Study(scene, seeds, folder, workers, ensemble=members)
    data = _studied(study, wanted, regions=regions, shown=not as_json)
    _write_pages(data, page, html)
    if as_json:
        typer.echo(folders.as_json(data), nl=False)
    else:
        from abm.cli.claim_tables import print_claims

        print_claims(data, folder)


def _check_files(page: Path | None, html: Path | None) -> None:
    """Say before anything is played what could not be written."""
    from abm.pages.claims_table import available

    for option, path, suffix in (("--page", page, ".md"), ("--html", html, ".html")):
        if path is not None and path.suffix != suffix:
            raise AbmError(f"{option} {path}: the name must end in {suffix}")
        if path is not None and not path.parent.is_dir():
            raise AbmError(f"{option} {path}: no folder {path.parent}")
    if html is not None and not available():
        raise AbmError(f"--html needs the extra 'report': {install('report')}")


def _played(scenario: str, changes: list[str], months: int | None) -> Scenario:
    """The scenario, over the months that claims look at."""
    from abm.analysis.claims.metrics import HORIZON
    from abm.scenario import load

    if months is None:
        months = min(HORIZON, load(scenario, changes).scenario.months)
    return load(scenario, [*changes, f"months={months}"]).scenario


def _studied(study: Study, wanted: list[Claim], *, regions: bool, shown: bool) -> dict[str, Any]:
    """Play, test, and write the tables."""
    from abm.analysis.claims import folder as folders
    from abm.analysis.claims.data import as_data
    from abm.analysis.claims.judging import judge
    from abm.analysis.claims.regions import REGIONS
    from abm.cli.screen import playing

    searched = REGIONS if regions else ()
    with playing(shown=shown) as study.progress:
        findings = judge(study, wanted, searched)
    data = as_data(study, findings, searched)
    folders.write(study, findings, data)
    return data


def _write_pages(data: dict[str, Any], page: Path | None, html: Path | None) -> None:
    from abm.analysis.claims.folder import as_json
    from abm.pages import claims, claims_table
    from abm.record.durable import save_text

    if page is not None:
        save_text(page, claims.page(data))
        save_text(page.with_suffix(".json"), as_json(data))
    if html is not None:
        save_text(html, claims_table.html(data))
