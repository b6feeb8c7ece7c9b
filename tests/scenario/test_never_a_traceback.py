"""Whatever a user writes, it is loaded or refused in words: no other exception gets out."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import MINIMAL

from abm.errors import ScenarioError
from abm.scenario.declared import FILE_KEYS
from abm.scenario.loading import load
from abm.scenario.notation import spell_key, spell_value

Steps = tuple[str | int, ...]

names = st.sampled_from(["name", "cash", "chat", "Aster", "labs", "growth"]) | st.text(max_size=5)
values = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.floats() | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "base.toml").write_text(MINIMAL)
    return folder


def steps(tree: dict[str, Any] | list[Any], path: Steps = ()) -> Iterator[Steps]:
    """Every place in a tree where something can be spoilt."""
    pairs: list[tuple[str | int, Any]] = [
        *(tree.items() if isinstance(tree, dict) else enumerate(tree))
    ]
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from steps(value, (*path, key))


def spoil(tree: dict[str, Any], path: Steps, value: object) -> None:
    inner: Any = tree
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value


def outcome(path: Path, *overrides: str) -> str:
    try:
        return load(path, overrides).hash
    except ScenarioError as error:
        return str(error)


@settings(deadline=None)  # loading waits for the disk
@given(path=st.sampled_from([*steps(tomllib.loads(MINIMAL))]), value=values, inherit=st.booleans())
def test_any_value_anywhere(folder: Path, path: Steps, value: object, inherit: bool) -> None:
    loader = {"extends": "base.toml", "drop_labs": ["Aster"]} if inherit else {}
    tree = {**loader, **tomllib.loads(MINIMAL)}
    spoil(tree, path, value)
    text = [f"{spell_key((key,))} = {spell_value(item)}\n" for key, item in tree.items()]
    (folder / "spoilt.toml").write_text("".join(text), encoding="utf-8")
    assert outcome(folder / "spoilt.toml")


@settings(deadline=None)  # loading waits for the disk
@given(st.text() | st.builds("{}={}".format, names, st.text()))
def test_any_text_as_an_override(folder: Path, text: str) -> None:
    assert outcome(folder / "base.toml", text)


@settings(deadline=None)  # loading waits for the disk
@given(st.sampled_from([*FILE_KEYS, "labs", "labs.Aster", "labs.Aster.sources", "race"]), values)
def test_any_value_of_an_override(folder: Path, key: str, value: object) -> None:
    assert outcome(folder / "base.toml", f"{key}={spell_value(value)}")
