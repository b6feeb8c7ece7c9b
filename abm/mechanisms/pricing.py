"""(n) Prices from costs and competition."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Pricing

Floats = NDArray[np.float64]


def unit_cost(p: Pricing, log_compute: Floats, month: int) -> Floats:
    """Marginal cost of serving a model, USD per million tokens.

    Cost follows model size, hence the square root of training compute, and falls with serving
    efficiency; a cheaper model of equal capability comes from better algorithms.
    """
    size = 10 ** (p.cost_exponent * (log_compute - p.reference_compute))
    cost: Floats = size * (p.reference_cost * p.serving_progress ** (-month / 12))
    return cost


def markup(elasticity: Floats) -> Floats:
    """Bertrand mark-up over cost, eta / (eta - 1) with eta one plus the revenue's elasticity.

    Args:
        elasticity: own-price elasticity of the seller's revenue, positive.
    """
    eta = 1 + np.maximum(elasticity, 0.05)
    factor: Floats = eta / (eta - 1)
    return factor


def adjust(
    p: Pricing,
    price: Floats,
    cost: Floats,
    target_markup: Floats,
    stance: Floats | NDArray[np.int64],
    may_undercut: NDArray[np.bool_],
) -> Floats:
    """Move prices part of the way to their target, never below cost unless they may.

    Args:
        p: parameters.
        price: current price, USD/m tokens, shape (models,); zero for a new model.
        cost: marginal cost, shape (models,).
        target_markup: mark-up factor, shape (models,).
        stance: -1 penetration, 0 neutral, 1 premium, shape (models,).
        may_undercut: whether the seller can afford to sell below cost.

    Returns:
        New prices, shape (models,).
    """
    target = cost * target_markup * np.exp(p.stance_step * stance)
    start = np.where(price > 0, price, target)
    moved = target / start
    moved **= p.adjustment
    moved *= start
    least = cost.copy()
    np.putmask(least, may_undercut, p.undercut_floor * cost)
    return np.maximum(moved, least, out=moved)


def host_price(p: Pricing, cost: Floats, hosts: Floats) -> Floats:
    """Price of an open model at a host: cost and a margin that falls with rival hosts.

    p = mc (1 + margin / n), differentiated Bertrand competition among n hosts.
    """
    return cost * (1 + p.host_margin / np.maximum(hosts, 1))
