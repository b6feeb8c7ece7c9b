"""Scenario files as they were written: parsed, and with the place of every key."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from abm.errors import Problem, ScenarioError
from abm.scenario.lines import key_lines
from abm.scenario.notation import NAMED, Key, entry_name
from abm.scenario.parsing import LARGEST_FILE, parsed


@lru_cache(maxsize=32)
def _parsed(text: str) -> dict[str, Any]:
    """Values of a file; a batch that builds market after market reads the same text each time."""
    return parsed(text)


@dataclass(frozen=True)
class Place:
    """Where a value was written."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Document:
    """A parsed scenario file that still knows where its keys stand; it is never changed."""

    path: Path
    text: str = field(repr=False)
    values: dict[str, Any] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> "Document":
        """Read a file.

        Raises:
            ScenarioError: if the file cannot be read or is not valid TOML.
        """
        try:
            # A byte-order mark, as some editors leave, is no reason to refuse a file.
            text = _bytes(path).decode("utf-8-sig").replace("\r\n", "\n")
            return cls(path, text, _parsed(text))
        except tomllib.TOMLDecodeError as error:
            raise _unreadable(path, f"not valid TOML: {error}", _line_of(error, text)) from None
        except UnicodeDecodeError:
            raise _unreadable(path, "not a text file in UTF-8") from None
        except ValueError as error:
            raise _unreadable(path, f"cannot be taken in: {error}") from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise _unreadable(path, f"cannot be read: {reason}") from None

    @cached_property
    def label(self) -> str:
        """The file as messages name it."""
        return shown(self.path)

    @property
    def name(self) -> str:
        """Name of the scenario: the file's name without its ending."""
        return self.path.stem

    def place(self, key: Key) -> Place:
        """Where a key, or else the innermost table around it, stands in the file."""
        while key and key not in self._lines:
            key = key[:-1]
        return Place(self.label, self._lines.get(key))

    @cached_property
    def _lines(self) -> dict[Key, int]:
        lines: dict[Key, int] = {}
        for path, number in key_lines(self.text).items():
            lines.setdefault(self._key(path), number)
        return lines

    def _key(self, path: tuple[str | int, ...]) -> Key:
        """Name the entries of named lists, which the text only counts."""
        if len(path) > 1 and path[0] in NAMED and isinstance(path[1], int):
            entries = self.values[path[0]]
            path = (path[0], entry_name(entries[path[1]], path[1]), *path[2:])
        return tuple(map(str, path))


def _bytes(path: Path) -> bytes:
    """Content of a file, of which no more is read than a file may hold.

    Raises:
        ValueError: if it holds more.
    """
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValueError(f"larger than {LARGEST_FILE:,} bytes")
    return content


def shown(path: Path) -> str:
    """A path as messages show it: short where it lies below the current folder."""
    full = path.resolve()
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(full)


def _unreadable(path: Path, message: str, line: int | None = None) -> ScenarioError:
    return ScenarioError([Problem(shown(path), line, "", None, message)])


def _line_of(error: tomllib.TOMLDecodeError, text: str) -> int:
    # Python 3.14 has an attribute for it; before, the line stands in the message alone.
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else len(text.splitlines())  # at end of document
