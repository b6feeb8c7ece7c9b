"""(m) Litigation: disclosed data exposes, deep pockets attract, code and scrapers do not."""

from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Litigation

Floats = NDArray[np.float64]

OPEN, CLEARED, ADVERSE = 0, 1, 2
REGIMES = ("open", "cleared", "adverse")


def hazard(
    p: Litigation,
    data: Floats,
    encumbered: Floats,
    revenue: Floats,
    pending: int,
    regime: int,
    exposure: Any = 1.0,
    suits: Any = 1.0,
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
        exposure: factor on how disclosed data exposes (rules in force).
        suits: factor on the hazard (rules in force).
    """
    factor = (1.0, p.cleared_factor, p.adverse_factor)[regime]
    push = p.disclosure_weight * data * encumbered * exposure
    push += p.revenue_weight * np.log1p(np.maximum(revenue, 0))
    common = p.hazard * factor * exp(p.bandwagon * pending)
    rate: Floats = np.minimum(common * np.exp(push) * suits, 1.0)
    return rate


def damages(p: Litigation, cash: float, cap: float = np.inf) -> float:
    """Payment at the end of a suit, min(phi_c cash, c_w works, cap of the rules), USD m."""
    return max(0.0, min(p.cash_cap * cash, p.per_work * p.works, cap))


def expected_cost(p: Litigation, rate: Floats, cash: float, cap: float = np.inf) -> Floats:
    """Expected cost over a year of a monthly hazard, USD m: defence and payment."""
    suit = p.defence * p.duration + p.settle * damages(p, cash, cap)
    return 12 * rate * suit
