"""Policies in force."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abm.market import Market


def apply(market: "Market") -> None:
    """Apply the policies in force; without any, nothing happens."""
    for policy in market.policies:
        policy(market)
