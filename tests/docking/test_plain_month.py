"""Two implementations of a month's core agree: that of the package, and a plain one of its own."""

import numpy as np
import pytest
from plain_month import (
    Customer,
    Lab,
    Offer,
    booked,
    diffused,
    feedback_gain,
    flop,
    payroll,
    reconsidered,
    trained,
)

from abm import network as net
from abm.agents.stages import BUILDING
from abm.market import Market
from abm.phases import PHASES
from abm.phases.knowledge import _community_effort
from abm.phases.training import mergeable
from abm.scenario import Scenario
from abm.scenario.cast import COMPONENTS

MONTHS = (3, 15)
"""Months in which the two are held against each other."""


@pytest.fixture(params=MONTHS, ids=lambda month: f"month {month}")
def market(request: pytest.FixtureRequest) -> Market:
    """A market at the start of a month."""
    found = Market(Scenario.load("classroom"), seed=5)
    while found.month < request.param:
        found.step()
    return found


def play_until(market: Market, name: str) -> None:
    """The phases of the month before one."""
    for phase in PHASES:
        if phase.name == name:
            return
        phase.run(market)
    raise AssertionError(name)


def play_phase(market: Market, name: str) -> None:
    next(phase for phase in PHASES if phase.name == name).run(market)


def test_knowledge_diffuses_alike(market: Market) -> None:
    focus = market.labs.focus.copy()  # how far fields overlap is read when the books open
    play_until(market, "knowledge diffusion")
    labs, s, rows = market.labs, market.scenario, market.living
    learns, serves = (market.network.access(kind, labs.rows) for kind in net.THROUGH_APIS)
    luck = market.streams.normal("progress", labs.key[rows], market.month)
    helpers = _community_effort(market, rows)
    plain = []
    for place, row in enumerate(rows.tolist()):
        busy = s.product.build_staff if labs.product_stage[row] == BUILDING else 0.0
        plain.append(
            Lab(
                researchers=float(labs.researchers[row]),
                working=float(labs.researchers[row]) * (1 - busy) + float(helpers[place]),
                focus=focus[row].tolist(),
                algorithms=float(labs.algorithms[row]),
                data=labs.data[row].tolist(),
                comparisons=labs.comparisons[row].tolist(),
                shown=dict(zip(COMPONENTS, labs.disclosure[row].tolist(), strict=True)),
                distils=bool(learns[row]),
                serves=bool(serves[row]),
                luck=float(luck[place]),
            )
        )
    access = market.access()[rows[:, None], rows].tolist()
    expected = diffused(s.knowledge, s.post_training.stickiness, plain, access)
    play_phase(market, "knowledge diffusion")
    for row, (algorithms, data, comparisons) in zip(rows.tolist(), expected, strict=True):
        assert labs.algorithms[row] == pytest.approx(algorithms, rel=1e-10)
        assert labs.data[row] == pytest.approx(data, rel=1e-10)
        assert labs.comparisons[row] == pytest.approx(comparisons, rel=1e-10)


def test_a_finished_run_is_as_capable() -> None:
    market = Market(Scenario.load("classroom"), seed=5)
    s, labs, checked = market.scenario, market.labs, 0
    for _ in range(18):
        play_until(market, "training")
        before, running = labs.base.copy(), labs.run_left.copy()
        play_phase(market, "training")
        ended = (running > 0) & (labs.run_left == 0) & (labs.run_base < 0)
        luck = market.streams.normal("run outcome", labs.key, market.month)
        for row in np.flatnonzero(ended & (labs.base != before).any(axis=1)).tolist():
            compute = flop(
                s.capability,
                float(labs.run_cost[row]),
                market.month,
                owned=bool(market.owns_hardware[row]),
            )
            merged = market.contribution_gain[2 * row] * mergeable(market, np.array([row]))[0]
            base = trained(
                s.capability,
                float(np.log10(compute)),
                float(labs.algorithms[row]) + s.capability.release_noise * float(luck[row]),
                labs.focus[row].tolist(),
                labs.data[row].tolist(),
                merged.tolist(),
            )
            gain = feedback_gain(
                s.post_training,
                s.capability.niche_bonus,
                labs.comparisons[row].tolist(),
                labs.focus[row].tolist(),
            )
            assert labs.base[row] == pytest.approx(base, rel=1e-10)
            assert labs.theta[row] - labs.base[row] == pytest.approx(gain, abs=1e-9)
            checked += 1
        for phase in PHASES[[item.name for item in PHASES].index("training") + 1 :]:
            phase.run(market)
        market.month += 1
    assert checked >= 5


def plain_offers(market: Market, rows: list[int], prices: np.ndarray) -> list[Offer]:
    offers = market.offers
    theta = offers.theta + market.contribution_gain
    return [
        Offer(
            theta=theta[row].tolist(),
            is_open=row % 2 == 0,
            lineage=int(offers.owner[row]),
            api=price[0],
            own_machines=price[1],
            garden=price[2],
            clouds=price[3:],
        )
        for row, price in zip(rows, prices.tolist(), strict=True)
    ]


def test_customers_choose_alike(market: Market) -> None:
    play_until(market, "demand")
    s, segments, table = market.scenario, market.segments, market.communities
    use = table.use.astype(float)
    around = np.concatenate([market.ties.around(block.place, use) for block in market.blocks])
    adoption = segments.adoption.copy()
    play_phase(market, "demand")
    rows = market.outlook.rows.tolist()
    assert {bool(row % 2) for row in rows} == {True, False}
    offers = plain_offers(market, rows, market.outlook.hosts.price)
    for c in range(table.rows):
        segment = int(table.segment[c])
        customer = Customer(
            needs=table.needs[c].tolist(),
            segment_needs=segments.needs[segment].tolist(),
            requirement=float(segments.requirement[segment]),
            price_taste=float(segments.price_taste[segment]),
            privacy=float(segments.privacy[segment]),
            home=max(int(table.home[c]), 0),
            hazard=min(float(segments.hazard[segment]), 1.0),
            use=use[c, rows].tolist(),
            around=around[c, rows].tolist(),
        )
        expected = reconsidered(
            s.demand,
            s.pricing.cost_exponent,
            s.hosting.garden_quality,
            market.month,
            customer,
            offers,
        )
        assert table.use[c, rows] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    best = market.outlook.mean_fit.max(axis=1)
    grown = [
        a + (s.demand.innovation + s.demand.imitation * a) * (1 - a) * fit
        for a, fit in zip(adoption.tolist(), best.tolist(), strict=True)
    ]
    assert segments.adoption == pytest.approx(grown, rel=1e-10)


def test_every_payment_is_booked_and_cash_moves_by_nothing_else(market: Market) -> None:
    play_until(market, "settlement")
    labs, clouds, s = market.labs, market.clouds, market.scenario
    earlier = {kind: np.array(row) for kind, row in market.ledger.flows.items()}
    cash = float(labs.cash.sum()), float(clouds.cash.sum())
    play_phase(market, "settlement")
    sectors = "ULCHWVGR"
    flows = {
        kind: dict(zip(sectors, (np.array(row) - earlier.get(kind, 0.0)).tolist(), strict=True))
        for kind, row in market.ledger.flows.items()
    }
    for kind, by_sector in flows.items():
        assert sum(by_sector.values()) == pytest.approx(0.0, abs=1e-9), kind
    assert float(labs.cash.sum()) - cash[0] == pytest.approx(booked(flows, "L"), abs=1e-6)
    assert float(clouds.cash.sum()) - cash[1] == pytest.approx(booked(flows, "C"), abs=1e-6)
    wages = sum(
        payroll(
            s.talent.wage,
            s.talent.staff_wage,
            float(labs.wage[row]),
            float(labs.researchers[row]),
            float(labs.staff[row]),
        )
        for row in market.living.tolist()
    )
    assert -flows["wages"]["L"] == pytest.approx(wages, rel=1e-12)
    api = float(market.outlook.way_spend[:, 0].sum())
    assert flows["api"]["L"] == pytest.approx(api, rel=1e-12)
    assert -flows["royalty"]["C"] <= flows["hosting"]["C"] + 1e-12
