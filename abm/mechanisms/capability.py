"""(a) Capability production: compute, algorithms, data quality, focus and base-model reuse.

theta = log10(compute) + log10(mu) + a + q + f + n, in OOM of effective training compute. Loss is a
power law in compute (Hoffmann et al. 2022) and benchmark results are sigmoid in a low-dimensional
capability log-linear in it (Ruan, Maddison & Hashimoto 2024), so parameters and tokens are not
simulated.
"""

from math import inf, log, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Capability

Floats = NDArray[np.float64]


def compute_price(p: Capability, month: int, owns_hardware: NDArray[np.bool_]) -> Floats:
    """FLOP that a million dollars of training buy (Cottier et al. 2024).

    Args:
        p: parameters.
        month: months since the start.
        owns_hardware: shape (labs,): owned or rented hardware.

    Returns:
        FLOP per USD m, shape (labs,).
    """
    progress = 10 ** (p.hardware_progress * month / 12)
    owned, rented = 1e6 * p.flop_per_usd_owned, 1e6 * p.flop_per_usd_rented
    return np.where(owns_hardware, owned * progress, rented * progress)


def focus_multiplier(focus: Floats, transfer: float) -> Floats:
    """Split training over domains, conserving compute: mu = tau + (1 - tau) D w.

    Args:
        focus: weights on the simplex, shape (..., domains).
        transfer: share tau that serves every domain.

    Returns:
        Multipliers with mean one over the domains, same shape.
    """
    multiplier: Floats = transfer + (1 - transfer) * focus.shape[-1] * focus
    return multiplier


def focus_weights(domains: NDArray[np.int64] | list[int], n_domains: int) -> Floats:
    """Weights of a focus on some domains, equal within; all domains if none is named."""
    weights = np.zeros(n_domains)
    weights[domains if len(domains) else slice(None)] = 1.0
    normalised: Floats = weights / weights.sum()
    return normalised


def data_gain(p: Capability, stock: Floats) -> Floats:
    """Gain q from a stock of curated data, in OOM (ceiling: Li et al. 2024)."""
    return np.minimum(p.data_ceiling, p.data_slope * np.log10(1 + stock))


def pretrained(
    p: Capability,
    log_compute: Any,
    focus: Floats,
    algorithms: Any,
    quality: Floats,
    base: Floats | None = None,
) -> Floats:
    """Capability of a base model before post-training.

    Args:
        p: parameters.
        log_compute: log10 training FLOP, shape (...,) or scalar.
        focus: weights, shape (..., domains).
        algorithms: knowledge a, OOM, shape (...,) or scalar.
        quality: gain from data, OOM, shape (..., domains).
        base: pretrained capability of the model built on, shape (..., domains); -inf for none.

    Returns:
        theta before post-training, OOM, shape (..., domains).
    """
    invested = np.asarray(log_compute + algorithms)[..., None]
    own: Floats = invested + np.log10(focus_multiplier(focus, p.transfer)) + quality
    return own if base is None else built_on(p, own, focus, base)


def built_on(p: Capability, own: Floats, focus: Floats, base: Floats) -> Floats:
    """Capability of a base model that starts from another one: log10(10^own + rho 10^base).

    Args:
        p: parameters.
        own: what the same run would come to from scratch, OOM, shape (..., domains).
        focus: weights, shape (..., domains).
        base: pretrained capability of the model built on, shape (..., domains); -inf for none.
    """
    if p.base_reuse <= 0:
        return own
    return own + added(p, base - own, outside(focus, focus.shape[-1]))


def outside(weight: Floats, domains: int) -> NDArray[np.bool_]:
    """Where a lab has no more than an even share of its focus: everywhere, for a generalist."""
    elsewhere: NDArray[np.bool_] = weight <= 1 / domains + 1e-9
    return elsewhere


def added(p: Capability, ahead: Floats, bounded: NDArray[np.bool_]) -> Floats:
    """What a base adds to a run, log10(1 + rho 10^ahead), OOM.

    Args:
        p: parameters.
        ahead: how far the base is ahead of what the run would come to from scratch, OOM.
        bounded: where the model does not exceed the better ingredient, outside the focus.
    """
    gain = np.log1p(p.base_reuse * np.exp(log(10) * ahead)) / log(10)
    return np.minimum(gain, np.maximum(ahead, np.where(bounded, 0.0, inf)))


def short(p: Capability, base_compute: Any, log_compute: Any) -> Any:
    """What a builder makes less of a base than it is, for want of compute, not positive, OOM.

    Below `reuse_share` of the base's compute it adapts only in proportion:
    log10(min(1, C_own / (share C_base))).

    Args:
        p: parameters.
        base_compute: log10 FLOP of the base.
        log_compute: log10 FLOP of the builder's run.
    """
    return np.minimum(log_compute - base_compute - log10(p.reuse_share), 0.0)
