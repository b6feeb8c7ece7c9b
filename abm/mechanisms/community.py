"""(e) Community contributions to open models: concentrated, valuable, and not free."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Community

Floats = NDArray[np.float64]


def attention(p: Community, use: Floats, welcome: Floats, fit: Floats) -> Floats:
    """How contributors share out their effort over open models.

    share_sj = (U_j + u0)^gamma lic_j exp(b_f fit_sj) / sum_j (Osborne, Ding & Kirk 2024 for the
    concentration; Lerner & Tirole 2002 for the motives).

    Args:
        p: parameters.
        use: developers' use share of each model, shape (models,).
        welcome: attractiveness of the licence, shape (models,): 0 closed.
        fit: match of needs and focus, shape (segments, models), in [0, 1].

    Returns:
        Shares, shape (segments, models); rows sum to one, or to zero if nothing is open.
    """
    pull: Floats = (use + p.baseline_use) ** p.preferential * welcome * np.exp(p.fit_weight * fit)
    pull /= np.maximum(np.add.reduce(pull, axis=1, keepdims=True), 1e-300)
    return pull


def gain(p: Community, stock: Floats) -> Floats:
    """Gain from contributed work, min(ceiling, chi_m log10(1 + M/M0)), OOM."""
    if not p.enabled:
        return np.zeros_like(stock)
    return np.minimum(p.ceiling, p.slope * np.log10(1 + stock / p.half_stock))
