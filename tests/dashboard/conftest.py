"""A running app, and a browser for it; without Chromium its tests are skipped and say so."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

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
def address() -> Iterator[str]:
    """Address of a running app; nothing in it may fail, and it must stop when told to."""
    process = subprocess.Popen(
        [sys.executable, "-m", "abm", "dashboard", "--port", "0", "--no-open"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    assert found is not None, process.communicate()
    yield found[0]
    process.terminate()
    _, errors = process.communicate(timeout=20)
    # Shiny itself prints a traceback of timers that are still waiting when it is stopped.
    assert "the dashboard failed" not in errors, errors
    assert "/abm/" not in errors, errors


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the browser tests of the dashboard are skipped")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()
