"""How far the fields of labs overlap, and what that means for learning from one another."""

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms import knowledge

Floats = NDArray[np.float64]


class Fields:
    """Compares the labs' fields, and again whenever one of them has moved.

    Args:
        focus: weights of the labs' focus, shape (labs, domains).

    Attributes:
        cosine: overlap of focus, shape (labs, labs).
        ease: of learning from another focus, shape (labs, labs).
    """

    def __init__(self, focus: Floats) -> None:
        rows, domains = focus.shape
        self._focus, self._directions = np.zeros((2, rows, domains))
        self.cosine = np.zeros((rows, rows))
        self.ease = knowledge.cognition(self.cosine)
        self.follow(focus)

    def follow(self, focus: Floats) -> None:
        """Compare those that have moved with all others."""
        moved = np.logical_or.reduce(focus != self._focus, axis=1).nonzero()[0]
        if moved.size == 0:
            return
        self._focus[moved] = there = focus.take(moved, axis=0)
        self._directions[moved] = directions = knowledge.units(there)
        cosine = knowledge.overlap(directions, self._directions)
        ease = knowledge.cognition(cosine)
        self.cosine[moved], self.ease[moved] = cosine, ease
        self.cosine[:, moved], self.ease[:, moved] = cosine.T, ease.T
