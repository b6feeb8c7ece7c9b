"""Every event that cannot be, and every state that no event explains, is seen."""

from collections.abc import Callable
from typing import Any

import pytest

from abm import network as net
from abm.market import Market
from abm.record.events import Event
from tests.stress.chronicle import Chronicle
from tests.stress.draw import World
from tests.stress.judge import step


def event(kind: str, actor: str, counterpart: str = "", amount: float = 0.0, **why: Any) -> Event:
    return Event(0, kind, actor, counterpart, amount, why)


SHUT = event("shutdown", "Dogwood")
RELEASE = {"camp": "open", "version": 2}
TOLD: dict[str, tuple[list[Event], str]] = {
    "a closed lab releases": ([SHUT, event("release", "Dogwood", **RELEASE)], "'release'"),
    "a closed lab raises money": ([SHUT, event("funding", "Dogwood", amount=1.0)], "'funding'"),
    "a closed lab is sold": ([SHUT, event("acquisition", "Dogwood", "Aster")], "'acquisition'"),
    "a sold lab releases": (
        [event("acquisition", "Dogwood", "Aster"), event("release", "Dogwood", **RELEASE)],
        "'release'",
    ),
    "a lab buys itself": ([event("acquisition", "Dogwood", "Dogwood")], "'acquisition'"),
    "a closed lab buys": ([SHUT, event("acquisition", "Elder", "Dogwood")], "'acquisition'"),
    "an owned lab is sold": ([event("acquisition", "Birch", "Aster")], "'acquisition'"),
    "an owned lab closes": ([event("shutdown", "Birch")], "'shutdown'"),
    "an owned lab raises money": ([event("funding", "Birch", amount=1.0)], "'funding'"),
    "a round of nothing": ([event("funding", "Elder")], "'funding'"),
    "a lab of another camp releases": (
        [event("release", "Dogwood", camp="closed", version=2)],
        "'release'",
    ),
    "a version is left out": ([event("release", "Dogwood", camp="open", version=3)], "'release'"),
    "a camp is changed to itself": ([event("camp_change", "Aster", amount=1.0)], "'camp_change'"),
    "a listing is opened twice": ([event("hosted", "Cedar", "Meadow", camp="open")], "'hosted'"),
    "what is not sold is listed": (
        [event("hosted", "Cedar", "Harbour", camp="closed")],
        "'hosted'",
    ),
    "what is not listed is dropped": (
        [event("delisted", "Cedar", "Meadow"), event("delisted", "Cedar", "Meadow")],
        "'delisted'",
    ),
    "a suit is filed twice": ([event("lawsuit", "Elder"), event("lawsuit", "Elder")], "'lawsuit'"),
    "a suit ends that is none": ([event("settlement", "Elder")], "'settlement'"),
    "damages below nothing": (
        [event("lawsuit", "Elder"), event("settlement", "Elder", amount=-1.0)],
        "'settlement'",
    ),
    "the law is settled twice": ([event("ruling", ""), event("ruling", "")], "'ruling'"),
    "a lab enters twice": ([event("entry", "Dogwood")], "'entry'"),
    "a spin-off of nobody": ([event("spin_off", "New", "Nobody")], "'spin_off'"),
    "a lab is let go that is free": ([event("divestment", "Elder")], "'divestment'"),
    "an unknown kind": ([event("revolution", "Elder")], "'revolution'"),
    "an amount that is no number": ([event("pivot", "Elder", amount=float("nan"))], "'pivot'"),
    "an event of another month": ([Event(3, "pivot", "Elder", "", 0.0, {})], "month=3"),
    "an exit that did not happen": ([SHUT], "alive"),
    "a change that did not happen": ([event("camp_change", "Dogwood", amount=1.0)], "closed"),
    "a sale that did not happen": ([event("acquisition", "Fir", "Meadow")], "alive"),
    "money that was not raised": ([event("funding", "Elder", amount=5.0)], "Elder"),
    "a release that did not happen": ([event("release", "Dogwood", **RELEASE)], "versions"),
    "a suit that was not filed": ([event("lawsuit", "Elder")], "sued"),
    "an owner who stayed": ([event("divestment", "Cedar")], "owned"),
}

STATE: dict[str, tuple[Callable[[Market], object], str]] = {
    "a lab is gone without an event": (
        lambda market: market.labs.alive.__setitem__(3, False),
        "alive",
    ),
    "an own lab without an event": (
        lambda market: market.clouds.own_lab.__setitem__(0, 0),
        "houses",
    ),
    "a line without an event": (lambda market: market.offers.live.__setitem__(0, True), "live"),
    "a listing without an event": (
        lambda market: market.offers.listed.__setitem__((1, 0), False),
        "listed",
    ),
    "money without an event": (lambda market: market.labs.raised.__setitem__(0, 1.0), "Aster"),
}


@pytest.fixture
def begun() -> tuple[Market, Chronicle]:
    """A month in which nothing happened yet that is not told."""
    market = World(0, "classroom", ("release.slip=0.0",), "", 1).market()
    chronicle = Chronicle(market)
    step(market)
    chronicle.follow()
    return market, chronicle


@pytest.mark.parametrize("what", TOLD)
def test_an_event_that_cannot_be_is_seen(begun: tuple[Market, Chronicle], what: str) -> None:
    market, chronicle = begun
    events, match = TOLD[what]
    market.events += events
    with pytest.raises(AssertionError, match=match):
        chronicle.follow()


@pytest.mark.parametrize("what", STATE)
def test_a_state_that_no_event_explains_is_seen(begun: tuple[Market, Chronicle], what: str) -> None:
    market, chronicle = begun
    doctor, match = STATE[what]
    doctor(market)
    with pytest.raises(AssertionError, match=match):
        chronicle.follow()


def test_a_spin_off_without_an_edge_is_seen(begun: tuple[Market, Chronicle]) -> None:
    market, chronicle = begun
    market.names.append("New")
    market.network.add_node(net.lab_node(6), kind="lab", name="New", row=6)
    market.events.append(event("spin_off", "New", "Aster"))
    with pytest.raises(AssertionError, match="'spin_off'"):
        chronicle.follow()
