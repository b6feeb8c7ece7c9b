"""What holds at the end of every month of every world."""

from collections import Counter

import numpy as np

from abm import network as net
from abm.agents.cloud import CloudHost
from abm.agents.lab import ClosedLab, Lab, OpenLab
from abm.agents.shelf import Shelf
from abm.market import Market

SMALL = 1e-9


def tolerance(market: Market) -> float:
    """Rounding of sums of use, which large worlds keep in single precision."""
    return SMALL if market.communities.use.dtype == np.float64 else 1e-5


def check_labs(market: Market) -> None:
    """Labs: money, people, knowledge and shares keep their meaning."""
    table, alive = market.labs, market.labs.alive
    assert np.isfinite(table.cash).all()
    assert (table.cash[alive & ~table.owned] >= 0).all()
    assert (table.cash[alive & table.owned] >= -SMALL).all()
    assert (table.cash[~alive] == 0).all()
    for name in ("researchers", "staff", "seats", "gpu_farm", "credit", "renown", "parent_budget"):
        assert np.isfinite(table.arrays[name]).all(), name
        assert (table.arrays[name] >= 0).all(), name
        if name != "renown":
            assert (table.arrays[name][~alive] == 0).all(), name
    for name in ("theta", "base", "algorithms", "data", "comparisons", "value", "burn"):
        assert np.isfinite(table.arrays[name][alive]).all(), name
    assert (table.data[alive] >= 0).all()
    assert (table.comparisons[alive] >= 0).all()
    for name in ("disclosure", "moat", "founders_share", "encumbered"):
        values = table.arrays[name][alive]
        assert ((values >= 0) & (values <= 1)).all(), name
    assert np.abs(table.focus[alive].sum(axis=1) - 1).max(initial=0) < SMALL
    assert (table.breadth[alive] == (table.focus[alive] > 0).sum(axis=1)).all()


def check_use(market: Market) -> None:
    """Use, endorsement and requests are shares; only what is on the market is used, as noted."""
    communities, offers = market.communities, market.offers
    for name in ("use", "endorsement", "request"):
        values = communities.arrays[name]
        assert np.isfinite(values).all(), name
        assert ((values >= 0) & (values <= 1)).all(), name
    assert (communities.use.sum(axis=1) <= 1 + tolerance(market)).all()
    assert (communities.use[:, ~offers.live] == 0).all()
    assert ((market.segments.adoption > 0) & (market.segments.adoption <= 1)).all()
    assert (communities.home < max(market.clouds.rows, 1)).all()
    members = communities.segment == np.arange(market.segments.count)[:, None]
    for name, noted in zip(("size", "budget"), market.outlook.used, strict=True):
        used = members @ (communities.use * communities.arrays[name][:, None])
        assert np.abs(noted - used).max() <= tolerance(market) * max(used.max(), 1), name


def check_offers(market: Market) -> None:
    """Offers: finite, priced at most while sold, listed at most while live, as the graph says."""
    offers, labs_ = market.offers, market.labs
    assert np.isfinite(offers.theta[offers.live]).all()
    assert np.isfinite(offers.price).all()
    assert (offers.price >= 0).all()
    assert (offers.price[~offers.live] == 0).all()
    assert (offers.price[~np.repeat(labs_.alive, 2)] == 0).all()
    assert (offers.contributions >= 0).all()
    assert ((offers.royalty >= 0) & (offers.royalty <= 1 + SMALL)).all()
    assert not offers.listed[~offers.live].any()
    assert (offers.royalty[~offers.listed] == 0).all()
    assert (market.clouds.slots == offers.listed.sum(axis=0)).all()
    listed = {
        (net.cloud_node(k), net.lab_node(line // 2)) for line, k in np.argwhere(offers.listed)
    }
    kinds = market.network.edges(keys=True)
    assert listed == {(u, v) for u, v, kind in kinds if kind == net.HOSTS}
    if market.shelf is not None:
        fresh = Shelf.of(market)
        assert market.shelf.rows.tolist() == fresh.rows.tolist()
        assert market.shelf.nests.related == fresh.nests.related
        assert market.shelf.nests.n_open == fresh.nests.n_open
        assert market.shelf.fields.tolist() == fresh.fields.tolist()
        assert np.array_equal(market.shelf.fields, fresh.fields)


def check_agents(market: Market) -> None:
    """Agents and columns tell the same story."""
    classes = {OpenLab: ~market.labs.closed, ClosedLab: market.labs.closed}
    for cls, camp in classes.items():
        seated = sorted(agent.row for agent in market.agents_by_type.get(cls, []))
        assert seated == np.flatnonzero(market.labs.alive & camp).tolist()
    for agent in market.agents:
        if isinstance(agent, Lab):
            assert market.lab_at(agent.row) is agent
            assert market.names[agent.row] == agent.name
    assert len(market.agents_by_type.get(CloudHost, [])) == market.clouds.rows


def check_clouds(market: Market) -> None:
    """Clouds: their homes are shares, their figures finite, their slots those of the catalogue."""
    clouds = market.clouds
    for name in ("cash", "inflow", "customers", "income"):
        assert np.isfinite(clouds.arrays[name]).all(), name
    for name in ("inflow", "customers", "income"):
        assert (clouds.arrays[name] >= 0).all(), name
    own = clouds.own_lab[clouds.own_lab >= 0]
    assert market.labs.alive[own].all()
    assert np.unique(own).size == own.size
    total = clouds.customers.sum()
    if market.month > 0 and market.scenario.hosting.enabled and total > 0:
        assert abs(total - 1) < SMALL


def check_spending(market: Market) -> None:
    """Nobody spends more than is in play; what is spent on an offer is the sum over its ways."""
    outlook, offers = market.outlook, market.offers
    for name in ("way_spend", "tokens", "cloud_spend", "in_play", "shares", "lab_use"):
        values = getattr(outlook, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
    assert outlook.way_spend.sum() <= outlook.in_play.sum() * (1 + tolerance(market)) + SMALL
    assert (outlook.shares.sum(axis=1) <= 1 + tolerance(market)).all()
    if market.month > 0:
        paid = outlook.way_spend.sum(axis=1)
        assert np.allclose(offers.spend, paid, rtol=1e-6, atol=SMALL)


def check_graph(market: Market) -> None:
    """The graph and the columns that follow it tell the same story."""
    graph, labs, offers = market.network, market.labs, market.offers
    edges = {(u, v, kind): data for u, v, kind, data in graph.edges(keys=True, data=True)}
    slow = {edge: data.get("weight", 1.0) for edge, data in edges.items() if edge[2] != net.TIES}
    noted = zip(graph.relations, graph.weights().tolist(), strict=True)
    assert slow == {edge: weight for edge, weight in noted if not np.isnan(weight)}
    assert all(0 <= weight <= 1 for weight in slow.values())
    for kind in (net.KNOWS, net.BUILDS_ON, *net.THROUGH_APIS):
        mirror = np.zeros_like(graph.access(kind, labs.rows))
        for (u, v, key), weight in slow.items():
            if key == kind:
                mirror[tuple(graph.nodes[end]["row"] for end in (u, v) if end != net.APIS)] = weight
        assert (graph.access(kind, labs.rows) == mirror).all(), kind
    able = labs.alive & (market.scenario.knowledge.distillation > 0)
    learns, sells = (graph.access(kind, labs.rows) > 0 for kind in net.THROUGH_APIS)
    assert (learns == (able & ~labs.closed)).all()
    assert (sells == (able & offers.live[1::2])).all()
    for line in np.flatnonzero(offers.live & (offers.built_on >= 0)).tolist():
        ends = net.lab_node(line // 2), net.lab_node(int(offers.built_on[line]) // 2)
        assert (*ends, net.BUILDS_ON) in slow


def check_stakes(market: Market) -> None:
    """Owners, founders and the state hold no more of a lab than there is."""
    labs = market.labs
    held = np.zeros(labs.rows)
    owners = Counter()
    for u, v, kind, weight in market.network.edges(keys=True, data="weight", default=1.0):
        if kind == net.OWNS:
            held[market.network.nodes[v]["row"]] += weight
            owners[u, v] += 1
    assert (held + labs.public_stake <= 1 + SMALL).all()
    assert (labs.founders_share + labs.public_stake <= 1 + SMALL).all()
    for k, row in enumerate(market.clouds.own_lab.tolist()):
        assert row < 0 or owners[net.cloud_node(k), net.lab_node(row)] == 1


def check_everything(market: Market) -> None:
    check_labs(market)
    check_use(market)
    check_offers(market)
    check_agents(market)
    check_clouds(market)
    check_spending(market)
    check_graph(market)
    check_stakes(market)
    assert market.climate >= 0.1
