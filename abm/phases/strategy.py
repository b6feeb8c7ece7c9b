"""Strategy reviews."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents import club, display, strategy
from abm.streams import normals

if TYPE_CHECKING:
    from abm.market import Market


def review(market: "Market") -> None:
    """Let each lab whose review is due reconsider one dimension of its strategy."""
    p, labs = market.scenario.strategy, market.labs
    if not p.enabled or market.month == 0:
        return
    rows = market.living
    rows = rows[(market.month + labs.calendar[rows]) % p.review_months == 0]
    keys, ordinals = labs.key[rows][:, None], np.arange(strategy.ALTERNATIVES)
    draws, errors = market.streams.joint(("strategy", "forecast"), keys, market.month, ordinals)
    draws, errors = draws[:, :5], normals(errors)
    if display.in_force(market):
        for row in rows.tolist():
            club.reconsider(market.lab_at(row))
    for row, drawn, missed in zip(rows.tolist(), draws.tolist(), errors.tolist(), strict=True):
        market.lab_at(row).review(drawn, missed)
