"""Markets come and go: nothing of a finished run stays behind, and a run can be kept midway.

Mesa 3.3 keeps a counter per model in a class attribute, and with it every model that ever was.
"""

import copy
import gc
import pickle
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worlds import changed, closed_lab, cloud, differences, lab, world

from abm.agents.lab import OpenLab
from abm.market import Market
from abm.scenario import Scenario

RUNS = 200
GROWTH = 12e6
"""Bytes by which memory may grow over the runs; a market that stays behind takes about 1 MB."""

STATM = Path("/proc/self/statm")


def tiny() -> Scenario:
    return world([lab("A"), closed_lab("B")], [cloud("X")], months=2, communities=4)


def played(seed: int) -> "weakref.ref[Market]":
    """Play a market and let go of it."""
    market = Market(tiny(), seed=seed)
    market.run()
    return weakref.ref(market)


def resident() -> int:
    """Bytes of memory in use."""
    return int(STATM.read_text().split()[1]) * 4096


@pytest.mark.skipif(not STATM.exists(), reason="reads the memory in use from /proc")
def test_memory_does_not_grow_over_many_runs() -> None:
    for seed in range(30):
        played(seed)
    gc.collect()
    before = resident()
    markets = [played(seed) for seed in range(RUNS)]
    gc.collect()
    assert [market for market in markets if market() is not None] == []
    assert resident() - before < GROWTH


def test_a_market_that_somebody_holds_is_noticed() -> None:
    held: list[Any] = []
    market = Market(tiny())
    held.append(market.labs.cash)
    reference = weakref.ref(market)
    held.append(market)
    del market
    gc.collect()
    assert reference() is not None


@pytest.mark.parametrize("months", [0, 1, 2])
def test_a_market_that_is_stepped_and_never_run_is_let_go(months: int) -> None:
    """The dashboard and Mesa's own tools step; many a market is dropped midway."""
    market = Market(tiny())
    for _ in range(months):
        market.step()
    reference = weakref.ref(market)
    del market
    gc.collect()
    assert reference() is None


def test_a_new_market_frees_the_last_one_of_itself() -> None:
    """With nobody to collect, and whatever the libraries hold left alone."""
    played(0)
    gc.disable()
    try:
        last = played(1)
        assert last() is not None
        Market(tiny())
        assert last() is None
    finally:
        gc.enable()


class InterruptionError(Exception):
    """Raised by a policy in the middle of a run."""


@pytest.mark.parametrize("collecting", [True, False])
def test_collection_pauses_while_a_market_runs_and_is_as_it_was_afterwards(
    collecting: bool,
) -> None:
    seen = []

    def interrupt(market: Market) -> None:
        seen.append(gc.isenabled())
        if market.month:
            raise InterruptionError

    market = Market(tiny(), policies=[interrupt])
    (gc.enable if collecting else gc.disable)()
    try:
        with pytest.raises(InterruptionError):
            market.run()
        assert gc.isenabled() is collecting
    finally:
        gc.enable()
    assert seen == [False, False]


def test_agents_have_ids_of_their_own() -> None:
    market = Market(changed(Scenario.load("classroom"), {"entry.rate": 1.0, "months": 6}))
    ids: dict[int, Any] = {}
    for _ in range(6):
        market.step()
        for agent in market.agents:
            assert ids.setdefault(agent.unique_id, agent) is agent
    assert len(market.names) > 6


def by_pickle(market: Market) -> Market:
    return pickle.loads(pickle.dumps(market))


@pytest.mark.parametrize("keep", [copy.deepcopy, by_pickle])
def test_a_market_kept_midway_ends_as_the_original_does(
    keep: Callable[[Market], Market],
) -> None:
    market = Market(changed(Scenario.load("classroom"), {"months": 12}), seed=1)
    for _ in range(5):
        market.step()
    kept = keep(market)
    original = market.run()
    assert kept.month == 5
    assert kept.labs.cash is kept.ledger.labs.cash
    assert differences(original, kept.run()) == []


@pytest.mark.parametrize("keep", [copy.deepcopy, by_pickle])
def test_agents_of_a_kept_market_are_numbered_on(keep: Callable[[Market], Market]) -> None:
    kept = keep(Market(tiny()))
    OpenLab(kept, kept.labs, 0, "A")
    assert len({agent.unique_id for agent in kept.agents}) == len(kept.agents)
