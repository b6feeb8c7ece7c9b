"""What holds at the end of every month of every world."""

import numpy as np

from abm import network as net
from abm.agents.cloud import CloudHost
from abm.agents.lab import ClosedLab, Lab, OpenLab
from abm.market import Market

SMALL = 1e-9


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
    """Use, endorsement and requests are shares; only what is on the market is used."""
    communities, offers = market.communities, market.offers
    for name in ("use", "endorsement", "request"):
        values = communities.arrays[name]
        assert np.isfinite(values).all(), name
        assert ((values >= 0) & (values <= 1)).all(), name
    assert (communities.use.sum(axis=1) <= 1 + SMALL).all()
    assert (communities.use[:, ~offers.live] == 0).all()
    assert ((market.segments.adoption > 0) & (market.segments.adoption <= 1)).all()
    assert (communities.home < max(market.clouds.rows, 1)).all()


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
    listed = {
        (net.cloud_node(k), net.lab_node(line // 2)) for line, k in np.argwhere(offers.listed)
    }
    kinds = market.network.edges(keys=True)
    assert listed == {(u, v) for u, v, kind in kinds if kind == net.HOSTS}


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


def check_everything(market: Market) -> None:
    check_labs(market)
    check_use(market)
    check_offers(market)
    check_agents(market)
    assert market.climate >= 0.1
