"""Demand that mandates reserve: which models may serve it, as customers and labs alike see it."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms import disclosure as d

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
EXACT = 1e-9
"""Rounding of the disclosure index."""


def in_force(market: "Market") -> bool:
    """Whether any demand is reserved, for eligible models or for customers' own machines."""
    if not market.policies:
        return False
    rules = market.rules
    return bool(np.count_nonzero(rules.reserved_share) or np.count_nonzero(rules.local_share))


def eligible(market: "Market") -> Mask:
    """Whether models of each lab may serve the reserved budgets, by the camp of the release.

    Returns:
        Shape (2, labs, segments).
    """
    shown = np.tile(market.labs.disclosure, (2, 1, 1))
    shown[:, :, d.WEIGHTS] = np.array([[1.0], [0.0]])
    mask: Mask = d.index(shown)[..., None] >= market.rules.reserved_from - EXACT
    return mask


def by_offer(mask: Mask) -> Mask:
    """A mask by camp, lab and segment as one of shape (segments, offers)."""
    return mask.transpose(2, 1, 0).reshape(mask.shape[2], -1)


def open_to(market: "Market", fits: Mask) -> Floats:
    """Share of each segment's demand that may be met from the lab's own machines.

    Args:
        market: the market.
        fits: whether the lab's models are eligible, shape (..., segments).
    """
    rules = market.rules
    share: Floats = (1 - rules.local_share) * np.where(fits, 1.0, 1 - rules.reserved_share)
    return share


def serves(market: "Market") -> Floats:
    """Share of each segment's demand that each lab may serve itself, shape (labs, segments)."""
    labs = market.labs
    fits = eligible(market)[labs.closed.astype(np.int64), np.arange(labs.rows)]
    return open_to(market, fits)
