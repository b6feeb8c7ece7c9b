"""The JSON Schema says what the loader accepts, with units, ranges and sources."""

from typing import Any

import pytest

from abm.scenario.declared import FILE_KEYS
from abm.scenario.published import file_schema
from abm.scenario.schema import Scenario


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return file_schema()


def test_parameters_say_what_they_mean(schema: dict[str, Any]) -> None:
    growth = schema["$defs"]["Race"]["properties"]["growth"]
    assert (growth["unit"], growth["range"], growth["minimum"]) == ("x/year", [2.0, 5.0], 1)
    assert "Cottier" in growth["source"]
    assert growth["description"]


def test_every_number_has_a_unit(schema: dict[str, Any]) -> None:
    mute = [
        f"{name}.{key}"
        for name, definition in schema["$defs"].items()
        for key, field in definition["properties"].items()
        if field.get("type") in ("number", "integer") and "unit" not in field
    ]
    assert mute == []


def test_the_keys_of_a_file(schema: dict[str, Any]) -> None:
    assert set(schema["properties"]) == {*Scenario.model_fields, *FILE_KEYS}
    assert schema["additionalProperties"] is False


def test_only_a_file_that_stands_alone_must_be_complete(schema: dict[str, Any]) -> None:
    assert "required" not in schema
    assert schema["if"] == {"required": ["extends"]}
    assert set(schema["else"]["required"]) == {"title", "domains", "labs", "segments"}
    assert schema["$defs"]["LabSpec"]["required"] == ["name"]
    assert "required" not in schema["$defs"]["FlagshipSpec"]
