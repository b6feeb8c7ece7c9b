"""The adoption step against independent implementations of the same equations."""

from pathlib import Path

import numpy as np
import pytest
from c_loop import CLoop, compiler
from catalogue import Catalogue
from idiomatic import Idiomatic
from plain_python import PlainPython

from abm.market import Market
from abm.phases import demand
from abm.phases.outlook import Outlook
from abm.scenario.loading import load

MONTHS = 60


def settled(*changes: str) -> tuple[Market, Outlook]:
    """A market in which some months have passed, and what is on offer."""
    market = Market(load("status-quo-2023", ["communities=60", *changes]).scenario, seed=3)
    for _ in range(6):
        market.step()
    market.derive()
    return market, demand.supply(market)


PRECISIONS = pytest.mark.parametrize(
    ("precision", "tolerance"),
    [("double_precision_up_to=60", 1e-12), ("double_precision_up_to=59", 1e-6)],
    ids=["double", "single"],
)


@PRECISIONS
def test_the_step_is_that_of_agents_who_choose_one_by_one(precision: str, tolerance: float) -> None:
    market, outlook = settled(precision)
    agents = Idiomatic(market, Catalogue.of(market, outlook))
    start = market.communities.use.astype(float)
    for _ in range(MONTHS):
        demand.choose(market, outlook)
        agents.step()
    assert np.abs(market.communities.use - agents.use).max() < tolerance
    assert np.abs(market.communities.use - start).max() > 0.01


def test_many_months_at_once_are_as_many_single_ones() -> None:
    market, outlook = settled()
    other, its_outlook = settled()
    demand.choose(market, outlook, 12)
    for _ in range(12):
        demand.choose(other, its_outlook)
    assert (market.communities.use == other.communities.use).all()


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, outlook = settled()
    monkeypatch.setattr("abm.agents.blocks.SIZE", 7)
    cut, its_outlook = settled()
    assert len(cut.blocks) == 9
    rows = np.argsort(cut.communities.key)
    assert (rows != np.arange(rows.size)).any()
    assert cut.communities.use[rows] == pytest.approx(whole.communities.use, abs=1e-12)
    demand.measure(whole, outlook)
    demand.measure(cut, its_outlook)
    assert its_outlook.way_spend == pytest.approx(outlook.way_spend, rel=1e-9)
    assert cut.pressure == pytest.approx(whole.pressure, rel=1e-9)


def test_plain_agents_choose_like_those_with_numpy() -> None:
    market, outlook = settled()
    catalogue = Catalogue.of(market, outlook)
    rivals = PlainPython(market, catalogue), Idiomatic(market, catalogue)
    for rival in rivals:
        for _ in range(3):
            rival.step()
    assert rivals[0].use == pytest.approx(rivals[1].use, abs=1e-12)


@pytest.mark.skipif(compiler() is None, reason="no C compiler")
def test_the_c_loop_is_the_same_step(tmp_path: Path) -> None:
    market, outlook = settled()
    loop = CLoop(market, outlook, tmp_path)
    for _ in range(MONTHS):
        loop.step()
        demand.choose(market, outlook)
    assert np.abs(market.communities.use[:, outlook.rows] - loop.use).max() < 1e-5
    assert np.float64(5e-324) * 3 > 0, "the loop changed how Python rounds"
