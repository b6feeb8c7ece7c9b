"""TOML from strangers: what would keep the parser for minutes is refused before it begins."""

import re
import tomllib
from typing import Any

LARGEST_FILE = 4_000_000
"""Bytes of a file; a thousand labs with a source for every number are half of it."""

DEEPEST = 32
"""Tables and lists inside one another, and names that dots join."""

_LONGEST_NUMBER = 2**63
"""Whole numbers of TOML have 64 bits."""

# The parser's time and memory grow with the square of the names in one key.
_CHAIN = re.compile(
    rf"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{DEEPEST}}}"""
)


def parsed(text: str) -> dict[str, Any]:
    """The values of a TOML text.

    Raises:
        tomllib.TOMLDecodeError: if it is not TOML.
        ValueError: if it is nested too deeply, or holds a number that nothing can mean.
    """
    if _CHAIN.search(text):
        raise ValueError(f"a key joins more than {DEEPEST} names")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise ValueError(f"nested more than {DEEPEST} deep") from None
    except ValueError:  # Python itself refuses to read thousands of digits
        raise ValueError("a whole number has more than 64 bits") from None
    _bounded(values)
    return values


def _bounded(values: dict[str, Any]) -> None:
    """Raise if a value lies too deep or is too long a number; without recursion of its own."""
    level: list[Any] = [values]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for item in level:
            inner.extend(item.values() if isinstance(item, dict) else item)
        if any(isinstance(item, int) and abs(item) > _LONGEST_NUMBER for item in inner):
            raise ValueError("a whole number has more than 64 bits")
        level = [item for item in inner if isinstance(item, dict | list)]
        if not level:
            return
    raise ValueError(f"nested more than {DEEPEST} deep")
