"""Commands about scenarios: ``abm check``, ``abm schema``, ``abm scenarios``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abm.cli.options import JsonOption, SetOption
from abm.errors import AbmError

if TYPE_CHECKING:
    from abm.scenario import Resolved

LONGEST_VALUE = 60
"""Characters of a value that a listing prints before it cuts."""

FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="Name of a shipped scenario or policy, or a path to a .toml."
    ),
]


def check(
    scenario: FileArgument,
    changes: SetOption = None,
    is_policy: Annotated[
        bool, typer.Option("--policy", help="Take it for a policy; a file tells by what is in it.")
    ] = False,
    origins: Annotated[
        bool, typer.Option("--origins", help="List every value that is no default, and its origin.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Validate a scenario or a policy and say what is in it; exit code 2 if it is not valid."""
    from abm.scenario import load

    if not is_policy and _holds_an_experiment(scenario):
        raise AbmError(f"{scenario}: is an experiment; abm batch checks all of it before it plays")
    if is_policy or _holds_a_policy(scenario):
        _check_policy(scenario, changes or [], as_json)
        return
    resolved = load(scenario, changes or ())
    if as_json:
        typer.echo(json.dumps(_as_data(resolved), indent=2, ensure_ascii=False))
        return
    typer.echo(f"{resolved.name}: {resolved.scenario.title}")
    typer.echo(f"  {', '.join(f'{n} {what}' for what, n in _sizes(resolved).items())}")
    typer.echo(f"  fingerprint {resolved.hash[:12]}")
    if resolved.warnings:
        typer.echo(f"Warnings: {len(resolved.warnings)}")
    for warning in resolved.warnings:
        typer.echo(f"  {warning}")
    if origins:
        _print_origins(resolved)


def _holds_a_policy(name: str) -> bool:
    """Whether a path leads to a file of a policy, or a name is that of a shipped one or near it."""
    from abm.policy import PolicyFile
    from abm.scenario.declared import nearest
    from abm.scenario.library import shipped

    if not name.endswith(".toml"):
        known = [*shipped(), *shipped("policy")]
        return (name if name in known else nearest(name, known)) not in ("", *shipped())
    keys = _keys(name)
    return "levers" in keys or (bool(keys) and keys <= set(PolicyFile.model_fields))


def _holds_an_experiment(name: str) -> bool:
    """Whether a path leads to a file of an experiment, or a name is that of a shipped one."""
    from abm.scenario.library import shipped

    if not name.endswith(".toml"):
        return name in shipped("experiment") and name not in shipped()
    return not {"scenario", "factors", "replicates"}.isdisjoint(_keys(name))


def _keys(name: str) -> set[str]:
    """The keys at the head of a file; none if there is no such file."""
    from abm.scenario.documents import Document

    return set(Document.read(Path(name)).values) if Path(name).is_file() else set()


def _check_policy(name: str, changes: list[str], as_json: bool) -> None:
    from abm.cli.policies import tell
    from abm.policy import compose
    from abm.policy.telling import told

    if changes:
        raise AbmError("--set: changes values of scenarios; a policy takes name*strength@months")
    policy = compose(name)
    if as_json:
        typer.echo(json.dumps(told(policy), indent=2, ensure_ascii=False))
    else:
        tell(policy)


def schema(
    policy: Annotated[
        bool, typer.Option("--policy", help="The schema of policy files instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of scenario files, with units, ranges and sources."""
    from abm.scenario.published import DIALECT, file_schema

    if policy:
        from abm.policy import PolicyFile

        published = {"$schema": DIALECT, **PolicyFile.model_json_schema()}
    else:
        published = file_schema()
    typer.echo(json.dumps(published, indent=2, ensure_ascii=False))


def listing(as_json: JsonOption = False) -> None:
    """List the scenarios that come with the package."""
    from abm.scenario import available

    found = available()
    if as_json:
        rows = [{**item._asdict(), "path": str(item.path)} for item in found]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print_table(("name", "title"), [(item.name, item.title) for item in found])


def _sizes(resolved: Resolved) -> dict[str, int]:
    world = resolved.scenario
    return {
        "labs": len(world.labs),
        "clouds": len(world.clouds),
        "segments": len(world.segments),
        "communities": world.communities,
        "months": world.months,
    }


def _as_data(resolved: Resolved) -> dict[str, object]:
    return {
        "name": resolved.name,
        "title": resolved.scenario.title,
        "hash": resolved.hash,
        **_sizes(resolved),
        "warnings": [asdict(warning) for warning in resolved.warnings],
        "origins": {key: origin for key, _, origin in resolved.chosen()},
    }


def _print_origins(resolved: Resolved) -> None:
    """The values as a file would say them, each with its origin as a comment."""
    from abm.scenario.notation import spell_value

    for key, value, origin in resolved.chosen():
        text = spell_value(value)
        short = text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."
        typer.echo(f"{key} = {short}  # {origin}")


def print_table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows under a header."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))  # as text: labs[mistral] is no style
    Console().print(table)
