"""Pressure on the clouds: what developers use, managers come to endorse and deciders ask for."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents.blocks import Block
from abm.mechanisms import pressure
from abm.phases.adoption import around

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.floating[Any]]


def settle_in(market: "Market") -> None:
    """Let the pressure behind each open model build up for as long as it has been out."""
    open_rows = market.downloadable
    age = -market.offers.first_released[open_rows]
    others = around(market, market.developer_ties, open_rows)
    for block, theirs in zip(market.blocks, others, strict=True):
        exposure = _exposure(market, block, open_rows, theirs)
        for past in range(int(age.max(initial=0)), 0, -1):
            out = age >= past
            _convince(market, block, open_rows[out] // 2, exposure[out])


def press(market: "Market") -> None:
    """Pass developers' use up to managers and deciders, and add up what they ask of each cloud."""
    table, open_rows, clouds = market.communities, market.downloadable, market.clouds.rows
    market.pressure = np.zeros((clouds, market.labs.rows))
    if not market.scenario.pressure.enabled or clouds == 0:
        return
    labs, adoption = open_rows // 2, market.segments.adoption
    asked, at_home = np.zeros((clouds, labs.size)), np.arange(clouds)[:, None]
    others = around(market, market.developer_ties, open_rows)
    for block, theirs in zip(market.blocks, others, strict=True):
        exposure = _exposure(market, block, open_rows, theirs)
        request = _convince(market, block, labs, exposure)
        at_stake = table.budget[block.rows] * adoption[block.segment]
        # Who asks for many models would leave over any of them with a part of its budget only.
        each = at_stake / np.maximum(np.add.reduce(request, axis=0), 1.0)
        purse = (table.home[block.rows] == at_home) * each
        asked += purse.astype(request.dtype, copy=False) @ request.T
    market.pressure[:, labs] = asked


def _exposure(
    market: "Market", block: Block, open_rows: NDArray[np.int64], theirs: Floats
) -> Floats:
    """What managers of a block see developers use of open models, shape (models, communities).

    Args:
        market: the market.
        block: the communities.
        open_rows: rows of the open models in the table of offers.
        theirs: what developers nearby use of them, same shape; overwritten.
    """
    p = market.scenario.pressure
    theirs *= 1 - p.internal
    own = block.part_of(market.communities.use, open_rows).T
    own *= p.internal
    theirs += own
    return theirs


def _convince(market: "Market", block: Block, labs: NDArray[np.int64], exposure: Floats) -> Floats:
    """Move managers' endorsement of labs' open models and deciders' requests a month on.

    Returns:
        Requests, shape (models, communities of the block).
    """
    p, table = market.scenario.pressure, market.communities
    endorsed, asked = table.endorsement.T[labs, block.rows], table.request.T[labs, block.rows]
    endorsement = pressure.endorse(p, endorsed, exposure)
    mandated = pressure.mandate(market.climate)
    request = pressure.demand_hosting(p, asked, endorsement, mandated)
    table.endorsement.T[labs, block.rows] = endorsement
    table.request.T[labs, block.rows] = request
    return request
