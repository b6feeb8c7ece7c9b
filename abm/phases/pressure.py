"""Pressure on the clouds: what developers use, managers come to endorse and deciders ask for."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms import pressure

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]


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
    request, labs = _convince(market, open_rows), open_rows // 2
    # Who asks for many models would leave over any one of them with a part of its budget only.
    at_stake = table.budget * market.segments.adoption[table.segment]
    at_stake /= np.maximum(request.sum(axis=1), 1.0)
    at_home = table.home == np.arange(clouds)[:, None]
    market.pressure[:, labs] = np.where(at_home, at_stake, 0.0) @ request


def _convince(market: "Market", open_rows: NDArray[np.int64]) -> Floats:
    """Move managers' endorsement and deciders' requests a month on.

    Returns:
        The requests, shape (communities, open models).
    """
    p, table, labs = market.scenario.pressure, market.communities, open_rows // 2
    use = table.use.take(open_rows, axis=1)
    exposure = market.developer_neighbours @ use
    exposure *= 1 - p.internal
    exposure += p.internal * use
    endorsement = pressure.endorse(p, table.endorsement.take(labs, axis=1), exposure)
    mandated = pressure.mandate(market.climate)
    before = table.request.take(labs, axis=1)
    request = pressure.demand_hosting(p, before, endorsement, mandated)
    table.endorsement[:, labs], table.request[:, labs] = endorsement, request
    return request
