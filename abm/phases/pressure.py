"""Pressure on the clouds: what developers use, managers come to endorse and deciders ask for."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms import pressure
from abm.phases.adoption import around

if TYPE_CHECKING:
    from abm.market import Market


def settle_in(market: "Market") -> None:
    """Let the pressure behind each open model build up for as long as it has been out."""
    open_rows = market.downloadable
    age = -market.offers.first_released[open_rows]
    for past in range(int(age.max(initial=0)), 0, -1):
        _convince(market, open_rows[age >= past])


def press(market: "Market") -> None:
    """Pass developers' use up to managers and deciders, and add up what they ask of each cloud."""
    table, open_rows, clouds = market.communities, market.downloadable, market.clouds.rows
    market.pressure = np.zeros((clouds, market.labs.rows))
    if not market.scenario.pressure.enabled or clouds == 0:
        return
    _convince(market, open_rows)
    labs = open_rows // 2
    at_stake = table.budget * market.segments.adoption[table.segment]
    for block in market.blocks:
        request = table.request.T[labs, block.rows]
        # Who asks for many models would leave over any of them with a part of its budget only.
        each = at_stake[block.rows] / np.maximum(request.sum(axis=0), 1.0)
        purse = np.where(table.home[block.rows] == np.arange(clouds)[:, None], each, 0.0)
        market.pressure[:, labs] += purse.astype(request.dtype, copy=False) @ request.T


def _convince(market: "Market", open_rows: NDArray[np.int64]) -> None:
    """Move managers' endorsement of open models and deciders' requests a month on."""
    p, table, labs = market.scenario.pressure, market.communities, open_rows // 2
    mandated = pressure.mandate(market.climate)
    others = around(market, market.developer_ties, open_rows)
    for block in market.blocks:
        theirs = others.take(market.ring.place[block.rows], axis=0)
        exposure = np.ascontiguousarray(theirs.T)
        exposure *= 1 - p.internal
        exposure += p.internal * block.part_of(table.use, open_rows).T
        endorsed, asked = table.endorsement.T[labs, block.rows], table.request.T[labs, block.rows]
        endorsement = pressure.endorse(p, endorsed, exposure)
        table.endorsement.T[labs, block.rows] = endorsement
        table.request.T[labs, block.rows] = pressure.demand_hosting(p, asked, endorsement, mandated)
