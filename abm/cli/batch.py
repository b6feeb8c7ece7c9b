"""``abm batch``, ``abm replay``, ``abm experiments``: many runs, and one of them again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from abm.cli.options import JsonOption
from abm.cli.scenarios import print_table

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from abm.cli.screen import Screen
    from abm.experiment import Experiment
    from abm.experiment.batch import Summary

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def batch(
    experiment: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="Name of a shipped experiment, or a .toml.")
    ],
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default one a core.")
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler that plays: tcp://127.0.0.1:8786."),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(help="Folder, or an address such as s3://...; by default in outputs/."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but the folder.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Play an experiment, from where it stopped: what is finished is never played again.

    Exit code 1 if runs failed; they are in status.jsonl, and are tried again next time.
    """
    from abm.cli.screen import Screen, many_runs
    from abm.experiment import Experiment
    from abm.experiment.batch import run_batch

    loaded = Experiment.load(experiment)
    where = str(loaded.folder) if out is None else out
    screen = Screen(silent=quiet or as_json)
    _announce(loaded, screen)
    begin = time.perf_counter()
    total = len({spec.run_id for spec in loaded.specs()})
    try:
        with (
            _cluster(dask, workers) as (executor, size),
            many_runs(total, shown=not (quiet or as_json)) as show,
        ):
            summary = run_batch(loaded, where, workers=size, executor=executor, progress=show)
    except KeyboardInterrupt:
        typer.echo(f"{where}: stopped; the same command goes on from here", err=True)
        raise typer.Exit(INTERRUPTED) from None
    seconds = time.perf_counter() - begin
    if as_json:
        typer.echo(json.dumps({**asdict(summary), "seconds": round(seconds, 3)}, indent=2))
    elif quiet:
        typer.echo(summary.folder)
    else:
        _conclude(summary, seconds, screen)
    if summary.failed:
        raise typer.Exit(1)


def replay(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="Folder of an experiment, or of one run.")
    ],
    run: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Run of the experiment, or its first digits; by default the first run.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Play a recorded run again and compare every table; exit code 1 if one differs."""
    from abm.experiment.replay import replay as play_again

    found = play_again(folder, run)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "identical": found.identical}, indent=2))
    else:
        for table in found.tables:
            typer.echo(f"{table.table:<10}{table.difference or 'identical'}")
        for note in found.notes:
            typer.echo(f"changed since: {note}")
        verdict = (
            "identical to the last bit" if found.identical else "not the run that was recorded"
        )
        typer.echo(f"{found.run}: {verdict}")
    if not found.identical:
        raise typer.Exit(1)


def experiments(as_json: JsonOption = False) -> None:
    """List the experiments that come with the package."""
    from abm.experiment.loading import listed

    found = [
        {
            "name": item.name,
            "title": str(item.values.get("title", "")),
            "description": str(item.values.get("description", "")),
            "path": str(item.path),
        }
        for item in listed()
    ]
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print_table(("name", "title"), [(item["name"], item["title"]) for item in found])


@contextmanager
def _cluster(
    address: str | None, workers: int | None
) -> Iterator[tuple[Executor | None, int | None]]:
    """The executor of a cluster and its size; without an address what this machine has."""
    if address is None:
        yield None, workers
        return
    from abm.experiment.executors import dask

    with dask(address) as (executor, size):
        yield executor, workers or size


def _announce(loaded: Experiment, screen: Screen) -> None:
    from abm.record.wording import count

    plan = loaded.plan
    sizes = (
        count(len(loaded.points), "point"),
        count(len(plan.policies), "policy", "policies"),
        count(plan.replicates, "replicate"),
    )
    screen.say((plan.title or loaded.name, "bold"), f": {', '.join(sizes)}, {plan.design}")


def _conclude(summary: Summary, seconds: float, screen: Screen) -> None:
    """Say what was done, what failed, and how to read it."""
    pace = f", {summary.played / seconds:.1f} a second" if summary.played else ""
    earlier = f", {summary.before} were there before" if summary.before else ""
    screen.say(f"{summary.played} of {summary.total} runs in {seconds:.1f} s{pace}{earlier}")
    if summary.failed:
        told = f"{summary.failed} runs failed; why stands in {summary.folder}/status.jsonl"
        screen.say((told, "bold red"))
    screen.say(("Tables  ", "bold"), summary.folder)
    partly = ", incomplete=True" if summary.failed else ""
    screen.say(("Read    ", "bold"), f"abm.experiment.read({summary.folder!r}{partly})")
