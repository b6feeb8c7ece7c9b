"""Each lever moves its own mechanism the way it should, in worlds small enough to see it."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from shipped import lever, policy
from worlds import CALM, closed_lab, events, lab, play, world

from abm.agents import club, support
from abm.market import Market
from abm.mechanisms import disclosure as d
from abm.policy import compose
from abm.policy.policy import Policy
from abm.scenario import Scenario

QUIET = CALM | {"acquisition.enabled": False, "capital.enabled": False}
ALL = {"code": 1.0, "documentation": 1.0, "data": 1.0, "recipe": 1.0, "post_training": 1.0}


def ruled(scenario: Scenario, *policies: Policy, months: int = 1) -> Market:
    """A market some months on, whose rules are those of the last of them."""
    market = Market(scenario, seed=1, policies=policies)
    for _ in range(months):
        market.step()
    return market


def under(kind: str, **fields: Any) -> Policy:
    return policy(lever(kind, **fields))


def runs(market: Market, row: int = 0) -> float:
    return float(market.labs.last_cost[row])


# ---------------------------------------------------------------------------------- knowledge --


def teacher_and_pupil(**changes: Any) -> Scenario:
    """A lab that knows much, and one that learns from it alone."""
    firms = [
        lab("Teacher", algorithms=0.0, data_stock=20.0, comparisons=5.0, cash=500.0),
        lab("Pupil", algorithms=-1.5, data_stock=1.0, cash=500.0),
    ]
    return world(firms, **QUIET | {"knowledge.distillation": 0.0} | changes)


def test_a_mandate_teaches() -> None:
    scenario = teacher_and_pupil(months=6)
    plain, mandated = (
        play(scenario, seed=1, policies=rules)[0]
        for rules in ([], [under("disclosure-mandate", components=["recipe", "data"])])
    )
    assert mandated.labs.algorithms[1] > plain.labs.algorithms[1]
    assert mandated.labs.data[1].sum() > plain.labs.data[1].sum()
    assert mandated.labs.comparisons[1] == pytest.approx(plain.labs.comparisons[1], rel=0.01)


def test_a_delay_teaches_nothing_new_until_it_is_over_and_less_than_no_delay() -> None:
    scenario = teacher_and_pupil(months=10)
    fields = {"components": ["code", "recipe"], "level": 1.0}
    never = play(scenario, seed=1)[1]
    at_once = play(scenario, seed=1, policies=[under("disclosure-mandate", **fields)])[1]
    later = play(scenario, seed=1, policies=[under("delayed-disclosure", delay=4, **fields)])[1]
    known = [
        run.labs.filter(pl.col("lab") == "Pupil")["algorithms"].to_list()
        for run in (never, later, at_once)
    ]
    assert known[1][:4] == pytest.approx(known[0][:4], abs=1e-12)
    assert known[0][9] < known[1][9] < known[2][9]
    assert known[1][4] > known[0][4]


def test_no_pupil_learns_more_than_the_teacher_knew_then() -> None:
    scenario = teacher_and_pupil(
        months=24, **{"knowledge.leak": 0.0, "knowledge.frontier_progress": 0.4}
    )
    rule = under("delayed-disclosure", components=["code", "recipe"], level=1.0, delay=6)
    run = play(scenario, seed=1, policies=[rule])[1]
    teacher, pupil = (
        run.labs.filter(pl.col("lab") == name)["algorithms"].to_numpy()
        for name in ("Teacher", "Pupil")
    )
    own = 24 * scenario.knowledge.frontier_progress / 12
    assert pupil[-1] <= teacher[-1 - 6] + own * np.sqrt(20 / 800) + 1e-9
    assert pupil[-1] - pupil[0] > 0.3


@pytest.mark.parametrize("delay", [1, 12])
def test_old_data_shown_draws_suits_and_takes_work_like_new(delay: int) -> None:
    fields = {"components": ["data"], "level": 1.0}
    market = ruled(teacher_and_pupil(), under("delayed-disclosure", delay=delay, **fields))
    assert market.labs.disclosure[0, d.DATA] == 0.0
    prepared = -market.ledger.flows["disclosure"][1]
    assert prepared == pytest.approx(2 * market.scenario.disclosure.preparation_cost)


# --------------------------------------------------------------------------------------- club --


def sharers(n: int = 4) -> Scenario:
    """Open labs that know different things: each is ahead of the others in something."""
    firms = [
        lab(f"L{i}", algorithms=-0.5 - 0.3 * i, data_stock=1.0 + 8 * i, cash=400.0)
        for i in range(n)
    ]
    return world(firms, **QUIET | {"strategy.enabled": True, "months": 14})


CLUB = {"components": ["code", "recipe", "documentation", "data"], "level": 1.0}


def test_labs_join_a_club_that_pays_them_and_nobody_is_forced() -> None:
    market, _ = play(sharers(), seed=1, policies=[under("reciprocal-club", **CLUB)])
    joined = [e for e in events(market, "club") if e.amount > 0]
    assert joined
    assert all(e.reason["gain"] > 0 for e in joined)
    left = [e for e in events(market, "club") if e.amount == 0]
    assert all(e.reason["gain"] <= 0 for e in left)


def test_a_club_of_one_is_worth_nothing_and_work() -> None:
    market = ruled(sharers(1), under("reciprocal-club", **CLUB))
    assert club.worth(market.lab_at(0), 0) < 0


def test_members_learn_from_each_other_and_outsiders_do_not() -> None:
    scenario = world(
        [lab("A", algorithms=0.0, cash=500.0, disclosure={"weights": 1.0, **ALL})]
        + [lab(name, algorithms=-1.5, cash=500.0) for name in ("B", "C")],
        **QUIET | {"knowledge.distillation": 0.0, "knowledge.leak": 0.0},
    )
    gained = {}
    for name, members in (("nobody", []), ("A and B", [0, 1])):
        market = Market(scenario, seed=1, policies=[under("reciprocal-club", **CLUB)])
        market.labs.club[members] = 1
        before = market.labs.algorithms[:3].copy()
        market.step()
        gained[name] = market.labs.algorithms[:3] - before
    assert gained["A and B"][1] > gained["nobody"][1]
    assert gained["A and B"][2] < gained["nobody"][2] / 2
    assert gained["A and B"][2] > 0  # its own work


def test_members_leave_when_the_club_closes() -> None:
    brief = policy(lever("reciprocal-club", end=10, **CLUB))
    market, _ = play(sharers(), seed=1, policies=[brief])
    assert {e.month for e in events(market, "club") if e.reason.get("closed_to_it")} == {10}
    assert (market.labs.club == 0).all()


# ------------------------------------------------------------------------------------ support --


def test_a_grant_raises_runs_and_is_shared_out_exactly() -> None:
    scenario = world([lab("A"), lab("B"), closed_lab("C")], **QUIET)
    rule = under("training-grants", budget=9.0, scope="open")
    plain, granted = ruled(scenario, months=8), ruled(scenario, rule, months=8)
    assert granted.granted[:3].tolist() == [4.5, 4.5, 0.0]
    assert runs(granted, 0) > runs(plain, 0)
    assert granted.fiscal_cost == pytest.approx(9.0)


def test_a_grant_that_takes_disclosure_makes_disclosure_pay() -> None:
    rule = under("training-grants", budget=9.0, least_disclosure=0.35)
    market = ruled(world([lab("A"), lab("B")], **QUIET), rule)
    market.derive()
    paid = support.at_levels(market.lab_at(0), d.DOCUMENTATION, d.LEVELS)
    # Weights alone are 0.2, and documentation weighs as much: three quarters of it make 0.35.
    assert paid.tolist() == [0.0, 0.0, 0.0, 108.0, 108.0]
    assert market.granted[:2].tolist() == [0.0, 0.0]


def test_no_month_pays_out_more_than_the_budget() -> None:
    run = Market("classroom", seed=5, policies=[compose("public-compute")]).run()
    assert 0 < run.market["fiscal_cost"].max() <= 20.0 + 1e-9


def test_a_credit_buys_larger_runs_and_makes_disclosure_pay() -> None:
    scenario = world([lab("A")], **QUIET)
    rule = under("research-credit", rate=0.2, disclosure_bonus=0.5)
    plain, credited = ruled(scenario, months=8), ruled(scenario, rule, months=8)
    assert runs(credited) > runs(plain)
    refund = (0.2 + 0.5 * 0.2) * credited.labs.training_spend[0]
    assert credited.ledger.flows["tax_credit"][1] == pytest.approx(refund)
    assert credited.fiscal_cost == pytest.approx(refund)
    paid = support.at_levels(credited.lab_at(0), d.DATA, d.LEVELS)
    assert (np.diff(paid) > 0).all()


def test_a_commons_gives_data_and_feedback_where_it_is_meant_to() -> None:
    scenario = world([lab("A"), closed_lab("B")], **QUIET | {"knowledge.enabled": False})
    fields = {"data_budget": 2.0, "feedback_budget": 1.0, "domains": ["code"]}
    plain = ruled(scenario, months=2)
    for scope, reached in (("all", [0, 1]), ("open", [0])):
        shared = ruled(scenario, under("data-commons", scope=scope, **fields), months=2)
        for stock in ("data", "comparisons"):
            gained = getattr(shared.labs, stock)[:2] - getattr(plain.labs, stock)[:2]
            assert np.flatnonzero(gained[:, 1] > 1e-3).tolist() == reached, stock
        assert shared.fiscal_cost == pytest.approx(3.0)
    p, post = scenario.capability, scenario.post_training
    people = 2.0 / scenario.talent.wage
    first = ruled(scenario, under("data-commons", **fields))
    alone = ruled(scenario)
    added = first.labs.comparisons[0] - alone.labs.comparisons[0]
    assert added[1] == pytest.approx(2 / post.label_cost, rel=0.05)
    curated = first.labs.curated[0] - alone.labs.curated[0]
    assert curated == pytest.approx(p.curation_rate * people, rel=0.05)


def test_spending_alone_moves_money_and_nothing_else() -> None:
    scenario = world([lab("A"), closed_lab("B")], **QUIET)
    plain, spent = ruled(scenario, months=3), ruled(scenario, compose("cost-only@0"), months=3)
    assert (plain.labs.cash == spent.labs.cash).all()
    assert spent.fiscal_cost == 0.0  # the shipped one starts later
    spent = ruled(scenario, under("public-spending", budget=2.5), months=3)
    assert (plain.labs.cash == spent.labs.cash).all()
    assert spent.fiscal_cost == 2.5


# ---------------------------------------------------------------------------------------- law --


def sued(**changes: Any) -> Scenario:
    """Many labs that disclose encumbered data and earn."""
    firms = [
        closed_lab(f"L{i}", encumbered=1.0, cash=900.0, disclosure={"data": 1.0}) for i in range(20)
    ]
    calm = {k: v for k, v in QUIET.items() if not k.startswith("litigation")}
    return world(firms, **calm | {"litigation.hazard": 0.01, "entry.max_labs": 24} | changes)


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "safe-harbour", "protection": 1.0},
        {"kind": "statutory-royalty", "rate": 0.05, "immunity": 1.0},
    ],
)
def test_protection_means_fewer_suits(rule: dict[str, Any]) -> None:
    plain, protected = play(sued(), seed=1)[0], play(sued(), seed=1, policies=[under(**rule)])[0]
    before, after = len(events(plain, "lawsuit")), len(events(protected, "lawsuit"))
    assert after < before
    if rule["kind"] == "statutory-royalty":
        assert after == 0


def test_a_mandate_draws_suits_and_a_safe_harbour_takes_them_back() -> None:
    """Shown data exposes; text and data mining that is not actionable does not."""
    mandate = lever("disclosure-mandate", components=["data"], level=1.0)
    harbour = lever("safe-harbour", protection=1.0, damages_cap=2.0)
    silent = [closed_lab(f"L{i}", encumbered=1.0, cash=900.0) for i in range(20)]
    calm = {k: v for k, v in QUIET.items() if not k.startswith("litigation")}
    scenario = world(silent, **calm | {"litigation.hazard": 0.01, "entry.max_labs": 24})
    suits, paid = [], []
    for levers in ([], [mandate], [mandate, harbour], [harbour]):
        market, _ = play(scenario, seed=1, policies=[policy(*levers)])
        suits.append(len(events(market, "lawsuit")))
        paid.append(max((e.amount for e in events(market, "settlement")), default=0.0))
    assert suits[1] > suits[0] == suits[3]
    assert suits[2] <= suits[1]
    assert max(paid[2:]) <= 2.0


def test_a_royalty_is_a_share_of_revenue() -> None:
    market = ruled(sued(), under("statutory-royalty", rate=0.05))
    paid = market.ledger.flows["statutory_royalty"]
    assert paid[1] == pytest.approx(-0.05 * market.labs.income.sum())
    assert paid[1] == -paid[7] < 0


def releases(market: Market, camp: str = "open") -> int:
    return sum(e.reason["camp"] == camp for e in events(market, "release"))


def test_liability_holds_releases_back_of_those_to_whom_they_are_worth_less() -> None:
    firms = [lab("A", cash=300.0), lab("B", cash=300.0), closed_lab("C", cash=300.0)]
    scenario = world(firms, **QUIET | {"months": 24})
    plain, free = play(scenario, seed=1)[0], None
    seen = []
    for damages in (0.5, 1e4):
        rule = under("release-liability", expected_damages=damages)
        free = play(scenario, seed=1, policies=[rule])[0]
        seen.append(releases(free))
        for event in events(free, "held_back"):
            assert event.reason["worth"] < event.reason["expected_damages"] == damages
    assert releases(plain) >= seen[0] > seen[1] == 0
    assert releases(free, "closed") == releases(plain, "closed") > 0


def test_who_releases_pays_users() -> None:
    scenario = world([lab("A", cash=300.0)], **QUIET | {"months": 24})
    market, run = play(scenario, seed=1, policies=[under("release-liability", expected_damages=1)])
    paid = run.flows.filter(pl.col("kind") == "liability")
    assert paid["U"].sum() == pytest.approx(releases(market)) == pytest.approx(-paid["L"].sum())
    assert releases(market) > 0
