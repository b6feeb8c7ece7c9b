"""The diary: plain numbers of every month, from which all tables are computed later."""

from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.record.events import Event

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]

LAB_COLUMNS = (
    "alive",
    "closed",
    "cash",
    "raised",
    "founders_share",
    "value",
    "burn",
    "income",
    "revenue_year",
    "researchers",
    "staff",
    "renown",
    "algorithms",
    "breadth",
    "stance",
    "run_cost",
    "training_spend",
    "product_stage",
    "seats",
    "moat",
    "parent_budget",
)
"""Columns of the labs that their table shows as they are."""

WRITTEN = {
    "labs": (
        *LAB_COLUMNS,
        *("owned", "product_segment", "log_compute", "data", "theta", "disclosure"),
    ),
    "offers": ("live", "listed", "royalty", "spend"),
}
"""Columns that are written down, by table."""


class Diary:
    """What the market was like at the end of every month, one row of numbers a month.

    Hardly anything is computed here: whoever reads the diary computes for many months at once. Of
    the communities there is no more than sums, of base models and of offers no more than what they
    are worth, which one product tells: by domain they would be a fifth of the diary.

    Args:
        market: the market before its first month.

    Attributes:
        events: what happened so far, as the market has it.
        prices: of each month the offers on the market, and their price at every way to get them.
    """

    def __init__(self, market: "Market") -> None:
        self.events: list[Event] = market.events
        self.prices: list[tuple[NDArray[np.int64], Floats]] = []
        # The arrays of a table are never rebound.
        self._columns = {
            f"{table}.{name}": getattr(market, table).arrays[name]
            for table, names in WRITTEN.items()
            for name in names
        }
        self._unset = np.full((2, market.segments.count), np.nan)
        parts = self._columns | self._arrays(market) | self._single(market)
        self._shapes = {name: np.shape(part) for name, part in parts.items()}
        ends = [*accumulate(map(prod, self._shapes.values()))]
        self._places = dict(zip(self._shapes, map(slice, [0, *ends], ends), strict=False))
        # One piece of memory, of which no more is read than has been written.
        self._numbers = np.empty((market.scenario.months, ends[-1]))

    @property
    def months(self) -> int:
        """Months written so far."""
        return len(self.prices)

    def write(self, market: "Market") -> None:
        """Write the month down."""
        # Single numbers as one array, of which there would be one each.
        single = np.array([*self._single(market).values()])
        page = [*self._columns.values(), *self._arrays(market).values(), single]
        np.concatenate(page, axis=None, out=self._numbers[market.month])
        self.prices.append((market.outlook.rows, market.outlook.hosts.price))

    def of(self, name: str, months: slice) -> Floats:
        """What was written under a name, shape (months, ...)."""
        written: Floats = self._numbers[months, self._places[name]]
        return written.reshape(len(written), *self._shapes[name])

    def _arrays(self, market: "Market") -> dict[str, Any]:
        """What is written of a month beside columns, by name."""
        outlook = market.outlook
        mandated = (outlook.log_sum, outlook.taste_log_sum)
        return {
            "used": outlook.used[0],
            "spent": np.add.reduce(outlook.used[1], axis=1),
            "way_spend": outlook.way_spend,
            "tokens": outlook.tokens,
            "level": np.matmul(market.offers.theta, market.domain_value),
            "base_level": np.matmul(market.labs.base, market.domain_value),
            "lab_use": outlook.lab_use,
            "in_play": outlook.in_play,
            "totals": outlook.totals,
            "taste_totals": outlook.taste_totals,
            "log_sums": self._unset if outlook.log_sum is None else mandated,
            "adoption": market.segments.adoption,
            "domain_value": market.domain_value,
        }

    def _single(self, market: "Market") -> dict[str, float]:
        """Single numbers that are written of a month, by name."""
        return {
            "dearest_run": market.dearest_run,
            "climate": market.climate,
            "pending_suits": market.pending_suits,
            "contributed": market.contributed,
            "fiscal_cost": market.fiscal_cost,
            "names": len(market.names),
            "events": len(self.events),
        }
