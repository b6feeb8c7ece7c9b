"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change one value; may be repeated."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
WorkersOption = Annotated[int, typer.Option(min=1, help="Processes that play.")]
StudyOption = Annotated[
    Path | None, typer.Option("--out", help="Folder of the study; by default one in outputs/.")
]
PageOption = Annotated[
    Path | None, typer.Option("--page", metavar="FILE", help="Also write the page (.md) there.")
]
