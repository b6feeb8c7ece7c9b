"""The table of claims as one self-contained HTML file, a table by Great Tables."""

from importlib.util import find_spec
from typing import Any

import polars as pl

from abm.analysis.claims import words
from abm.analysis.claims.data import by_verdict
from abm.analysis.claims.verdict import HELD
from abm.record.numbers import number

FAILED, PASSED = "#fbe9e7", "#e8f5e9"
"""Background of a verdict's reading: whether the tests hold."""


def available() -> bool:
    """Whether the library that makes the page is installed (extra ``report``)."""
    return find_spec("great_tables") is not None


def html(data: dict[str, Any]) -> str:
    """The page: failures first, provenance below."""
    from great_tables import GT, loc, style

    rows, seeds = _rows(data), data["seeds"]
    held = pl.col("tested").is_in(HELD)
    made = (
        GT(rows, groupname_col="verdict")
        .cols_hide("tested")
        .tab_header(
            title="The essay's claims, tested",
            subtitle=f"{data['title']}: seeds {seeds[0]} to {seeds[-1]}, {words.played(data)}",
        )
        .tab_spanner("effect", ["estimate (95%)", "matters from", "power"])
        .tab_spanner("what must and must not remove it", ["ablations", "placebo"])
        .tab_style(style.fill(PASSED), loc.body("reading", held))
        .tab_style(style.fill(FAILED), loc.body("reading", ~held))
        .tab_style(style.text(weight="bold"), loc.row_groups())
        .tab_source_note(_provenance(data))
    )
    for rule in data["rules"]:
        made = made.tab_source_note(rule)
    return str(made.as_raw_html(make_page=True))


def _rows(data: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "verdict": claim["verdict"],
                "claim": claim["id"],
                "in our words": claim["statement"],
                "estimate (95%)": words.estimate(claim),
                "matters from": number(claim["sesoi"]),
                "power": words.power(claim),
                "ablations": words.ablations(claim),
                "placebo": words.placebo(claim),
                "reading": claim["why"],
                "tested": claim["tested"],
            }
            for claim in by_verdict(data["claims"])
        ]
    )


def _provenance(data: dict[str, Any]) -> str:
    seeds = data["seeds"]
    return (
        f"Written by abm claims on {data['date']}; seeds {seeds[0]} to {seeds[-1]}; "
        f"{data['months']} months; scenario {data['scenario_hash']}; model {data['model']}."
    )
