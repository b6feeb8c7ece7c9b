"""Two markets of a session: the same as a run of each, and told apart to the last bit."""

import gc
import weakref

import pytest

from abm.dashboard.order import Order
from abm.dashboard.worlds import Worlds
from abm.market import Market
from abm.policy import compose
from abm.record.explain import headline
from abm.record.manifest import content_hash
from abm.record.run import Run


def hashes(run: Run) -> dict[str, str]:
    return {name: content_hash(frame) for name, frame in run.tables.items()}


def over(order: Order) -> Worlds:
    worlds = Worlds(order)
    while not worlds.over:
        worlds.play(5)
    return worlds


@pytest.fixture(scope="module")
def disclosed() -> Worlds:
    return over(Order("classroom", 7, policy="mandatory-data-disclosure", paired=True))


def test_stepping_is_running(disclosed: Worlds) -> None:
    policy = compose("mandatory-data-disclosure")
    alone = [
        Market("classroom", seed=7).run(),
        Market("classroom", seed=7, policies=[policy]).run(),
    ]
    assert [hashes(run) for run in disclosed.runs] == [hashes(run) for run in alone]


def test_the_first_month_is_there_at_once_and_the_last_is_the_last() -> None:
    worlds = Worlds(Order("classroom"))
    assert (worlds.month, worlds.paired, worlds.over) == (1, False, False)
    worlds.play(10_000)
    assert (worlds.month, worlds.over) == (36, True)
    worlds.play(1)
    assert worlds.month == 36


def test_a_policy_that_does_nothing_leaves_both_worlds_identical() -> None:
    worlds = over(Order("classroom", 7, policy="placebo", paired=True))
    assert worlds.parting is None
    assert all(worlds.same(name) for name in worlds.runs[0].market.columns[2:])
    assert {item.worlds for _, news in worlds.unread() for item in news} == {"AB"}


def test_worlds_part_where_the_policy_begins(disclosed: Worlds) -> None:
    events = disclosed.runs[1].events.iter_rows(named=True)
    starts = next(row for row in events if row["kind"] == "policy")
    assert disclosed.parting is not None
    assert disclosed.parting.month == starts["month"]
    assert "policy" in [item.row["kind"] for item in disclosed.parting.news]
    assert all(
        item.worlds == "B" for item in disclosed.parting.news if item.row["kind"] == "policy"
    )
    assert not disclosed.same("best_open_lag")


def test_numbers_alone_part_worlds_too() -> None:
    worlds = Worlds(Order("classroom", 7, changed=("pricing.host_margin=0.3",), paired=True))
    assert worlds.parting is not None
    assert worlds.parting.month == 0


def test_the_news_are_the_events_of_both_worlds(disclosed: Worlds) -> None:
    told = [key for _, news in disclosed.unread() for item in news for key in item.keys]
    events = [run.events.height for run in disclosed.runs]
    assert len(told) == len(set(told)) == sum(events)
    assert sorted(told) == sorted(
        f"{'AB'[world]}{place}" for world, number in enumerate(events) for place in range(number)
    )
    assert disclosed.unread() == []


def test_each_key_names_its_own_event() -> None:
    worlds = over(Order("classroom", 7, changed=("entry.rate=0.4",), paired=True))
    for _, news in worlds.unread():
        for item in news:
            for key in item.keys:
                event = worlds.markets["AB".index(key[0])].events[int(key[1:])]
                assert (event.kind, event.actor) == (item.row["kind"], item.row["actor"])
                assert key[0] in item.worlds


def test_news_that_read_alike_are_told_once_with_the_numbers_of_both() -> None:
    order = Order("classroom", 7, policy="mandatory-data-disclosure", paired=True)
    news = [item for _, items in over(order).unread() for item in items]
    twins = [item for item in news if item.other is not None]
    assert twins
    for item in twins:
        assert item.other is not None
        assert headline(item.row) == headline(item.other)
        assert item.row != item.other
        assert not item.alike
        assert item.worlds == "AB"
        assert len(item.keys) == 2
    for month in {item.row["month"] for item in news}:
        here = [item for item in news if item.row["month"] == month]
        told = {
            world: {headline(item.row) for item in here if item.worlds == world} for world in "AB"
        }
        assert not told["A"] & told["B"]


def test_markets_are_let_go() -> None:
    worlds = Worlds(Order("classroom", policy="placebo", paired=True))
    worlds.play(3)
    assert len(worlds.runs) == 2
    markets = [weakref.ref(market) for market in worlds.markets]
    del worlds
    gc.collect()
    assert [market() for market in markets] == [None, None]
