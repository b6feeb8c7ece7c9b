"""The adoption step: every community moves a fraction of its use to the logit's shares.

What offers are worth is computed community after community, as sums over neighbours and over
domains want it; shares are, and use is stored, offer after offer: what is done for all communities
then runs over long rows.
"""

from collections.abc import Callable
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import blocks
from abm.agents import mandates as reserved
from abm.agents.blocks import Block
from abm.mechanisms import demand as d
from abm.network import Ties
from abm.phases import mandates
from abm.phases.outlook import Outlook
from abm.scenario.parameters import Demand

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.floating[Any]]
OfBlock = Callable[[Block], Floats]
"""Numbers of a block by community and offer."""


def choose(market: "Market", outlook: Outlook, months: int = 1) -> None:
    """The adoption step: every community moves a fraction of its use to the logit's shares.

    Args:
        market: the market.
        outlook: what is on offer.
        months: how often, with that on offer.
    """
    worth = _worth(market, outlook)
    if months == 1:
        _reconsider(market, outlook, worth)
        return
    kept = blocks.each(market.blocks, worth)
    for _ in range(months):
        _reconsider(market, outlook, lambda block: kept[block.place])


def _worth(market: "Market", outlook: Outlook) -> OfBlock:
    """What each offer is worth to the communities of a block, whatever others use."""
    p, table = market.scenario.demand, market.communities
    fit = outlook.fit.transpose(0, 2, 1).astype(table.use.dtype, copy=False)
    segments, clouds, models = outlook.hosts.value.shape
    hosts = outlook.hosts.value.reshape(segments * clouds, models).astype(fit.dtype, copy=False)

    def worth(block: Block) -> Floats:
        # Those without a home cloud are counted with the first.
        cells = block.segment * clouds + np.maximum(table.home[block.rows], 0)
        return d.worth(p, _fitness(block, fit), hosts.take(cells, axis=0))

    return worth


def _fitness(block: Block, fit: Floats) -> Floats:
    """Fitness of each offer for each community of a block, by its own needs.

    Args:
        block: communities.
        fit: fitness by segment, domain and offer on sale.
    """
    fitness = np.empty((block.segment.size, fit.shape[2]), dtype=fit.dtype)
    for segment, part in block.parts:
        np.dot(block.needs[part], fit[segment], out=fitness[part])
    return fitness


def around(
    market: "Market", ties: Ties, lines: NDArray[np.int64], used: Floats | None = None
) -> OfBlock:
    """What neighbours of the communities use of some offers, as it is now.

    Args:
        market: the market.
        ties: which neighbours.
        lines: rows of the offers.
        used: what all communities use of them, if that has been looked up.

    Returns:
        For a block, (communities, offers).
    """
    table = market.communities
    if used is None and len(market.blocks) == 1:
        used = market.blocks[0].part_of(table.use, lines)
    if used is not None:
        return lambda block: ties.around(block.place, used)
    room = market.room[: table.rows * lines.size].reshape(table.rows, lines.size)

    def copy(block: Block) -> None:
        room[block.rows] = block.part_of(table.use, lines)

    blocks.each(market.blocks, copy)
    return lambda block: ties.around(block.place, room)


def _reconsider(market: "Market", outlook: Outlook, worth: OfBlock) -> None:
    """Move communities' use of the offers on sale a month on."""
    p, use, rows = market.scenario.demand, market.communities.use, outlook.rows
    hazard = market.reconsiders().astype(use.dtype)
    bound = reserved.in_force(market)
    # What holds customers is the same for all of them unless a rule changes it.
    friction: Floats | None = None
    if market.policies and np.count_nonzero(market.rules.friction != 1):
        friction = market.rules.friction.astype(use.dtype)
    best = _best(p, outlook, friction)
    # What the only block uses is read once.
    whole = market.blocks[0].part_of(use, rows) if len(market.blocks) == 1 else None
    others = around(market, market.ties, rows, whole) if p.network > 0 else None

    def valued(block: Block) -> Floats:
        # What is made on the way is let go, for shares to lie where it was, in cache.
        value = worth(block)
        if others is not None:
            held = 1.0 if friction is None else friction.take(block.segment)[:, None]
            pull = d.network_pull(p, others(block), held)
            pull += value
            value = pull
        return blocks.turned(value).T

    def move(block: Block) -> None:
        value = valued(block)
        if bound:
            shares = mandates.shares(market, outlook, block.rows, value)
        else:
            shares = d.nested_shares(p, value, outlook.nests, best, out=value)
        mine = block.part_of(use, rows) if whole is None else whole
        shares -= mine
        shares *= hazard.take(block.segment)[:, None]
        mine += shares
        use.T[rows, block.rows] = mine.T

    blocks.each(market.blocks, move)


def _best(p: Demand, outlook: Outlook, friction: Floats | None) -> float:
    """Utility that no offer exceeds: none is more than fit, nor used by more than all."""
    most = 1.0 if friction is None else float(np.maximum.reduce(friction))
    used_by_all = p.network * most * log(1 + 1 / p.network_floor)
    return float(np.maximum.reduce(outlook.hosts.value, axis=None, initial=0.0)) + used_by_all
