"""(p) Products: users, churn and a moat of switching costs; owners who use their own models."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Product

Floats = NDArray[np.float64]


def adopters(
    p: Product, seats: Floats, segment: NDArray[np.int64], fitness: Floats, potential: Floats
) -> Floats:
    """New seats of each product in a month: Bass diffusion into a shared pool.

    (p + q U_i / size) pool fitness_i, scaled down where rivals together ask for more than the pool
    (Bass 1969; Peterson & Mahajan 1978 for many products).

    Args:
        p: parameters.
        seats: current seats, m, shape (labs,).
        segment: segment served, shape (labs,).
        fitness: fitness for the segment's needs, shape (labs,), in [0, 1].
        potential: seats that each segment holds, m, shape (segments,).

    Returns:
        m seats, shape (labs,).
    """
    pool = np.maximum(potential - np.bincount(segment, seats, potential.size), 0.0)
    size = np.maximum(potential, 1e-12).take(segment)
    asked = (p.innovation + p.imitation * seats / size) * pool.take(segment) * fitness
    total = np.bincount(segment, asked, potential.size)
    ration = np.minimum(1.0, pool / np.maximum(total, 1e-12))
    gained: Floats = asked * ration.take(segment)
    return gained


def leavers(p: Product, seats: Floats, moat: Floats) -> Floats:
    """Seats lost in a month, m: churn, which the moat slows."""
    return seats * p.churn * (1 - p.moat_strength * moat)


def deepen(p: Product, moat: Floats, seats: Floats, gained: Floats) -> Floats:
    """Moat one month on: tenure adds to it, new seats arrive without any.

    Args:
        p: parameters.
        moat: mean moat of the users, shape (labs,), in [0, 1].
        seats: seats after the month, m.
        gained: new seats of the month, m.
    """
    tenured = moat + p.moat_rate * (1 - moat)
    new = np.minimum(gained / np.maximum(seats, 1e-300), 1.0)
    moat_now: Floats = tenured * (1 - new)
    return moat_now
