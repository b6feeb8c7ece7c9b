"""(i) Capital: the climate, staged rounds, valuation and dilution."""

from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from abm.scenario.parameters import Capital

Floats = NDArray[np.float64]


def next_climate(p: Capital, climate: float, news: float, shock: float) -> float:
    """Capital climate a month on: K + kK (1 - K) + chi news + sigma eps, floored at 0.1.

    Args:
        p: parameters.
        climate: K; 1 is normal.
        news: exits plus surprises minus disappointments of the month.
        shock: a standard normal.
    """
    moved = climate + p.reversion * (1 - climate) + p.momentum * news + p.noise * shock
    return max(moved, 0.1)


def surprise(path: Sequence[float] | Floats, trend: float) -> float:
    """How far the frontier ran ahead of its trend over the months given, as a share of the trend.

    Args:
        path: best capability by month, OOM, oldest first.
        trend: usual speed, OOM a month.

    Returns:
        Not negative: a frontier that lags its trend is no news.
    """
    if len(path) < 2:
        return 0.0
    return max(0.0, float(path[-1] - path[0]) / (trend * (len(path) - 1)) - 1)


def disappointment(p: Capital, climate: float, revenue: float, before: float) -> float:
    """Shortfall of the labs' revenue growth from what the climate had priced in, in [0, 1].

    Args:
        p: parameters.
        climate: K; a hot market expects more.
        revenue: revenue of all labs in the last twelve months, USD m.
        before: revenue in the twelve months before those, USD m.
    """
    if before <= 0:
        return 0.0
    realised = revenue / before - 1
    return min(max(1 - realised / (p.expected_growth * climate), 0.0), 1.0)


def kill_zone(bought: NDArray[np.bool_], use: Floats, overlap: Floats) -> Floats:
    """How far each lab stands in the shadow of larger labs that have lately bought others.

    sum_j bought_j [use_j > use_i] overlap_ij use_j: customers who expect an incumbent to take the
    entrant over wait for that instead of switching, which makes the entrant worth less (Kamepalli
    et al. 2020). It takes an incumbent with customers, and a common field.

    Args:
        bought: who has lately bought a lab, shape (labs,).
        use: share of customers' use by lab, shape (labs,), sums to at most one.
        overlap: overlap of focus, shape (labs, labs), in [0, 1].

    Returns:
        Shape (labs,), in [0, 1].
    """
    buyers = bought.nonzero()[0]
    if not buyers.size:
        return np.zeros(use.size)
    theirs = use[buyers]
    shadow: Floats = ((theirs > use[:, None]) * overlap.take(buyers, axis=1)) @ theirs
    return shadow


def success_hazard(
    p: Capital,
    climate: float,
    rank: Any,
    growth: Any,
    product: Any,
    renown: Any,
    shadow: Any = 0.0,
) -> Any:
    """Chance that a round attempt closes this month, scalar or shape (labs,).

    hF K 2 sigma(b0 + b1 rank + b2 ln(1 + growth) + b3 product + b4 renown) (1 - z shadow): the
    mean lab has the mean hazard (staging: Gompers 1995; spacing: Carta).

    Args:
        p: parameters.
        climate: K.
        rank: place in capability, 1 best, 0 last.
        growth: revenue growth over a year, as a ratio minus one.
        product: 1 with a product on the market.
        renown: current renown.
        shadow: `kill_zone`.
    """
    appeal = (
        p.intercept
        + p.rank_weight * rank
        + p.growth_weight * np.log1p(np.maximum(growth, 0.0))
        + p.product_weight * product
        + p.renown_weight * renown
    )
    deterred = 1 - p.kill_zone * shadow
    return np.minimum(1.0, p.hazard * climate * 2 / (1 + np.exp(-appeal)) * deterred)


def nearness(theta: Floats, frontier: Floats) -> Floats:
    """Nearness to the frontier by domain, 1 / (1 + x) with x = 10^(frontier - theta), in (0, 1).

    Half at parity; a lead without end does not count without end. It rises with capability, so that
    the better of two models in a domain is the nearer one.

    Args:
        theta: capability, OOM, shape (..., domains).
        frontier: best capability on the market, shape (domains,).

    Returns:
        Shape of `theta`.
    """
    near: Floats = expit(log(10) * (theta - frontier))
    return near


def standing(near: Floats, size: Floats) -> Floats:
    """Standing relative to the frontier, weighted by what domains are worth.

    sum_d size_d 2 near_d: one at parity everywhere, bounded, so that a lead in a large niche
    counts.

    Args:
        near: `nearness`, shape (..., domains).
        size: share of spending behind each domain, shape (domains,), sums to one.
    """
    total: Floats = near @ (2 * size)
    return total


def valuation(
    p: Capital, climate: float, revenue: Floats, researchers: Floats, place: Floats
) -> Floats:
    """Pre-money value: revenue multiple, people, and the option on the frontier, USD m.

    Args:
        p: parameters.
        climate: K moves the multiple.
        revenue: yearly revenue, USD m.
        researchers: people.
        place: `standing`.
    """
    return (
        p.revenue_multiple * climate * revenue
        + p.talent_value * researchers
        + p.option_value * climate * place
    )


def round_size(p: Capital, burn: float, value: float) -> float:
    """Money raised: so many months of planned burn, within the largest dilution, USD m."""
    ceiling = value * p.max_dilution / (1 - p.max_dilution)
    return max(0.0, min(p.months_bought * burn, ceiling))
