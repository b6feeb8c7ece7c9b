"""What customers do under mandates: buy from eligible models, or run models themselves."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import mandates
from abm.mechanisms import demand as d

if TYPE_CHECKING:
    from abm.market import Market
    from abm.phases.outlook import Outlook

Floats = NDArray[np.float64]
AnyFloats = NDArray[np.floating[Any]]
"""In single or double precision."""


def shares(market: "Market", outlook: "Outlook", block: slice, value: AnyFloats) -> AnyFloats:
    """Shares that communities choose when part of their demand is reserved.

    Each splits its demand: what must run on its own machines, which takes open weights and is worth
    what that way of getting a model is worth, and the rest.

    Args:
        market: the market.
        outlook: what is on offer.
        block: communities.
        value: utilities, shape (communities, models on sale).
    """
    p, table = market.scenario.demand, market.communities
    segment = table.segment[block]
    chosen = _bought(market, outlook, segment, value)
    local = market.rules.local_share[segment][:, None]
    if not local.any():
        return chosen
    way = outlook.hosts.share[segment, np.maximum(table.home[block], 0), :, d.SELF]
    with np.errstate(divide="ignore"):
        alone = value + p.nest_host * np.log(way)
    split: AnyFloats = (1 - local) * chosen + local * _bought(market, outlook, segment, alone)
    return split


def _bought(
    market: "Market", outlook: "Outlook", segment: NDArray[np.int64], value: AnyFloats
) -> AnyFloats:
    """Shares with the reserved part of the budget spent on eligible models only."""
    p = market.scenario.demand
    free = d.nested_shares(p, value, outlook.nests)
    share = market.rules.reserved_share[segment][:, None]
    if not share.any():
        return free
    fits = mandates.by_offer(mandates.eligible(market))[:, outlook.rows][segment]
    bound = np.where(fits, value, -np.inf)
    return (1 - share) * free + share * d.nested_shares(p, bound, outlook.nests)


def log_sums(market: "Market", outlook: "Outlook", value: Floats, weights: Floats) -> Floats:
    """Worth of the restricted choice to each segment's mean customer, utils, shape (segments,).

    The log-sum of the logit, which is -ln of the share that goes to no model, weighted by the parts
    of the demand that are free and reserved.

    Args:
        market: the market.
        outlook: what is on offer.
        value: utilities to the mean customers, shape (segments, models on sale).
        weights: share of the customers at home on each cloud, shape (clouds,).
    """
    p, rules = market.scenario.demand, market.rules
    fits = mandates.by_offer(mandates.eligible(market))[:, outlook.rows]
    opened = slice(0, outlook.nests.n_open)
    way = np.maximum(outlook.hosts.share[:, :, opened, d.SELF], 1e-300)
    worse = p.nest_host * np.einsum("skj,k->sj", np.log(way), weights)
    alone = np.full(value.shape, -np.inf)
    alone[:, opened] = value[:, opened] + worse

    def worth(of: Floats) -> Floats:
        free, bound = (
            -np.log1p(-d.nested_shares(p, v, outlook.nests).sum(axis=1))
            for v in (of, np.where(fits, of, -np.inf))
        )
        mixed: Floats = (1 - rules.reserved_share) * free + rules.reserved_share * bound
        return mixed

    split: Floats = (1 - rules.local_share) * worth(value) + rules.local_share * worth(alone)
    return split


def ways(market: "Market", outlook: "Outlook", spend: Floats) -> tuple[Floats, Floats]:
    """How customers get what they use, once enough of it runs on their own machines.

    Open models are moved there until the share of the segment's spending that the rules ask for is
    reached; where customers still use too little of them, all of it is, until they have
    reconsidered the rest.

    Args:
        market: the market.
        outlook: what is on offer.
        spend: spending by segment, cloud and model on sale, USD m a month.

    Returns:
        Spending by segment, model and way, USD m a month, and spending that clouds can still hope
        for, shape of `spend`.
    """
    by_way, local = outlook.hosts.bought(spend), market.rules.local_share
    if not np.count_nonzero(local):
        return by_way, spend
    opened = slice(0, outlook.nests.n_open)
    total = spend[:, :, opened].sum(axis=1)
    in_all, alone = total.sum(axis=1), by_way[:, opened, d.SELF].sum(axis=1)
    missing = np.maximum(local * spend.sum(axis=(1, 2)) - alone, 0.0)
    moved = np.minimum(missing / np.maximum(in_all - alone, 1e-300), 1.0)[:, None]
    by_way[:, opened] *= (1 - moved)[..., None]
    by_way[:, opened, d.SELF] += moved * total
    left = spend.copy()
    left[:, :, opened] *= (1 - moved)[..., None]
    return by_way, left
