"""A name steers nothing: exchange the names, and the outcomes carry the other names."""

import json
from typing import Any

import polars as pl
import pytest
from worlds import differences, play

from abm.record.run import Run
from abm.scenario import Scenario

NAMED = ("labs", "clouds", "segments")


def exchanged(lists: dict[str, list[str]], shift: int) -> dict[str, str]:
    """Give every name of a list to the one `shift` places on."""
    return {
        name: names[(i + shift) % len(names)]
        for names in lists.values()
        for i, name in enumerate(names)
    }


def names_of(scenario: Scenario, *lists: str) -> dict[str, list[str]]:
    return {key: [entry.name for entry in getattr(scenario, key)] for key in lists}


def renamed(value: Any, names: dict[str, str]) -> Any:
    """Apply new names wherever an old one stands, as a value or as a key."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def with_names(scenario: Scenario, names: dict[str, str]) -> Scenario:
    """The scenario with other names in the same places."""
    values = scenario.model_dump()
    told = {key: values.pop(key) for key in ("title", "description")}
    for entry in (entry for key in NAMED for entry in values[key]):
        entry.pop("sources")
    return Scenario.model_validate(renamed(values, names) | told)


def relabelled(run: Run, names: dict[str, str]) -> Run:
    """The run with other names in its tables, in the reasons of its events too."""

    def reason(text: str) -> str:
        return json.dumps(renamed(json.loads(text), names), sort_keys=True)

    tables = {}
    for key, table in run.tables.items():
        columns = [
            column.map_elements(
                reason if column.name == "reason" else lambda text: names.get(text, text),
                return_dtype=pl.String,
            )
            if column.dtype == pl.String and table.height
            else column
            for column in table
        ]
        tables[key] = pl.DataFrame(columns)
    return Run(scenario=run.scenario, seed=run.seed, **tables)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return with_names(Scenario.load("classroom"), {})


@pytest.fixture(scope="module", params=[1, 2])
def run(scenario: Scenario, request: pytest.FixtureRequest) -> Run:
    return play(scenario, seed=request.param)[1]


@pytest.mark.parametrize("lists", [("labs",), ("clouds",), NAMED], ids="-".join)
@pytest.mark.parametrize("shift", [1, 3])
def test_exchanging_names_relabels_the_outcomes_and_nothing_else(
    scenario: Scenario, run: Run, lists: tuple[str, ...], shift: int
) -> None:
    names = exchanged(names_of(scenario, *lists), shift)
    other = play(with_names(scenario, names), seed=run.seed)[1]
    assert differences(relabelled(run, names), other) == []


def test_names_that_nobody_foresaw_change_nothing_else(scenario: Scenario, run: Run) -> None:
    old = names_of(scenario, "labs", "clouds")
    names = {
        name: f"{'zyx'[i % 3]} {i}'s \N{SNOWMAN}"
        for i, name in enumerate([*old["labs"], *old["clouds"]])
    }
    other = play(with_names(scenario, names), seed=run.seed)[1]
    assert differences(relabelled(run, names), other) == []


def test_the_exchange_is_noticed_where_it_is_not_undone(scenario: Scenario, run: Run) -> None:
    names = exchanged(names_of(scenario, "labs"), 1)
    other = play(with_names(scenario, names), seed=run.seed)[1]
    assert {"labs.lab", "events.actor", "releases.lab"} <= set(differences(run, other))


def test_another_order_of_the_labs_is_another_world(scenario: Scenario, run: Run) -> None:
    """Streams are keyed by row: the test of names would miss a model that reads names by row."""
    values = scenario.model_dump()
    values["labs"] = values["labs"][1:] + values["labs"][:1]
    other = play(Scenario.model_validate(values), seed=run.seed)[1]
    assert "market.frontier" in differences(run, other)
