"""Every check of a month sees a market that was tampered with."""

from collections.abc import Callable

import invariants as seen_by
import numpy as np
import pytest

from abm import network as net
from abm.agents.cloud import CloudHost
from abm.market import Market

Doctor = Callable[[Market], object]


def column(table: str, name: str, where: object, value: float) -> Doctor:
    """Write a value into a column."""

    def doctor(market: Market) -> None:
        getattr(market, table).arrays[name][where] = value

    return doctor


def outlook(name: str, value: float) -> Doctor:
    return lambda market: getattr(market.outlook, name).__setitem__(..., value)


def edge(source: str, target: str, kind: str, weight: float = 1.0) -> Doctor:
    return lambda market: market.network.add_edge(source, target, key=kind, weight=weight)


def unnoted_edge(market: Market) -> None:
    """An edge that no mirror follows, as a library might write it."""
    market.network.nodes["lab-0"]["row"] = 5
    market.network._adj["lab-0"]["lab-3"] = {"knows": {"weight": 0.9}}


def lost_edge(kind: str) -> Doctor:
    def doctor(market: Market) -> None:
        ends = next(edge[:2] for edge in market.network.edges(keys=True) if edge[2] == kind)
        market.network.drop(*ends, kind)

    return doctor


def forgotten_agent(market: Market) -> None:
    market.lab_at(3).remove()


def mistaken_name(market: Market) -> None:
    market.names[0] = "Nobody"


def mistaken_seat(market: Market) -> None:
    market._lab_agents[0] = market.lab_at(1)


def price_of_the_dead(market: Market) -> None:
    market.labs.alive[0] = False


def twin(market: Market) -> None:
    CloudHost(market, market.clouds, 0, "Twin")


def mirror(market: Market) -> None:
    market.network.access(net.KNOWS, market.labs.rows)[0, 5] = 0.5


def dead(name: str, value: float) -> Doctor:
    """A value in a row that no lab holds."""
    return column("labs", name, -1, value)


A, LIVE, GONE = 0, (0, 1), -1
DOCTORED: dict[str, tuple[Callable[[Market], None], Doctor]] = {
    "cash that is no number": (seen_by.check_labs, column("labs", "cash", GONE, np.nan)),
    "debt without an exit": (seen_by.check_labs, column("labs", "cash", A, -1e-6)),
    "debt of an owned lab": (seen_by.check_labs, column("labs", "cash", 1, -1.0)),
    "cash of nobody": (seen_by.check_labs, dead("cash", 1.0)),
    "infinitely many people": (seen_by.check_labs, column("labs", "researchers", A, np.inf)),
    "fewer people than none": (seen_by.check_labs, column("labs", "staff", A, -1.0)),
    "seats of nobody": (seen_by.check_labs, dead("seats", 1.0)),
    "knowledge that is no number": (seen_by.check_labs, column("labs", "algorithms", A, np.nan)),
    "less data than none": (seen_by.check_labs, column("labs", "data", A, -1.0)),
    "less feedback than none": (seen_by.check_labs, column("labs", "comparisons", A, -1.0)),
    "more shown than all": (seen_by.check_labs, column("labs", "disclosure", A, 1.5)),
    "focus that is not whole": (seen_by.check_labs, column("labs", "focus", A, 0.1)),
    "breadth that is not counted": (seen_by.check_labs, column("labs", "breadth", A, 2)),
    "use that is no number": (seen_by.check_use, column("communities", "use", A, np.nan)),
    "use above all": (seen_by.check_use, column("communities", "use", A, 0.9)),
    "use below none": (seen_by.check_use, column("communities", "use", (A, 1), -0.1)),
    "use of what is not sold": (seen_by.check_use, column("communities", "use", (A, GONE), 1e-6)),
    "nobody left to adopt": (
        seen_by.check_use,
        lambda market: market.segments.adoption.__setitem__(0, 0.0),
    ),
    "a home that is no cloud": (seen_by.check_use, column("communities", "home", A, 7)),
    "a model that is no number": (seen_by.check_offers, column("offers", "theta", 1, np.nan)),
    "an infinite price": (seen_by.check_offers, column("offers", "price", 1, np.inf)),
    "a price below zero": (seen_by.check_offers, column("offers", "price", 1, -1.0)),
    "a price of what is not sold": (seen_by.check_offers, column("offers", "price", GONE, 1.0)),
    "a price of the dead": (seen_by.check_offers, price_of_the_dead),
    "work below none": (seen_by.check_offers, column("offers", "contributions", A, -1.0)),
    "more royalty than revenue": (seen_by.check_offers, column("offers", "royalty", LIVE, 1.5)),
    "a slot for nothing": (seen_by.check_offers, column("offers", "listed", (GONE, 0), True)),
    "a royalty without a slot": (seen_by.check_offers, column("offers", "royalty", (7, 0), 0.5)),
    "a slot without an edge": (seen_by.check_offers, column("offers", "listed", (1, 1), True)),
    "an edge without a slot": (seen_by.check_offers, edge("cloud-1", "lab-0", net.HOSTS)),
    "a row without an agent": (seen_by.check_agents, forgotten_agent),
    "an agent of another camp": (seen_by.check_agents, column("labs", "closed", A, False)),
    "an agent in another's seat": (seen_by.check_agents, mistaken_seat),
    "an agent of another name": (seen_by.check_agents, mistaken_name),
    "a cloud too many": (seen_by.check_agents, twin),
    "a cloud's cash that is no number": (seen_by.check_clouds, column("clouds", "cash", A, np.nan)),
    "customers below none": (seen_by.check_clouds, column("clouds", "customers", A, -0.1)),
    "customers lost": (seen_by.check_clouds, column("clouds", "customers", A, 0.0)),
    "an own lab that is gone": (seen_by.check_clouds, column("clouds", "own_lab", A, 15)),
    "an own lab of two": (seen_by.check_clouds, column("clouds", "own_lab", ..., 1)),
    "spending that is no number": (seen_by.check_spending, outlook("tokens", np.nan)),
    "spending below none": (seen_by.check_spending, outlook("cloud_spend", -1.0)),
    "more spent than there is": (seen_by.check_spending, outlook("way_spend", 1e9)),
    "shares above all": (seen_by.check_spending, outlook("shares", 0.5)),
    "an offer that is paid twice": (seen_by.check_spending, column("offers", "spend", 1, 1e6)),
    "an edge that nobody noted": (seen_by.check_graph, unnoted_edge),
    "an edge above all": (seen_by.check_graph, edge("lab-0", "lab-3", net.KNOWS, 1.5)),
    "a mirror of another network": (seen_by.check_graph, mirror),
    "a closed lab that copies": (seen_by.check_graph, edge("lab-0", net.APIS, net.DISTILS)),
    "an open lab that cannot": (seen_by.check_graph, lost_edge(net.DISTILS)),
    "a seller that teaches nobody": (seen_by.check_graph, lost_edge(net.SERVES)),
    "a base without an edge": (seen_by.check_graph, column("offers", "built_on", 1, 4)),
    "more shares than a firm has": (seen_by.check_stakes, edge("cloud-0", "lab-1", net.OWNS)),
    "founders and state with more": (seen_by.check_stakes, column("labs", "public_stake", A, 0.5)),
    "an own lab that is not owned": (seen_by.check_stakes, lost_edge(net.OWNS)),
    "no capital at all": (
        seen_by.check_everything,
        lambda market: setattr(market, "climate", 0.0),
    ),
}


@pytest.fixture
def market() -> Market:
    market = Market("classroom", seed=1)
    for _ in range(2):
        market.step()
    seen_by.check_everything(market)
    return market


@pytest.mark.parametrize("what", DOCTORED)
def test_what_was_tampered_with_is_seen(market: Market, what: str) -> None:
    check, doctor = DOCTORED[what]
    doctor(market)
    with pytest.raises(AssertionError):
        check(market)
