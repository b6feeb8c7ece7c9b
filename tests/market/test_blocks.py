"""Communities worked through block by block, on one thread or on several."""

import signal
import threading
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from worlds import closed_lab, cloud, lab, world

from abm.agents import blocks
from abm.errors import AbmError
from abm.market import Market
from abm.scenario import Scenario


def small(**changes: Any) -> Scenario:
    return world([lab("A"), closed_lab("B")], [cloud("X")], months=12, **changes)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that twelve communities keep three threads busy."""
    monkeypatch.setattr(blocks, "SIZE", 1)
    monkeypatch.setattr(blocks, "A_THREAD", 4)


def cut(count: int) -> list[Any]:
    """Blocks of two communities each."""
    rows = [slice(2 * place, 2 * place + 2) for place in range(count)]
    return [SimpleNamespace(place=place, rows=part) for place, part in enumerate(rows)]


def hands(monkeypatch: pytest.MonkeyPatch, count: str) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", count)


def bind(market: Market) -> None:
    """Rules that customers choose under."""
    market.rules.friction[...] = 0.5
    market.rules.reserved_share[...], market.rules.reserved_from[...] = 0.3, 0.1
    market.rules.local_share[...] = 0.2


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("policies", [[], [bind]], ids=["free", "bound"])
@pytest.mark.parametrize("precision", [12, 11], ids=["double", "single"])
def test_the_number_of_threads_shows_in_no_result(
    monkeypatch: pytest.MonkeyPatch, precision: int, policies: list[Any]
) -> None:
    scenario = small(double_precision_up_to=precision)
    worlds = []
    for count in ("1", "3"):
        hands(monkeypatch, count)
        market = Market(scenario, seed=1, policies=policies)
        for _ in range(8):
            market.step()
        worlds.append(market)
    one, three = worlds
    assert len(one.blocks) == 6
    assert (one.communities.use == three.communities.use).all()
    assert (one.communities.request == three.communities.request).all()
    assert (one.pressure == three.pressure).all()
    assert (one.outlook.way_spend == three.outlook.way_spend).all()
    assert one.pressure.any()


@pytest.mark.parametrize("communities", [1, 200, 450])
def test_rows_of_communities_become_rows_of_offers(communities: int) -> None:
    by_community = np.arange(3.0 * communities).reshape(communities, 3)
    turned = blocks.turned(by_community)
    assert turned.tolist() == by_community.T.tolist()
    assert turned.flags.c_contiguous
    assert not np.shares_memory(turned, by_community)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("said", "threads"), [("1", 1), ("2", 2), ("3", 3), ("9", 3)])
def test_as_many_threads_as_are_allowed_and_kept_busy(
    monkeypatch: pytest.MonkeyPatch, said: str, threads: int
) -> None:
    hands(monkeypatch, said)
    together = threading.Barrier(threads, timeout=10)

    def work(block: SimpleNamespace) -> tuple[int, int]:
        if block.place < threads:
            together.wait()  # for as many as there should be
        return block.place, threading.get_ident()

    found = blocks.each(cut(6), work)
    assert [place for place, _ in found] == list(range(6))
    assert len({thread for _, thread in found}) == threads


@pytest.mark.usefixtures("many")
def test_whoever_interrupts_finds_no_thread_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    hands(monkeypatch, "3")
    begun, done = [], []

    def work(block: SimpleNamespace) -> None:
        begun.append(block.place)
        time.sleep(0.02)
        if block.place == 9:  # when all tasks are handed out
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        time.sleep(0.02)
        done.append(block.place)

    with pytest.raises(KeyboardInterrupt):
        blocks.each(cut(60), work)
    assert sorted(begun) == sorted(done)
    assert len(done) < 60


@pytest.mark.usefixtures("many")
def test_few_communities_are_not_worth_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    hands(monkeypatch, "3")
    found = blocks.each(cut(3), lambda _: threading.get_ident())
    assert set(found) == {threading.get_ident()}


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("said", ["", "all", "0"])
def test_what_is_no_number_of_threads_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    hands(monkeypatch, said)
    assert blocks.threads() >= 1


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("count", ["1", "3"])
def test_numbers_that_overflow_stop_a_world_on_any_thread(
    monkeypatch: pytest.MonkeyPatch, count: str
) -> None:
    hands(monkeypatch, count)
    market = Market(small(), seed=1)
    market.step()
    market.communities.use[...] = np.inf
    with pytest.raises(AbmError, match="month 1: this world cannot be computed"):
        market.step()
