"""Months side by side, as the market table is computed of them."""

from math import fsum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms import demand as d
from abm.record.diary import Diary

if TYPE_CHECKING:
    from abm.population import Segments
    from abm.scenario import Scenario

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
EQUITY = frozenset({"funding", "entry", "spin_off"})
"""Kinds of events that tell of equity raised."""


class Snapshot(NamedTuple):
    """State of the market at the end of several months, which are the first axis.

    The shapes are those of one month.

    Attributes:
        live: offers on the market, (offers,).
        level: their value-weighted capability, (offers,), OOM; minus infinity for the others.
        listed: managed listings, (offers, clouds).
        way_spend: spending by offer and way, (offers, ways), USD m.
        tokens: tokens by offer, (offers,).
        workloads: what enterprises use of each offer, weighted by size, (offers,).
        on_sale: offers that customers had to choose from, (offers,); some are gone by the end of
            the month, others new.
        cheapest: cheapest price of each of them from others than oneself, (offers,); infinite if
            nobody else offers it, or nobody at all.
        alive: labs in business, (labs,).
        closed: labs that release through an API only, (labs,).
        owned: labs that a parent covers, (labs,).
        parent_budget: what owners pay, (labs,), USD m.
        seats: seats of products, (labs,).
        product_stage: stage of products, (labs,).
        product_segment: segments that they serve, (labs,).
        algorithms: algorithmic knowledge, (labs,), OOM.
        data: curated data, (labs, domains), Q0.
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
    on_sale: Mask
    cheapest: Floats
    alive: Mask
    closed: Mask
    owned: Mask
    parent_budget: Floats
    seats: Floats
    product_stage: NDArray[np.int64]
    product_segment: NDArray[np.int64]
    algorithms: Floats
    data: Floats
    researchers: Floats
    disclosure: Floats
    in_play: Floats
    log_sum: Floats
    enterprise_spend: Floats
    dearest_run: Floats
    climate: Floats
    pending_suits: Floats
    contributed: Floats
    fiscal_cost: Floats
    releases: list[int]
    funding: list[float]

    @classmethod
    def of(
        cls, diary: Diary, months: slice, scenario: "Scenario", segments: "Segments"
    ) -> "Snapshot":
        """Compute it of what was written down.

        Args:
            diary: what was written.
            months: which of its months.
            scenario: the world.
            segments: its segments.
        """

        def noted(name: str) -> Floats:
            return diary.of(name, months)

        live = noted("offers.live") != 0
        workloads, enterprise_spend = _enterprises(diary, months, segments)
        on_sale, cheapest = _cheapest(diary.prices[months], live.shape[1])
        releases, funding = _told(diary, months)
        return cls(
            live=live,
            level=np.where(live, noted("level"), -np.inf),
            listed=noted("offers.listed") != 0,
            way_spend=noted("way_spend"),
            tokens=noted("tokens"),
            workloads=workloads,
            on_sale=on_sale,
            cheapest=cheapest,
            alive=noted("labs.alive") != 0,
            closed=noted("labs.closed") != 0,
            owned=noted("labs.owned") != 0,
            parent_budget=noted("labs.parent_budget"),
            seats=noted("labs.seats"),
            product_stage=noted("labs.product_stage").astype(np.int64),
            product_segment=noted("labs.product_segment").astype(np.int64),
            algorithms=noted("labs.algorithms"),
            data=noted("labs.data"),
            researchers=noted("labs.researchers"),
            disclosure=noted("labs.disclosure"),
            in_play=noted("in_play"),
            log_sum=log_sum(diary, months, scenario.demand.nest_model),
            enterprise_spend=enterprise_spend,
            dearest_run=noted("dearest_run"),
            climate=noted("climate"),
            pending_suits=noted("pending_suits"),
            contributed=noted("contributed"),
            fiscal_cost=noted("fiscal_cost"),
            releases=releases,
            funding=funding,
        )


def log_sum(diary: Diary, months: slice, rho: float, *, network: bool = True) -> Floats:
    """Worth of the choice to each segment's mean customer, (months, segments), utils.

    The outside option, no model, is worth zero. Mandates that reserve demand take part of the
    choice away.

    Args:
        diary: what was written.
        months: which of its months.
        rho: how the nests are weighed.
        network: with the pull of what others use, or without.
    """
    nests = np.maximum(diary.of("totals" if network else "taste_totals", months), 0) ** rho
    told = diary.of("log_sums", months)[:, 0 if network else 1]
    worth: Floats = np.where(np.isnan(told), np.log(1 + nests.sum(axis=2)), told)
    return worth


def _enterprises(diary: Diary, months: slice, segments: "Segments") -> tuple[Floats, Floats]:
    """What enterprises use of each offer, weighted by size, and what they spend, by month."""
    enterprises = segments.of_kind("enterprise")
    work = diary.of("used", months)[:, enterprises].sum(axis=1)
    spent, adoption = (
        diary.of(name, months).compress(enterprises, axis=1) for name in ("spent", "adoption")
    )
    return work, np.vecdot(spent, adoption)


def _cheapest(prices: list[tuple[NDArray[np.int64], Floats]], offers: int) -> tuple[Mask, Floats]:
    """What is on sale, and its cheapest price from others, as `Snapshot` has them."""
    rows, price = map(np.concatenate, zip(*prices, strict=True))
    by_way = np.ascontiguousarray(price.T)  # rows of ways would be short
    np.putmask(by_way, by_way <= 0, np.inf)
    by_way[d.SELF] = np.inf
    month = np.repeat(np.arange(len(prices)), [on_sale.size for on_sale, _ in prices])
    on_sale = np.zeros((len(prices), offers), dtype=bool)
    on_sale[month, rows] = True
    cheapest = np.full(on_sale.shape, np.inf)
    cheapest[month, rows] = by_way.min(axis=0)
    return on_sale, cheapest


def _told(diary: Diary, months: slice) -> tuple[list[int], list[float]]:
    """Releases of each month, and the equity that was raised, USD m."""
    first, after = months.start, months.stop
    ends = [0, *diary.of("events", slice(after)).astype(np.int64).tolist()]
    released: list[int] = [0] * (after - first)
    raised: list[list[float]] = [[] for _ in released]
    for event in diary.events[ends[first] : ends[after]]:
        if event.kind == "release":
            released[event.month - first] += 1
        elif event.kind in EQUITY:
            raised[event.month - first].append(event.amount)
    return released, [fsum(amounts) for amounts in raised]
