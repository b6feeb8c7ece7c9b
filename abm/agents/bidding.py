"""Who may bid for a lab this month, as arrays: labs by row, then clouds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents.board import attentive
from abm.agents.cloud import CloudHost
from abm.agents.lab import Lab, runways
from abm.mechanisms import capital

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Bidder = Lab | CloudHost


def keys(market: "Market") -> NDArray[np.uint64]:
    """Keys of the random streams of all firms: labs by row, then clouds, shape (firms,)."""
    return np.concatenate([market.labs.key * 2, market.clouds.key * 2 + 1])


@dataclass(frozen=True)
class Field:
    """Everyone who may bid.

    Attributes:
        who: the agents.
        place: of each among all firms, labs by row and then clouds, shape (bidders,).
        funds: what each can put into a deal, USD m, shape (bidders,).
        near: `capital.nearness` of each one's best model to the frontier, shape (bidders, domains);
            next to none without a lab of its own.
        standing: standing of that model at the frontier, shape (bidders,).
        profit: yearly gross profit from models, USD m, shape (bidders,).
    """

    who: list[Bidder]
    place: NDArray[np.int64]
    funds: Floats
    near: Floats
    standing: Floats
    profit: Floats


def field(market: "Market") -> Field:
    """Gather the bidders.

    Attention binds: so many deals in twelve months. Nobody in distress bids. A deal may take a
    share of cash, and for a lab of what its owner pays in a year.
    """
    p, labs, clouds = market.scenario.acquisition, market.labs, market.clouds
    solvent = labs.alive & (labs.owned | (runways(labs) >= p.seller_runway))
    rows = (solvent & attentive(market, labs)).nonzero()[0]
    hosts = attentive(market, clouds).nonzero()[0]
    homes = np.concatenate([rows, clouds.own_lab[hosts]])
    theta = labs.theta.take(homes, axis=0)
    theta[homes < 0] = -np.inf
    near = capital.nearness(theta, market.frontier)
    liquid = np.concatenate([labs.cash[rows] + 12 * labs.parent_budget[rows], clouds.cash[hosts]])
    profit = labs.revenue_year[homes] * labs.gross_margin[homes]
    profit[rows.size :] = 0.0
    return Field(
        who=[*map(market.lab_at, rows.tolist()), *map(market.hosts.__getitem__, hosts.tolist())],
        place=np.concatenate([rows, labs.rows + hosts]),
        funds=p.cash_limit * np.maximum(liquid, 0.0),
        near=near,
        standing=capital.standing(near, market.domain_value),
        profit=profit,
    )
