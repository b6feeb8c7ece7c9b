"""What firms would pay for labs this month, as arrays over all firms: labs by row, then clouds."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm import streams as keyed
from abm.agents.board import attentive
from abm.agents.cloud import CloudHost
from abm.agents.lab import Lab, short_of_cash
from abm.agents.offer import CLOSED
from abm.mechanisms import capital

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Bidder = Lab | CloudHost


class Bids(NamedTuple):
    """What firms would pay for labs.

    Attributes:
        bidders: places of the firms that can pay the price of at least one, shape (bidders,).
        amounts: their bids, USD m, shape (sellers, bidders); minus infinity for one that cannot
            pay the price of this lab, and for the lab itself.
    """

    bidders: Rows
    amounts: Floats


def firm(market: "Market", place: int) -> Bidder:
    """The firm at a place among all firms."""
    rows = market.labs.rows
    return market.lab_at(place) if place < rows else market.hosts[place - rows]


def homes(market: "Market") -> Rows:
    """Where firms would put what they buy: the lab itself, or a cloud's own; -1 none, (firms,)."""
    return np.concatenate([np.arange(market.labs.rows), market.clouds.own_lab])


def shading(market: "Market", sellers: Rows) -> Floats:
    """How firms misjudge what labs are worth to them, factors of mean one, (sellers, firms)."""
    spread = market.scenario.acquisition.valuation_noise
    keys = np.concatenate([market.labs.key * 2, market.clouds.key * 2 + 1])
    pairs = keyed.pair(keys[sellers, None], keys)
    noise = market.streams.normal("bid", pairs, market.month)
    factors: Floats = np.exp(spread * noise - spread**2 / 2)
    return factors


def funds(market: "Market") -> Floats:
    """What each firm can put into a deal, USD m; minus infinity for those who may not bid.

    Attention binds: so many deals in twelve months. Nobody in distress bids. A deal may take a
    share of cash, and for a lab of what its owner pays in a year. Shape (firms,).
    """
    p, labs, clouds = market.scenario.acquisition, market.labs, market.clouds
    able = labs.owned | ~short_of_cash(labs, p.seller_runway)
    able &= labs.alive
    able &= attentive(market, labs)
    able = np.concatenate([able, attentive(market, clouds)])
    most: Floats = np.concatenate([labs.cash + 12 * labs.parent_budget, clouds.cash])
    np.maximum(most, 0.0, out=most)
    most *= p.cash_limit
    np.putmask(most, ~able, -np.inf)
    return most


def values(market: "Market", sellers: Rows, bidders: Rows) -> Floats:
    """What labs are worth to firms before noise and without their cash, USD m.

    Their parts are worth the same to all; their capability is worth what it adds to the bidder's
    own, and their customers are worth what the bidder wins of them.

    Args:
        market: the market.
        sellers: rows of the labs.
        bidders: places of the firms.

    Returns:
        Shape (sellers, bidders).
    """
    c, p = market.scenario.capital, market.scenario.acquisition
    business, people, hardware = parts(market, sellers)
    synergy = p.capability_synergy * c.option_value * market.climate
    worth: Floats = synergy * _added(market, sellers, bidders)
    worth += (business + people + hardware)[:, None]
    worth *= 1 - p.integration
    worth += _foreclosure(market, sellers, bidders)
    return worth


def _added(market: "Market", sellers: Rows, bidders: Rows) -> Floats:
    """What the better of two models adds to the bidder's standing, shape (sellers, bidders).

    A cloud without a lab stands nowhere.
    """
    home = homes(market)[bidders]
    theta = market.labs.theta.take(np.concatenate([home, sellers]), axis=0)
    near = capital.nearness(theta, market.frontier)
    own = near[: home.size] * (home >= 0)[:, None]
    lead = np.maximum(near[home.size :, None] - own, 0.0)
    added: Floats = capital.standing(lead, market.domain_value)
    return added


def parts(market: "Market", rows: Any) -> tuple[Any, Any, Any]:
    """What the business, people and hardware of labs are worth to any buyer, USD m.

    The business is worth its gross profit at the multiple of revenue: who takes it over goes on
    paying for what it costs to serve.

    Args:
        market: the market.
        rows: of one lab or of some.
    """
    c, p, labs = market.scenario.capital, market.scenario.acquisition, market.labs
    multiple = p.business_synergy * c.revenue_multiple * market.climate
    business = multiple * (labs.revenue_year[rows] * labs.gross_margin[rows])
    people = p.talent_synergy * c.talent_value * labs.researchers[rows]
    return business, people, 12 * labs.gpu_farm[rows]


def _foreclosure(market: "Market", sellers: Rows, bidders: Rows) -> Floats:
    """Value of a rival less to sellers of models, USD m: its closed users choose again.

    Its open weights stay downloadable, so they free no users; a lab wins them in proportion to its
    own business. Shape (sellers, bidders).
    """
    labs, clouds = market.labs, market.clouds
    profit = np.concatenate([labs.revenue_year * labs.gross_margin, np.zeros(clouds.rows)])
    multiple = market.scenario.capital.revenue_multiple * market.climate
    freed = market.offers.use[CLOSED::2][sellers]
    gained: Floats = (multiple * freed / (1 - np.minimum(freed, 0.9)))[:, None] * profit[bidders]
    return gained
