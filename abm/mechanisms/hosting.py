"""(h) Catalogues: which models a cloud lists, and how the revenue is split."""

import math

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Demand, Hosting

Floats = NDArray[np.float64]
_DECADE = math.log(10)


def cover(cosine: Floats, own: Floats, level: Floats) -> Floats:
    """How far each of some models would cover each of others if it were listed.

    A listed model covers a candidate as far as their focus overlaps and it is as good; a better
    candidate is covered in proportion to effective compute.

    Args:
        cosine: overlap of focus, shape (listed, models); zero for a model and itself.
        own: capability of each model weighted by its own focus, OOM, shape (models,).
        level: capability of each listed one weighted by the focus of each model, OOM, shape
            (listed, models).

    Returns:
        Shape (listed, models).
    """
    covered = level - own
    np.minimum(covered, 0.0, out=covered)
    covered *= _DECADE
    np.exp(covered, out=covered)
    covered *= cosine
    return covered


def redundancy(cover: Floats) -> Floats:
    """Similarity of each model to the best of its covers, (listed, models), in [0, 1]."""
    best: Floats = np.maximum.reduce(cover, axis=0, initial=0.0)
    return np.minimum(best, 1.0)


def listing_effects(p: Demand, capture: Floats, use: Floats) -> Floats:
    """Use that a model wins where a managed listing is added, and loses where one is given up.

    The listing adds -rho_h ln(1 - capture) to the inclusive value of the ways to the model, so that
    its odds against the others grow by L = (1 - capture)^(-rho_h / rho_m), and its use by the
    factor L / (1 + use (L - 1)); without the listing they shrink by as much.

    Args:
        p: parameters of demand (nests).
        capture: share of the model's use that the listing serves, in [0, 1).
        use: use share as things stand, in [0, 1].

    Returns:
        Shares of the use as things stand, shape (2, models): what a new listing adds, and what a
        listing that goes takes away.
    """
    more = np.maximum(1 - capture, 1e-6) ** (-p.nest_host / p.nest_model) - 1
    taken = more * (1 - use)
    effects = np.empty((2, *taken.shape))
    effects[0] = taken / (1 + use * more)
    effects[1] = taken / (1 + taken)
    return effects


def cloud_choice(p: Hosting, customers: Floats, slots: Floats | NDArray[np.int64]) -> Floats:
    """Shares with which customers who reconsider their cloud choose one.

    Logit over size and catalogue breadth, customers_k (1 + n_k)^b_cat (two-sided platforms: Rochet
    & Tirole 2003).
    """
    pull = customers * (1 + slots) ** p.catalogue_value
    total = float(np.add.reduce(pull))
    return pull / total if total > 0 else pull


def breadth_values(
    p: Hosting, customers: Floats, slots: Floats | NDArray[np.int64], k: int, horizon: float
) -> tuple[float, float]:
    """What a listing brings a cloud through customers who choose it for its catalogue.

    Of those who reconsider their cloud, a broader catalogue wins a larger share (`cloud_choice`);
    what is earned on all that they run there, on average over the horizon and in a quarter:
    3 profit churn H/2 (share with n + 1 listings - share with n).

    Args:
        p: parameters.
        customers: share of the customers at home on each cloud, shape (clouds,).
        slots: listings of each cloud, shape (clouds,).
        k: the cloud.
        horizon: months that it looks ahead.

    Returns:
        USD m a quarter, of the last of its listings and of one more.
    """
    # A handful of clouds: plain numbers are quicker than arrays.
    size, listings, value = customers.tolist(), slots.tolist(), p.catalogue_value
    pull = [x * (1 + n) ** value for x, n in zip(size, listings, strict=True)]
    rivals, n = math.fsum(pull) - pull[k], max(listings[k], 1)
    fewer, now, more = (
        own / max(rivals + own, 1e-300)
        for own in (size[k] * n**value, pull[k], size[k] * (2 + listings[k]) ** value)
    )
    worth = 3 * p.cloud_profit * p.cloud_churn * horizon / 2
    return worth * (now - fewer), worth * (more - now)


def slot_cost(p: Hosting, slots: int) -> float:
    """Quarterly cost of the n-th managed slot, c_slot n^phi, USD m."""
    return float(p.slot_cost * max(slots, 1) ** p.slot_exponent)


def upkeep(p: Hosting, slots: int) -> float:
    """Quarterly cost of all managed slots of a cloud, USD m."""
    cost, exponent = p.slot_cost, p.slot_exponent
    return math.fsum([cost * n**exponent for n in range(1, slots + 1)])


def nash_transfer(
    p: Hosting, profit: Floats, lab_outside: Floats | float, cloud_outside: Floats
) -> Floats:
    """Lab's part of the joint profit: T = d_i + b (Pi - d_i - d_k) (Nash 1950).

    Args:
        p: parameters.
        profit: joint gross profit Pi, USD m a quarter.
        lab_outside: what the lab would earn more from the same customers without the listing, d_i.
        cloud_outside: what the cloud earns without the licence, d_k.

    Returns:
        Transfer to the lab, within [0, Pi], same shape.
    """
    surplus = np.maximum(profit - lab_outside - cloud_outside, 0.0)
    claimed = np.maximum(lab_outside + p.bargaining * surplus, 0.0)
    return np.minimum(claimed, np.maximum(profit, 0.0))
