"""(s) Run length and release timing."""

import math

from abm.scenario.parameters import Release


def run_months(p: Release, cost: float) -> int:
    """Length of a run, base + ln(1 + I/I_0), in whole months.

    Args:
        p: parameters.
        cost: cost of the final run, USD m.
    """
    months = round(p.base_months + math.log1p(cost / p.scale_cost))
    return min(max(months, 1), p.longest_months)


def worth_releasing(p: Release, gain: float, renown: float) -> bool:
    """Whether to put a finished model on the market: it is better, or the lab is forgotten.

    Args:
        p: parameters; with the mechanism off, everything finished is released.
        gain: over the lab's own model on the market, weighted by its focus, OOM.
        renown: current renown.
    """
    return not p.enabled or gain > p.minimum_gain or renown < p.fading_renown
