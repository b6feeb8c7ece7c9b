"""A policy as plain data: what it does, through what, at whose cost, how it could backfire."""

import inspect
import json
from collections.abc import Iterable
from typing import Any

from abm.policy.lever import Lever
from abm.policy.policy import Policy


def told(policy: Policy) -> dict[str, Any]:
    """Everything about a policy as plain data."""
    return {
        "name": policy.name,
        "title": policy.title,
        "description": policy.description,
        "backfires": policy.backfires,
        "mechanisms": _once(m for lever in policy.levers for m in lever.MECHANISMS.split(", ")),
        "paid_by": _once(payer for lever in policy.levers for payer in lever.payers),
        "hash": policy.hash,
        "levers": [_lever(lever) for lever in policy.levers],
    }


def spelt_value(field: dict[str, Any]) -> str:
    """The value of a lever's field, of those that `told` gives, as a file would say it."""
    value = field["value"]
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)


def _lever(lever: Lever) -> dict[str, Any]:
    return {
        "kind": lever.kind,
        "doc": inspect.getdoc(type(lever)) or "",
        "writes": list(lever.WRITES),
        "fields": {
            name: {
                "value": value,
                "unit": _extra(lever, name).get("unit", ""),
                "doc": type(lever).model_fields[name].description or "",
            }
            for name, value in lever.model_dump(mode="json").items()
            if name != "kind"
        },
    }


def _extra(lever: Lever, name: str) -> dict[str, Any]:
    found = type(lever).model_fields[name].json_schema_extra
    return found if isinstance(found, dict) else {}


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
