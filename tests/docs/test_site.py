"""The documentation site builds offline, asks nobody for anything, and no link in it is broken."""

import html.parser
import re
import shutil
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from abm.reference.pages import FOLDER

pytest.importorskip("zensical", reason="the site needs the extra 'docs'")

ROOT = FOLDER.parent
BUILT_FROM = ("mkdocs.yml", "CONTRIBUTING.md", "docs", "abm")
FETCHING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Attributes that a browser follows by itself."""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


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


def test_equations_and_diagrams_are_drawn_without_another_host(site: Path, browser: Any) -> None:
    """Served as it would be: every page is looked at, and nobody else is asked."""
    handler = partial(QuietHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        context = browser.new_context()
        asked: list[str] = []
        complaints: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        for page in sorted(FOLDER.rglob("*.md")):
            text, view = page.read_text(encoding="utf-8"), context.new_page()
            name = page.relative_to(FOLDER).with_suffix(".html").as_posix()
            view.goto(f"http://127.0.0.1:{server.server_port}/{name}")
            for fence, drawn in (("math", ".equation .katex-display"), ("mermaid", ".diagram svg")):
                wanted = text.count(f"```{fence}\n")
                if wanted:
                    view.locator(drawn).nth(wanted - 1).wait_for(timeout=30_000)
                assert view.locator(drawn).count() == wanted, f"{name}: {fence}"
            assert view.locator(".katex-error").count() == 0, name
            assert "$$" not in view.inner_text("article"), name
            view.close()
        context.close()
        server.shutdown()
    assert complaints == []
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}


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
