"""What every lever owes: it writes what it declares, complies as told, and ends."""

import numpy as np
import pytest
from levers_at_work import small
from pydantic import ValidationError
from shipped import EXAMPLES, apart, lever, policy
from worlds import changed, closed_lab, events, lab, play, world

from abm.market import Market
from abm.policy import LEVERS
from abm.policy.lever import Lever
from abm.policy.scope import affected
from abm.record.run import Run
from abm.rules import RULES, Rules
from abm.scenario import Scenario

MONTHS = 8


@pytest.fixture(scope="module")
def short() -> Scenario:
    return changed(Scenario.load("classroom"), {"months": MONTHS})


@pytest.fixture(scope="module")
def baseline(short: Scenario) -> Run:
    return play(short, seed=2)[1]


def soon(kind: str) -> Lever:
    """The lever of a kind, from the third month on."""
    return EXAMPLES[kind].model_copy(update={"start": 2})


def state(market: Market) -> list[bytes]:
    """Everything that agents are made of, to the last bit."""
    tables = (market.labs, market.offers, market.clouds, market.communities)
    return [array.tobytes() for table in tables for array in table.arrays.values()]


def written(rules: Rules) -> set[str]:
    """Entries that are not neutral."""
    return {name for name, rule in RULES.items() if (getattr(rules, name) != rule.neutral).any()}


@pytest.mark.parametrize("kind", LEVERS)
def test_a_lever_writes_what_it_declares_and_touches_nothing_else(kind: str) -> None:
    market = Market(small(), seed=2)
    for _ in range(3):
        market.step()
    market.derive()
    market.climate = 0.5  # a bust, in which every lever has something to do
    before, example = state(market), EXAMPLES[kind]
    everybody = example.model_copy(update={"above_flop": 0.0, "compliance": 1.0, "cost": 0.0})
    everybody.act(market)
    assert written(market.rules)
    assert written(market.rules) <= set(LEVERS[kind].WRITES)
    assert state(market) == before
    market.rules.reset()
    everybody.model_copy(update={"cost": 1.2, "borne_by": "state"}).act(market)
    assert written(market.rules) <= {*LEVERS[kind].WRITES, "public_admin"}


@pytest.mark.parametrize("kind", LEVERS)
def test_a_lever_says_what_it_is(kind: str) -> None:
    cls = LEVERS[kind]
    assert set(cls.WRITES) <= set(RULES)
    assert set(cls.SCALES) <= set(cls.model_fields)
    assert cls.MECHANISMS
    assert "backfire" in (cls.__doc__ or "")
    for name, field in cls.model_fields.items():
        assert field.description or name == "kind", name
        if field.annotation is float and name != "kind":
            assert isinstance(field.json_schema_extra, dict), name
            assert field.json_schema_extra.get("unit"), name
            assert any(hasattr(bound, "ge") or hasattr(bound, "gt") for bound in field.metadata), (
                name
            )


def about_labs(kind: str) -> bool:
    """Whether a lever asks something of labs, and spends at most beside that."""
    entries = set(LEVERS[kind].WRITES) - {"public_spending"}
    return all(RULES[entry].axes[:1] == ("camp",) for entry in entries)


@pytest.mark.parametrize("kind", [kind for kind in LEVERS if about_labs(kind)])
def test_without_compliance_there_is_no_lever(short: Scenario, baseline: Run, kind: str) -> None:
    """What the state spends whoever complies is all that is left."""
    obeyed_by_none = soon(kind).model_copy(update={"compliance": 0.0})
    moved = apart(baseline, play(short, seed=2, policies=[policy(obeyed_by_none)])[1])
    if "public_spending" in LEVERS[kind].WRITES:
        moved = [x for x in moved if not x.startswith(("flows.", "market.fiscal_cost"))]
    assert moved == []


@pytest.mark.parametrize("kind", LEVERS)
def test_a_lever_starts_and_ends_once(short: Scenario, kind: str) -> None:
    brief = soon(kind).model_copy(update={"end": 5})
    market, _ = play(short, seed=2, policies=[policy(brief)])
    told = [(e.month, e.counterpart, e.reason["state"]) for e in events(market, "policy")]
    assert told == [(2, kind, "starts"), (5, kind, "ends")]
    assert written(market.rules) == set()


def test_what_a_mandate_brought_about_outlasts_it(short: Scenario) -> None:
    still = changed(short, {"strategy.enabled": False})
    mandate = lever("disclosure-mandate", components=["data"], level=0.75, start=2, end=5)
    run = play(still, seed=2, policies=[policy(mandate)])[1]
    shown = run.labs.filter(run.labs["lab"] == "Dogwood")["data_disclosure"].to_list()
    assert shown == [0.0, 0.0, *[0.75] * (MONTHS - 2)]


@pytest.mark.parametrize("kind", LEVERS)
def test_no_money_moves_for_a_lever_that_has_ended(short: Scenario, kind: str) -> None:
    """Stakes of the state may still pay back; nothing else of its account is left."""
    brief = soon(kind).model_copy(update={"end": 5, "cost": 1.2, "borne_by": "state"})
    run = play(short, seed=2, policies=[policy(brief)])[1]
    due = {"compliance", "statutory_royalty", "liability", "run_licence", "grant", "tax_credit"}
    late = run.flows.filter(run.flows["month"] >= 5)
    assert late.filter(late["kind"].is_in(due)).is_empty()
    assert late["G"].min() >= 0  # type: ignore[operator]


# --------------------------------------------------------------------------------------- scopes --


@pytest.fixture
def four() -> Market:
    """An open lab, a closed one, an owned one and a giant at the frontier."""
    giant = {"compute": 26.0, "cost": 100.0, "age": 0}
    firms = [
        lab("A"),
        closed_lab("B"),
        lab("C", owned=True, parent_budget=5.0),
        closed_lab("D", flagship=giant),
    ]
    return Market(world(firms))


@pytest.mark.parametrize(
    ("scope", "above_flop", "open_", "closed"),
    [
        ("all", 0.0, "ABCD", "ABCD"),
        ("open", 0.0, "ABCD", ""),
        ("closed", 0.0, "", "ABCD"),
        ("independent", 0.0, "ABD", "ABD"),
        ("frontier", 0.0, "D", "D"),
        ("all", 1e25, "D", "D"),
        ("open", 1e25, "D", ""),
    ],
)
def test_scopes(four: Market, scope: str, above_flop: float, open_: str, closed: str) -> None:
    who = affected(scope, above_flop, four)  # type: ignore[arg-type]
    told = ["".join("ABCD"[i] for i in np.flatnonzero(row)) for row in who]
    assert told == [open_, closed]


def test_about_the_stated_share_complies_and_always_the_same() -> None:
    firms = [lab(f"L{i}") for i in range(60)]
    market = Market(world(firms, **{"entry.max_labs": 64}), seed=1)
    half = lever("disclosure-mandate", components=["data"], compliance=0.5)
    seen = []
    for month in (0, 9):
        market.month = month
        market.rules.reset()
        half.act(market)
        seen.append(market.rules.disclosure_floor[0, :, 3] > 0)
    assert (seen[0] == seen[1]).all()
    assert 18 <= seen[0].sum() <= 42


def test_a_lever_costs_those_who_comply_or_the_state() -> None:
    firms = [lab("A"), closed_lab("B")]
    flows = {}
    for payer in ("labs", "state"):
        who = {"scope": "open", "borne_by": payer}
        one = lever("disclosure-mandate", components=["code"], level=0, cost=12, **who)
        run = play(world(firms, months=2), policies=[policy(one)])[1]
        flows[payer] = run.flows.filter(run.flows["kind"] == "compliance")
    assert flows["labs"]["L"].to_list() == pytest.approx([-1.0, -1.0])
    assert flows["state"]["G"].to_list() == pytest.approx([-1.0, -1.0])
    assert flows["state"]["L"].to_list() == [0.0, 0.0]


def test_strength_and_delay() -> None:
    one = lever("training-grants", budget=4.0, cost=2.0, start=3, end=9)
    weaker, later = one.scaled(0.5), one.delayed(2)
    assert (weaker.budget, weaker.cost) == (2.0, 1.0)  # type: ignore[attr-defined]
    assert (later.start, later.end) == (5, 11)
    with pytest.raises(ValidationError):
        lever("disclosure-mandate", components=["data"], level=0.75).scaled(2)


def test_a_weaker_royalty_protects_less_and_a_stronger_one_from_all_suits_at_most() -> None:
    royalty = lever("statutory-royalty", rate=0.03, immunity=0.8)
    told = [(x.rate, x.immunity) for x in map(royalty.scaled, (0.0, 0.5, 1.0, 2.0))]  # type: ignore[attr-defined]
    assert told == [(0.0, 0.0), (0.015, 0.4), (0.03, 0.8), (0.06, 1.0)]


def test_a_weaker_safe_harbour_has_a_higher_cap() -> None:
    harbour = lever("safe-harbour", damages_cap=25.0)
    caps = [harbour.scaled(s).damages_cap for s in (1.0, 0.5, 0.0)]  # type: ignore[attr-defined]
    assert caps == [25.0, 50.0, None]
