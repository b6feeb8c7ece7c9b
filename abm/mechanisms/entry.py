"""(k) Entry: how many new labs a month brings."""

from math import exp

from abm.scenario.parameters import Entry


def expected_entrants(p: Entry, climate: float, value: float) -> float:
    """Expected entrants in a month, lambda K exp(bE v), v within [-3, 1].

    Args:
        p: parameters.
        climate: capital climate K.
        value: log of what entrants became worth over the money put into them.
    """
    return p.rate * climate * exp(p.profit_weight * min(max(value, -3.0), 1.0))


def poisson(mean: float, uniform: float) -> int:
    """Draw from a Poisson distribution by inversion of one uniform."""
    count, term = 0, exp(-mean)
    total = term
    while uniform > total and count < 50:
        count += 1
        term *= mean / count
        total += term
    return count
