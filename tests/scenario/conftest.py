"""Small scenario files, written where a test can spoil them."""

from pathlib import Path

import pytest
from small_world import MINIMAL, Write


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files into the current folder: `write(base="...")` makes ``base.toml``."""
    monkeypatch.chdir(tmp_path)

    def files(**texts: str) -> Path:
        for name, text in texts.items():
            Path(f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return files


@pytest.fixture
def small(write: Write) -> Path:
    """The minimal scenario as ``base.toml`` in the current folder."""
    return write(base=MINIMAL) / "base.toml"
