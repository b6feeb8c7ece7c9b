"""The report of a study of claims: what emerges, by what, and first of all what does not."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from abm.analysis.claims import words
from abm.analysis.claims.data import by_verdict
from abm.analysis.claims.folder import KIND
from abm.errors import AbmError
from abm.record.folder import read_manifest
from abm.record.numbers import number
from abm.report.page import Block, Bullets, Fold, Grid, Page, Paragraph, Section
from abm.report.provenance import provenance, rerun

Row = dict[str, Any]

SCRIPT = """\
import json
from pathlib import Path

found = json.loads(Path("claims.json").read_text())
for claim in found["claims"]:
    print(claim["id"], claim["verdict"], claim["why"])
"""


def page(folder: Path) -> Page:
    """The page of a folder of claims.

    Raises:
        AbmError: if the folder holds no study of claims, or one that has not been finished.
    """
    manifest = read_manifest(folder, KIND)
    path = folder / "claims.json"
    if "written" not in manifest or not path.is_file():
        raise AbmError(f"{folder}: the study is not finished: abm claims --out {folder} goes on")
    data = json.loads(path.read_text(encoding="utf-8"))
    claims = by_verdict(data["claims"])
    facts = {
        "scenario": data["title"],
        "scenario hash": data["scenario_hash"],
        **({"ensemble": words.over(data)} if data.get("ensemble") else {}),
        "seeds": f"{data['seeds'][0]} to {data['seeds'][-1]}",
        "months": str(data["months"]),
        "played": words.played(data),
        "model": data["model"],
    }
    return Page(
        kind="Claims",
        title=f"The essay's claims, tested in {data['title']}",
        question="Which claims emerge from the model, by which mechanism, and which do not?",
        sections=[
            Section("Verdicts", [_counts(data), _table(claims)]),
            Section("Claim by claim", [_claim(claim) for claim in claims]),
            Section("How verdicts come about", [Bullets("", data["rules"])]),
            provenance(manifest, facts),
            rerun(manifest, SCRIPT),
        ],
    )


def _counts(data: Row) -> Block:
    return Paragraph(
        f"{words.outcome(data)} A claim that does not emerge is a finding about this model, not "
        "about the world, and so is one that does.",
        "lead",
    )


def _table(claims: list[Row]) -> Grid:
    rows = [
        {
            "claim": claim["id"],
            "in our words": claim["statement"],
            "effect (95%)": words.estimate(claim),
            "matters from": number(claim["sesoi"]),
            "verdict": claim["verdict"],
        }
        for claim in claims
    ]
    return Grid("verdicts", pl.DataFrame(rows), numbers=("matters from",))


def _claim(claim: Row) -> Fold:
    lines = {
        "Effect": f"{claim['effect']}: {words.estimate(claim)}.",
        "Smallest effect that matters": f"{number(claim['sesoi'])}: {claim['reason']}",
        "What must remove it": words.ablations(claim),
        "What must not": words.placebo(claim),
        "Power": words.power(claim),
        "As large as what matters": words.where(claim) if "places" in claim else "",
        "Note": claim["note"],
    }
    told = [f"{name}: {text}" for name, text in lines.items() if text and text != "-"]
    title = f"{claim['id']}: {claim['verdict']}"
    return Fold(
        title, [Paragraph(claim["statement"], "lead"), Paragraph(claim["why"]), Bullets("", told)]
    )
