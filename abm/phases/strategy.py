"""Strategy reviews."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abm.market import Market


def review(market: "Market") -> None:
    """Let each lab whose review is due reconsider one dimension of its strategy."""
    if market.scenario.strategy.enabled:
        for row in market.living.tolist():
            market.lab_at(row).review()
