"""Limits with known answers: worlds so simple that the outcome can be worked out by hand."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from worlds import CALM, closed_lab, cloud, events, lab, play, segment, world

from abm.agents.offer import CLOSED, OPEN
from abm.market import Market
from abm.mechanisms import knowledge, pricing
from abm.record.run import Run
from abm.scenario import Scenario

EXITS = ("acquisition", "licence_and_hire", "shutdown")
ALONE = {"knowledge.noise": 0.0, "talent.enabled": False, "community.enabled": False}
"""Changes that leave a lab's progress to its own people."""


# -- one lab --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def monopoly() -> tuple[Market, Run]:
    return play(world([closed_lab("Only", cash=500.0)], [cloud("X")], **CALM), seed=1)


def test_a_single_lab_is_the_whole_market(monopoly: tuple[Market, Run]) -> None:
    market, run = monopoly
    assert run.market["hhi_labs"].to_numpy() == pytest.approx(10_000)
    assert (run.market["labs_active"] == 1).all()
    assert (run.market["frontier"] == run.market["best_closed"]).all()
    assert market.communities.use[:, CLOSED].min() > 0


def test_a_single_lab_has_nobody_to_learn_from_or_to_build_on(monopoly: tuple[Market, Run]) -> None:
    market, _ = monopoly
    assert not market.access().any()
    assert events(market, "base_reuse") == []


def test_a_single_lab_makes_its_own_progress_and_no_more() -> None:
    scenario = world([closed_lab("Only", cash=500.0, algorithms=-0.2)], **CALM | ALONE)
    market, _ = play(scenario)
    p, level = scenario.knowledge, -0.2
    for _ in range(scenario.months):
        level += float(knowledge.progress(p, np.array([20.0]), np.array([level]), np.zeros(1))[0])
    assert market.labs.algorithms[0] == pytest.approx(level)


# -- two identical labs ---------------------------------------------------------------------------


def twins(**changes: Any) -> Scenario:
    """Two labs alike in everything, in a world whose luck treats them alike."""
    alike = {
        **CALM,
        "capital.enabled": False,
        "release.base_months": 1.0,
        "release.longest_months": 1,
        # One covers half of the other, so that only cheap slots treat them alike.
        "hosting.slot_cost": 0.02,
        "hosting.onboarding": 0.0,
    }
    firms = [closed_lab(name, product="firms", seats=0.5, cash=200.0) for name in "AB"]
    return world(firms, [cloud("X"), cloud("Y")], **alike | changes)


def test_identical_labs_fare_identically() -> None:
    market, run = play(twins(), seed=4)
    first, second = (run.labs.filter(pl.col("row") == row) for row in (0, 1))
    for name in ("cash", "use", "spend", "researchers", "seats", "capability", "value", "income"):
        assert first[name].to_numpy() == pytest.approx(second[name].to_numpy(), rel=1e-9), name
    assert first["use"].min() > 0
    assert len(events(market, "release")) > 2


def test_a_difference_between_them_tells() -> None:
    """The test above would pass if shares never moved; a better flagship must matter."""
    scenario = twins()
    values = scenario.model_dump()
    values["labs"][1]["flagship"]["compute"] += 0.3
    _, run = play(Scenario.model_validate(values), seed=4)
    last = run.labs.filter(pl.col("month") == scenario.months - 1)
    assert last["use"][1] > 1.05 * last["use"][0]


def test_identical_open_and_closed_models_at_one_price_share_by_the_nests_alone() -> None:
    """One model a nest and no use of one's neighbours: the shares are those of a plain logit."""
    plain = {"demand.network": 0.0, "demand.privacy": 0.0, "demand.taste_spread": 0.0}
    nested, logit = (
        play(twins(months=1, **plain, **{"demand.nest_model": x}))[1] for x in (0.6, 1.0)
    )
    together, apart = (
        run.labs.filter(pl.col("month") == 0)["use"].sum() for run in (nested, logit)
    )
    # Two closed twins are closer substitutes the more alike models of a nest are.
    assert together < apart


# -- demand in closed form ------------------------------------------------------------------------


def test_use_of_a_lone_open_model_is_the_closed_form() -> None:
    """Self-hosted by everyone, reconsidered every month: e^V / (1 + e^V)."""
    requirement, taste = 25.0, 0.7
    customers = segment("firms", requirement=requirement, hazard=1.0, privacy=taste)
    quiet = {"demand.network": 0.0, "demand.taste_spread": 0.0, "capability.enabled": False}
    still = {"community.enabled": False, "post_training.enabled": False}
    scenario = world([lab("Open")], segments=[customers], months=1, **CALM | quiet | still)
    market, _ = play(scenario)
    p = scenario.demand
    theta = market.offers.theta[OPEN]
    assert theta.max() < requirement
    fit = 1 / (1 + np.exp(-p.fitness_slope * (theta - requirement)))
    cost = pricing.unit_cost(scenario.pricing, market.offers.log_compute[:1], 0)[0]
    value = (
        p.quality * np.log(fit.mean()) + p.privacy * taste - p.self_hosting - p.price * np.log(cost)
    )
    expected = 1 / (1 + np.exp(-value))
    assert market.communities.use[:, OPEN] == pytest.approx(expected, rel=1e-6)


# -- money without end ----------------------------------------------------------------------------


def firms(cash: float) -> list[dict[str, Any]]:
    return [lab(name, cash=cash) for name in "ABC"] + [closed_lab("D", cash=cash)]


def distressed(market: Market) -> list[str]:
    """Kinds of exits of labs whose cash ran out or would soon have."""
    short = market.scenario.acquisition.seller_runway
    return [
        event.kind
        for kind in EXITS
        for event in events(market, kind)
        if event.reason["runway"] is not None and event.reason["runway"] < short
    ]


def test_with_infinite_capital_nobody_leaves_in_distress() -> None:
    rich = play(world(firms(1e9), [cloud("X", cash=1e9)], months=36), seed=2)[0]
    assert distressed(rich) == []
    assert events(rich, "shutdown") == []
    assert rich.labs.cash[rich.living].min() > 1e8


def test_without_money_somebody_does() -> None:
    poor = play(world(firms(5.0), [cloud("X", cash=1e9)], months=36), seed=2)[0]
    assert distressed(poor) != []


def test_without_buyers_whoever_runs_dry_closes() -> None:
    broke = {"capital.enabled": False, "acquisition.enabled": False}
    poor = play(world(firms(5.0), months=36, **broke), seed=2)[0]
    assert events(poor, "shutdown")
    assert {event.kind for event in poor.events} & set(EXITS) == {"shutdown"}


# -- the race -------------------------------------------------------------------------------------


@pytest.mark.parametrize("growth", [1.0, 2.4])
def test_the_dearest_run_grows_as_the_race_does(growth: float) -> None:
    """With money to spare every lab plans the ticket; a flat belief keeps it flat."""
    rich = [closed_lab(name, cash=1e9) for name in "AB"]
    scenario = world(rich, months=24, **CALM, **{"race.growth": growth})
    _, run = play(scenario)
    cost = run.releases["run_cost"].to_numpy()
    months = run.releases["month"].to_numpy()
    assert cost.size > 4
    if growth == 1.0:
        assert cost == pytest.approx(0.5, abs=1e-9)
    else:
        latest = scenario.labs[0].flagship.cost * growth ** ((months + 12) / 12)
        assert (cost <= latest).all()
        assert cost[-1] > 2 * cost[0]


# -- disclosure -----------------------------------------------------------------------------------


def learners(**changes: Any) -> np.ndarray:
    """Algorithms after a year of five open labs behind a closed leader, by row."""
    people = [closed_lab("Lead", algorithms=0.0, researchers=400, cash=2000)]
    people += [lab(f"L{i}", algorithms=-0.8) for i in range(5)]
    return play(world(people, months=12, **CALM | ALONE | changes))[0].labs.algorithms[:6]


def own_progress() -> np.ndarray:
    """The same if nobody learnt anything."""
    off = {"knowledge.leak": 0.0, "knowledge.distillation": 0.0}
    return learners(**off)


def test_with_nothing_disclosed_only_leaks_and_interfaces_teach() -> None:
    p = world([lab("x")]).knowledge
    level = np.array([0.0] + [-0.8] * 5)
    people = np.array([400.0] + [20.0] * 5)
    for _ in range(12):
        level = level + knowledge.progress(p, people, level, np.full(6, p.noise / 2))
    alone = own_progress()
    assert alone == pytest.approx(level)
    leaks, interfaces = {"knowledge.distillation": 0.0}, {"knowledge.leak": 0.0}
    assert learners(**leaks)[1:].mean() > alone[1:].mean() + 0.01
    assert (learners(**interfaces)[1:] > alone[1:] + 0.01).all()
    assert learners()[0] == pytest.approx(alone[0])


def test_disclosure_teaches_more_than_leaks_and_more_of_it_more() -> None:
    by_level = [learners(**{"disclosure.initial_open": x})[1:].mean() for x in (0.0, 0.5, 1.0)]
    # Equals have nothing to teach one another but their effort, which they pool.
    assert by_level[0] < by_level[1] < by_level[2]


def test_a_data_mandate_moves_data_and_not_algorithms() -> None:
    """Disclosure acts by component: data teach data."""

    def mandate(market: Market) -> None:
        market.labs.disclosure[:, 3] = 1.0

    people = [closed_lab("Lead", data_stock=50.0, researchers=400, cash=2000)]
    people += [lab(f"L{i}", data_stock=2.0) for i in range(5)]
    scenario = world(people, **CALM | ALONE)
    quiet, told = play(scenario)[0], play(scenario, policies=[mandate])[0]
    assert (told.labs.algorithms[1:6] == quiet.labs.algorithms[1:6]).all()
    assert (told.labs.data[1:6] > quiet.labs.data[1:6] + 1.0).all()
