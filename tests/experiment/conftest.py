"""What the tests of experiments share."""

from pathlib import Path

import pytest
from small import contents, played, small


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small experiment, played without interruption; nobody may change it."""
    folder = tmp_path_factory.mktemp("whole") / "experiment"
    played(small(), folder)
    return folder


@pytest.fixture(scope="session")
def expected(whole: Path) -> dict[str, str]:
    """What its tables hold."""
    return contents(whole)
