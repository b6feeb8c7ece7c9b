"""The adoption step: every community moves a fraction of its use to the logit's shares.

Arrays over (communities, offers) are stored offer after offer: what is done for all communities
then runs over long rows. Only the averages over neighbours want them community after community.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import mandates as reserved
from abm.agents.blocks import Block
from abm.mechanisms import demand as d
from abm.phases import mandates
from abm.phases.outlook import Outlook

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.floating[Any]]


def choose(market: "Market", outlook: Outlook, months: int = 1) -> None:
    """The adoption step: every community moves a fraction of its use to the logit's shares.

    Args:
        market: the market.
        outlook: what is on offer.
        months: how often, with that on offer.
    """
    table, rows = market.communities, outlook.rows
    use = table.use.T[rows].T
    worth: Iterable[Floats] = _worth(market, outlook)
    if months > 1:
        worth = list(worth)
    for _ in range(months):
        _reconsider(market, outlook, worth, use)
    table.use.T[rows] = use.T
    market.offers.use[...] = 0.0
    for block in market.blocks:
        weights = table.size[block.rows].astype(use.dtype, copy=False)
        market.offers.use[rows] += weights @ use[block.rows]


def _worth(market: "Market", outlook: Outlook) -> Iterator[Floats]:
    """What each offer is worth to the communities of each block, whatever others use."""
    p, dtype = market.scenario.demand, market.communities.use.dtype
    fit = outlook.fit.astype(dtype, copy=False)
    segments, clouds, models = outlook.hosts.value.shape
    hosts = outlook.hosts.value.reshape(segments * clouds, models).T.astype(dtype, order="C")
    cells = _cells(market)
    for block in market.blocks:
        yield d.worth(p, _fitness(block, fit), hosts.take(cells[block.rows], axis=1).T)


def _cells(market: "Market") -> NDArray[np.int64]:
    """Segment and home cloud of each community in one number; the first cloud for the homeless."""
    table, clouds = market.communities, max(market.clouds.rows, 1)
    cells: NDArray[np.int64] = table.segment * clouds + np.maximum(table.home, 0)
    return cells


def _fitness(block: Block, fit: Floats) -> Floats:
    """Fitness of each offer for each community of a block, by its own needs.

    Args:
        block: communities.
        fit: fitness by segment, offer on sale and domain.
    """
    fitness = np.empty((fit.shape[1], block.segment.size), dtype=fit.dtype)
    for segment, part in block.parts:
        columns = block.within(part)
        np.matmul(fit[segment], block.needs[:, columns], out=fitness[:, columns])
    return fitness.T


def _reconsider(market: "Market", outlook: Outlook, worth: Iterable[Floats], use: Floats) -> None:
    """Move communities' use of the offers on sale, (communities, offers on sale), a month on."""
    p = market.scenario.demand
    hazard = market.reconsiders().astype(use.dtype)
    friction = market.rules.friction.astype(use.dtype)
    bound = reserved.in_force(market)
    along = market.ties.along(np.ascontiguousarray(use)) if p.network > 0 else use
    for block, own in zip(market.blocks, worth, strict=True):
        value = own
        if p.network > 0:
            around = along.take(market.ties.place[block.rows], axis=0)
            value = d.network_pull(p, np.asfortranarray(around), friction[block.segment, None])
            value += own
        if bound:
            shares = mandates.shares(market, outlook, block.rows, value)
        else:
            shares = d.nested_shares(p, value, outlook.families, outlook.n_open)
        mine = use[block.rows]
        shares -= mine
        shares *= hazard[block.segment, None]
        mine += shares
