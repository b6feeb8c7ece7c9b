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
    offers.unit_cost = pricing.unit_cost(p, offers.log_compute, market.month) * offers.live
    lab = market.lab_of_line
    # Closed models are sold as they are released; an open lab sells one once it has a product.
    there = offers.live & labs.alive[lab]
    sells = there.copy()
    sells[OPEN::2] &= labs.product_stage == LIVE
    if not p.enabled:
        sells &= offers.price <= 0
    runway = labs.cash / np.maximum(labs.burn, 1e-9)
    rich = (runway > p.undercut_runway) & (labs.stance < 0)
    spend = offers.spend
    lineage = 2 * np.maximum(offers.owner, 0) + ~market.open_line
    family = np.bincount(lineage, weights=spend, minlength=offers.rows)[lineage]
    # A model without sales yet prices as one alone in its lineage, if none of that sells.
    within = np.divide(spend, family, out=np.ones(spend.size), where=family > 0)
    # Who sells nothing has no share of anything, and any positive divisor says so.
    by_camp = spend.reshape(-1, 2)
    camps = np.add.reduce(by_camp, axis=0)
    in_camp = (by_camp / np.maximum(camps, 1e-300)).ravel()
    in_all = spend / max(float(camps[OPEN] + camps[CLOSED]), 1e-300)
    steep = demand.elasticity(s.demand, within, in_camp, in_all)
    moved = pricing.adjust(
        p,
        offers.price,
        np.maximum(offers.unit_cost, 1e-9),
        pricing.markup(steep),
        labs.stance[lab].astype(np.float64),
        rich[lab],
    )
    offers.price = np.where(sells, moved, offers.price * there)
