"""The short version says of each claim what the study found."""

import json
import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"

ROWS = {
    "the effect points the other way": "the effect points the other way",
    "it is smaller than what matters": "the effect is smaller than what matters",
    "it looks large enough, but not beyond chance once all tests are counted": "the effect looks",
    "the runs do not settle whether it is large enough": "the runs do not settle",
    "it is there, but not by the cause that the essay names": "there is an effect, but not by",
}
"""Rows of the table, and how the reading of their claims begins."""


def told() -> dict[str, set[str]]:
    """Claims by row of the table."""
    text = (DOCS / "findings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (C\d+(?:, C\d+)*) \|$", text, re.MULTILINE)
    return {name: set(ids.split(", ")) for name, ids in rows}


def test_every_claim_stands_where_the_study_has_it() -> None:
    claims = json.loads((DOCS / "claims.json").read_text(encoding="utf-8"))["claims"]
    table = told()
    for row, begins in ROWS.items():
        failed = [claim for claim in claims if claim["verdict"] == "does not emerge"]
        assert table.pop(row, set()) == {x["id"] for x in failed if x["why"].startswith(begins)}, (
            row
        )
    for row, ids in table.items():
        verdict = "emerges" if row.startswith("it emerges") else "fitted, not tested"
        assert ids == {claim["id"] for claim in claims if claim["verdict"] == verdict}
    assert sum(map(len, told().values())) == len(claims)
