"""The market's table is the same whether months are read one by one or all at once."""

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


def told(market: Market) -> dict[str, list[str]]:
    """Columns so far as text to the last bit, in which NaN is equal to itself."""
    return {name: list(map(repr, of.tolist())) for name, of in market.recorder.market.items()}


@pytest.mark.parametrize("scenario", WORLDS.values(), ids=WORLDS)
def test_numbers_do_not_hang_on_when_they_are_read(scenario: Scenario) -> None:
    at_once, monthly = Market(scenario, seed=2), Market(scenario, seed=2)
    for month in range(scenario.months):
        at_once.step()
        monthly.step()
        read = told(monthly)
        assert set(map(len, read.values())) == {month + 1}
    assert read == told(at_once) == told(monthly)


def test_mesas_collector_has_every_month_whenever_it_is_asked() -> None:
    market = Market(WORLDS["no clouds"])
    columns = market.datacollector.model_vars
    assert set(map(len, columns.values())) == {0}
    for month in range(3):
        market.step()
        assert len(market.datacollector.model_vars["frontier"]) == month + 1
    frame = market.datacollector.get_model_vars_dataframe()
    assert frame["frontier"].to_list() == market.recorder.market["frontier"].tolist()
