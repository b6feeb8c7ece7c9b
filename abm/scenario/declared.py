"""What the schema declares about a key: its unit, its bounds, its neighbours.

Messages, warnings and the checks of overrides all read the declarations from here.
"""

import difflib
import types
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from abm.scenario.fields import Section
from abm.scenario.notation import Key, spell_key
from abm.scenario.schema import Scenario

DROPS = {"drop_labs": "labs", "drop_clouds": "clouds", "drop_segments": "segments"}
"""Keys of a file that remove inherited entries of a named list."""

FILE_KEYS = ("extends", *DROPS)
"""Keys of a file that the loader consumes; they are no part of the scenario."""


_LONGEST_NAME, _MOST_NAMES = 200, 2000
"""Length and number of names among which a like one is sought: comparing takes its time."""


class Unknown(NamedTuple):
    """Where a key leaves the schema, and which names would have been right there."""

    depth: int
    allowed: list[str]


@lru_cache(maxsize=8192)
def field_at(key: Key) -> FieldInfo | None:
    """The declaration of a key; None for entries of lists and for names the schema lacks."""
    if not key:
        return None
    section = _section(_annotation(key[:-1]))
    return None if section is None else section.model_fields.get(key[-1])


def names_at(key: Key) -> list[str]:
    """Names that may stand below a key; at the root also those that the loader consumes."""
    section = _section(_annotation(key))
    names = [] if section is None else list(section.model_fields)
    return names if key else [*names, *FILE_KEYS]


def first_unknown(key: Key) -> Unknown | None:
    """The first name of a key that the schema does not know, if there is one."""
    for depth in range(len(key)):
        if _annotation(key[: depth + 1]) is None:
            return Unknown(depth, names_at(key[:depth]))
    return None


def unit(field: FieldInfo | None) -> str:
    """Unit of a field, in words that can follow a number; empty for pure numbers."""
    name = str(_extra(field).get("unit", ""))
    return "" if name in ("1", "switch") else name


def with_unit(text: str, field: FieldInfo | None) -> str:
    """A text about a field's value, followed by the unit in brackets."""
    name = unit(field)
    return f"{text} ({name})" if name else text


def choices(field: FieldInfo | None) -> list[str]:
    """The values of a field that takes one of a few words; empty for any other."""
    annotation = None if field is None else field.annotation
    return list(get_args(annotation)) if get_origin(annotation) is Literal else []


def hard_bounds(field: FieldInfo | None) -> str:
    """The values that a field can take, in words: ``between 0 and 1 (1/month)``."""
    limits = {
        name: getattr(item, name)
        for item in (field.metadata if field is not None else [])
        for name in ("ge", "gt", "le", "lt")
        if getattr(item, name, None) is not None
    }
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    if limits.keys() == {"ge", "le"}:
        text = f"between {limits['ge']:.12g} and {limits['le']:.12g}"
    else:
        text = " and ".join(f"{words[name]} {limits[name]:.12g}" for name in limits)
    return with_unit(text, field)


def plausible_range(field: FieldInfo | None) -> tuple[float, float] | None:
    """The range that an expert would defend, if the field declares one."""
    bounds = _extra(field).get("range")
    return None if bounds is None else (float(bounds[0]), float(bounds[1]))


def nearest(name: str, candidates: Iterable[str], cutoff: float = 0.6) -> str:
    """The candidate most like a name, whatever its case; empty if none is like it."""
    likely = islice((item for item in candidates if len(item) <= _LONGEST_NAME), _MOST_NAMES)
    lower = {candidate.lower(): candidate for candidate in likely}
    if len(name) > _LONGEST_NAME:
        return ""
    found = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else ""


def nearest_key(key: Key) -> str:
    """What an unknown key may have meant: a like name beside it, or its name elsewhere."""
    beside = nearest(key[-1], names_at(key[:-1]))
    if beside:
        return spell_key((*key[:-1], beside))
    elsewhere = [spell_key(known) for known in _leaves() if known[-1] == key[-1]]
    return elsewhere[0] if len(elsewhere) == 1 else ""


def _leaves() -> Iterator[Key]:
    for name, field in Scenario.model_fields.items():
        section = _section(field.annotation)
        below = () if section is None else section.model_fields
        yield from ((name, inner) for inner in below)


def _extra(field: FieldInfo | None) -> dict[str, Any]:
    extra = None if field is None else field.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def _annotation(key: Key) -> object:
    """Type that the schema declares for a key; None if the key is unknown."""
    annotation: object = Scenario
    for name in key:
        annotation = _inside(annotation, name)
    return annotation


@lru_cache(maxsize=8192)
def _inside(annotation: Any, name: str) -> object:
    annotation = _without_none(annotation)
    section = _section(annotation)
    if section is not None:
        field = section.model_fields.get(name)
        return None if field is None else field.annotation
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    if get_origin(annotation) is list and _section(get_args(annotation)[0]) is not None:
        return get_args(annotation)[0]  # a named entry
    return None


def _section(annotation: object) -> type[Section] | None:
    bare = _without_none(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, Section) else None


def _without_none(annotation: object) -> object:
    """The type T of an optional ``T | None``."""
    if get_origin(annotation) in (Union, types.UnionType):
        kept = [arm for arm in get_args(annotation) if arm is not type(None)]
        return kept[0] if len(kept) == 1 else annotation
    return annotation
