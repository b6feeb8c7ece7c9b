"""Labs count the rules when they weigh their camp: this is how policies backfire."""

from typing import Any

import numpy as np
import pytest
from shipped import lever, policy
from worlds import CALM, closed_lab, lab, world

from abm.agents import anticipation, projection
from abm.market import Market
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


def test_a_delay_softens_the_trap() -> None:
    pulls = []
    for kind, fields in (("disclosure-mandate", {}), ("delayed-disclosure", {"delay": 3})):
        market = market_of(leader_and_rivals(), months=6)
        lever(kind, components=["code", "recipe"], level=1.0, scope="open", **fields).act(market)
        opened, closed = anticipation.of_rules(market.lab_at(0))
        pulls.append(closed - opened)
    assert 0 < pulls[1] < pulls[0]


def test_neutral_rules_promise_nothing() -> None:
    market = market_of(world([lab("A"), closed_lab("B")]))
    for row in (0, 1):
        assert anticipation.of_rules(market.lab_at(row)).tolist() == [0.0, 0.0]
