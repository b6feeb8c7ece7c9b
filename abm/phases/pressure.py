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
    table, age = market.communities, -market.offers.first_released[market.downloadable]
    oldest_first = (-age).argsort(kind="stable")
    open_rows = market.downloadable[oldest_first]
    seen, labs = around(market, market.developer_ties, open_rows), open_rows // 2

    def build_up(block: Block) -> None:
        exposure = blocks.turned(seen(block))
        endorsed, asked = np.zeros((2, *exposure.shape), dtype=exposure.dtype)
        for past in range(int(age.max(initial=0)), 0, -1):
            out = np.count_nonzero(age >= past)
            _convince(market, endorsed[:out], asked[:out], exposure[:out])
        table.endorsement.T[labs, block.rows], table.request.T[labs, block.rows] = endorsed, asked

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
        endorsed, request = (block.part_of(of, labs).T for of in (table.endorsement, table.request))
        _convince(market, endorsed, request, blocks.turned(seen(block)))
        table.endorsement.T[labs, block.rows], table.request.T[labs, block.rows] = endorsed, request
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


def _convince(market: "Market", endorsed: Floats, asked: Floats, exposure: Floats) -> None:
    """Move managers' endorsement of open models and deciders' requests a month on, in place.

    Args:
        market: the market.
        endorsed: endorsement, shape (models, communities).
        asked: requests, same shape.
        exposure: what managers see developers use of the models, same shape.
    """
    p = market.scenario.pressure
    pressure.endorse(p, endorsed, exposure)
    pressure.demand_hosting(p, asked, endorsed, pressure.mandate(market.climate))
