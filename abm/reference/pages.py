"""Pages with generated blocks: find the markers, put what the code says between them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from abm.errors import AbmError
from abm.reference.generate import BLOCKS
from abm.scenario.declared import nearest

FOLDER = Path(__file__).resolve().parents[2] / "docs"
"""The documentation beside the package; a wheel does not carry it."""

_BLOCK = re.compile(r"(?ms)^<!-- generated: (?P<name>[\w-]+) -->\n(?P<text>.*?)^<!-- end -->$")
_MARKER = re.compile(r"(?m)^<!-- (?:generated: [\w-]+|end) -->$")


def refresh(folder: Path = FOLDER) -> list[Path]:
    """Write every generated block anew; the pages that changed.

    Raises:
        AbmError: if the folder or a marker is wrong.
    """
    changed = []
    for page, text in _pages(folder):
        fresh = _BLOCK.sub(_rendered, text)
        if fresh != text:
            page.write_text(fresh, encoding="utf-8")
            changed.append(page)
    return changed


def stale(folder: Path = FOLDER) -> list[str]:
    """Blocks that no longer say what the code says, as ``page: block``.

    Raises:
        AbmError: if the folder or a marker is wrong.
    """
    return [
        f"{page.name}: {match['name']}"
        for page, text in _pages(folder)
        for match in _BLOCK.finditer(text)
        if match[0] != _rendered(match)
    ]


def _pages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Pages of a folder and their text, with every marker checked."""
    if not folder.is_dir():
        raise AbmError(f"{folder.name}: there is no such folder (the pages come with a checkout)")
    for page in sorted(folder.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        _check(page, text)
        yield page, text


def _check(page: Path, text: str) -> None:
    """Raise unless every marker belongs to a block that exists."""
    paired = 2 * len(_BLOCK.findall(text))
    if paired != len(_MARKER.findall(text)) or any(_MARKER.search(m["text"]) for m in _found(text)):
        raise AbmError(
            f"{page.name}: a generated block lacks its <!-- end -->, or an end its start"
        )
    for match in _found(text):
        if match["name"] not in BLOCKS:
            near = nearest(match["name"], BLOCKS)
            hint = f"; did you mean {near}?" if near else f" (allowed: {', '.join(BLOCKS)})"
            raise AbmError(f"{page.name}: there is no generated block {match['name']!r}{hint}")


def _found(text: str) -> list[re.Match[str]]:
    return list(_BLOCK.finditer(text))


def _rendered(match: re.Match[str]) -> str:
    """A block as it ought to be, markers included."""
    name = match["name"]
    return f"<!-- generated: {name} -->\n\n{_text(name)}\n\n<!-- end -->"


@cache
def _text(name: str) -> str:
    """What the code says; it does not change while it runs."""
    return BLOCKS[name]().strip()
