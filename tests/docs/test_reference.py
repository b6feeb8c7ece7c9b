"""The documentation's tables say what the code says."""

import re
import shutil
from pathlib import Path

import pytest

from abm.ledger import SECTOR_NAMES, SECTORS
from abm.market import Market
from abm.reference.__main__ import main
from abm.reference.generate import BLOCKS, Parameter, parameters
from abm.reference.pages import FOLDER, refresh, stale
from abm.reference.payments import payments
from abm.report.assumptions import in_sum
from abm.scenario import Scenario

CITATION = re.compile(
    r"(?<!de )\b([A-ZÀ-Ž][\w-]+)(?: et al\.|(?:, (?:de )?[A-Z]\w+)* & [A-Z]\w+)"
    r",? \(?((?:19|20)\d\d)"
)
"""Two authors or more and a year: the first author, the year."""

NUMBERS = [item for item in parameters() if not item.is_switch]
SWITCHES = [item for item in parameters() if item.is_switch]


def key(item: Parameter) -> str:
    return f"{item.section}.{item.name}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The pages in a folder where a test can spoil them."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "docs"))
    refresh(folder)
    return folder


def test_no_block_is_stale() -> None:
    assert stale() == [], "run python -m abm.reference"


def test_every_block_is_printed_somewhere() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in FOLDER.glob("*.md"))
    assert [name for name in BLOCKS if f"<!-- generated: {name} -->" not in text] == []


@pytest.mark.parametrize("item", NUMBERS, ids=key)
def test_a_parameter_has_unit_range_and_source(item: Parameter) -> None:
    assert item.extra.get("unit")
    assert item.extra.get("source")
    assert item.field.description
    low, high = item.extra["range"]
    assert low <= high
    if item.field.default is not None:
        assert low <= item.field.default <= high


def test_numbers_are_counted_as_reports_count_them() -> None:
    text, said = BLOCKS["parameter-count"](), in_sum(Scenario.load("status-quo-2023"))
    total, *grades = re.findall(r"\d+", said)
    assert f"{total} of the numbers are assumptions" in text
    assert re.findall(r"\| (\d+) \|$", text, re.M) == grades


@pytest.mark.parametrize("item", SWITCHES, ids=key)
def test_a_switch_says_so(item: Parameter) -> None:
    assert item.extra.get("unit") == "switch"
    assert item.field.description


def test_every_mechanism_has_a_section_that_names_its_switch() -> None:
    text = (FOLDER / "model.md").read_text(encoding="utf-8")
    headings = "\n".join(re.findall(r"(?m)^### \([a-s]\) .*$", text))
    assert re.findall(r"\(([a-s])\)", headings) == list("abcdefghijklmnopqrs")
    assert [s for s in {item.section for item in SWITCHES} if f"`{s}`" not in headings] == []


def test_every_citation_has_its_reference() -> None:
    package = FOLDER.parent / "abm"
    text = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    model = (FOLDER / "model.md").read_text(encoding="utf-8")
    text += model
    listed = model.partition("## References")[2]
    cited = set(CITATION.findall(text))
    assert len(cited) > 20  # the expression still finds them
    missing = {
        f"{name} {year}"
        for name, year in cited
        if not re.search(rf"(?m)^{name},[^\n]*(?:\n[^\n]+)*?{year}", listed)
    }
    assert missing == set()


def test_the_ledger_books_only_payments_that_are_listed() -> None:
    listed = {(p.kind, side) for p in payments() for side in (p.payer, p.payee)}
    kinds = {p.kind for p in payments()}
    names = set(SECTOR_NAMES.values()) | {"labs or clouds"}
    assert {side for _, side in listed} <= names
    run = Market(Scenario.load("classroom", ["months=24"]), seed=3).run()
    assert run.flows.height > 0
    for row in run.flows.iter_rows(named=True):
        assert row["kind"] in kinds
        for sector in SECTORS:
            if abs(row[sector]) > 1e-9:
                sides = {(row["kind"], SECTOR_NAMES[sector])}
                if sector in ("L", "C"):
                    sides.add((row["kind"], "labs or clouds"))
                assert sides & listed, f"{row['kind']} moves money of {SECTOR_NAMES[sector]}"


def test_a_changed_cell_is_found_and_mended(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = copy / "model.md"
    sound = page.read_text(encoding="utf-8")
    page.write_text(sound.replace("| `race.growth` | 2.4 |", "| `race.growth` | 5 |"))
    assert stale(copy) == ["model.md: parameters"]
    assert main(["--check", str(copy)]) == 1
    assert "model.md: parameters is stale" in capsys.readouterr().err
    assert refresh(copy) == [page]
    assert page.read_text(encoding="utf-8") == sound
    assert main(["--check", str(copy)]) == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<!-- generated: shedule -->\n<!-- end -->\n", "did you mean schedule?"),
        ("<!-- generated: schedule -->\n", "lacks its <!-- end -->"),
        ("<!-- end -->\n", "lacks its <!-- end -->"),
        (
            "<!-- generated: events -->\n<!-- generated: schedule -->\n<!-- end -->\n",
            "lacks its <!-- end -->",
        ),
    ],
)
def test_a_wrong_marker_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    for arguments in ([str(tmp_path)], ["--check", str(tmp_path)]):
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert says in error
        assert error.count("\n") == 1
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == text


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "no-docs")]) == 2
    assert "there is no such folder" in capsys.readouterr().err
