"""The adoption step: every community moves a fraction of its use to the logit's shares.

Arrays over (communities, offers) are stored offer after offer: what is done for all communities
then runs over long rows. Only the averages over neighbours want them community after community.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import mandates as reserved
from abm.agents.blocks import Stint, added, worked
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
    rows, kept = outlook.rows, None
    if months > 1:
        parts = worked(market.stints, lambda stint: [*map(np.copy, _worth(market, outlook, stint))])
        kept = list(chain.from_iterable(parts))
    for _ in range(months):
        seen = shown(market, rows)
        used = worked(market.stints, partial(_reconsider, market, outlook, kept, seen))
    market.offers.use[...] = 0.0
    market.offers.use[rows] = added(used)


def _worth(market: "Market", outlook: Outlook, stint: Stint) -> Iterator[Floats]:
    """What each offer is worth to the communities of each block, whatever others use.

    Yields:
        Shape (communities, offers on sale), in the first room; the second is used on the way.
    """
    p, table = market.scenario.demand, market.communities
    fit = outlook.fit.astype(table.use.dtype, copy=False)
    segments, clouds, models = outlook.hosts.value.shape
    hosts = outlook.hosts.value.reshape(segments * clouds, models).T.astype(fit.dtype, order="C")
    for block in stint.blocks:
        # Those without a home cloud are counted with the first.
        cells = block.segment * clouds + np.maximum(table.home[block.rows], 0)
        fitness, of_hosts = (stint.room(room, models, block) for room in (0, 1))
        for segment, part in block.parts:
            np.matmul(fit[segment], block.needs[:, part], out=fitness[:, part])
        # In this mode, numpy writes where it is told to, and not by way of a copy.
        hosts.take(cells, axis=1, out=of_hosts, mode="clip")
        yield d.worth(p, fitness.T, of_hosts.T)


def shown(market: "Market", lines: NDArray[np.int64]) -> Floats:
    """What all communities use of some offers, for their neighbours to see.

    Args:
        market: the market.
        lines: rows of the offers.

    Returns:
        Shape (communities, offers), until the next is asked for.
    """
    use = market.communities.use
    seen = market.room[: use.shape[0] * lines.size].reshape(use.shape[0], lines.size)

    def show(stint: Stint) -> None:
        for block in stint.blocks:
            seen[block.rows] = block.part_of(use, lines)

    worked(market.stints, show)
    return seen


def _reconsider(
    market: "Market", outlook: Outlook, kept: list[Floats] | None, seen: Floats, stint: Stint
) -> list[Floats]:
    """Move communities' use of the offers on sale a month on.

    Args:
        market: the market.
        outlook: what is on offer.
        kept: what the offers are worth to each block, whatever others use; worked out if absent.
        seen: what all communities used of the offers.
        stint: the communities.

    Returns:
        Use of each offer over the communities of each block, weighted by size.
    """
    p, use, rows = market.scenario.demand, market.communities.use, outlook.rows
    hazard = market.reconsiders().astype(use.dtype)
    friction = market.rules.friction.astype(use.dtype)
    bound = reserved.in_force(market)
    worth = kept[stint.places] if kept else _worth(market, outlook, stint)
    others: Iterable[Floats | None] = repeat(None, len(stint.blocks))
    if p.network > 0:
        others = market.ties.along(seen, stint.places, stint.rooms[1])
    total = []
    for block, own, theirs in zip(stint.blocks, worth, others, strict=True):
        value = own
        if theirs is not None:
            value = d.network_pull(p, theirs.T, friction.take(block.segment)[:, None])
            value += own
        if bound:
            shares = mandates.shares(market, outlook, block.rows, value)
        else:
            room = stint.room(1, rows.size, block)
            shares = d.nested_shares(p, value, outlook.nests, out=room.T)
        mine = block.part_of(use, rows)
        shares -= mine
        shares *= hazard.take(block.segment)[:, None]
        mine += shares
        use.T[rows, block.rows] = mine.T
        total.append(block.weights[0] @ mine)
    return total
