"""Whom a lever is about: labs by how they would release, how able they are, how much they train."""

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.market import Market

Scope = Literal["all", "open", "closed", "frontier", "independent"]
"""Every lab; those that release weights, or through an API; those near the frontier; those without
an owner."""

FRONTIER_MONTHS = 6.0
"""Months behind the best model within which a lab counts as at the frontier."""


def affected(scope: Scope, above_flop: float, market: "Market") -> NDArray[np.bool_]:
    """Labs that a lever is about, by the camp in which they would release.

    Args:
        scope: kind of labs.
        above_flop: least training compute of a lab's best model, FLOP.
        market: the market.

    Returns:
        Mask (2, labs): row 0 if it released openly, row 1 if through an API.
    """
    labs = market.labs
    who = np.tile(labs.alive, (2, 1))
    if scope == "open":
        who[1] = False
    elif scope == "closed":
        who[0] = False
    elif scope == "independent":
        who &= ~labs.owned & (labs.parent_budget <= 0)
    elif scope == "frontier":
        level = labs.theta @ market.domain_value
        best = float(market.frontier @ market.domain_value)
        who &= level >= best - FRONTIER_MONTHS * market.scenario.frontier_trend
    if above_flop > 0:
        who &= labs.log_compute >= np.log10(above_flop)
    return who
