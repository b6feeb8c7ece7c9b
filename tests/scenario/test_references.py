"""The loader's table of references says what the schema's own rule says."""

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError
from small_world import MINIMAL

from abm.scenario.references import REFERENCES, dangling, forget, names_of
from abm.scenario.schema import Scenario


@pytest.fixture
def world() -> dict[str, Any]:
    return tomllib.loads(MINIMAL)


def mention(world: dict[str, Any], table: str, field: str, name: str) -> None:
    kinds = {"needs": {name: 1.0}, "focus": [name], "catalogue": [name]}
    world[table][0][field] = kinds.get(field, name)


@pytest.mark.parametrize(("table", "field", "target"), REFERENCES)
def test_the_schema_refuses_what_dangles(
    world: dict[str, Any], table: str, field: str, target: str
) -> None:
    mention(world, table, field, "Nobody")
    (found,) = dangling(world)
    assert (found.key[0], found.key[2], found.name, found.target) == (
        table, field, "Nobody", target,
    )  # fmt: skip
    with pytest.raises(ValidationError, match=rf"{field} names 'Nobody'"):
        Scenario.model_validate(world)


@pytest.mark.parametrize(("table", "field", "target"), REFERENCES)
def test_both_accept_what_is_there(
    world: dict[str, Any], table: str, field: str, target: str
) -> None:
    mention(world, table, field, names_of(world, target)[0])
    assert not list(dangling(world))
    Scenario.model_validate(world)


@pytest.mark.parametrize(("table", "field", "target"), REFERENCES)
def test_what_is_forgotten_is_mentioned_no_more(
    world: dict[str, Any], table: str, field: str, target: str
) -> None:
    name = names_of(world, target)[0]
    mention(world, table, field, name)
    assert (table, world[table][0]["name"], field) in forget(world, target, {name})
    assert not world[table][0][field]
    assert not forget(world, target, {name})


def test_only_names_are_forgotten(world: dict[str, Any]) -> None:
    world["clouds"][0]["catalogue"] = ["Aster", ["Aster"], 3, {"a": 1}]
    forget(world, "labs", {"Aster"})
    assert world["clouds"][0]["catalogue"] == [["Aster"], 3, {"a": 1}]


@pytest.mark.parametrize("wrong", [3, "x", {"a": 1}, [3, "x", None]])
@pytest.mark.parametrize("table", ["labs", "clouds", "segments", "domains"])
def test_wrong_types_are_left_to_the_validator(
    world: dict[str, Any], table: str, wrong: object
) -> None:
    world[table] = wrong
    list(dangling(world))
