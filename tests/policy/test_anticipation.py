"""Labs count the rules when they weigh their camp: this is how policies backfire."""

from typing import Any

import numpy as np
import pytest
from shipped import lever, policy
from worlds import CALM, closed_lab, lab, world

from abm.agents import anticipation, club, projection, ruled, sales, strategy
from abm.market import Market
from abm.mechanisms import release
from abm.mechanisms.disclosure import LEVELS
from abm.policy import compose
from abm.policy.lever import Lever
from abm.scenario import Scenario

QUIET = CALM | {"acquisition.enabled": False, "capital.enabled": False}


def leader_and_rivals(**disclosure: float) -> Scenario:
    """An open lab that leads, and four that would learn from it."""
    shown = {"weights": 1.0, **disclosure}
    firms = [
        lab("Leader", algorithms=0.2, data_stock=30.0, cash=500.0, disclosure=shown),
        *(lab(f"Rival {i}", algorithms=-1.0, data_stock=1.0, cash=300.0) for i in range(4)),
    ]
    lawful = {k: v for k, v in QUIET.items() if not k.startswith("litigation")}
    return world(firms, **lawful)


def market_of(scenario: Scenario, months: int = 1) -> Market:
    """The market some months on, under a policy without levers."""
    market = Market(scenario, seed=1, policies=[policy()])
    for _ in range(months):
        market.step()
    market.derive()
    return market


def pull_of_closing(rule: Lever, **disclosure: float) -> float:
    """By how much a rule makes it more attractive to the leader to close, USD m.

    The leader hears of the rule before it has changed anything.
    """
    market = market_of(leader_and_rivals(**disclosure))
    leader = market.lab_at(0)
    before = projection.of_camp(leader) + anticipation.of_rules(leader)
    rule.act(market)
    opened, closed = projection.of_camp(leader) + anticipation.of_rules(leader) - before
    return float(closed - opened)


@pytest.mark.parametrize(
    ("rule", "sign"),
    [
        ({"kind": "release-liability", "expected_damages": 5.0}, 1),
        ({"kind": "training-grants", "budget": 5.0, "scope": "open"}, -1),
        ({"kind": "research-credit", "rate": 0.0, "disclosure_bonus": 0.5}, -1),
        ({"kind": "data-commons", "data_budget": 3.0, "scope": "open"}, -1),
        ({"kind": "statutory-royalty", "rate": 0.1, "scope": "closed"}, -1),
        ({"kind": "statutory-royalty", "rate": 1e-9, "scope": "open"}, -1),
        ({"kind": "safe-harbour", "scope": "open"}, -1),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_labs_count_the_rules_when_they_weigh_their_camp(rule: dict[str, Any], sign: int) -> None:
    assert np.sign(pull_of_closing(lever(**rule), data=1.0)) == sign


def test_the_openness_trap_is_possible() -> None:
    """A duty on open labs alone makes closing attractive; one on all labs does not."""
    (mandate,) = compose("open-data-disclosure").levers

    def pull(scope: str) -> float:
        return pull_of_closing(mandate.model_copy(update={"scope": scope, "compliance": 1.0}))

    assert pull("open") > 0
    assert pull("closed") < 0
    assert pull("all") == pytest.approx(0.0, abs=1e-6 * pull("open"))


@pytest.mark.parametrize("scope", ["open", "closed", "all"])
def test_the_trap_holds_for_who_obeys(scope: str) -> None:
    """A lab that shows what it must goes on counting that it would be free of the duty closed."""
    duty = lever("disclosure-mandate", components=["data", "documentation"], scope=scope)
    market = Market(leader_and_rivals(), seed=1, policies=[policy(duty)])
    for _ in range(4):
        market.step()
    market.derive()
    leader = market.lab_at(0)
    assert float(leader.disclosure[3]) == (0.0 if scope == "closed" else 0.75)
    opened, closed = anticipation.of_rules(leader)
    assert (opened < 0, closed < 0) == (scope != "closed", scope != "open")
    if scope == "all":
        assert opened == pytest.approx(closed)


def test_a_duty_to_show_what_a_lab_would_show_anyway_costs_it_nothing() -> None:
    market = market_of(leader_and_rivals())
    leader = market.lab_at(0)
    payoff = projection.of_disclosure(leader, 3, LEVELS)
    wanted = float(LEVELS[payoff.argmax()])
    lever("disclosure-mandate", components=["data"], level=wanted).act(market)
    assert anticipation.of_rules(leader).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("level", "left"), [(0.0, 5), (0.5, 3), (0.6, 3), (0.75, 2), (1.0, 1)])
def test_a_duty_leaves_each_level_once(level: float, left: int) -> None:
    """Levels below a duty are no alternatives of their own, which chance would draw besides."""
    market = market_of(leader_and_rivals())
    lever("disclosure-mandate", components=["data"], level=level).act(market)
    levels = strategy._permitted(market.lab_at(0), 3)
    open_ = np.isfinite(strategy._each_once([0.0] * 5, levels))
    assert open_.sum() == left
    chosen = levels[open_]
    assert (chosen >= level).all()
    assert np.unique(chosen).size == left


def test_a_delay_softens_the_trap() -> None:
    pulls = []
    for kind, fields in (("disclosure-mandate", {}), ("delayed-disclosure", {"delay": 3})):
        market = market_of(leader_and_rivals(), months=6)
        lever(kind, components=["code", "recipe"], level=1.0, scope="open", **fields).act(market)
        opened, closed = anticipation.of_rules(market.lab_at(0))
        pulls.append(closed - opened)
    assert 0 < pulls[1] < pulls[0]


def test_a_royalty_counts_at_the_multiple_of_the_revenue_that_it_takes() -> None:
    market = market_of(world([lab("A"), closed_lab("B")]), months=3)
    seller = market.lab_at(1)
    lever("statutory-royalty", rate=0.1, immunity=0.0).act(market)
    revenue = projection.camp_revenue(seller)
    assert revenue[1] > 0
    due = -0.1 * market.climate * market.scenario.capital.revenue_multiple * revenue
    assert anticipation.of_rules(seller) == pytest.approx(due)
    api = sales.api_profit(market, seller.theta[None], seller.line)[0]
    assert -due[1] > 0.1 * market.scenario.capital.revenue_multiple * market.climate * api


def test_nobody_minds_a_club_that_need_not_be_joined() -> None:
    market = market_of(world([lab("A")]))
    alone = market.lab_at(0)
    lever("reciprocal-club", components=["data", "recipe"], level=1.0, scope="open").act(market)
    assert club.worth(alone, 0) < 0
    assert anticipation.of_rules(alone).tolist() == [0.0, 0.0]


def test_fees_and_damages_count_for_every_run_of_the_year() -> None:
    market = market_of(world([lab("A", flagship={"compute": 25.0, "cost": 10.0, "age": 2})]))
    s, one = market.scenario, market.lab_at(0)
    months = float(release.run_months(s.release, np.array(float(one.last_cost))))
    lever("release-liability", expected_damages=2.0).act(market)
    damages = 2.0 * s.strategy.horizon / months
    assert anticipation.of_rules(one) == pytest.approx([-damages, 0.0])
    market.rules.reset()
    lever("compute-licensing", threshold=1e20, fee=0.01, months=2, scope="open").act(market)
    short, fee = ruled.compute_withheld(one, 0)
    assert fee == 0.01
    lost = projection.contested(one) * (1 - np.exp(-projection.slope(market) * short))
    fees = 0.01 * s.strategy.horizon / (months + 2)
    assert anticipation.of_rules(one) == pytest.approx([-lost - fees, 0.0], rel=1e-12)


def test_neutral_rules_promise_nothing() -> None:
    market = market_of(world([lab("A"), closed_lab("B")]))
    for row in (0, 1):
        assert anticipation.of_rules(market.lab_at(row)).tolist() == [0.0, 0.0]
