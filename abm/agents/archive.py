"""What labs knew in earlier months: the matter of delayed disclosure."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]

STOCKS = ("algorithms", "data", "comparisons")
"""Columns of labs that others learn from."""


class Archive:
    """Copies of the labs' knowledge, one a month."""

    def __init__(self) -> None:
        self._months: dict[int, dict[str, Floats]] = {}

    def keep(self, market: "Market") -> None:
        """Keep what labs know this month."""
        self._months[market.month] = {name: getattr(market.labs, name).copy() for name in STOCKS}

    def older(self, market: "Market", name: str, delay: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """What labs knew a while ago, as far as it is worth something today.

        Data and feedback lose value in the archive as they do in use.

        Args:
            market: the market.
            name: one of `STOCKS`.
            delay: months by lab, shape (labs,); infinite: never.

        Returns:
            Stock (labs,) or (labs, domains), and for which labs there is one; the others, who were
            not there yet, have their present one.
        """
        labs, s = market.labs, market.scenario
        now: Floats = getattr(labs, name)
        loss = {
            "data": s.capability.data_depreciation,
            "comparisons": s.post_training.depreciation,
        }.get(name, 0.0)
        found, known = now.copy(), np.zeros(labs.rows, dtype=bool)
        for row in np.flatnonzero(labs.alive & np.isfinite(delay)).tolist():
            then = market.month - int(delay[row])
            if then in self._months and labs.born[row] <= then:
                stock = self._months[then][name][row] * (1 - loss) ** int(delay[row])
                found[row], known[row] = np.minimum(stock, now[row]), True
        return found, known
