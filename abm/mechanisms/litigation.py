"""(m) Litigation: disclosed data exposes, deep pockets attract, code and scrapers do not."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Litigation

Floats = NDArray[np.float64]

OPEN, CLEARED, ADVERSE = 0, 1, 2
REGIMES = ("open", "cleared", "adverse")


def hazard(
    p: Litigation, data: Floats, encumbered: Floats, revenue: Floats, pending: int, regime: int
) -> Floats:
    """Monthly chance of being sued, shape (labs,).

    hL exp(g_D D_data enc + g_R ln(1 + Rev) + g_N suits) reg_t; only the data component counts.

    Args:
        p: parameters.
        data: disclosure of data, in [0, 1].
        encumbered: share of the data under third-party rights.
        revenue: yearly revenue, USD m.
        pending: suits pending in the market.
        regime: OPEN, CLEARED or ADVERSE.
    """
    factor = (1.0, p.cleared_factor, p.adverse_factor)[regime]
    push = (
        p.disclosure_weight * data * encumbered
        + p.revenue_weight * np.log1p(np.maximum(revenue, 0))
        + p.bandwagon * pending
    )
    return np.minimum(p.hazard * np.exp(push) * factor, 1.0)


def damages(p: Litigation, cash: float) -> float:
    """Payment at the end of a suit, min(phi_c cash, c_w works), USD m."""
    return max(0.0, min(p.cash_cap * cash, p.per_work * p.works))


def expected_cost(p: Litigation, rate: Floats, cash: float) -> Floats:
    """Expected cost over a year of a monthly hazard, USD m: defence and payment."""
    suit = p.defence * p.duration + p.settle * damages(p, cash)
    return 12 * rate * suit
