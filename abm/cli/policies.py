"""``abm policies``: what policies do, through what, at whose cost, how they could backfire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from abm.cli.options import JsonOption

if TYPE_CHECKING:
    from abm.cli.screen import Screen
    from abm.policy import Policy


def policies(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[POLICY]", help="Policy to tell in full: a name, a .toml, or a composition."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the policies that come with the package, or tell one in full."""
    from abm.cli.screen import Screen
    from abm.policy import available, compose
    from abm.policy.telling import told

    if name is not None:
        policy = compose(name)
        if as_json:
            typer.echo(json.dumps(told(policy), indent=2, ensure_ascii=False))
        else:
            tell(policy)
        return
    found = [(item, told(compose(item.name))) for item in available()]
    if as_json:
        rows = [{**row, "path": str(item.path)} for item, row in found]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    screen = Screen()
    for number, (_, row) in enumerate(found):
        _sum_up(row, screen, space=number > 0)


def tell(policy: Policy) -> None:
    """Print everything about a policy."""
    from abm.cli.screen import Screen
    from abm.policy.telling import spelt_value, told

    row = told(policy)
    _sum_up(row, Screen())
    typer.echo(f"  Fingerprint: {policy.hash[:12]}")
    for lever in row["levers"]:
        typer.echo(f"\n{lever['kind']}")
        plain = lever["doc"].replace("``", "")  # a page sets these as code
        typer.echo("\n".join(f"  {line}".rstrip() for line in plain.splitlines()))
        for key, field in lever["fields"].items():
            unit = (
                "" if field["unit"] in ("", "1") or field["value"] is None else f" {field['unit']}"
            )
            typer.echo(f"  {key} = {spelt_value(field)}{unit}  # {field['doc']}")


def _sum_up(row: dict[str, Any], screen: Screen, *, space: bool = False) -> None:
    """Print what a policy does, through what, at whose cost, and how it could backfire."""
    if space:
        screen.say("")
    screen.say((row["name"], "bold"), f": {row['title']}")
    for title, text in (
        ("", row["description"]),
        ("Through: ", ", ".join(row["mechanisms"])),
        ("At the cost of: ", ", ".join(row["paid_by"])),
        ("Could backfire: ", row["backfires"]),
    ):
        if text:
            screen.say((title, "dim"), text, indent=2)
