"""The documentation site builds offline, asks nobody for anything, and no link in it is broken."""

import html.parser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from abm.reference.pages import FOLDER

pytest.importorskip("zensical", reason="the site needs the extra 'docs'")

ROOT = FOLDER.parent
BUILT_FROM = ("mkdocs.yml", "CONTRIBUTING.md", "docs", "abm")
FETCHING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Attributes that a browser follows by itself."""


class Page(html.parser.HTMLParser):
    """Names, links and fetched addresses of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value for name, value in attrs if value}
        self.names |= {found[key] for key in ("id", "name") if key in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if FETCHING.get(tag) in found and found.get("rel") != "canonical":
            self.fetched.append(found[FETCHING[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy: the checkout stays as it is."""
    place = tmp_path_factory.mktemp("checkout")
    for name in BUILT_FROM:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, place / name)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=place, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def test_every_page_is_built(site: Path) -> None:
    for page in FOLDER.rglob("*.md"):
        built = site / page.relative_to(FOLDER).with_suffix(".html")
        assert built.is_file(), f"{page.name} is not built"


def test_every_page_is_in_the_menu() -> None:
    menu = set(re.findall(r"([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), flags=re.M))
    assert menu == {page.relative_to(FOLDER).as_posix() for page in FOLDER.rglob("*.md")}


def test_nothing_comes_from_another_host(pages: dict[Path, Page], site: Path) -> None:
    for path, page in pages.items():
        foreign = [address for address in page.fetched if urlsplit(address).netloc]
        assert not foreign, f"{path.name}: {foreign}"
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"url\(['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8"))


def test_no_link_is_broken(pages: dict[Path, Page], site: Path) -> None:
    broken = []
    for path, page in pages.items():
        if path.name == "404.html":  # its links start at the root of a host
            continue
        for link in page.links + page.fetched:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            known = pages.get(target)
            if not target.is_file() or (
                known and parts.fragment and unquote(parts.fragment) not in known.names
            ):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert not broken


def test_the_reference_is_written_from_docstrings(site: Path) -> None:
    text = (site / "api.html").read_text(encoding="utf-8")
    for name in ("Market", "Scenario", "compare", "EffectCard", "Experiment"):
        assert f">{name}<" in text
    assert "names the world; equal seeds give equal worlds" in text
    assert ":::" not in text
