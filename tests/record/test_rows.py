"""Rows of the market table are the same whether months are read one by one or all at once."""

from typing import Any

import pytest
from worlds import changed, lab, world

from abm.market import Market
from abm.scenario import Scenario

CLASSROOM = Scenario.load("classroom")
WORLDS = {
    "classroom": changed(CLASSROOM, {"months": 14}),
    "no demand": changed(CLASSROOM, {"months": 3, "demand.enabled": False}),
    "no clouds": world([lab("A"), lab("B")], [], months=3),
}


def told(rows: list[dict[str, float]]) -> list[dict[str, str]]:
    """Rows as text to the last bit, in which NaN is equal to itself."""
    return [{name: repr(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("scenario", WORLDS.values(), ids=WORLDS)
def test_rows_do_not_hang_on_when_they_are_read(scenario: Scenario) -> None:
    at_once, monthly = Market(scenario, seed=2), Market(scenario, seed=2)
    read: list[Any] = []
    for _ in range(scenario.months):
        at_once.step()
        monthly.step()
        read.append(dict(monthly.recorder.rows[-1]))
    assert len(read) == len(at_once.recorder.rows) == scenario.months
    assert told(read) == told(at_once.recorder.rows) == told(monthly.recorder.rows)


def test_mesas_collector_has_every_month_whenever_it_is_asked() -> None:
    market = Market(WORLDS["no clouds"])
    columns = market.datacollector.model_vars
    assert set(map(len, columns.values())) == {0}
    for month in range(3):
        market.step()
        assert len(market.datacollector.model_vars["frontier"]) == month + 1
    assert market.datacollector.get_model_vars_dataframe()["frontier"].to_list() == [
        row["frontier"] for row in market.recorder.rows
    ]
