"""Who may bid for a lab this month, as arrays: labs by row, then clouds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents.board import recent_deals
from abm.agents.cloud import CloudHost
from abm.agents.lab import Lab, runways

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Bidder = Lab | CloudHost


@dataclass(frozen=True)
class Field:
    """Everyone who may bid.

    Attributes:
        who: the agents.
        key: keys of their random streams, shape (bidders,).
        funds: what each can put into a deal, USD m, shape (bidders,).
        theta: capability of each one's best model, OOM, shape (bidders, domains); -inf without a
            lab of its own.
        standing: standing of that model at the frontier, shape (bidders,).
        profit: yearly gross profit from models, USD m, shape (bidders,).
    """

    who: list[Bidder]
    key: NDArray[np.uint64]
    funds: Floats
    theta: Floats
    standing: Floats
    profit: Floats


def field(market: "Market") -> Field:
    """Gather the bidders.

    Attention binds: so many deals in twelve months. Nobody in distress bids. A deal may take a
    share of cash, and for a lab of what its owner pays in a year.
    """
    p, labs, clouds = market.scenario.acquisition, market.labs, market.clouds
    solvent = labs.alive & (labs.owned | (runways(labs) >= p.seller_runway))
    rows = _attentive(market, list(map(market.lab_at, np.flatnonzero(solvent).tolist())))
    hosts = _attentive(market, market.hosts)
    own = clouds.own_lab[hosts]
    theta = np.concatenate(
        [labs.theta[rows], np.where((own >= 0)[:, None], labs.theta[own], -np.inf)]
    )
    liquid = np.concatenate([labs.cash[rows] + 12 * labs.parent_budget[rows], clouds.cash[hosts]])
    return Field(
        who=[*map(market.lab_at, rows), *(market.hosts[k] for k in hosts)],
        key=np.concatenate([labs.key[rows] * 2, clouds.key[hosts] * 2 + 1]),
        funds=p.cash_limit * np.maximum(liquid, 0.0),
        theta=theta,
        standing=market.standing(theta),
        profit=np.concatenate(
            [(labs.revenue_year * labs.gross_margin)[rows], np.zeros(len(hosts))]
        ),
    )


def _attentive(market: "Market", bidders: "list[Lab] | list[CloudHost]") -> list[int]:
    """Rows of those who have closed fewer deals in twelve months than they can attend to."""
    most = market.scenario.acquisition.deals_a_year
    return [b.row for b in bidders if not b.deals or recent_deals(b) < most]
