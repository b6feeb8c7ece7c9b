"""How long the adoption step takes, ours and others': `make bench`, never part of the tests.

Each round plays every variant once, so that what else the machine does meets all of them alike.
"""

from pathlib import Path
from typing import Any

import pytest
from c_loop import CLoop, compiler
from catalogue import Catalogue
from idiomatic import Idiomatic
from plain_python import PlainPython
from timing import Results, Step, repeats, seconds

from abm.market import Market
from abm.phases import demand
from abm.phases.outlook import Outlook
from abm.scenario.loading import load

ROUNDS = 7
SIZES = (200, 2_000, 20_000, 200_000)
OURS, CHOICE = "this project", "this project, communities' choice alone"
DOUBLE, SINGLE = "this project, double precision", "this project, single precision"
MESA, PLAIN, AGENTPY = "Mesa, numpy in each agent", "Mesa, plain Python agents", "AgentPy"
C_LOOP = "C loop, single precision"
LARGEST = {MESA: 20_000, PLAIN: 2_000, AGENTPY: 2_000}
"""Sizes above which a round would take many seconds; the cost is linear long before."""


def settled(size: int, *changes: str) -> Market:
    """A market in which some months have passed."""
    market = Market(load("status-quo-2023", [f"communities={size}", *changes]).scenario, seed=0)
    for _ in range(8 if size <= 20_000 else 2):
        market.step()
    market.derive()
    return market


def ours(market: Market) -> Step:
    """Our whole step: what customers see, and what every community makes of it."""

    def step() -> None:
        market.shelf = None  # in a default run some model is released every month
        demand.choose(market, demand.on_offer(market))

    return step


def rivals(market: Market, outlook: Outlook, folder: Path, results: Results) -> dict[str, Step]:
    """Steps of the other variants that can be played at this size."""
    size, catalogue = market.communities.rows, Catalogue.of(market, outlook)
    steps: dict[str, Step] = {}
    if size <= LARGEST[MESA]:
        steps[MESA] = Idiomatic(market, catalogue).step
    if size <= LARGEST[PLAIN]:
        steps[PLAIN] = PlainPython(market, catalogue).step
    if size <= LARGEST[AGENTPY]:
        try:
            from with_agentpy import WithAgentPy
        except ImportError as error:
            results.note(f"AgentPy was not measured: {error}.")
        else:
            steps[AGENTPY] = WithAgentPy(market, catalogue).step
    if compiler() is None:
        results.note("The C loop was not measured: there is no C compiler.")
    else:
        steps[C_LOOP] = CLoop(market, outlook, folder).step
    return steps


@pytest.mark.parametrize("size", SIZES)
def test_adoption(size: int, benchmark: Any, adoption: Results, tmp_path: Path) -> None:
    market = settled(size)
    outlook = demand.supply(market)
    steps = rivals(market, outlook, tmp_path, adoption)
    steps[CHOICE] = lambda: demand.choose(market, outlook)
    steps[DOUBLE] = ours(settled(size, f"double_precision_up_to={size}"))
    steps[SINGLE] = ours(settled(size, "double_precision_up_to=0"))
    times = {name: repeats(step) for name, step in steps.items()}
    step = ours(market)
    own = repeats(step)

    def others() -> None:
        for name, other in steps.items():
            adoption.add(name, size, seconds(other, times[name]))

    def round_of_ours() -> None:
        adoption.add(OURS, size, seconds(step, own))

    benchmark.extra_info["steps"] = own
    benchmark.pedantic(round_of_ours, setup=others, rounds=ROUNDS)


@pytest.mark.parametrize("size", SIZES[:3])
def test_month(size: int, benchmark: Any, month: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole month, and the same with one object per community in the phase of demand."""
    market, rival = settled(size), settled(size)
    agents = Idiomatic(rival, Catalogue.of(rival, rival.outlook))

    def choose(played: Market, outlook: Outlook) -> None:
        table = played.communities
        for row, community in enumerate(agents.communities):
            community.use = table.use[row].astype(float)
        agents.catalogue = Catalogue.of(played, outlook)
        agents.step()
        table.use = agents.use

    def theirs() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(demand, "choose", choose)
            month.add(MESA, size, seconds(rival.step, 1))

    def round_of_ours() -> None:
        month.add(OURS, size, seconds(market.step, 1))

    benchmark.pedantic(round_of_ours, setup=theirs, rounds=2 * ROUNDS)
