"""(c) Post-training: a stock of feedback fed by products, vendors and other labs."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Capability, PostTraining

Floats = NDArray[np.float64]


def gain(p: PostTraining, stock: Floats) -> Floats:
    """Gain f = f_max F / (F + F_half), OOM, from comparisons in each domain (m)."""
    if not p.enabled:
        return np.zeros_like(stock)
    return p.ceiling * stock / (stock + p.half_stock)


def niche_gain(p: PostTraining, capability: Capability, stock: Floats, focus: Floats) -> Floats:
    """Gain n from adapting to a niche with the niche's own feedback.

    n = n_max (1 - m/D) F_d / (F_d + F_half) inside the focus, zero outside and for generalists
    (LoRA Land, Zhao et al. 2024, is the anchor).

    Args:
        p: parameters of post-training.
        capability: parameters of capability (n_max).
        stock: comparisons by domain, m, shape (..., domains).
        focus: weights, shape (..., domains).

    Returns:
        OOM, shape (..., domains).
    """
    if not p.enabled:
        return np.zeros_like(stock)
    return _room(capability, focus) * stock / (stock + p.half_stock)


def total_gain(p: PostTraining, capability: Capability, stock: Floats, focus: Floats) -> Floats:
    """Both gains, f + n, OOM; arguments as in `niche_gain`."""
    if not p.enabled:
        return np.zeros_like(stock)
    return (p.ceiling + _room(capability, focus)) * stock / (stock + p.half_stock)


def _room(capability: Capability, focus: Floats) -> Floats:
    """Largest gain n by domain, n_max (1 - m/D) inside the focus, OOM, shape of `focus`."""
    inside = focus > 1e-9
    each = capability.niche_bonus / focus.shape[-1]
    room: Floats = inside * (
        capability.niche_bonus - each * np.add.reduce(inside, axis=-1, keepdims=True)
    )
    return room


def feedback(
    p: PostTraining, own_seats: Floats, hosted_seats: Floats, labels: Floats, focus: Floats
) -> Floats:
    """Comparisons that arrive in a month, by domain.

    Args:
        p: parameters.
        own_seats: seats in own products and own API, m, shape (labs,).
        hosted_seats: seats served through other firms' hosts, m, shape (labs,).
        labels: spending on vendors, USD m, shape (labs,).
        focus: weights, shape (labs, domains): use and labels follow the focus.

    Returns:
        m comparisons by domain, in units in which a generalist has the total in every domain.
    """
    use = p.feedback_own * (own_seats + p.feedback_hosted * hosted_seats)
    total = (use + labels / p.label_cost) * focus.shape[-1]
    arrived: Floats = total[:, None] * focus
    return arrived


def decay(p: PostTraining, stock: Floats) -> None:
    """Let the stock lose value, in place."""
    stock *= 1 - p.depreciation
