"""Products: building, launch, users, moat."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents import mandates
from abm.agents.stages import BUILDING, LIVE, NONE
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
    labs.product_left = np.where(building, labs.product_left - 1, labs.product_left)
    for row in np.flatnonzero(building & (labs.product_left <= 0)).tolist():
        lab = market.lab_at(row)
        lab.product_stage = LIVE
        segment = segments.names[int(lab.product_segment)]
        market.log("product_launch", lab.name, segment, p.launch_cost, {"segment": segment})
    live = labs.alive & (labs.product_stage == LIVE) & (labs.log_compute > 0)
    moat = labs.moat
    served = np.where(live, labs.product_segment, NONE - 1)
    where = np.maximum(served, 0)
    rows = np.flatnonzero(live)
    fit = demand.fitness(s.demand, labs.theta[rows], segments.requirement, market.month)
    by_segment = np.matmul(fit, segments.needs[:, :, None])[:, :, 0]
    fitness = np.zeros(labs.rows)
    fitness[rows] = by_segment[where[rows], np.arange(rows.size)]
    if market.policies:
        moat = moat * market.rules.friction[where]
        fitness *= mandates.serves(market)[np.arange(labs.rows), where]
    lost = product.leavers(p, labs.seats, moat)
    gained = product.adopters(p, labs.seats, served, fitness, segments.seats)
    labs.seats += np.where(live, gained - lost, 0.0)
    labs.moat = np.where(live, product.deepen(p, labs.moat, labs.seats, gained), 0.0)
