"""Every shipped policy: it loads, spares the past, and every dollar of it has two sides."""

import numpy as np
import polars as pl
import pytest
from shipped import EXAMPLES, NAMES, apart
from worlds import changed, closed_lab, cloud, differences, lab, play, segment, world

from abm.market import Market
from abm.policy import LEVERS, available, compose
from abm.record.run import Run
from abm.scenario import Scenario

MONTHS, START = 12, 6


@pytest.fixture(scope="module")
def short() -> Scenario:
    return changed(Scenario.load("classroom"), {"months": MONTHS})


@pytest.fixture(scope="module")
def baseline(short: Scenario) -> Run:
    return play(short, seed=2)[1]


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def treated(short: Scenario, name: str) -> tuple[Market, Run]:
    return play(short, seed=2, policies=[compose(name)])


def check_public_money(run: Run) -> None:
    """What the state pays out, net of what it takes in, is what the market table says."""
    spent = np.zeros(run.market.height)
    paid = run.flows.group_by("month").agg(pl.col("G").sum())
    spent[paid["month"].to_numpy()] = -paid["G"].to_numpy()
    assert run.market["fiscal_cost"].to_numpy() == pytest.approx(spent, abs=1e-9)


def test_every_lever_is_in_a_shipped_policy() -> None:
    assert set(EXAMPLES) == set(LEVERS)


def test_every_policy_says_what_it_is(name: str) -> None:
    (listing,) = [item for item in available() if item.name == name]
    assert listing.file.title
    assert listing.file.description
    assert listing.file.backfires or name == "placebo"


def test_the_placebo_is_the_baseline_to_the_last_bit(short: Scenario, baseline: Run) -> None:
    assert differences(baseline, play(short, seed=2, policies=[compose("placebo")])[1]) == []


def test_a_policy_leaves_the_months_before_its_start_alone(
    baseline: Run, treated: tuple[Market, Run], name: str
) -> None:
    assert all(lever.start == START for lever in compose(name).levers)
    assert differences(baseline, treated[1], before=START) == []


def test_public_money_has_two_sides(treated: tuple[Market, Run]) -> None:
    check_public_money(treated[1])


def test_books_close_in_a_small_world_too(name: str) -> None:
    firms = [lab("A", cash=300.0), lab("B"), closed_lab("C", cash=500.0)]
    small = world(firms, [cloud("X")], [segment("firms"), segment("state", kind="public")])
    check_public_money(play(small, seed=1, policies=[compose(f"{name}@0")])[1])


def test_no_strength_is_no_policy(short: Scenario, baseline: Run, name: str) -> None:
    assert apart(baseline, play(short, seed=2, policies=[compose(f"{name}*0")])[1]) == []


def test_the_cost_of_a_cost_only_policy_is_that_of_the_commons() -> None:
    budget = {n: sum(_budgets(n)) for n in ("cost-only", "data-commons", "data-commons-reciprocal")}
    assert len(set(budget.values())) == 1


def _budgets(name: str) -> list[float]:
    fields = ("budget", "data_budget", "feedback_budget")
    return [getattr(lever, f, 0.0) for lever in compose(name).levers for f in fields]


def test_a_run_remembers_its_policies(treated: tuple[Market, Run], name: str) -> None:
    (recorded,) = treated[1].policies
    assert recorded["name"] == name
    assert recorded["hash"] == compose(name).hash
    assert [item["kind"] for item in recorded["levers"]] == [x.kind for x in compose(name).levers]
