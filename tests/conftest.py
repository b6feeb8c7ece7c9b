"""What several groups of tests share."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from abm import Market, Run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def classroom_run() -> Run:
    """One finished run of the small world; nobody may change it."""
    return Market("classroom", seed=1).run()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium; without it the tests in a browser are skipped and say so."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the tests in a browser are skipped")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()
