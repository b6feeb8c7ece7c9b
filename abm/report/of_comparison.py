"""The report of a comparison: what a policy does, to whom, how sure that is, who pays."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from abm.analysis.comparison_folder import FORMAT
from abm.analysis.effect_words import where_it_fails
from abm.record.folder import FIGURES, read_manifest, read_table
from abm.record.numbers import number, percent
from abm.record.wording import spelt
from abm.report import assumptions, effects
from abm.report.page import Block, Bullets, Grid, Page, Paragraph, Picture, Section
from abm.report.policies import described, title
from abm.report.provenance import provenance, rerun

SCRIPT = """\
import json
from pathlib import Path
from abm import Scenario, compare

if __name__ == "__main__":
    manifest = json.loads(Path("manifest.json").read_text())
    found = compare(
        Scenario.model_validate(manifest["scenario"]),
        policies=manifest["policies"],
        replicates=len(manifest["seeds"]),
        first_seed=min(manifest["seeds"]),
        workers=2,
    )
    print(found.cards)
"""


def page(folder: Path) -> Page:
    """The page of a comparison's folder.

    Raises:
        AbmError: if the folder holds no comparison, or not the tables that its manifest describes.
    """
    manifest = read_manifest(folder, FORMAT)
    tables = {name: read_table(folder, name, FORMAT) for name in manifest["tables"]}
    policies = manifest["policies"]
    return Page(
        kind="Comparison",
        title=f"{' and '.join(map(title, policies))} in {manifest['title']}",
        question=f"What changes under {' or '.join(policies)}, for whom, and how sure is that?",
        sections=[
            Section("Question and mechanism", [_method(manifest), *described(policies)]),
            *_forest(folder),
            *(_found(tables, policy) for policy in policies),
            *_robust(tables),
            assumptions.section(manifest),
            provenance(
                manifest, {"pairs": str(len(manifest["seeds"])), "worlds": worlds_of(manifest)}
            ),
            rerun(manifest, "" if worlds_of(manifest) else SCRIPT),
        ],
    )


def _method(manifest: Mapping[str, Any]) -> Block:
    seeds, worlds = manifest["seeds"], worlds_of(manifest)
    where = f", in {worlds}" if worlds else ""
    unit = " The pairs of a world make one number: intervals are over worlds." if worlds else ""
    return Paragraph(
        f"{manifest['title']} was played with and without the policy, {len(seeds)} times over "
        f"{manifest['scenario']['months']} months, with seeds {min(seeds)} to {max(seeds)}"
        f"{where}. The two runs of a pair share all luck (common random numbers), so that what "
        f"differs between them is what the policy does.{unit}",
        "lead",
    )


def worlds_of(manifest: Mapping[str, Any]) -> str:
    """How many worlds were compared, and what they were drawn from; empty if it was one."""
    return f"{manifest['worlds']} worlds ({manifest['drawn']})" if manifest.get("drawn") else ""


def _forest(folder: Path) -> list[Section]:
    """All policies side by side, once."""
    forest = folder / FIGURES / "forest.png"
    if not forest.is_file():
        return []
    return [Section("At a glance", [Picture(forest, "Effects on the headlines, with intervals.")])]


def _found(tables: Mapping[str, pl.DataFrame], policy: str) -> Section:
    """Everything about one policy."""
    cards = tables["cards"].filter(policy=policy)
    labs, welfare = (tables[name].filter(policy=policy) for name in ("labs", "welfare"))
    return Section(
        f"What {policy} does",
        [
            Bullets("In plain words", effects.headlines(cards)),
            Bullets("Who loses beyond doubt", effects.losers(labs, welfare)),
            effects.split(welfare),
            effects.of_labs(labs),
            effects.all_cards(cards),
        ],
    )


def _robust(tables: Mapping[str, pl.DataFrame]) -> list[Section]:
    """How policies fare over uncertain worlds, if the comparison was made over any."""
    if "robustness" not in tables:
        return []
    rows = [
        {
            "policy": row["policy"],
            "outcome": spelt(row["outcome"]),
            "expected": row["expected"],
            "worlds": str(row["worlds"]),
            "as expected": percent(row["expected_sign"]),
            "the other way": percent(row["other_sign"]),
            "90% regret": number(row["regret_90"]),
            "where it fails": where_it_fails(row),
        }
        for row in tables["robustness"].iter_rows(named=True)
    ]
    numbers = ("worlds", "as expected", "the other way", "90% regret")
    grid = Grid("robustness", pl.DataFrame(rows), numbers=numbers)
    return [Section("Over uncertain worlds", [grid])]
