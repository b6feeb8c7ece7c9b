"""The shelf: which models are on the market, side by side with those of their lineage."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms.demand import Nests
from abm.mechanisms.knowledge import units

if TYPE_CHECKING:
    from abm.market import Market


@dataclass(frozen=True)
class Shelf:
    """What is on the market, until a model comes or goes.

    Attributes:
        rows: offers, open ones first, those of a lineage side by side, shape (offers on sale,).
        nests: which of them hang together.
        focus: of every offer, as the table has it, shape (offers, domains).
    """

    rows: NDArray[np.int64]
    nests: Nests
    focus: NDArray[np.float64]

    @classmethod
    def now(cls, market: "Market") -> "Shelf":
        """The shelf as it is, put up anew if a model has come or gone."""
        if market.shelf is None:
            market.shelf = cls.of(market)
        return market.shelf

    @classmethod
    def of(cls, market: "Market") -> "Shelf":
        """Put on a shelf what is on the market."""
        offers, labs = market.offers, market.labs.rows
        live = offers.live.nonzero()[0]
        lineage = live % 2 * labs + offers.owner[live]
        order = lineage.argsort(kind="stable")
        lineage = lineage[order]
        nests = Nests.of(lineage, int(lineage.searchsorted(labs)))
        return cls(live[order], nests, offers.focus)

    @cached_property
    def fields(self) -> NDArray[np.float64]:
        """Fields of what is on the market, shape (offers, 2, domains).

        The focus of each offer at length one, in the place of its camp and zero in that of the
        other, so that products are overlaps within a camp.
        """
        fields = np.zeros((len(self.focus), 2, self.focus.shape[1]))
        fields[self.rows, self.rows % 2] = units(self.focus.take(self.rows, axis=0))
        return fields
