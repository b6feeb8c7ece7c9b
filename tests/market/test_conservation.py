"""Whatever the scenario: money is conserved and every number keeps its meaning, month by month.

The scenarios are drawn: firms, clouds and customers, parameters within the range that an expert
would defend, and mechanisms switched off.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import SMALL, check_everything
from worlds import PARAMETERS, SWITCHES, cloud, lab, residuals, segment, world

from abm.ledger import CUSTOMERS, ConservationError
from abm.market import Market
from abm.scenario import Scenario
from abm.scenario.cast import COMPONENTS, LICENCES

MONTHS = 6

levels = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """Some parameters within their ranges, some mechanisms off."""
    drawn: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(sorted(PARAMETERS)), unique=True, max_size=12)):
        kind, low, high = PARAMETERS[key]
        whole = kind is int
        drawn[key] = draw(st.integers(int(low), int(high)) if whole else st.floats(low, high))
    if "demand.nest_host" in drawn:
        drawn["demand.nest_host"] = min(
            drawn["demand.nest_host"], drawn.get("demand.nest_model", 0.7)
        )
    for name in draw(st.lists(st.sampled_from(SWITCHES), unique=True, max_size=4)):
        drawn[f"{name}.enabled"] = False
    return drawn


@st.composite
def labs(draw: st.DrawFn, name: str, clouds: list[str], segments: list[str]) -> dict[str, Any]:
    camp = draw(st.sampled_from(["open", "closed"]))
    shown = {component: draw(levels) for component in COMPONENTS}
    shown["weights"] = 1.0 if camp == "open" else 0.0
    drawn = lab(
        name,
        camp=camp,
        researchers=draw(st.floats(1, 800)),
        staff=draw(st.floats(0, 200)),
        cash=draw(st.floats(0, 60) | st.floats(0, 5000)),
        raised=draw(st.floats(0, 1000)),
        owned=draw(st.booleans()),
        parent_budget=draw(st.just(0.0) | st.floats(0, 100)),
        parent_users=draw(st.just(0.0) | st.floats(0, 2000)),
        gpu_farm=draw(st.just(0.0) | st.floats(0, 20)),
        encumbered=draw(st.floats(0, 1)),
        focus=draw(st.sampled_from([[], ["prose"], ["code"]])),
        licence=draw(st.sampled_from(LICENCES)),
        disclosure=shown,
        exclusive_cloud=draw(st.sampled_from(["", *clouds])),
    )
    drawn["flagship"] = draw(
        st.none()
        | st.builds(
            lambda compute, cost, age: {"compute": compute, "cost": cost, "age": age},
            st.floats(20, 26),
            st.floats(0, 100),
            st.integers(0, 12),
        )
    )
    product = draw(st.sampled_from(["", *segments]))
    if product:
        drawn |= {"product": product, "seats": draw(st.floats(0, 10))}
    return drawn


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    lab_names = [f"Lab {i}" for i in range(draw(st.integers(1, 4)))]
    cloud_names = [f"Cloud {i}" for i in range(draw(st.integers(0, 3)))]
    kinds = draw(
        st.lists(
            st.sampled_from(["developer", "enterprise", "consumer", "public"]),
            min_size=1,
            max_size=3,
        )
    )
    segment_names = [f"Segment {i}" for i in range(len(kinds))]
    firms = [draw(labs(name, cloud_names, segment_names)) for name in lab_names]
    listable = [firm["name"] for firm in firms if firm["flagship"]]
    catalogue = st.lists(st.sampled_from(listable or [""]), unique=True, max_size=len(listable))
    return world(
        labs=firms,
        clouds=[
            cloud(
                name,
                cash=draw(st.floats(0, 3000)),
                customers=draw(st.floats(0.1, 1)),
                own_lab=draw(st.sampled_from(["", *lab_names[k : k + 1]])),
                catalogue=draw(catalogue),
            )
            for k, name in enumerate(cloud_names)
        ],
        segments=[
            segment(
                name,
                kind=kind,
                budget=draw(st.floats(0.1, 10_000)),
                requirement=draw(st.floats(23, 27)),
                seats=draw(st.just(0.0) | st.floats(0.1, 60)),
            )
            for name, kind in zip(segment_names, kinds, strict=True)
        ],
        months=MONTHS,
        communities=draw(st.integers(1, 16)),
        **{"entry.rate": 0.5} | draw(changes()),
    )


@settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(scenarios(), st.integers(0, 2**32))
def test_every_month_of_every_world_closes_and_makes_sense(scenario: Scenario, seed: int) -> None:
    market = Market(scenario, seed=seed)
    check_everything(market)
    for _ in range(MONTHS):
        opening = {"labs": float(market.labs.cash.sum()), "clouds": float(market.clouds.cash.sum())}
        market.step()
        if scenario.ledger.enabled:
            assert residuals(market, opening) < SMALL
        check_everything(market)


def test_the_drawn_scenarios_reach_every_parameter_with_a_range() -> None:
    assert len(PARAMETERS) > 100
    assert {key.split(".")[0] for key in PARAMETERS} >= set(SWITCHES) - {"ledger"}


def test_the_shipped_market_conserves_money_every_month() -> None:
    market = Market("status-quo-2023", seed=3)
    for _ in range(12):
        opening = {"labs": float(market.labs.cash.sum()), "clouds": float(market.clouds.cash.sum())}
        market.step()
        assert residuals(market, opening) < SMALL
        check_everything(market)


def test_cash_that_a_policy_moves_beside_the_books_stops_the_run() -> None:
    def smuggle(market: Market) -> None:
        market.labs.cash[0] += 1e-4

    with pytest.raises(ConservationError, match="labs: cash moved by"):
        Market("classroom", seed=1, policies=[smuggle]).step()


def test_cash_that_a_policy_moves_through_the_books_is_fine() -> None:
    def subsidise(market: Market) -> None:
        market.ledger.pay("subsidy", CUSTOMERS, market.ledger.labs, 1e-4, None, 0)

    market = Market("classroom", seed=1, policies=[subsidise])
    market.step()
    assert "subsidy" in market.ledger.flows
