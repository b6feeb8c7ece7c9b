"""Products: building, launch, users, moat."""

from typing import TYPE_CHECKING

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
    for row in (labs.alive & (labs.product_stage == BUILDING)).nonzero()[0].tolist():
        _build(market, row)
    rows = (labs.alive & (labs.product_stage == LIVE) & (labs.log_compute > 0)).nonzero()[0]
    served, seats, moat = (
        labs.arrays[name].take(rows) for name in ("product_segment", "seats", "moat")
    )
    fitness = demand.usefulness(
        s.demand,
        labs.theta.take(rows, axis=0),
        market.required.take(served)[:, None],
        segments.needs.take(served, axis=0),
    )
    holds = moat
    if market.policies:
        holds = moat * market.rules.friction[served]
        fitness *= mandates.serves(market)[rows, served]
    gained = product.adopters(p, seats, served, fitness, segments.seats)
    seats += gained - product.leavers(p, seats, holds)
    labs.seats[rows] = seats
    labs.moat = 0.0
    labs.moat[rows] = product.deepen(p, moat, seats, gained)


def _build(market: "Market", row: int) -> None:
    """Build a lab's product for a month, and launch it if it is done."""
    labs = market.labs
    labs.product_left[row] -= 1
    if labs.product_left[row] > 0:
        return
    labs.product_stage[row] = LIVE
    segment = market.segments.names[labs.product_segment[row]]
    cost = market.scenario.product.launch_cost
    market.log("product_launch", market.names[row], segment, cost, {"segment": segment})
