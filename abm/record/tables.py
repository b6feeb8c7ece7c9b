"""The recorder: monthly rows of every table, in plain columns until the run ends."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.ledger import SECTORS
from abm.mechanisms import disclosure
from abm.mechanisms.demand import FIRST_CLOUD
from abm.record.metrics import MARKET_COLUMNS, FrontierPath, measure, measure_segments

if TYPE_CHECKING:
    from abm.market import Market
    from abm.record.run import Run

LAB_COLUMNS = (
    "alive",
    "closed",
    "cash",
    "raised",
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
"""Columns of the labs' table that are recorded every month."""


class Recorder:
    """Collects the run's tables.

    Args:
        market: the market to record.
    """

    def __init__(self, market: "Market") -> None:
        months, rows = market.scenario.months, market.labs.rows
        self.columns = tuple(MARKET_COLUMNS)
        self.rows: list[dict[str, float]] = []
        self.labs = {name: np.zeros((months, rows)) for name in LAB_COLUMNS}
        self.lab_extra = {
            name: np.zeros((months, rows))
            for name in ("use", "spend", "capability", "disclosure", "data_disclosure")
        }
        self.known = np.zeros(months, dtype=np.int64)
        self.segments: list[dict[str, NDArray[np.float64]]] = []
        self.hosting: list[tuple[int, int, int, float, float]] = []
        self.flows: list[tuple[int, str, NDArray[np.float64]]] = []
        self.edges: list[NDArray[np.float64]] = []
        self.path = FrontierPath(market.scenario.frontier_trend)
        self.reference: dict[str, float] = {}

    def month(self, market: "Market") -> None:
        """Write the month into every table."""
        t, labs, offers = market.month, market.labs, market.offers
        self.rows.append(measure(market, self.path, self.reference))
        self.segments.append(measure_segments(market))
        for name, panel in self.labs.items():
            panel[t] = labs.arrays[name]
        extra = self.lab_extra
        extra["use"][t] = market.outlook.lab_use
        extra["spend"][t] = offers.spend[0::2] + offers.spend[1::2]
        extra["capability"][t] = np.where(
            labs.log_compute > 0, labs.theta @ market.domain_value, np.nan
        )
        extra["disclosure"][t] = disclosure.index(labs.disclosure)
        extra["data_disclosure"][t] = labs.disclosure[:, disclosure.DATA]
        self.known[t] = len(market.names)
        for line, k in np.argwhere(offers.listed & offers.live[:, None]).tolist():
            spend = float(market.outlook.way_spend[line, FIRST_CLOUD + k])
            self.hosting.append((t, k, line, float(offers.royalty[line, k]), spend))
        for kind, row in market.ledger.flows.items():
            self.flows.append((t, kind, row.copy()))
        # Only the edges among labs and clouds: communities' ties never change.
        self.edges.append(market.network.weights())

    def latest(self, name: str) -> float:
        """Value of a market column in the last month recorded."""
        return self.rows[-1][name] if self.rows else float("nan")

    def finish(self, market: "Market") -> "Run":
        """Build the run's frames."""
        from abm.record.run import Run

        return Run.of(market)


def reason_text(reason: dict[str, Any]) -> str:
    """Reason as canonical JSON."""
    return json.dumps(reason, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    """Numpy scalars and arrays as plain numbers."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"an event's reason holds a {type(value).__name__}")


__all__ = ["LAB_COLUMNS", "SECTORS", "Recorder", "reason_text"]
