"""(h) Catalogues: which models a cloud lists, and how the revenue is split."""

import math

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Demand, Hosting

Floats = NDArray[np.float64]


def cover(cosine: Floats, own: Floats, level: Floats) -> Floats:
    """How far each model would be covered by each of some others if that were listed.

    A listed model covers a candidate as far as their focus overlaps and it is as good; a better
    candidate is covered in proportion to effective compute.

    Args:
        cosine: overlap of focus, shape (models, others); zero for a model and itself.
        own: capability of each model weighted by its own focus, OOM, shape (models,).
        level: capability of each other weighted by the focus of each model, OOM, shape
            (models, others).

    Returns:
        Shape (models, others).
    """
    behind = np.minimum(level - own[:, None], 0.0)
    covered: Floats = cosine * 10**behind
    return covered


def redundancy(cover: Floats) -> Floats:
    """Similarity of each model to the best of its covers, (models, listed), in [0, 1]."""
    covered: Floats = cover.max(axis=1, initial=0.0)
    return np.minimum(covered, 1.0)


def listing_lift(p: Demand, capture: Floats, use: Floats) -> Floats:
    """Use of a model where a managed listing is added, relative to its use without.

    The listing adds -rho_h ln(1 - capture) to the inclusive value of the ways to the model, so that
    its odds against the others grow by L = (1 - capture)^(-rho_h / rho_m): L / (1 + use (L - 1)).

    Args:
        p: parameters of demand (nests).
        capture: share of the model's use that the listing would serve, in [0, 1).
        use: use share without the listing, in [0, 1].
    """
    odds = np.maximum(1 - capture, 1e-6) ** (-p.nest_host / p.nest_model)
    lift: Floats = odds / (1 + use * (odds - 1))
    return lift


def listing_loss(p: Demand, capture: Floats, use: Floats) -> Floats:
    """Use of a model whose managed listing is taken away, relative to its use with it.

    The inverse of `listing_lift` at the use that it would bring about: 1 / (L + use (1 - L)).

    Args:
        p: parameters of demand (nests).
        capture: share of the model's use that the listing serves, in [0, 1).
        use: use share with the listing, in [0, 1].
    """
    odds = np.maximum(1 - capture, 1e-6) ** (-p.nest_host / p.nest_model)
    loss: Floats = 1 / (odds + use * (1 - odds))
    return loss


def cloud_choice(p: Hosting, customers: Floats, slots: Floats | NDArray[np.int64]) -> Floats:
    """Shares with which customers who reconsider their cloud choose one.

    Logit over size and catalogue breadth, customers_k (1 + n_k)^b_cat (two-sided platforms: Rochet
    & Tirole 2003).
    """
    pull = customers * (1 + slots) ** p.catalogue_value
    total = float(pull.sum())
    return pull / total if total > 0 else pull


def breadth_value(p: Hosting, customers: Floats, slots: Floats, k: int, horizon: float) -> float:
    """What one more listing brings a cloud through customers who choose it for its catalogue.

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
        USD m a quarter.
    """
    # A handful of clouds: plain numbers are quicker than arrays.
    pull = (customers * (1 + slots) ** p.catalogue_value).tolist()
    before = pull[k] / max(math.fsum(pull), 1e-300)
    pull[k] = float(customers[k]) * (2 + float(slots[k])) ** p.catalogue_value
    won = pull[k] / max(math.fsum(pull), 1e-300) - before
    return float(3 * p.cloud_profit * p.cloud_churn * horizon / 2 * won)


def slot_cost(p: Hosting, slots: int) -> float:
    """Quarterly cost of the n-th managed slot, c_slot n^phi, USD m."""
    return float(p.slot_cost * max(slots, 1) ** p.slot_exponent)


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
