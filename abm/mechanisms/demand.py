"""(f) Demand: nested spend-share logit, reconsidered with a hazard.

Top level: open models, closed models, or none (old software, staff); then the lineage (models
built on one base), the model, and lowest the host of the model. Shares are shares of spending (CES
demand: Anderson, de Palma & Thisse 1988). A community reconsiders a fraction `hazard` of its use
each month: that hazard is the switching friction.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Demand

Floats = NDArray[np.float64]
AnyFloats = NDArray[np.floating[Any]]
"""In single or double precision."""
Rows = NDArray[np.int64]

_LIMITS = {
    np.dtype(kind): (log(np.finfo(kind).max), float(np.finfo(kind).tiny))
    for kind in (np.float32, np.float64)
}
"""Of numbers in either precision, the log of the largest and the smallest."""

_OF_NO_USE = 700.0
"""Logit from which models are of no use, just below what an exponential can hold."""
_LOW = 20.0
"""How far below doing without a model may be for its share to count, utils."""

DIRECT, SELF, GARDEN, FIRST_CLOUD = 0, 1, 2, 3
"""Ways to get a model: the lab's own API, one's own machines, an unmanaged or a managed listing."""


def fitness(p: Demand, theta: Floats, needed: Floats, delta: Floats | float = 0.0) -> Floats:
    """Fitness for purpose by domain, sigma(k_v (theta - delta - r_s(t))).

    Args:
        p: parameters.
        theta: capability, OOM, shape (models, domains).
        needed: what is required of it, `required`, OOM, shape (segments,).
        delta: how far below the flagship a segment buys, OOM, shape (segments, models).

    Returns:
        Shape (segments, models, domains), in (0, 1), stored domain after domain.
    """
    x = (needed[:, None] + delta)[:, None] - np.ascontiguousarray(theta.T)
    x *= p.fitness_slope
    np.minimum(x, _OF_NO_USE, out=x)
    fit: Floats = np.exp(x, out=x)
    fit += 1
    return np.reciprocal(fit, out=fit).transpose(0, 2, 1)


def usefulness(p: Demand, theta: Floats, needed: Floats, needs: Floats) -> Floats:
    """Fitness for given needs, sum_d w_d sigma(k_v (theta_d - needed)).

    Args:
        p: parameters.
        theta: capability, OOM, shape (..., domains).
        needed: what is required of it, OOM, broadcastable to the same shape.
        needs: weights w of the domains, shape (..., domains).

    Returns:
        Shape (...,), in (0, 1).
    """
    short = needed - theta
    short *= p.fitness_slope
    np.minimum(short, _OF_NO_USE, out=short)
    np.exp(short, out=short)
    short += 1
    useful: Floats = np.add.reduce(needs / short, axis=-1)
    return useful


def headroom(p: Demand, price_taste: Floats, cost_exponent: float) -> Floats:
    """How far above its requirement the least lies that a segment buys, OOM, (segments,).

    A family holds smaller siblings: delta OOM less capable, 10^(kappa delta) times cheaper. The
    buyer trades fitness against price, b_q ln sigma - alpha ln p, and goes down to where
    1 - sigma = alpha kappa ln(10) / (b_q k_v): just good enough.

    Args:
        p: parameters.
        price_taste: price sensitivity relative to the mean, shape (segments,).
        cost_exponent: kappa, elasticity of serving cost in effective compute.
    """
    worth = max(p.quality * p.fitness_slope, 1e-9)
    slack = p.price * price_taste * (cost_exponent * log(10) / worth)
    slack = np.minimum(np.maximum(slack, 1e-6), 1 - 1e-6)
    above: Floats = np.log((1 - slack) / slack) / p.fitness_slope
    return above


def required(p: Demand, requirement: Floats, month: float) -> Floats:
    """Capability that is half good enough in a month, OOM, shape (segments,).

    Args:
        p: parameters.
        requirement: r_s at the start, OOM, shape (segments,).
        month: months since the start; what counts as good enough rises.
    """
    return requirement + p.requirement_growth * month / 12


def good_enough(p: Demand, requirement: Floats, headroom: Floats, month: float) -> Floats:
    """Capability down to which each segment buys within a model's family, OOM, (segments,).

    Args:
        p: parameters.
        requirement: r_s at the start, OOM, shape (segments,).
        headroom: how far above the requirement of the month that is, OOM, shape (segments,).
        month: months since the start.
    """
    return required(p, requirement, month) + headroom


def right_size(level: Floats, enough: Floats) -> Floats:
    """How far below the flagship each segment buys: never above it.

    Args:
        level: capability by each segment's needs, OOM, shape (segments, models).
        enough: `good_enough`, OOM, shape (segments,).

    Returns:
        delta, OOM, shape (segments, models), not negative.
    """
    delta: Floats = np.maximum(level - enough[:, None], 0.0)
    return delta


@dataclass
class Hosts:
    """Choice among the hosts of each model.

    The odds of a way to get a model are what its price is worth times what the way is worth.

    Attributes:
        value: inclusive value of the best way to get a model, (segments, clouds, models).
        cheapness: what the price of each way is worth, odds, (segments, models, ways); zero where
            it is not offered.
        convenience: what each way is worth to customers at home on a cloud, odds,
            (segments, clouds, ways).
        total: odds of all ways, (segments, clouds, models).
        price: price of each way, USD/m tokens, (models, ways); zero where it is not offered.
    """

    value: Floats
    cheapness: Floats
    convenience: Floats
    total: Floats
    price: Floats

    @cached_property
    def share(self) -> Floats:
        """Conditional share of each way, (segments, clouds, models, ways)."""
        odds = self.cheapness[:, None] * self.convenience[:, :, None]
        shares: Floats = odds / np.maximum(self.total, 1e-300)[..., None]
        return shares

    def bought(self, spend: Floats) -> Floats:
        """Spending on each way to get each model, (segments, models, ways), USD m.

        Args:
            spend: spending by segment, cloud and model, USD m.
        """
        by_odds = spend / np.maximum(self.total, 1e-300)
        by_way: Floats = self.cheapness * (by_odds.transpose(0, 2, 1) @ self.convenience)
        return by_way


def choose_hosts(
    p: Demand,
    price_taste: Floats,
    price: Floats,
    discount: Floats,
    convenience: Floats,
) -> Hosts:
    """Lowest nest: how customers on each cloud would get each model.

    V_h = -alpha ln p_h + b_h 1[h is home] + support + b_o priv 1[h is one's own]
        - cost of running it oneself.

    What keeps data to oneself is where a model runs, on one's own machines or on one's own account
    with a cloud, and not that its weights are open: from a managed service they do no more for
    privacy than any other model there.

    Args:
        p: parameters.
        price_taste: price sensitivity relative to the mean, shape (segments,).
        price: USD/m tokens of each way, shape (models, 3 + clouds); zero if not offered.
        discount: log price of the sibling that a segment buys over the flagship's,
            shape (segments, models).
        convenience: what each way is worth, `convenience`, shape (segments, clouds, ways).
    """
    alpha = p.price * price_taste
    by_way = price.T
    offered = by_way > 0
    log_price = np.log(np.where(offered, by_way, 1.0))
    odds = (-alpha / p.nest_host)[:, None, None] * log_price
    np.exp(odds, out=odds)
    odds *= offered
    total = convenience @ odds
    if np.count_nonzero(total) == total.size:
        inclusive = np.log(total)
    else:
        inclusive = np.log(total, out=np.full(total.shape, -np.inf), where=total > 0)
    inclusive *= p.nest_host
    # The smaller sibling is as much cheaper at every host, so it does not move their shares.
    inclusive -= (alpha[:, None] * discount)[:, None, :]
    return Hosts(inclusive, odds.transpose(0, 2, 1), convenience, total, price)


def convenience(p: Demand, privacy: Floats, n_clouds: int, garden_quality: float) -> Floats:
    """What each way to get a model is worth beside its price, which no month changes.

    Args:
        p: parameters.
        privacy: taste for local use, shape (segments,).
        n_clouds: number of clouds (at least one row is computed, for customers without a cloud).
        garden_quality: quality of an unmanaged listing, relative to a managed one.

    Returns:
        Odds, shape (segments, clouds, ways).
    """
    taste = np.full((privacy.size, max(n_clouds, 1), FIRST_CLOUD + n_clouds), p.support)
    taste[:, :, SELF] = -p.self_hosting
    taste[:, :, GARDEN] = garden_quality * (p.home_cloud + p.support) if n_clouds else 0.0
    taste[:, :, [SELF, GARDEN]] += p.privacy * privacy[:, None, None]
    home = np.arange(n_clouds)
    taste[:, home, FIRST_CLOUD + home] += p.home_cloud
    odds: Floats = np.exp(taste / p.nest_host)
    return odds


@dataclass(frozen=True)
class Nests:
    """Which models hang together: open ones first, those of a lineage side by side.

    Attributes:
        n_open: number of open models.
        families: first model of each lineage, ascending, shape (lineages,).
        open_families: number of lineages of open models.
        member: lineage of each model, shape (models,).
        related: lineages that have several models, with their models.
    """

    n_open: int
    families: Rows
    open_families: int
    member: Rows
    related: tuple[tuple[int, slice], ...]

    @classmethod
    def of(cls, lineage: Rows, n_open: int) -> "Nests":
        """Nest some models.

        Args:
            lineage: of each model, those of one side by side, shape (models,).
            n_open: number of open models, which come first.
        """
        begins = np.empty(lineage.size, dtype=np.bool_)
        begins[:1] = True
        np.not_equal(lineage[1:], lineage[:-1], out=begins[1:])
        families, member = begins.nonzero()[0], begins.cumsum() - 1
        firsts = families.tolist()
        ends = enumerate(pairwise([*firsts, lineage.size]))
        related = tuple((k, slice(first, after)) for k, (first, after) in ends if after - first > 1)
        return cls(n_open, families, bisect_left(firsts, n_open), member, related)


def nested_shares(
    p: Demand, value: AnyFloats, nests: Nests, best: float = inf, out: AnyFloats | None = None
) -> AnyFloats:
    """Top and middle nests: shares of models, the rest going to no model at all.

    Camp, then lineage, then model: clones of one base share that base's customers instead of
    taking from everyone alike.

    Args:
        p: parameters.
        value: utilities, shape (communities, models); -inf if unavailable. In either precision;
            quickest if stored model after model.
        nests: which models hang together.
        best: no utility is greater.
        out: where to put the shares, which may be `value`.

    Returns:
        Shares, same shape; each row sums to less than one, the rest is the outside option.
    """
    if value.shape[1] == 0:
        return value.copy()
    (most, tiny), top = _LIMITS[value.dtype], None
    holds = p.nest_lineage * most
    # Utilities that an exponential could not hold twice over count from the best on offer; so do
    # all where it could not hold some that are low and still worth a share.
    if holds < _LOW or (best > holds / 4 and np.maximum.reduce(value, axis=None) > holds / 4):
        top = np.maximum.reduce(value, axis=1, initial=-most / 2)
        value = value - top[:, None]
    odds: AnyFloats = np.multiply(value, 1 / p.nest_lineage, out=out)
    np.exp(odds, out=odds)
    family = _by_lineage(odds, nests)
    np.maximum(family, tiny, out=family)
    pull = np.log(family)
    pull *= p.nest_lineage / p.nest_model
    np.exp(pull, out=pull)
    camps = np.empty((2, len(value)), dtype=value.dtype)
    opened, closed = pull.T[: nests.open_families], pull.T[nests.open_families :]
    np.add.reduce(opened, axis=0, out=camps[0])
    np.add.reduce(closed, axis=0, out=camps[1])
    if not opened.size or not closed.size:
        np.maximum(camps, tiny, out=camps)
    inclusive = camps**p.nest_model
    total = inclusive[0] + inclusive[1]
    total += 1 if top is None else np.exp(-top)
    inclusive /= camps
    opened *= inclusive[0]
    closed *= inclusive[1]
    family *= total[:, None]
    pull /= family
    odds *= pull.T.take(nests.member, axis=0).T
    return odds


def _by_lineage(odds: AnyFloats, nests: Nests) -> AnyFloats:
    """Sum over the models of each lineage, (communities, lineages), stored lineage by lineage."""
    models = odds.T
    sums: AnyFloats = models.take(nests.families, axis=0)
    for lineage, members in nests.related:
        np.add.reduce(models[members], axis=0, out=sums[lineage])
    return sums.T


def elasticity(p: Demand, within: Floats, camp: Floats, share: Floats) -> Floats:
    """Own-price elasticity of a model's revenue in the nested logit, as a positive number.

    alpha [1/rho_l - (1/rho_l - 1/rho_m) s_within - (1/rho_m - 1) s_camp - s]: clones compete
    harder than a model alone in its lineage.

    Args:
        p: parameters.
        within: share of the model in its lineage.
        camp: share of the model in its camp.
        share: share of the model in all spending.
    """
    clone, model = 1 / p.nest_lineage, 1 / p.nest_model
    steep: Floats = p.price * (clone - (clone - model) * within - (model - 1) * camp - share)
    return steep


def worth(p: Demand, fitness: AnyFloats, host_value: AnyFloats) -> AnyFloats:
    """Utility of each model to each community, whatever others use.

    V = b_q ln(sum_d om_cd sigma_d) + inclusive value of hosts.

    Fitness enters in logs, as quality does in a quality-adjusted CES price: what is useless is
    worth nothing at any price. (Linear fitness is bounded, and a model a hundred times cheaper
    would win on price alone whatever it can do.)

    Args:
        p: parameters.
        fitness: sum_d om_cd sigma_d, shape (communities, models); overwritten.
        host_value: inclusive value for each community's home cloud, (communities, models).

    Returns:
        Utilities, shape (communities, models).
    """
    value = np.log(fitness, out=fitness)
    value *= p.quality
    value += host_value
    return value


def network_pull(p: Demand, around: AnyFloats, friction: AnyFloats | float = 1.0) -> AnyFloats:
    """Utility of a model for being used by others, b_n ln(1 + share / n0).

    Args:
        p: parameters.
        around: lagged mean use among neighbours, (communities, models); overwritten.
        friction: factor on what holds customers (rules in force), shape (communities, 1).
    """
    # log rather than log1p, which has no vector form: shares are far from the rounding of one.
    around *= 1 / p.network_floor
    around += 1
    np.log(around, out=around)
    around *= p.network * friction
    return around
