"""What a board weighs when it decides whether to go on: the next round, and the cash till then."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents.columns import Table
from abm.agents.stages import LIVE
from abm.mechanisms import capital

if TYPE_CHECKING:
    from abm.agents.cloud import CloudHost
    from abm.agents.lab import Lab


def capability_rank(
    labs: Table, rows: NDArray[np.int64], size: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Place of labs in capability weighted by what domains are worth, 1 best, 0 last."""
    worth = labs.theta[rows] @ size
    order = np.argsort(np.argsort(worth, kind="stable"), kind="stable")
    return order / max(rows.size - 1, 1)


def recent_deals(buyer: "Lab | CloudHost") -> int:
    """Labs that a firm has bought or hired away in the last twelve months."""
    return sum(1 for month in buyer.deals if buyer.model.month - month < 12)


def round_hazard(lab: "Lab", rank: float) -> float:
    """Chance that a round attempt closes this month.

    Args:
        lab: who asks for money.
        rank: its place in capability, 1 best, 0 last.
    """
    market = lab.model
    growth = float(lab.revenue_year) / max(float(lab.revenue_before), 0.1) - 1
    return capital.success_hazard(
        market.scenario.capital,
        market.climate,
        rank,
        growth,
        float(lab.product_stage == LIVE),
        float(lab.renown),
        float(market.kill_zone[lab.row]),
    )


def chance_of_a_round(lab: "Lab") -> float:
    """Chance that investors come in before cash is gone, if asked every month at today's hazard."""
    market, living = lab.model, lab.model.living
    ranks = capability_rank(market.labs, living, market.domain_value)
    hazard = round_hazard(lab, float(ranks[np.searchsorted(living, lab.row)]))
    return float(1 - (1 - hazard) ** max(lab.runway, 0.0))


def assets(lab: "Lab") -> float:
    """What a lab brings in liquidation beside its cash: its team to whoever takes it on, USD m."""
    s = lab.model.scenario
    return float(s.acquisition.assembled_team * s.capital.talent_value * lab.researchers)


def going_on(lab: "Lab") -> float:
    """Value to its owners of going on for the coming year, USD m.

    The cash that the year leaves, and the firm: worth what investors say if they come in before
    cash is gone or if it earns its way by then, its assets if not. Revenue grows with the market.
    """
    market = lab.model
    horizon, outlook = market.scenario.strategy.horizon, market.outlook
    growth = float(outlook.in_play_ahead.sum()) / max(float(outlook.in_play.sum()), 1e-9) - 1
    risen = float(lab.revenue_year) / 12 * growth
    left = float(lab.cash) - horizon * (float(lab.burn) - risen / 2)
    earns = left >= 0 and lab.burn <= risen
    chance = 1.0 if earns else chance_of_a_round(lab)
    return max(left, 0.0) + chance * float(lab.value) + (1 - chance) * assets(lab)


def account(lab: "Lab") -> dict[str, float]:
    """What the board put side by side, for an event's reason."""
    return {
        "going_on": round(going_on(lab), 3),
        "liquidation": round(lab.liquidation(), 3),
        "chance_of_a_round": round(chance_of_a_round(lab), 4),
        "value": round(float(lab.value), 3),
    }
