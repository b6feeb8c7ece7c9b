"""Levers in small worlds: which rules they write, whether the books close, what a month changes."""

import numpy as np
from invariants import SMALL, check_everything
from worlds import CALM, closed_lab, cloud, differences, lab, play, residuals, segment, world

from abm.market import Market
from abm.policy import Policy
from abm.policy.lever import Lever
from abm.rules import RULES
from abm.scenario import Scenario

FIRMS, OFFICES = "firms", "public offices"


def law(*levers: Lever) -> Policy:
    """A policy of some levers."""
    return Policy("law", "A law", levers)


def small(**changes: object) -> Scenario:
    """Four labs, two clouds of which one has a lab, firms and public offices; little luck."""
    firms = [
        closed_lab("Closed", product=FIRMS, seats=1.0, cash=400.0, raised=400.0),
        closed_lab("House", owned=True, parent_budget=5.0),
        lab("Open", disclosure={"weights": 1.0, "data": 1.0, "documentation": 1.0}),
        lab("Weak", flagship={"compute": 22.0, "cost": 0.1, "age": 2}),
    ]
    clouds = [cloud("Host", catalogue=["Closed"]), cloud("Home", own_lab="House")]
    customers = [segment(FIRMS, share=0.6), segment(OFFICES, kind="public", share=0.4)]
    return world(firms, clouds, customers, **{"months": 6, **CALM, **changes})


def written(lever: Lever, scenario: Scenario) -> set[str]:
    """Entries of the rules that are not neutral once the lever has acted in the first month."""
    market = Market(scenario, seed=1)
    lever.act(market)
    return {
        name for name, rule in RULES.items() if (getattr(market.rules, name) != rule.neutral).any()
    }


def keeps_to_its_entries_and_its_strength(lever: Lever, scenario: Scenario) -> None:
    """It writes what it declares; at no strength nothing but the note of its start changes."""
    assert written(lever, scenario) == set(lever.WRITES)
    idle = lever.scaled(0.0)
    baseline = play(scenario, seed=1)[1]
    told = differences(baseline, play(scenario, seed=1, policies=[law(idle)])[1])
    assert [name for name in told if not name.startswith("events.")] == []


def books_close(lever: Lever, scenario: Scenario) -> None:
    """Every month money is conserved and the state's account is what the month cost it."""
    market = Market(scenario, seed=1, policies=[law(lever)])
    for _ in range(scenario.months):
        opening = {"labs": float(market.labs.cash.sum()), "clouds": float(market.clouds.cash.sum())}
        market.step()
        assert residuals(market, opening) < SMALL
        state = sum(row[6] for row in market.ledger.flows.values())
        assert np.isclose(market.fiscal_cost, -state)
        check_everything(market)
