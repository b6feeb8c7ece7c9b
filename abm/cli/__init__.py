"""The command ``abm``: one module per group of commands, imports deferred to their bodies."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from abm.cli import (
    batch,
    calibrate,
    claims,
    compare,
    dashboard,
    forecast,
    futures,
    policies,
    report,
    run,
    scenarios,
    sensitivity,
    targets,
    whatif,
    why,
)
from abm.errors import AbmError

DISTRIBUTION = "abm-llm-market"
"""Name under which the package is installed."""

app = typer.Typer(
    help="A market simulation of LLM providers: can companies that train open models survive?",
    epilog="Example: abm run classroom --seed 7",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.command(epilog="Example: abm run classroom --seed 7 --set entry.rate=0.5")(run.run)
app.command(epilog="Example: abm batch classroom-costs --workers 2")(batch.batch)
app.command(epilog="Example: abm replay outputs/classroom-costs")(batch.replay)
app.command(epilog="Example: abm experiments --json")(batch.experiments)
app.command(epilog="Example: abm policies open-data-disclosure")(policies.policies)
app.command(epilog="Example: abm why outputs/classroom-seed7 'Dogwood'")(why.why)
app.command(epilog="Example: abm whatif outputs/classroom-seed7 --set litigation.enabled=false")(
    whatif.whatif
)
app.command(
    epilog="Example: abm compare classroom --policy mandatory-data-disclosure --replicates 20"
)(compare.compare)
app.command(epilog="Example: abm report outputs/classroom-compare")(report.report)
app.command(epilog="Example: abm claims --claim C7 --claim C18 --replicates 100")(claims.claims)
app.command(epilog="Example: abm check status-quo-2023 --set 'labs.Mistral AI.cash=200'")(
    scenarios.check
)
app.command(epilog="Example: abm schema > scenario.schema.json")(scenarios.schema)
app.command(epilog="Example: abm dashboard --scenario classroom")(dashboard.dashboard)
app.command("scenarios", epilog="Example: abm scenarios --json")(scenarios.listing)
app.command(epilog="Example: abm targets llama-2-2023-07 --seeds 20")(targets.targets)
app.command(epilog="Example: abm calibrate classroom")(calibrate.calibrate)
app.command(epilog="Example: abm forecast outputs/classroom-calibration/ensemble.parquet")(
    forecast.forecast
)
app.command(epilog="Example: abm sensitivity classroom --size 4")(sensitivity.sensitivity)
app.command(epilog="Example: abm futures classroom --seeds 5 --home-seeds 20")(futures.futures)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"abm {version(DISTRIBUTION)}")
        except PackageNotFoundError:
            typer.echo("abm (run from a folder, not installed)")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an error of the user's is a message and exit code 2."""
    try:
        app(args=arguments, prog_name="abm")
    except AbmError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
