"""Policies on a page: what they do, through what, at whose cost, how they could backfire."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from abm.errors import AbmError
from abm.policy import compose
from abm.policy.telling import told
from abm.report.page import Block, Bullets, Fold, Grid


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


def _described(name: str) -> list[Block]:
    policy = facts(name)
    if not policy:
        what = "a change of the scenario" if "=" in name else "not a policy of this installation"
        return [Bullets(name, [f"This is {what}."])]
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
            "value": json.dumps(field["value"], ensure_ascii=False),
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
