"""The JSON Schema of a scenario file, for editors and for other programs."""

from typing import Any

from abm.scenario.declared import DROPS
from abm.scenario.schema import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def file_schema() -> dict[str, Any]:
    """Schema of what a file may say: the scenario, and the keys that the loader consumes.

    Every parameter carries its unit, its plausible range and its source. A file that extends
    another may leave out what it inherits, so that most of what a scenario requires, a file does
    not; ``abm check`` has the last word.
    """
    schema = Scenario.model_json_schema()
    # Only a file that stands alone must hold all that a scenario requires.
    schema["if"] = {"required": ["extends"]}
    schema["else"] = {"required": schema.pop("required")}
    for definition in schema["$defs"].values():
        kept = [name for name in definition.pop("required", ()) if name == "name"]
        if kept:
            definition["required"] = kept
    schema["properties"].update(_loader_keys())
    return {"$schema": DIALECT, **schema}


def _loader_keys() -> dict[str, Any]:
    extends = {
        "type": "string",
        "description": "Scenario to inherit from: a shipped name, or a path from this file.",
    }
    drops = {
        key: {
            "type": "array",
            "items": {"type": "string"},
            "description": f"Names of inherited {table} to leave out.",
        }
        for key, table in DROPS.items()
    }
    return {"extends": extends, **drops}
