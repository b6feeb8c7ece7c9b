"""(l) Strategy: experience-weighted attraction with foregone payoffs, and imitation.

A lab decides about ten times in the horizon, so reinforcement alone cannot converge: perceived
payoffs of the alternatives not taken count too (Camerer & Ho 1999), and better-performing peers are
copied (Fermi rule). A question has a handful of alternatives: plain numbers do for them.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import exp, tanh

from abm.scenario.parameters import Strategy


def attract(
    p: Strategy, attraction: Sequence[float], experience: float, payoff: list[float], current: int
) -> tuple[list[float], float]:
    """Update attractions after projecting the payoffs of all alternatives.

    A' = [phi N A + (delta + (1 - delta) 1[a = own]) pi_hat] / N', N' = rho N + 1.

    Args:
        p: parameters.
        attraction: of each alternative.
        experience: N.
        payoff: projected payoffs of the alternatives, parts of the firm's value.
        current: index of the alternative in force.

    Returns:
        New attractions and experience.
    """
    grown = p.experience * experience + 1
    foregone, kept = p.foregone, p.memory * experience
    updated = [(kept * a + foregone * x) / grown for a, x in zip(attraction, payoff, strict=True)]
    updated[current] = (kept * attraction[current] + payoff[current]) / grown
    return updated, grown


def choose(p: Strategy, attraction: Sequence[float], uniform: float) -> int:
    """Choose an alternative by logit, with one uniform by inversion."""
    top, precision = max(attraction), p.precision
    ladder = list(accumulate([exp(precision * (value - top)) for value in attraction]))
    return min(bisect_right(ladder, uniform * ladder[-1]), len(ladder) - 1)


def weigh(p: Strategy, change: Sequence[float], value: float, current: int) -> list[float]:
    """Express payoffs as parts of the firm's value, less what any change would cost it.

    A stake that is small beside the firm leaves a choice to habit, a large one decides it: the
    status quo is kept unless a change is worth more than the inertia it meets (Hannan & Freeman
    1984; Samuelson & Zeckhauser 1988).

    Args:
        p: parameters.
        change: projected payoffs of the alternatives relative to the one in force, USD m.
        value: what the firm is worth, USD m.
        current: index of the alternative in force.
    """
    size, inertia = max(value, 1.0), p.inertia
    relative = [x / size - inertia for x in change]
    relative[current] += inertia
    return relative


def copies(p: Strategy, own: float, peer: float) -> float:
    """Chance of copying a peer, 1 / (1 + exp(-(pi_j - pi_i) / T)); values in log units."""
    return (1 + tanh((peer - own) / p.imitation_noise / 2)) / 2
