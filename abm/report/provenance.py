"""What made the numbers of a page, and how to make them again."""

from collections.abc import Mapping, Sequence
from shlex import join
from typing import Any

import polars as pl

from abm.report.page import Block, Code, Fold, Grid, Paragraph, Section

PLACE = "--out"
"""The option that says where results go, which is no part of how they are made."""

REPLACE = "--force"
"""The option that lets them replace older ones there: without the place it would hit others."""


def provenance(manifest: Mapping[str, Any], facts: Mapping[str, str]) -> Section:
    """A section on when, by what and with which luck.

    Args:
        manifest: of the folder.
        facts: what else is to be said, by name.
    """
    rows = {
        "written": str(manifest.get("written", "")),
        "scenario": str(manifest.get("title", "")),
        "scenario hash": str(manifest.get("scenario_hash", "")),
        **facts,
        "commit": _commit(manifest),
        "packages": ", ".join(f"{k} {v}" for k, v in manifest.get("versions", {}).items() if v),
    }
    rows = {fact: value for fact, value in rows.items() if value}
    table = pl.DataFrame({"fact": list(rows), "value": list(rows.values())})
    blocks: list[Block] = [Grid("provenance", table)]
    if manifest.get("tables"):
        blocks.append(Fold("Tables and their fingerprints", [_fingerprints(manifest["tables"])]))
    return Section("Provenance", blocks)


def _commit(manifest: Mapping[str, Any]) -> str:
    commit = manifest.get("commit")
    if not commit:
        return "an installed package, in no checkout"
    return f"{commit}, with changes" if manifest.get("modified") else str(commit)


def _fingerprints(tables: Mapping[str, Any]) -> Grid:
    rows = {
        "table": list(tables),
        "rows": [str(facts["rows"]) for facts in tables.values()],
        "SHA-256 of its content": [facts["sha256"] for facts in tables.values()],
    }
    return Grid("fingerprints", pl.DataFrame(rows), numbers=("rows",))


def rerun(manifest: Mapping[str, Any], script: str) -> Section:
    """A section on how to make the same numbers again.

    Args:
        manifest: of the folder.
        script: the same in Python, run in the folder; empty if the command alone can do it.
    """
    blocks: list[Block] = [Code(command(manifest["command"]))]
    if manifest.get("modified"):
        words = "The code had changes that no commit holds: the numbers come again only with them."
        blocks.append(Paragraph(words, "note"))
    if script:
        blocks += [Paragraph("Or in Python, in this folder:"), Code(script)]
    return Section("Rerun", blocks)


def command(arguments: Sequence[str]) -> str:
    """The command line that made a folder, without where it was to go."""
    words = iter(arguments[1:])
    kept = []
    for word in words:
        if word == PLACE:
            next(words, None)
        elif word != REPLACE and not word.startswith(f"{PLACE}="):
            kept.append(word)
    return join(["abm", *kept])
