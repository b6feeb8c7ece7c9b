"""Tables of a run are made when they are read, and are the same whenever that is."""

import gc
import pickle
import weakref

import polars as pl
import pytest

from abm import Market, Run
from abm.record.frames import FRAMES
from abm.record.manifest import content_hash
from abm.scenario.loading import load

MONTHS = 6
EARLY = 3


def market() -> Market:
    return Market(load("classroom", [f"months={MONTHS}"]).scenario, seed=4)


def hashes(run: Run) -> dict[str, str]:
    return {name: content_hash(frame) for name, frame in run.tables.items()}


def made(run: Run) -> list[str]:
    """Names of the tables that are frames already."""
    return [name for name in FRAMES if isinstance(vars(run)[name], pl.DataFrame)]


def test_a_table_is_made_once_and_when_it_is_read() -> None:
    run = market().run()
    assert made(run) == []
    first = run.events
    assert made(run) == ["events"]
    assert run.events is first
    assert run.market.height == MONTHS
    assert made(run) == ["market", "events"]


@pytest.mark.parametrize("name", FRAMES)
def test_a_table_is_the_same_whichever_is_read_first(name: str) -> None:
    run = market().run()
    assert content_hash(getattr(run, name)) == hashes(market().run())[name]


def test_what_is_read_late_is_what_there_was_when_the_run_was_taken() -> None:
    """A market may go on after somebody has taken its tables."""
    going, stopped = market(), market()
    for _ in range(EARLY):
        going.step()
        stopped.step()
    early = going.recorder.finish(going)
    finished = going.run()
    assert hashes(early) == hashes(stopped.recorder.finish(stopped))
    assert hashes(finished) == hashes(market().run())
    assert early.market.height == early.segments["month"].n_unique() == EARLY


def test_a_run_that_nobody_has_read_lets_go_of_its_market() -> None:
    played = market()
    run, gone = played.run(), weakref.ref(played)
    del played
    gc.collect()
    assert gone() is None
    assert hashes(run) == hashes(market().run())


def test_a_run_is_sent_elsewhere_with_its_tables() -> None:
    run = market().run()
    sent = pickle.loads(pickle.dumps(run))
    assert made(sent) == list(FRAMES)
    assert hashes(sent) == hashes(run)
    assert sent.scenario == run.scenario
