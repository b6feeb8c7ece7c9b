"""The shelf: which models are on the market, side by side with those of their lineage."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms.demand import Nests

if TYPE_CHECKING:
    from abm.market import Market


@dataclass(frozen=True)
class Shelf:
    """What is on the market, until a model comes or goes.

    Attributes:
        rows: offers, open ones first, those of a lineage side by side, shape (offers on sale,).
        nests: which of them hang together.
    """

    rows: NDArray[np.int64]
    nests: Nests

    @classmethod
    def of(cls, market: "Market") -> "Shelf":
        """Put on a shelf what is on the market."""
        offers, labs = market.offers, market.labs.rows
        live = offers.live.nonzero()[0]
        lineage = live % 2 * labs + offers.owner[live]
        order = lineage.argsort(kind="stable")
        lineage = lineage[order]
        return cls(live[order], Nests.of(lineage, int(lineage.searchsorted(labs))))
