"""Keys and values survive being written down and read again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.scenario.notation import nodes, parse_key, parse_value, spell_key, spell_value
from abm.scenario.overrides import parse, spell

names = st.text(min_size=1, max_size=12)
keys = st.lists(names, min_size=1, max_size=4).map(tuple) | st.tuples(
    st.sampled_from(["labs", "clouds", "segments"]), names, names
)
scalars = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


@given(keys)
def test_a_spelled_key_reads_back(key: tuple[str, ...]) -> None:
    assert parse_key(spell_key(key)) == (key, "")


@given(values)
def test_a_spelled_value_reads_back(value: object) -> None:
    assert parse_value(spell_value(value)) == value


@given(keys, values)
def test_a_spelled_override_reads_back(key: tuple[str, ...], value: object) -> None:
    assert parse(spell(key, value)) == (key, value)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("race.growth", ("race", "growth")),
        (" race . growth ", ("race", "growth")),
        ('labs."Mistral AI".cash', ("labs", "Mistral AI", "cash")),
        ("labs.'Mistral AI'.cash", ("labs", "Mistral AI", "cash")),
        ("labs.Mistral AI.cash", ("labs", "Mistral AI", "cash")),
        ("labs[Mistral AI].cash", ("labs", "Mistral AI", "cash")),
        ("labs[01.AI].cash", ("labs", "01.AI", "cash")),
        ("labs.01.AI.cash", ("labs", "01", "AI", "cash")),
        ("labs.L'Atelier.cash", ("labs", "L'Atelier", "cash")),
    ],
)
def test_ways_to_write_a_key(text: str, key: tuple[str, ...]) -> None:
    assert parse_key(text) == (key, "")


@pytest.mark.parametrize(
    "text", ["", "=5", "race..growth", "labs[Aster.cash", ".growth", "[labs].x", 'labs."\\q".cash']
)
def test_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"no name can be read|Unescaped"):
        parse_key(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        (" 2.5 ", 2.5),
        ("true", True),
        ("1e3", 1000.0),
        ('["a", "b"]', ["a", "b"]),
        ("{a = 1}", {"a": 1}),
        ("2023-10", "2023-10"),
        ("My world", "My world"),
        ("False", "False"),
        ("", ""),
        ("1\nmore = 2", "1\nmore = 2"),
    ],
)
def test_ways_to_write_a_value(text: str, value: object) -> None:
    read = parse_value(text)
    assert read == value
    assert type(read) is type(value)


def test_numbers_without_end_are_read_for_the_validator_to_refuse() -> None:
    assert parse_value("inf") == math.inf
    assert repr(parse_value("nan")) == "nan"


@pytest.mark.parametrize("text", ['["a"', "{a = 1", '"a', "'a"])
def test_a_value_that_is_not_complete(text: str) -> None:
    with pytest.raises(ValueError, match="not complete"):
        parse_value(text)


def test_nodes_address_entries_by_name() -> None:
    tree = {"labs": [{"name": "Aster", "sources": {"cash": "press"}}, {}], "domains": ["chat"]}
    assert [spell_key(key) for key, _ in nodes(tree)] == [
        "labs",
        "labs[Aster]",
        "labs[Aster].name",
        "labs[Aster].sources",
        "labs[Aster].sources.cash",
        "labs[#2]",
        "domains",
    ]
