"""Worlds at the edge of what a scenario may say can be played and measured."""

from collections.abc import Callable
from typing import Any

import pytest
from invariants import check_everything
from pydantic import ValidationError
from worlds import SWITCHES, changed, closed_lab, cloud, lab, play, segment, world

from abm.errors import AbmError
from abm.market import Market
from abm.scenario import Scenario
from abm.scenario.declared import hard_bounds

PAIR = [lab("A"), closed_lab("B", cash=1e4)]
HOST = [cloud("X")]
FIRST = {"compute": 18.0, "cost": 0.0, "age": 0}


def two(**changes: Any) -> Scenario:
    return world(PAIR, HOST, **changes)


def may_be_zero(section: str) -> list[str]:
    """Parameters of a mechanism that can be nothing, by dotted key."""
    fields = Scenario.model_fields[section].annotation.model_fields  # type: ignore[union-attr]
    return [
        f"{section}.{name}"
        for name, field in fields.items()
        if name != "enabled" and hard_bounds(field).startswith(("at least 0", "between 0 and"))
    ]


PRICES = (
    "hosting.slot_cost",
    "pricing.host_margin",
    "pricing.undercut_floor",
    "compute.running_cost",
    "talent.staff_wage",
    "disclosure.preparation_cost",
)

ZEROS = [key for section in SWITCHES for key in may_be_zero(section)]

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
    "nothing costs anything": lambda: world(
        PAIR, HOST, [segment("s", arpu=0.0)], **dict.fromkeys(PRICES, 0)
    ),
    "nothing leaks": lambda: two(**{"knowledge.leak": 0.0}),
    "a thousand labs": lambda: world(
        [lab(f"L{i}") for i in range(1000)], HOST, months=2, communities=4
    ),
    "two hundred clouds": lambda: world(
        PAIR, [cloud(f"X{i}", customers=0.005) for i in range(200)], months=4
    ),
    "a single community in a single month": lambda: two(months=1, communities=1),
    "all that may be nothing is nothing": lambda: two(**dict.fromkeys(ZEROS, 0)),
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


@pytest.mark.parametrize("key", ZEROS)
def test_any_parameter_may_be_nothing(key: str) -> None:
    market, _ = play(two(**{key: 0}, months=4), seed=3)
    check_everything(market)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"labs": []}, "labs\n.*at least 1"),
        ({"segments": []}, "segments\n.*at least 1"),
        ({"talent.wage": 0.0}, "talent.wage\n.*greater than 0"),
        ({"capability.transfer": 0.0}, "capability.transfer\n.*greater than 0"),
        ({"demand.tie_degree": 10**9}, "demand.tie_degree\n.*less than or equal to 100"),
    ],
)
def test_what_has_no_meaning_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        changed(two(), changes)


@pytest.mark.parametrize("key", ["demand.price", "hosting.catalogue_value", "entry.profit_weight"])
def test_a_world_that_cannot_be_computed_stops_with_the_reason(key: str) -> None:
    with pytest.raises(AbmError, match=rf"this world cannot be computed .*{key} = 10000 "):
        play(two(**{key: 1e4}), seed=3)
