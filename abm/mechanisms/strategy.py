"""(l) Strategy: experience-weighted attraction with foregone payoffs, and imitation.

A lab decides about ten times in the horizon, so reinforcement alone cannot converge: perceived
payoffs of the alternatives not taken count too (Camerer & Ho 1999), and better-performing peers are
copied (Fermi rule).
"""

from bisect import bisect_right
from itertools import accumulate
from math import exp, tanh

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Strategy

Floats = NDArray[np.float64]


def attract(
    p: Strategy, attraction: Floats, experience: float, payoff: Floats, current: int
) -> tuple[Floats, float]:
    """Update attractions after projecting the payoffs of all alternatives.

    A' = [phi N A + (delta + (1 - delta) 1[a = own]) pi_hat] / N', N' = rho N + 1.

    Args:
        p: parameters.
        attraction: shape (alternatives,).
        experience: N.
        payoff: projected payoffs, parts of the firm's value, shape (alternatives,).
        current: index of the alternative in force.

    Returns:
        New attractions and experience.
    """
    grown = p.experience * experience + 1
    counted = p.foregone * payoff
    counted[current] = payoff[current]
    return (p.memory * experience * attraction + counted) / grown, grown


def choose(p: Strategy, attraction: Floats, uniform: float) -> int:
    """Choose an alternative by logit, with one uniform by inversion."""
    # A handful of alternatives: plain numbers are quicker than arrays.
    values = attraction.tolist()
    top = max(values)
    ladder = list(accumulate(exp(p.precision * (value - top)) for value in values))
    return min(bisect_right(ladder, uniform * ladder[-1]), len(ladder) - 1)


def weigh(p: Strategy, change: Floats, value: float, current: int) -> Floats:
    """Express payoffs as parts of the firm's value, less what any change would cost it.

    A stake that is small beside the firm leaves a choice to habit, a large one decides it: the
    status quo is kept unless a change is worth more than the inertia it meets (Hannan & Freeman
    1984; Samuelson & Zeckhauser 1988).

    Args:
        p: parameters.
        change: projected payoffs relative to the alternative in force, USD m, (alternatives,).
        value: what the firm is worth, USD m.
        current: index of the alternative in force.
    """
    relative: Floats = change / max(value, 1.0) - p.inertia
    relative[current] += p.inertia
    return relative


def copies(p: Strategy, own: float, peer: float) -> float:
    """Chance of copying a peer, 1 / (1 + exp(-(pi_j - pi_i) / T)); values in log units."""
    return (1 + tanh((peer - own) / p.imitation_noise / 2)) / 2
