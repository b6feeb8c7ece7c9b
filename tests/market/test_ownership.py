"""Who owns a lab, what it was built on, and what is known when nobody is left."""

import numpy as np
import pytest
from worlds import CALM, closed_lab, cloud, lab, world

from abm import network as net
from abm.agents.offer import OPEN
from abm.errors import ScenarioError
from abm.market import Market
from abm.phases import deals, entry, exits
from abm.scenario import Scenario

A, B, C = range(3)


@pytest.fixture
def market() -> Market:
    """A, B and C, open; the cloud has a lab of its own, which is for sale."""
    firms = [lab("A"), lab("B", flagship={"compute": 25.0, "cost": 9.0, "age": 2}), lab("C")]
    return Market(world(firms, [cloud("X", cash=1e4, own_lab="C")], **CALM), seed=1)


def test_two_clouds_do_not_own_one_lab() -> None:
    said = "Harbour and Meadow both have 'Birch' as their own_lab; a lab has one owner"
    with pytest.raises(ScenarioError, match=said):
        Scenario.load("classroom", ["clouds.Harbour.own_lab=Birch"])


# -- sales -----------------------------------------------------------------------------------------


def test_a_lab_that_is_sold_is_its_first_owners_no_more(market: Market) -> None:
    exits.buy(market, market.lab_at(C), market.lab_at(A), 10.0, {})
    assert market.clouds.own_lab[0] == -1
    owners = market.network.in_edges(net.lab_node(C), keys=True, data="weight")
    assert [edge for edge in owners if edge[2] == net.OWNS] == [
        (net.lab_node(A), net.lab_node(C), net.OWNS, 1.0)
    ]


def test_a_lab_that_closes_is_nobodys_own(market: Market) -> None:
    exits.shut_down(market, market.lab_at(C), {})
    assert market.clouds.own_lab[0] == -1


def test_an_owner_that_buys_the_rest_of_its_lab_keeps_it_whole(market: Market) -> None:
    people = float(market.labs.researchers[C])
    exits.buy(market, market.lab_at(C), market.hosts[0], 10.0, {})
    assert (market.labs.alive[C], market.labs.owned[C]) == (True, True)
    assert market.clouds.own_lab[0] == C
    leak = market.scenario.acquisition.talent_leak
    assert market.labs.researchers[C] == pytest.approx((1 - leak) * people)


def test_nobody_hires_a_lab_away_from_itself(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Review would cost more than what is left behind, which argues for hiring."""
    monkeypatch.setattr(deals, "_left_behind", lambda *_: -1.0)
    for seller, route in ((C, "acquisition"), (A, "licence_and_hire")):
        deals._choose_route(market, market.lab_at(seller), market.hosts[0], 10.0, {})
        assert market.events[-1].kind == route


# -- what a model stands on ------------------------------------------------------------------------


def bought_on(market: Market, base: int) -> None:
    """Let A buy B, whose better model was built on an open one."""
    market.labs.model_base[B] = base
    exits.buy(market, market.lab_at(B), market.lab_at(A), 10.0, {})
    assert (market.labs.base[A] == market.labs.base[B]).all()


def test_a_model_that_is_bought_stands_on_its_base_in_its_new_home(market: Market) -> None:
    bought_on(market, 2 * C + OPEN)
    assert market.labs.model_base[A] == 2 * C + OPEN
    assert market.network.access(net.BUILDS_ON, market.labs.rows)[A, C] == 1.0


def test_no_model_stands_on_its_own_labs(market: Market) -> None:
    market.offers.built_on[2 * A] = 2 * C + OPEN
    bought_on(market, 2 * A + OPEN)
    assert market.labs.model_base[A] == 2 * C + OPEN
    builds_on = market.network.access(net.BUILDS_ON, market.labs.rows)
    assert (builds_on[A, A], builds_on[A, C]) == (0.0, 1.0)


def test_a_model_from_scratch_needs_no_edge(market: Market) -> None:
    before = market.network.access(net.BUILDS_ON, market.labs.rows).copy()
    bought_on(market, -1)
    assert market.labs.model_base[A] == -1
    assert (market.network.access(net.BUILDS_ON, market.labs.rows) == before).all()


# -- an empty market -------------------------------------------------------------------------------


def test_who_enters_an_empty_market_knows_what_was_known_there() -> None:
    firms = [lab("A", algorithms=-0.5), closed_lab("B", algorithms=-0.3)]
    market = Market(world(firms, **CALM), seed=1)
    for row in (A, B):
        exits.shut_down(market, market.lab_at(row), {})
    entry._found(market, 0)
    labs, p = market.labs, market.scenario.entry
    assert labs.algorithms[C] == pytest.approx(-0.4 - p.outsider_gap)
    assert labs.data[C] == pytest.approx(p.outsider_data * np.median(labs.data[:2], axis=0))
    assert labs.curated[C] == pytest.approx(labs.data[C].mean())
    assert not market.access()[C].any()
    assert market.network.has_edge(net.lab_node(C), net.APIS, key=net.DISTILS)
