"""The map shows the house as it stands, and the pages point to what exists."""

import re
from pathlib import Path

import pytest

from abm.reference.imports import imports
from abm.reference.pages import FOLDER

ROOT = FOLDER.parent
PAGES = sorted([*FOLDER.glob("*.md"), *ROOT.glob("*.md")])


def mentioned() -> set[str]:
    """Paths of the package that the map mentions; folders end in a slash."""
    text = (FOLDER / "architecture.md").read_text(encoding="utf-8")
    return set(re.findall(r"abm/(?:\w+/)*(?:\w+\.py)?", text)) - {"abm/"}


def test_every_module_is_on_the_map() -> None:
    shown = mentioned()
    off_the_map = [
        module.relative_to(ROOT).as_posix()
        for module in (ROOT / "abm").rglob("*.py")
        if module != ROOT / "abm" / "__init__.py"
        and module.relative_to(ROOT).as_posix() not in shown
        and not any(f"{folder.as_posix()}/" in shown for folder in module.relative_to(ROOT).parents)
    ]
    assert off_the_map == []


def test_everything_on_the_map_exists() -> None:
    built = {"abm/_scenarios"}  # in a wheel only
    gone = [path for path in mentioned() - built if not (ROOT / path).exists()]
    assert gone == []


def test_mechanisms_know_parameters_and_nothing_else() -> None:
    found = imports()["mechanisms"]
    assert found.loaded | found.deferred == {"scenario"}


def test_nothing_below_the_market_imports_it() -> None:
    below = ("agents", "ledger", "mechanisms", "network", "phases", "scenario", "streams")
    found = imports()
    assert [room for room in below if "market" in found[room].loaded | found[room].deferred] == []
    assert found["scenario"].loaded | found["scenario"].deferred == {"errors"}


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as they are made from their text."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    headings = re.findall(r"(?m)^#+ (.*)$", text)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_no_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"(?<![\w.])/(?:home|root|work|tmp|Users)/\S*", text) == []
