"""Pressure on the clouds: what developers use, managers come to endorse and deciders ask for."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import blocks
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
    seen = around(market, market.developer_ties, open_rows)

    def build_up(block: Block) -> None:
        exposure = seen(block)
        for past in range(int(age.max(initial=0)), 0, -1):
            out = age >= past
            _convince(market, block, open_rows[out] // 2, exposure[out])

    blocks.each(market.blocks, build_up)


def press(market: "Market") -> None:
    """Pass developers' use up to managers and deciders, and add up what they ask of each cloud."""
    table, open_rows, clouds = market.communities, market.downloadable, market.clouds.rows
    market.pressure = np.zeros((clouds, market.labs.rows))
    if not market.scenario.pressure.enabled or clouds == 0:
        return
    labs, adoption = open_rows // 2, market.segments.adoption
    at_home = np.arange(clouds)[:, None]
    seen = around(market, market.developer_ties, open_rows)

    def asked_for(block: Block) -> Floats:
        request = _convince(market, block, labs, seen(block))
        at_stake = table.budget[block.rows] * adoption[block.segment]
        # Who asks for many models would leave over any of them with a part of its budget only.
        each = at_stake / np.maximum(np.add.reduce(request, axis=0), 1.0)
        purse = (table.home[block.rows] == at_home) * each
        asked: Floats = purse.astype(request.dtype, copy=False) @ request.T
        return asked

    total = np.zeros((clouds, labs.size))
    for asked in blocks.each(market.blocks, asked_for):
        total += asked
    market.pressure[:, labs] = total


def _convince(market: "Market", block: Block, labs: NDArray[np.int64], exposure: Floats) -> Floats:
    """Move managers' endorsement of labs' open models and deciders' requests a month on.

    Args:
        market: the market.
        block: the communities.
        labs: whose open models.
        exposure: what managers see developers use of them, shape (models, communities).

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
