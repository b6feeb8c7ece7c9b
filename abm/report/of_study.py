"""The report of any other study: what it found, in words, figures and tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from abm.analysis.sweep import FINDINGS
from abm.errors import AbmError
from abm.record.folder import FIGURES, read_manifest, read_table
from abm.record.numbers import number
from abm.record.wording import capital, spelt
from abm.report.page import Block, Bullets, Fold, Grid, Page, Paragraph, Picture, Section
from abm.report.prose import sections
from abm.report.provenance import provenance, rerun

QUESTIONS = {
    "abm-sensitivity": (
        "Sensitivity",
        "Which assumptions move the outcomes, and how well are they founded?",
    ),
    "abm-futures": (
        "Two futures",
        "Are there two futures, where does each happen, and what tells early?",
    ),
    "abm-calibration": (
        "Calibration",
        "Which worlds agree with what was observed, and which targets do none meet?",
    ),
    "abm-forecast": (
        "Forecast",
        "What do the worlds that agree with history say comes next, and how well?",
    ),
}
"""Title and question of each kind of study, by the format of its manifest."""

LONGEST = 60
"""Rows of a table that a page shows; the files have them all."""

SCRIPT = """\
from pathlib import Path
import polars as pl

tables = {path.stem: pl.read_parquet(path) for path in Path().glob("*.parquet")}
print({name: table.shape for name, table in tables.items()})
"""


def page(folder: Path, kind: str) -> Page:
    """The page of a study.

    Args:
        folder: of the study.
        kind: format of its manifest, one of `QUESTIONS`.

    Raises:
        AbmError: if the study has not been finished, or if a table has changed since.
    """
    manifest = read_manifest(folder, kind)
    if "written" not in manifest:
        raise AbmError(f"{folder}: the study is not finished: its command goes on where it stopped")
    title, question = QUESTIONS[kind]
    tables = {name: read_table(folder, name, kind) for name in manifest["tables"]}
    return Page(
        kind="Study",
        title=title,
        question=question,
        sections=[
            *_found(folder),
            Section("Tables", [_fold(name, table) for name, table in tables.items()]),
            Section("Design", [Fold("As the manifest has it", [_design(manifest)])]),
            provenance(manifest, {"model": str(manifest.get("model", ""))}),
            rerun(manifest, SCRIPT),
        ],
    )


def _found(folder: Path) -> list[Section]:
    """What the study says of itself, its figures among it; of an older one its figures."""
    findings = folder / FINDINGS
    if findings.is_file():
        return sections(findings.read_text(encoding="utf-8"), folder)
    return [Section("Figures", _pictures(folder) or [Paragraph("There are none.", "note")])]


def _pictures(folder: Path) -> list[Block]:
    paths = sorted((folder / FIGURES).glob("*.png"))
    return [Picture(path, capital(spelt(path.stem))) for path in paths]


def _fold(name: str, table: pl.DataFrame) -> Block:
    words = f"{spelt(name)}: {table.height} rows"
    cut = (
        f"The first {LONGEST} rows; {name}.parquet has them all." if table.height > LONGEST else ""
    )
    shown = table.head(LONGEST)
    numbers = [name for name, kind in table.schema.items() if kind.is_numeric()]
    cells = {column: [_cell(value) for value in shown[column]] for column in shown.columns}
    grid = Grid(
        f"table-{name}",
        pl.DataFrame(cells),
        numbers=numbers,
        note=cut if table.height > LONGEST else "",
    )
    return Fold(capital(words), [grid])


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    return number(float(value)) if isinstance(value, int | float) else str(value)


def _design(manifest: Mapping[str, Any]) -> Block:
    plan = manifest.get("plan", {})
    return Bullets("", [f"{spelt(name)}: {_short(value)}" for name, value in plan.items()])


def _short(value: Any, longest: int = 400) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= longest else f"{text[:longest].rstrip()} ..."
