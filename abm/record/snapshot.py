"""What is kept of a month, so that the numbers of many months can be computed side by side."""

from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.agents.blocks import weighted_sums
from abm.mechanisms import demand as d
from abm.record.events import Event

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Snapshot(NamedTuple):
    """State of the market at the end of a month, or of several months abreast.

    The shapes are those of one month; several have the months as their first axis.

    Attributes:
        live: offers on the market, (offers,).
        level: their value-weighted capability, (offers,), OOM; minus infinity for the others.
        listed: managed listings, (offers, clouds).
        way_spend: spending by offer and way, (offers, ways), USD m.
        tokens: tokens by offer, (offers,).
        workloads: what enterprises use of each offer, weighted by size, (offers,).
        cheapest: cheapest price of each offer from others than oneself, (offers,); infinite if
            nobody else offers it, NaN if it is not on the market.
        alive: labs in business, (labs,).
        closed: labs that release through an API only, (labs,).
        owned: labs that a parent covers, (labs,).
        parent_budget: what owners pay, (labs,), USD m.
        seats: seats of products, (labs,).
        product_stage: stage of products, (labs,).
        product_segment: segments that they serve, (labs,).
        algorithms: algorithmic knowledge, (labs,), OOM.
        data_gain: gain from data, (labs, domains), OOM.
        researchers: people who train models, (labs,).
        disclosure: levels by component, (labs, components).
        in_play: spending at stake, (segments,), USD m.
        log_sum: worth of the choice to each segment's mean customer, (segments,), utils.
        enterprise_spend: what enterprises spend on models, USD m.
        dearest_run: cost of the dearest run behind a model so far, USD m.
        climate: capital climate.
        pending_suits: suits pending.
        contributed: unpaid work on open models.
        fiscal_cost: public money spent, USD m.
        releases: releases of the month.
        funding: equity raised, USD m.
    """

    live: Mask
    level: Floats
    listed: Mask
    way_spend: Floats
    tokens: Floats
    workloads: Floats
    cheapest: Floats
    alive: Mask
    closed: Mask
    owned: Mask
    parent_budget: Floats
    seats: Floats
    product_stage: NDArray[np.int64]
    product_segment: NDArray[np.int64]
    algorithms: Floats
    data_gain: Floats
    researchers: Floats
    disclosure: Floats
    in_play: Floats
    log_sum: Floats
    enterprise_spend: Any
    dearest_run: Any
    climate: Any
    pending_suits: Any
    contributed: Any
    fiscal_cost: Any
    releases: Any
    funding: Any

    @classmethod
    def of(cls, market: "Market", used: Floats, log_sum: Floats, data_gain: Floats) -> "Snapshot":
        """Take it at the end of a month.

        Args:
            market: the market.
            used: what `use_by_segment` says.
            log_sum: worth of the choice to each segment's mean customer, (segments,), utils.
            data_gain: gain from labs' data, (labs, domains), OOM.
        """
        labs, offers, outlook = market.labs, market.offers, market.outlook
        workloads, spend = _enterprises(market, used)
        events = _this_month(market)
        raised = (e.amount for e in events if e.kind in ("funding", "entry", "spin_off"))
        # Columns of tables change from month to month; the outlook is made anew.
        return cls(
            live=offers.live.copy(),
            level=np.where(offers.live, offers.theta @ market.domain_value, -np.inf),
            listed=offers.listed.copy(),
            way_spend=outlook.way_spend,
            tokens=outlook.tokens,
            workloads=workloads,
            cheapest=_cheapest(market),
            alive=labs.alive.copy(),
            closed=labs.closed.copy(),
            owned=labs.owned.copy(),
            parent_budget=labs.parent_budget.copy(),
            seats=labs.seats.copy(),
            product_stage=labs.product_stage.copy(),
            product_segment=labs.product_segment.copy(),
            algorithms=labs.algorithms.copy(),
            data_gain=data_gain,
            researchers=labs.researchers.copy(),
            disclosure=labs.disclosure.copy(),
            in_play=outlook.in_play,
            log_sum=log_sum,
            enterprise_spend=spend,
            dearest_run=market.dearest_run,
            climate=market.climate,
            pending_suits=market.pending_suits,
            contributed=market.contributed,
            fiscal_cost=market.fiscal_cost,
            releases=sum(e.kind == "release" for e in events),
            funding=fsum(raised),
        )

    @classmethod
    def abreast(cls, months: list["Snapshot"]) -> "Snapshot":
        """Put several months side by side."""
        return cls(*map(np.array, zip(*months, strict=True)))


def use_by_segment(market: "Market") -> Floats:
    """What communities use by segment, weighted by size and by budget.

    Returns:
        Shape (segments, 2, offers on the market).
    """
    rows = market.offers.live.nonzero()[0]
    weights = (block.weights for block in market.blocks)
    use, segments = market.communities.use, market.segments.count
    return weighted_sums(market.blocks, weights, use, rows, segments)


def _enterprises(market: "Market", used: Floats) -> tuple[Floats, float]:
    """What enterprises use of each offer, weighted by size, and what they spend."""
    segments = market.segments
    enterprises = segments.of_kind("enterprise")
    sums = used[enterprises]
    work = np.zeros(market.offers.rows)
    work[market.offers.live] = sums[:, 0].sum(axis=0)
    return work, float(segments.adoption[enterprises] @ sums[:, 1].sum(axis=1))


def _cheapest(market: "Market") -> Floats:
    """Cheapest price of each offer from others than oneself, as `Snapshot` has it."""
    rows, hosts = market.outlook.rows, market.outlook.hosts
    price = np.where(hosts.price > 0, hosts.price, np.inf)
    price[:, d.SELF] = np.inf
    cheapest = np.full(market.offers.rows, np.nan)
    cheapest[rows] = price.min(axis=1)
    return cheapest


def _this_month(market: "Market") -> list[Event]:
    """Events of the current month."""
    found = []
    for event in reversed(market.events):
        if event.month != market.month:
            break
        found.append(event)
    return found[::-1]
