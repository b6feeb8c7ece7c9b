"""Worlds at the edge of what a scenario may say can be played and measured."""

from collections.abc import Callable
from typing import Any

import pytest
from invariants import check_everything
from worlds import closed_lab, cloud, lab, play, segment, world

from abm.market import Market
from abm.scenario import Scenario

PAIR = [lab("A"), closed_lab("B", cash=1e4)]
HOST = [cloud("X")]
FIRST = {"compute": 18.0, "cost": 0.0, "age": 0}


def two(**changes: Any) -> Scenario:
    return world(PAIR, HOST, **changes)


UNUSUAL: dict[str, Callable[[], Scenario]] = {
    "no open model": lambda: world([closed_lab("A")], HOST),
    "no closed model": lambda: world([lab("A")], HOST),
    "no model at all": lambda: world([lab("A", flagship=None)], HOST),
    "no clouds": lambda: world(PAIR),
    "clouds without customers": lambda: world(PAIR, [cloud("X", customers=0.0)]),
    "customers without money": lambda: world(PAIR, HOST, [segment("s", budget=0.0)]),
    "fewer communities than segments": lambda: world(
        PAIR, HOST, [segment("s", share=0.5), segment("t", share=0.5)], communities=1
    ),
    "one domain": lambda: world(
        [lab("A", focus=["prose"])], HOST, [segment("s", needs={"prose": 1})], domains=["prose"]
    ),
    "a lab without cash": lambda: world([lab("A", cash=0.0)], HOST),
    "a single month": lambda: two(months=1),
    "no room for entrants": lambda: two(**{"entry.max_labs": 2, "entry.rate": 3.0}),
    "a model of no use": lambda: world([lab("A", flagship=FIRST)], HOST),
    "needs that nothing meets": lambda: world(PAIR, HOST, [segment("s", requirement=30.0)]),
    "customers who do not mind quality": lambda: two(**{"demand.quality": 0.0}),
    "customers who hardly mind price": lambda: two(**{"demand.price": 1e-3}),
    "nobody knows anybody": lambda: two(**{"knowledge.degree": 0, "demand.tie_degree": 0}),
    "odd degrees": lambda: two(**{"knowledge.degree": 3, "demand.tie_degree": 1}),
    "a suit every month": lambda: two(
        **{"litigation.hazard": 1.0, "litigation.duration": 1, "litigation.cash_cap": 1.0}
    ),
    "everything spent on runs": lambda: two(
        **{"race.commitment": 2.0, "race.experiments": 0.0}, months=24
    ),
    "fifty years": lambda: two(**{"entry.rate": 0.05}, months=600, communities=4),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_world_can_be_played(name: str) -> None:
    market, run = play(UNUSUAL[name](), seed=3)
    check_everything(market)
    assert run.market.height == market.scenario.months


@pytest.mark.parametrize("name", ["no open model", "no closed model", "no model at all"])
def test_what_cannot_be_measured_is_no_number_rather_than_infinite(name: str) -> None:
    _, run = play(UNUSUAL[name](), seed=3)
    columns = run.market.drop("month", "date")
    assert [column.name for column in columns if column.is_infinite().any()] == []


def test_a_lab_without_a_model_takes_no_slot() -> None:
    market = Market(world([lab("A", flagship=None)], [cloud("X", catalogue=["A"])]))
    assert not market.offers.listed.any()


def test_a_model_that_may_not_be_hosted_takes_no_slot() -> None:
    unlicensed = world([lab("A", licence="no-hosting")], [cloud("X", catalogue=["A"])])
    assert not Market(unlicensed).offers.listed.any()


def test_a_model_bound_to_one_cloud_takes_no_slot_on_another() -> None:
    firms = [closed_lab("A", exclusive_cloud="Y")]
    clouds = [cloud("X", catalogue=["A"]), cloud("Y", catalogue=["A"])]
    assert Market(world(firms, clouds)).offers.listed[1].tolist() == [False, True]
