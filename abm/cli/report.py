"""``abm report``: one page of HTML out of a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="A run, a comparison or a study in a folder.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write; by default report.html in the folder.")
    ] = None,
    card: Annotated[
        bool, typer.Option("--card", help="Write the card of a policy claim, to print on a sheet.")
    ] = False,
) -> None:
    """Write one self-contained page: question, findings, who loses, assumptions, how to rerun."""
    from abm.record.folder import OUTPUTS
    from abm.report import write_report

    named = OUTPUTS / folder
    source = named if not Path(folder).exists() and named.is_dir() else Path(folder)
    typer.echo(write_report(source, out, card=card))
