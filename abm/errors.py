"""Errors that a user can mend: each says what is wrong, where, and what is allowed."""

import errno
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_LONGEST_VALUE = 60
"""Characters of a value that a message repeats before it is cut."""

_LONGEST_LIST = 100
"""Characters of a list of names that a message adds to a suggestion."""

_LONGEST_PART = 1000
"""Characters of a key, a text or a list of names before it is cut."""

MOST_PROBLEMS = 50
"""Problems that are told at once; who has mended them sees the others."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or doubtful, in what a user wrote.

    Attributes:
        file: file that holds the key, or ``--set`` for an override.
        line: line of the file; absent where it cannot be told.
        key: dotted key, such as ``labs[Mistral AI].cash``; empty for a file as a whole.
        value: the value as written; absent if there is none.
        message: what is wrong, in words.
        allowed: what would be right: a range with its unit, or names.
        suggestion: nearest valid name, if one is near.
    """

    file: str
    line: int | None
    key: str
    value: object = field(hash=False)  # a table of a file has none
    message: str
    allowed: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = _cut(self.key, _LONGEST_PART)
        subject = key if self.value is None else f"{key} = {_shown(self.value)}"
        message = _cut(self.message, _LONGEST_PART)
        text = ": ".join(part for part in (place, subject, message) if part)
        if self.suggestion:
            text += f"; did you mean {self.suggestion}?"
        # Beside a good suggestion a long list of names would only bury the line.
        buried = self.suggestion and len(self.allowed) > _LONGEST_LIST
        if self.allowed and self.allowed not in self.message and not buried:
            text += f" (allowed: {_cut(self.allowed, _LONGEST_PART)})"
        # Signs that move the cursor or turn the line around come from the file, not from us.
        return "".join(sign if sign.isprintable() else _escaped(sign) for sign in text)


class AbmError(Exception):
    """An error for the user, not for the developer: printed without a traceback, exit code 2."""


class ScenarioError(AbmError):
    """A scenario that cannot be played, with every problem found in it.

    Read the fields of `problems` rather than the text of the message.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        told = [str(problem) for problem in self.problems[:MOST_PROBLEMS]]
        if len(self.problems) > MOST_PROBLEMS:
            told.append(f"and more: these are the first {MOST_PROBLEMS}")
        super().__init__("\n".join(told))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[list[Problem]]]:
        # The default would rebuild the error from its text; workers send errors to their parent.
        return type(self), (self.problems,)


_REMEDIES = {
    errno.ENOSPC: "make room there",
    errno.EDQUOT: "make room there",
    errno.EFBIG: "allow larger files",
    errno.EROFS: "choose a place that can be written",
    errno.EACCES: "choose a place that you may write to",
    errno.EPERM: "choose a place that you may write to",
    errno.ENOTDIR: "choose a folder",
}
"""What helps against what the system says."""


@contextmanager
def writing(place: object, then: str = "") -> Iterator[None]:
    """Say in one line that a place cannot be written, and what to do.

    Args:
        place: folder or file.
        then: what is true once that is done; it follows a semicolon.

    Raises:
        AbmError: in the place of the system's error.
    """
    try:
        yield
    except OSError as error:
        words = [error.strerror or str(error), _REMEDIES.get(error.errno or 0, ""), then]
        raise AbmError(
            f"{place}: cannot be written: " + "; ".join(word for word in words if word)
        ) from error


def install(extra: str) -> str:
    """How to get the packages of an optional extra; no index has this package under its name."""
    return f"in a checkout, python -m pip install -e '.[{extra}]'"


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import packages of an optional extra.

    Args:
        name: of the extra.

    Raises:
        AbmError: if one is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise AbmError(f"this needs the extra {name!r}: {install(name)} ({error})") from None


def _shown(value: object) -> str:
    return _cut(json.dumps(value, ensure_ascii=False, default=str), _LONGEST_VALUE)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode()
