"""Products: building, launch, users, moat."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents import mandates
from abm.agents.stages import BUILDING, LIVE
from abm.mechanisms import demand, product

if TYPE_CHECKING:
    from abm.market import Market


def grow(market: "Market") -> None:
    """Finish products under construction, and let users come and go."""
    s, labs, segments = market.scenario, market.labs, market.segments
    p = s.product
    if not p.enabled:
        return
    building = labs.alive & (labs.product_stage == BUILDING)
    labs.product_left -= building
    for row in (building & (labs.product_left <= 0)).nonzero()[0].tolist():
        lab = market.lab_at(row)
        lab.product_stage = LIVE
        segment = segments.names[int(lab.product_segment)]
        market.log("product_launch", lab.name, segment, p.launch_cost, {"segment": segment})
    live = labs.alive & (labs.product_stage == LIVE) & (labs.log_compute > 0)
    rows = live.nonzero()[0]
    served, seats, moat = labs.product_segment[rows], labs.seats[rows], labs.moat[rows]
    fit = demand.fitness(s.demand, labs.theta[rows], segments.requirement, market.month)
    by_segment = np.matmul(fit, segments.needs[:, :, None])[:, :, 0]
    fitness = by_segment[served, np.arange(rows.size)]
    holds = moat
    if market.policies:
        holds = moat * market.rules.friction[served]
        fitness *= mandates.serves(market)[rows, served]
    gained = product.adopters(p, seats, served, fitness, segments.seats)
    seats += gained - product.leavers(p, seats, holds)
    labs.seats[rows] = seats
    labs.moat = 0.0
    labs.moat[rows] = product.deepen(p, moat, seats, gained)
