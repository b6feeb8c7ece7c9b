"""Policies in force, and what labs do at once because they must."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents import club, support

if TYPE_CHECKING:
    from abm.market import Market


def apply(market: "Market") -> None:
    """Let the policies in force write the rules, and let labs obey; without any, nothing moves."""
    if not market.policies:
        return
    market.rules.reset()
    for policy in market.policies:
        policy(market)
    # Who is eligible at the start of the month is paid for it, whatever it decides since.
    market.granted = support.grants(market)
    club.close_doors(market)
    labs = market.labs
    floor = market.rules.now("disclosure_floor", labs.closed)
    labs.disclosure = np.maximum(labs.disclosure, floor)
