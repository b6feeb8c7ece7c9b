"""How the keys and values of a scenario are written: ``labs[Lab A].cash=105``.

A key is a tuple of names. Labs, clouds and segments are addressed by their names, so that a key
means the same in every file of a chain of inheritance, whatever the order of the entries.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

Key = tuple[str, ...]

NAMED = ("labs", "clouds", "segments")
"""Lists of tables whose entries are matched and addressed by name."""

_STEP = re.compile(
    r"""\s*(?:
        \.\s*(?P<dotted>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s.\[\]="'][^.\[\]=]*)    # .cash  ."Lab.A"
      | \[\s*(?P<inner>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s\]"'][^\]]*)\s*\]        # [Lab A]
    )\s*""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_LONE_NAME = re.compile(r"""[^\s\]"'](?:[^\]\n]*[^\s\]])?""")


def entry_name(entry: object, index: int) -> str:
    """Name of an entry of a named list; ``#3`` for the third if it has none."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else f"#{index + 1}"


def nodes(values: dict[str, Any], prefix: Key = ()) -> Iterator[tuple[Key, Any]]:
    """Every table, named entry and value of a scenario, outermost first, with its key."""
    for name, value in values.items():
        key = (*prefix, name)
        yield key, value
        if isinstance(value, dict):
            yield from nodes(value, key)
        elif not prefix and name in NAMED and isinstance(value, list):
            for index, entry in enumerate(value):
                own = (*key, entry_name(entry, index))
                yield own, entry
                if isinstance(entry, dict):
                    yield from nodes(entry, own)


def spell_key(key: Key) -> str:
    """A key as people read it, and as `parse_key` takes it back."""
    if len(key) > 1 and key[0] in NAMED:
        name = key[1] if _LONE_NAME.fullmatch(key[1]) else _quoted(key[1])
        head, rest = f"{key[0]}[{name}]", key[2:]
    else:
        head, rest = "", key
    plain = [part if _PLAIN.fullmatch(part) else _quoted(part) for part in rest]
    return ".".join([head, *plain] if head else plain)


def parse_key(text: str) -> tuple[Key, str]:
    """The names of a key, split at dots and brackets, and the text that follows the key.

    Raises:
        ValueError: if the text does not begin with a key.
    """
    parts: list[str] = []
    rest = f".{text}"
    while rest.startswith((".", "[")):
        step = _STEP.match(rest)
        if step is None:
            raise ValueError(f"no name can be read at {rest.removeprefix('.')!r}")
        parts.append(_unquoted(step["dotted"] or step["inner"]))
        rest = rest[step.end() :]
    return tuple(parts), rest


def spell_value(value: object) -> str:
    """A value in TOML, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(spell_value, value))}]"
    if isinstance(value, dict):
        inner = [f"{spell_key((name,))} = {spell_value(item)}" for name, item in value.items()]
        return f"{{{', '.join(inner)}}}"
    return repr(value)


def parse_value(text: str) -> object:
    """A TOML value; text that is none stands for itself, as shells strip quotation marks.

    Raises:
        ValueError: if the text opens a list, a table or a quotation and does not complete it.
    """
    try:
        table = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        table = {}
    if table.keys() == {"value"}:
        return table["value"]
    if text.lstrip().startswith(("[", "{", '"', "'")):
        raise ValueError("the value is not complete TOML")
    return text.strip()


def _unquoted(text: str) -> str:
    if text.startswith(('"', "'")):
        return str(tomllib.loads(f"name = {text}")["name"])
    return text.strip()


def _quoted(text: str) -> str:
    # JSON escapes are TOML escapes; only DEL must be escaped in TOML and is not in JSON.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
