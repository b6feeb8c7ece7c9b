"""On which line a key of a TOML file stands.

The parser of the standard library keeps no places. Instead of guessing at the syntax, each
statement is handed to that parser again, alone: lines are added until it parses, which gives the
end of a statement of many lines and the names of its key exactly.
"""

import tomllib
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]
"""Names of tables and keys; a number counts the entries of a list of tables."""

_CLOSING = ("]", "}", '"""', "'''")
"""With one of these ends whatever takes more than one line."""

_EFFORT = 2_000_000
"""Characters that are parsed again at most: what lies beyond has no line, and soon."""


def key_lines(text: str) -> dict[Path, int]:
    """First line of every table, entry and key of a valid TOML text, counted from one.

    What stands inside a list or an inline table gets the line on which its statement begins.
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, statement, values in _statements(text):
        if statement.startswith("["):
            table = _address(_names(values), counts, entry=statement.startswith("[["))
            lines.setdefault(table, number)
        else:
            for path in _paths(values):
                lines.setdefault(table + path, number)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Line, text and parsed content of every header and of every ``key = value``."""
    start, effort = 0, 0
    pending: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            continue
        start = start if pending else number
        pending.append(line)
        if len(pending) > 1 and not any(mark in line for mark in _CLOSING):
            continue
        statement = "\n".join(pending)
        effort += len(statement)
        if effort > _EFFORT:
            return
        try:
            values = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # goes on in the next line
        yield start, statement.lstrip(), values
        pending = []


def _address(names: list[str], counts: dict[Path, int], *, entry: bool) -> Path:
    """Full path of a header: a table below a list of tables belongs to its last entry."""
    path: Path = ()
    for depth, name in enumerate(names, start=1):
        path = (*path, name)
        if entry and depth == len(names):
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = (*path, counts[path] - 1)
    return path


def _names(header: dict[str, Any]) -> list[str]:
    """Names of a parsed header: ``{"labs": [{"flagship": {}}]}`` is a chain of single names."""
    names = []
    inner: Any = header
    while inner:
        if isinstance(inner, list):
            inner = inner[0]
        else:
            name, inner = next(iter(inner.items()))
            names.append(name)
    return names


def _paths(values: object, prefix: Path = ()) -> Iterator[Path]:
    if prefix:
        yield prefix
    if isinstance(values, dict):
        for name, value in values.items():
            yield from _paths(value, (*prefix, name))
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from _paths(value, (*prefix, index))
