"""Procurement, distillation and local processing: who is used, who is learnt from."""

import numpy as np
import pytest
from levers_at_work import FIRMS, OFFICES, books_close, keeps_to_its_entries_and_its_strength, law
from levers_at_work import small as small_world
from worlds import changed

from abm.agents import mandates, projection, sales
from abm.agents.offer import CLOSED, OPEN
from abm.agents.stages import LIVE
from abm.errors import ScenarioError
from abm.market import Market
from abm.mechanisms import demand as d
from abm.mechanisms import disclosure
from abm.phases import demand, knowledge, products, training
from abm.phases import mandates as bound
from abm.policy.lever import Lever
from abm.policy.levers import DistillationBan, LocalProcessing, PublicProcurement
from abm.scenario import Scenario

CLOSED_LAB, HOUSE, OPEN_LAB, WEAK = range(4)

TENDERS = PublicProcurement(kind="public-procurement", share=1.0, disclosure=0.5)
NO_COPIES = DistillationBan(kind="distillation-ban", enforcement=0.7)
LOCAL = LocalProcessing(kind="local-processing", share=0.4, segments=[FIRMS])


@pytest.fixture
def small() -> Scenario:
    return small_world(**{"demand.network": 0.0})


@pytest.mark.parametrize("lever", [TENDERS, NO_COPIES, LOCAL], ids=lambda x: x.kind)
def test_a_lever_keeps_to_its_entries_and_the_books_close(lever: Lever, small: Scenario) -> None:
    keeps_to_its_entries_and_its_strength(lever, small)
    books_close(lever, small)


def test_tenders_and_duties_together_close_the_books(small: Scenario) -> None:
    both = LOCAL.model_copy(update={"segments": [], "kinds": ["enterprise", "public"]})
    market = Market(small, seed=1, policies=[law(TENDERS, both)])
    market.run()
    assert (market.communities.use.sum(axis=1) <= 1 + 1e-12).all()


def uses(scenario: Scenario, lever: Lever | None) -> tuple[Market, np.ndarray]:
    """Use of each offer by community after one adoption step under a lever."""
    market = Market(scenario, seed=1, policies=[] if lever is None else [law(lever)])
    if lever is not None:
        lever.act(market)
    demand.choose(market, demand.supply(market))
    return market, market.communities.use.copy()


def of_segment(market: Market, name: str) -> np.ndarray:
    mask: np.ndarray = np.array(market.segments.names)[market.communities.segment] == name
    return mask


# -- procurement ----------------------------------------------------------------------------------


def test_models_are_eligible_by_camp_and_disclosure(small: Scenario) -> None:
    market = Market(small, seed=1)
    TENDERS.act(market)
    index = disclosure.index(market.labs.disclosure)
    assert index[WEAK] < 0.5 <= index[OPEN_LAB]
    fits = mandates.eligible(market)
    offices = market.segments.names.index(OFFICES)
    assert np.argwhere(fits[:, :, offices]).tolist() == [[OPEN, OPEN_LAB]]
    assert not fits[:, :, market.segments.names.index(FIRMS)].any()
    assert np.flatnonzero(mandates.by_offer(fits)[offices]).tolist() == [2 * OPEN_LAB]
    loose = TENDERS.model_copy(update={"weights": False, "disclosure": 0.0})
    market.rules.reset()
    loose.act(market)
    alive = [lab for lab in range(market.labs.rows) if market.labs.alive[lab]]
    assert np.argwhere(mandates.eligible(market)[CLOSED, :, offices])[:, 0].tolist() == alive


def test_tenders_move_the_named_segment_and_no_other(small: Scenario) -> None:
    market, before = uses(small, None)
    _, after = uses(small, TENDERS)
    offices = of_segment(market, OFFICES)
    assert (after[offices][:, 2 * OPEN_LAB] > before[offices][:, 2 * OPEN_LAB]).all()
    assert after[~offices].tolist() == before[~offices].tolist()


def test_a_budget_reserved_as_a_whole_runs_out_for_who_is_not_eligible(small: Scenario) -> None:
    start = Market(small, seed=1).communities.use.copy()
    market, after = uses(small, TENDERS)
    offices, kept = of_segment(market, OFFICES), 1 - market.segments.hazard[1]
    others = np.arange(start.shape[1]) != 2 * OPEN_LAB
    assert start[offices][:, others].max() > 0
    assert after[offices][:, others] == pytest.approx(kept * start[offices][:, others])


def test_half_a_share_is_half_the_way(small: Scenario) -> None:
    start = Market(small, seed=1).communities.use.copy()
    free, half, whole = (
        uses(small, lever)[1] - start
        for lever in (None, TENDERS.model_copy(update={"share": 0.5}), TENDERS)
    )
    assert half == pytest.approx((free + whole) / 2)


def test_labs_see_what_disclosure_makes_them_eligible(small: Scenario) -> None:
    market = Market(small, seed=1, policies=[law(TENDERS)])
    weak = market.lab_at(WEAK)
    weak.product_stage, weak.product_segment, weak.seats = LIVE, 1, 0.1
    weak.disclosure[:] = 0.0
    weak.disclosure[disclosure.RECIPE] = 0.5
    levels = disclosure.LEVELS
    lever = TENDERS.model_copy(update={"disclosure": 0.4, "share": 0.5})
    before = projection.of_disclosure(weak, disclosure.DATA, levels)
    lever.act(market)
    gain = projection.of_disclosure(weak, disclosure.DATA, levels) - before
    # Weights 0.2, recipe 0.15 / 2: data, worth a quarter of the index, must reach one half.
    assert gain[:2] == pytest.approx([0.0, 0.0])
    assert (gain[2:] > 0).all()
    assert gain[2:] == pytest.approx(gain[2])


def test_a_closed_lab_foresees_that_tenders_shut_it_out(small: Scenario) -> None:
    market = Market(small, seed=1)
    closed, theta = market.lab_at(CLOSED_LAB), market.labs.theta[[CLOSED_LAB]]
    line = 2 * CLOSED_LAB + CLOSED
    shares = sales.own_shares(market, theta, 10.0, line // 2, CLOSED)[0]
    sold = sales.product_profit(market, closed, theta)[0]
    camps = projection.of_camp(closed)
    market.policies = (law(TENDERS),)
    TENDERS.act(market)
    ruled = sales.own_shares(market, theta, 10.0, line // 2, CLOSED)[0]
    assert ruled[0] == shares[0]
    assert shares[1] > ruled[1] == 0
    foreseen = sales.product_profit(market, closed, theta)[0]
    assert foreseen[0] == sold[0]
    margin = 1 - small.product.service_cost
    kept = 12 * float(closed.seats) * market.segments.arpu[1] * margin
    assert sold[1] > foreseen[1] == pytest.approx(kept)
    # Weights alone would do, so that opening up lets it bid.
    market.rules.reset()
    TENDERS.model_copy(update={"disclosure": 0.2}).act(market)
    after = projection.of_camp(closed)
    assert after[1] - after[0] < camps[1] - camps[0]


def test_an_eligible_lab_competes_with_the_eligible_only(small: Scenario) -> None:
    market = Market(small, seed=1, policies=[law(TENDERS)])
    line, theta = 2 * OPEN_LAB, market.labs.theta[[OPEN_LAB]]
    free = sales.own_shares(market, theta, 5.0, line // 2, OPEN)[0]
    TENDERS.act(market)
    reserved = sales.own_shares(market, theta, 5.0, line // 2, OPEN)[0]
    assert reserved[0] == free[0]
    assert reserved[1] > free[1]


def test_products_of_the_shut_out_win_no_offices(small: Scenario) -> None:
    seats = []
    for lever in (None, TENDERS):
        market = Market(small, seed=1, policies=[law(TENDERS)])
        market.labs.product_segment[CLOSED_LAB] = 1
        market.labs.moat[CLOSED_LAB] = 0.0
        if lever is not None:
            lever.act(market)
        before = float(market.labs.seats[CLOSED_LAB])
        products.grow(market)
        seats.append(float(market.labs.seats[CLOSED_LAB]) / before)
    churn = market.scenario.product.churn
    assert seats[0] > seats[1] == pytest.approx(1 - churn)


# -- distillation ---------------------------------------------------------------------------------


def test_the_ban_cuts_what_open_labs_learn_from_apis(small: Scenario) -> None:
    gains = []
    quiet = {"knowledge.frontier_progress": 0.0, "knowledge.leak": 0.0, "knowledge.recipe_rate": 0}
    for enforcement in (0.0, 0.7, 1.0):
        market = Market(changed(small, quiet), seed=1, policies="placebo")
        market.labs.algorithms[[CLOSED_LAB, HOUSE]] = 0.5
        NO_COPIES.model_copy(update={"enforcement": enforcement}).act(market)
        before = market.labs.algorithms.copy()
        knowledge.diffuse(market)
        gains.append((market.labs.algorithms - before)[[CLOSED_LAB, HOUSE, OPEN_LAB]])
    assert gains[0][2] > gains[1][2] > gains[2][2] == 0
    assert not np.array(gains)[:, :2].any()  # closed labs learn nothing from APIs anyway
    # Two teachers of one level: 1 - (1 - r)^2 of the gap, r cut to three tenths.
    rate = 1 - np.sqrt(1 - gains[0][2])
    assert gains[1][2] == pytest.approx(1 - (1 - 0.3 * rate) ** 2, rel=1e-9)


def test_only_apis_in_scope_are_protected(small: Scenario) -> None:
    market = Market(small, seed=1)
    NO_COPIES.model_copy(update={"scope": "independent"}).act(market)
    now = market.rules.now("copying", market.labs.closed)
    assert now[[CLOSED_LAB, HOUSE]] == pytest.approx([0.3, 1.0])


# -- local processing -----------------------------------------------------------------------------


def test_use_moves_to_open_weights(small: Scenario) -> None:
    market, before = uses(small, None)
    _, after = uses(small, LOCAL)
    firms = of_segment(market, FIRMS)
    opened = np.arange(before.shape[1]) % 2 == OPEN

    def open_share(use: np.ndarray) -> np.ndarray:
        share: np.ndarray = use[firms][:, opened].sum(axis=1) / use[firms].sum(axis=1)
        return share

    assert (open_share(after) > open_share(before)).all()
    assert (after[firms][:, ~opened].sum(axis=1) < before[firms][:, ~opened].sum(axis=1)).all()
    assert after[~firms].tolist() == before[~firms].tolist()


def test_the_share_runs_on_own_machines_and_teaches_nobody(small: Scenario) -> None:
    told = []
    for lever in (None, LOCAL):
        market = Market(small, seed=1, policies=[] if lever is None else [law(lever)])
        market.communities.use[:, 2 * OPEN_LAB] = 0.5
        market.list_offer(0, 2 * OPEN_LAB)
        if lever is not None:
            lever.act(market)
        outlook = demand.supply(market)
        demand.measure(market, outlook)
        market.outlook = outlook
        before = market.labs.comparisons.copy()
        training._feed(market)
        told.append((outlook, (market.labs.comparisons - before).sum(axis=1)))
    (free, taught), (local, less) = told
    firms, total = market.communities.segment == 0, local.way_spend.sum()
    assert free.way_spend.sum() == pytest.approx(total)  # the same spending, got otherwise
    paid = (market.communities.budget * market.segments.adoption[market.communities.segment])[firms]
    in_play = float(paid @ market.communities.use[firms].sum(axis=1))
    mood = market.outlook.in_play.sum() / (market.segments.budget @ market.segments.adoption / 12)
    moved = local.way_spend[:, d.SELF].sum() - free.way_spend[:, d.SELF].sum()
    own = free.way_spend[:, d.SELF].sum()
    assert moved > 0
    assert own + moved >= 0.4 * mood * in_play - 1e-9
    assert less[CLOSED_LAB] == pytest.approx(taught[CLOSED_LAB])  # its API is as it was
    assert less[OPEN_LAB] < taught[OPEN_LAB]  # clouds pass on less of its use
    assert local.cloud_spend.sum() < free.cloud_spend.sum()


def test_ways_reach_the_share_exactly_where_open_use_suffices(small: Scenario) -> None:
    market = Market(small, seed=1)
    LOCAL.act(market)
    outlook = demand.supply(market)
    spend = np.ones((2, 2, outlook.rows.size))
    opened = outlook.nests.n_open
    by_way, left = bound.ways(market, outlook, spend)
    alone = by_way[..., d.SELF].sum(axis=1)
    assert alone[0] == pytest.approx(0.4 * spend[0].sum())
    assert by_way.sum(axis=2) == pytest.approx(spend.sum(axis=1))
    assert by_way[1].tolist() == outlook.hosts.bought(spend)[1].tolist()
    assert left[:, :, opened:].tolist() == spend[:, :, opened:].tolist()
    spend[0, :, :opened] = 0.1  # too little open use: all of it, and no more, is run at home
    by_way, left = bound.ways(market, outlook, spend)
    assert by_way[0, :opened, d.SELF] == pytest.approx(spend[0, :, :opened].sum(axis=0))
    assert left[0, :, :opened] == pytest.approx(0.0)


def test_labs_foresee_that_they_cannot_serve_the_local_share(small: Scenario) -> None:
    market = Market(small, seed=1, policies=[law(LOCAL)])
    theta, line = market.labs.theta[[CLOSED_LAB]], 2 * CLOSED_LAB + CLOSED
    free = sales.own_shares(market, theta, 10.0, line // 2, CLOSED)[0]
    LOCAL.act(market)
    bound_shares = sales.own_shares(market, theta, 10.0, line // 2, CLOSED)[0]
    assert bound_shares == pytest.approx(free * [0.6, 1.0])


def test_segments_are_named_or_of_a_kind(small: Scenario) -> None:
    market = Market(small, seed=1)
    assert LOCAL.among(market).tolist() == [True, False]
    assert TENDERS.among(market).tolist() == [False, True]
    anyone = LocalProcessing(kind="local-processing")
    assert anyone.among(market).tolist() == [True, True]
    with pytest.raises(ScenarioError, match=r'"offices".*no such segment'):
        Market(
            small,
            policies=[law(TENDERS.model_copy(update={"segments": ["offices", FIRMS]}))],
        )
