"""Policies on a page: what they do, through what, at whose cost, how they could backfire."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from abm.errors import AbmError
from abm.policy import compose
from abm.policy.telling import spelt_value, told
from abm.report.page import Block, Bullets, Fold, Grid
from abm.scenario.declared import field_at, plausible_range, unit


def described(names: Sequence[str]) -> list[Block]:
    """A part a policy; a change of the scenario, or a policy that is gone, by its name alone."""
    return [block for name in names for block in _described(name)]


def facts(name: str) -> dict[str, Any]:
    """All that is declared of a policy; empty for what is no policy of this installation."""
    try:
        return told(compose(name))
    except AbmError:
        return {}


def title(name: str) -> str:
    """What a headline calls it."""
    return str(facts(name).get("title", name))


def changed(name: str) -> list[str]:
    """What a change such as ``race.growth=4`` changes, in words; nothing for anything else."""
    key, given, value = name.partition("=")
    if not given:
        return []
    field = field_at(tuple(key.split(".")))
    if field is None or not field.description:
        return [f"{key} is {value}."]
    what = f"{key} is {f'{value} {unit(field)}'.strip()}: {field.description}"
    bounds = plausible_range(field)
    return [what, *([f"Plausible: {bounds[0]:g} to {bounds[1]:g}."] if bounds else [])]


def _described(name: str) -> list[Block]:
    policy = facts(name)
    if not policy:
        return [Bullets(name, changed(name) or ["This is not a policy of this installation."])]
    lines = [
        policy["description"],
        f"It acts through: {', '.join(policy['mechanisms'])}.",
        f"It is paid by: {', '.join(policy['paid_by']) or 'nobody'}.",
        f"How it could backfire: {policy['backfires']}" if policy["backfires"] else "",
    ]
    return [
        Bullets(f"{policy['title']} ({name})", [line for line in lines if line]),
        Fold(f"Levers of {name}", [_levers(policy)]),
    ]


def _levers(policy: dict[str, Any]) -> Grid:
    rows = [
        {
            "lever": lever["kind"],
            "setting": key,
            "value": spelt_value(field),
            "unit": "" if field["unit"] == "1" else field["unit"],
            "meaning": field["doc"],
        }
        for lever in policy["levers"]
        for key, field in lever["fields"].items()
    ]
    schema = dict.fromkeys(("lever", "setting", "value", "unit", "meaning"), pl.String)
    return Grid(
        f"levers-{policy['hash'][:12]}", pl.DataFrame(rows, schema=schema), numbers=("value",)
    )
