"""Slots that clouds must keep for the models of others, worth it to them or not."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def entitled(market: "Market", k: int) -> Mask:
    """Offers with a right to a cloud's reserved slots: not those of the cloud's own lab."""
    rights = market.rules.by_offer("slot_right") > 0
    own = int(market.clouds.own_lab[k])
    mask: Mask = rights & (np.arange(rights.size) // 2 != own)
    return mask


def vacant(market: "Market", k: int) -> bool:
    """Whether a cloud has still to fill a reserved slot; whole slots count."""
    reserved = float(market.rules.reserved_slots)
    filled = int((market.offers.listed[:, k] & entitled(market, k)).sum())
    return filled + 1 <= reserved


def kept(market: "Market", k: int, net: Floats, candidates: Mask, entry: float) -> Mask:
    """Listings that the cloud may not drop, because they fill reserved slots.

    It may replace the worst of them by a candidate that is worth more by the cost of bringing one
    in.

    Args:
        market: the market.
        k: the cloud.
        net: what each offer is worth to it in a quarter, USD m, shape (offers,).
        candidates: offers that it could list, shape (offers,).
        entry: cost of bringing in a model, spread over its stay, USD m a quarter.
    """
    rights = entitled(market, k)
    filling = market.offers.listed[:, k] & rights
    if filling.sum() > market.rules.reserved_slots:
        return np.zeros_like(filling)
    better = net[candidates & rights].max(initial=-np.inf) - entry
    worst = np.where(filling, net, np.inf).argmin()
    filling[worst] &= net[worst] >= better
    return filling
