"""Merger control: what a review would do to a sale, as the law stands and as policies change it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents.lab import Lab
from abm.agents.stages import LIVE
from abm.mechanisms import acquisition

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Review:
    """What merger control would do to the sale of a lab, to one buyer or to each of some.

    Attributes:
        hhi: concentration before the sale, 0-10000.
        delta: change of it by buyer.
        threshold: price from which the sale is notifiable, USD m.
        months: length of an investigation.
        block: chance of a block once it is investigated, by buyer.
        risk: share of a notifiable sale's worth at risk, by buyer.
        hires: share of licence-and-hire that is reviewed like a purchase.
    """

    hhi: float
    delta: Any
    threshold: float
    months: float
    block: Any
    risk: Any
    hires: float

    def at_risk(self, price: Any) -> Any:
        """Share of the worth of a sale at some price that is at risk, by buyer."""
        return self.risk * (price >= self.threshold)


def review(market: "Market", seller: Lab, homes: Any, *, ruled: bool = True) -> Review:
    """What merger control would do to the sale of a lab to a buyer, or to each of some.

    Args:
        market: the market.
        seller: who is sold.
        homes: the lab that the buyer is or has, or each; -1 for a cloud without one.
        ruled: under the rules in force; otherwise as the law stood before any policy.
    """
    p, rules, own = market.scenario.acquisition, market.rules, (int(seller.closed), seller.row)
    shift, longer, hires = (
        float(getattr(rules, name)[own]) if ruled else 0.0
        for name in ("block", "review_months", "hires_reviewed")
    )
    shares = _shares(market)
    hhi = float(shares @ shares)
    delta = 2 * shares[seller.row] * shares[homes] * (homes >= 0)
    months = p.review_months + longer
    block = acquisition.block_probability(p, hhi, delta, shift)
    return Review(
        hhi=hhi,
        delta=delta,
        threshold=p.notification * (float(rules.notification[own]) if ruled else 1.0),
        months=months,
        block=block,
        risk=acquisition.at_risk(p, block, months, seller.runway),
        hires=hires,
    )


def shaded(market: "Market", seller: Lab, homes: Rows, value: Floats) -> Floats:
    """What buyers offer under the rules: what these put at risk beyond the law comes off the value.

    Values are net of merger control as it stands. So the exit that investors can hope for shrinks
    with the rules: lower prices are worse news to them, and a sale below the reserve is none.
    """
    if not market.policies:
        return value
    ruled, before = (review(market, seller, homes, ruled=r).at_risk(value) for r in (True, False))
    offered: Floats = value * (1 - (ruled - before))
    return offered


def _shares(market: "Market") -> Floats:
    """Shares of the labs in what customers pay for models and products, in percent."""
    labs = market.labs
    arpu = market.segments.arpu[labs.product_segment]
    products = labs.seats * arpu * (labs.product_stage == LIVE)
    spend = market.offers.spend[0::2] + market.offers.spend[1::2] + products
    total = float(spend.sum())
    return 100 * spend / total if total > 0 else np.zeros(labs.rows)
