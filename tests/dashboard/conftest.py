"""A running app."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest


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
