"""The card of a policy claim, one sheet: what may be said, on what evidence, where it stops."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from abm.analysis.comparison_folder import FORMAT
from abm.analysis.effect_words import where_it_fails
from abm.record.folder import read_manifest, read_table
from abm.record.wording import spelt
from abm.report import assumptions, effects
from abm.report.of_comparison import worlds_of
from abm.report.page import Bullets, Code, Page, Section
from abm.report.policies import changed, facts, title
from abm.report.provenance import command
from abm.scenario import Scenario

OUTSIDE = (
    "One scenario and its stylised firms: the sign and the order of magnitude may carry over, the "
    "digits do not.",
    "Intervals are over the luck of runs, not over parameters, unless worlds were drawn.",
    "Risks of AI, misuse and security lie outside the model.",
)
"""What no comparison of this model can tell."""


def card(folder: Path) -> Page:
    """A sheet on each policy of a comparison.

    Raises:
        AbmError: if the folder holds no comparison, or not the tables that its manifest describes.
    """
    manifest = read_manifest(folder, FORMAT)
    tables = {name: read_table(folder, name, FORMAT) for name in manifest["tables"]}
    policies, worlds = manifest["policies"], worlds_of(manifest)
    return Page(
        kind="Card of a policy claim",
        title=" and ".join(map(title, policies)),
        question=f"In {manifest['title']}, over {manifest['scenario']['months']} months and "
        f"{len(manifest['seeds'])} pairs of runs with equal luck{worlds and f' in {worlds}'}.",
        sections=[
            *(part for policy in policies for part in _of(tables, policy, many=len(policies) > 1)),
            Section("What it rests on", [Bullets("", _grounds(manifest))]),
            Section("What it cannot tell", [Bullets("", _limits(tables))]),
            Section("To see for yourself", [Code(command(manifest["command"]))]),
        ],
        compact=True,
    )


def _of(tables: Mapping[str, pl.DataFrame], policy: str, *, many: bool) -> list[Section]:
    cards, labs, welfare = (
        tables[name].filter(policy=policy) for name in ("cards", "labs", "welfare")
    )
    known = facts(policy)
    under = f" ({policy})" if many else ""
    intended = [known["description"]] if known.get("description") else changed(policy)
    means = [f"It acts through {', '.join(known['mechanisms'])}."] if known else []
    back = [f"It could backfire: {known['backfires']}"] if known.get("backfires") else []
    return [
        Section(f"What is proposed{under}", [Bullets("", [*intended, *means, *back])]),
        Section(f"What was found{under}", [Bullets("", effects.headlines(cards))]),
        Section(f"Who loses{under}", [Bullets("", effects.losers(labs, welfare))]),
    ]


def _grounds(manifest: Mapping[str, Any]) -> list[str]:
    world = Scenario.model_validate(manifest["scenario"])
    made = manifest.get("versions", {}).get("abm")
    return [
        assumptions.in_sum(world),
        f"Scenario {manifest['scenario_hash'][:12]}, abm {made}, commit {manifest.get('commit')}, "
        f"written {manifest['written']}.",
    ]


def _limits(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Where it was seen to fail, and what lies outside the model."""
    failures = [
        f"{row['policy']} does not do what is expected of {spelt(row['outcome'])}: "
        f"{where_it_fails(row)}."
        for row in tables.get("robustness", pl.DataFrame()).iter_rows(named=True)
        if row["expected_sign"] < 1
    ]
    return [*failures, *OUTSIDE]
