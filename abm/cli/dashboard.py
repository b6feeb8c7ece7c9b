"""``abm dashboard``: the teaching app, in a browser on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from abm.errors import AbmError, install


def dashboard(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any that is free.")
    ] = 8000,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="SCENARIO", help="Scenario shown first: a name, or a .toml."),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
) -> None:
    """Watch the market in a browser: play, pause, step, compare two worlds, ask why.

    It listens on 127.0.0.1 only, and nothing that it shows comes from another machine.
    """
    try:
        import shiny  # noqa: F401
    except ModuleNotFoundError:
        raise AbmError(f"the dashboard needs the extra 'app': {install('app')}") from None
    from abm.dashboard.serve import serve

    serve(port, scenario, browse=not no_open, say=typer.echo)
