"""Strategy reviews."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents import club, strategy

if TYPE_CHECKING:
    from abm.market import Market


def review(market: "Market") -> None:
    """Let each lab whose review is due reconsider one dimension of its strategy."""
    p, labs = market.scenario.strategy, market.labs
    if not p.enabled or market.month == 0:
        return
    rows = market.living
    rows = rows[(market.month + labs.calendar[rows]) % p.review_months == 0]
    keys = labs.key[rows][:, None]
    draws = market.streams.uniform("strategy", keys, market.month, np.arange(5))
    errors = market.streams.normal("forecast", keys, market.month, np.arange(strategy.ALTERNATIVES))
    if market.rules.club_floor.any():
        for row in rows.tolist():
            club.reconsider(market.lab_at(row))
    for row, drawn, missed in zip(rows.tolist(), draws.tolist(), errors.tolist(), strict=True):
        market.lab_at(row).review(drawn, missed)
