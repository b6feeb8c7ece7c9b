"""Prices of the labs' own interfaces."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents.offer import CLOSED, OPEN
from abm.agents.stages import LIVE
from abm.mechanisms import demand, pricing

if TYPE_CHECKING:
    from abm.market import Market


def reprice(market: "Market") -> None:
    """Move prices of the labs' own interfaces toward the mark-up that competition allows."""
    s, labs, offers = market.scenario, market.labs, market.offers
    p = s.pricing
    lab, price, cost, spend = market.lab_of_line, offers.price, offers.unit_cost, offers.spend
    np.multiply(pricing.unit_cost(p, offers.log_compute, market.month), offers.live, out=cost)
    # Closed models are sold as they are released; an open lab sells one once it has a product.
    there = offers.live & labs.alive.take(lab)
    sells = there.copy()
    sells[OPEN::2] &= labs.product_stage == LIVE
    if not p.enabled:
        sells &= price <= 0
    runway = labs.cash / np.maximum(labs.burn, 1e-9)
    rich = (runway > p.undercut_runway) & (labs.stance < 0)
    lineage = 2 * np.maximum(offers.owner, 0) + ~market.open_line
    family = np.bincount(lineage, weights=spend, minlength=lineage.size).take(lineage)
    # A model without sales yet prices as one alone in its lineage, if none of that sells.
    unsold = family == 0
    within = (spend + unsold) / (family + unsold)
    # Who sells nothing has no share of anything, and any positive divisor says so.
    by_camp = spend.reshape(-1, 2)
    camps = np.add.reduce(by_camp, axis=0)
    in_camp = (by_camp / np.maximum(camps, 1e-300)).ravel()
    in_all = spend / max(float(camps[OPEN] + camps[CLOSED]), 1e-300)
    steep = demand.elasticity(s.demand, within, in_camp, in_all)
    moved = pricing.adjust(
        p,
        price,
        np.maximum(cost, 1e-9),
        pricing.markup(steep),
        labs.stance.take(lab),
        rich.take(lab),
    )
    price *= there
    np.putmask(price, sells, moved)
