"""The recorder: monthly rows of every table, in plain columns until the run ends."""

import json
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from abm.ledger import SECTORS
from abm.mechanisms import disclosure
from abm.mechanisms.capability import data_gain
from abm.mechanisms.demand import FIRST_CLOUD
from abm.record.metrics import MARKET_COLUMNS, Yardsticks, measure, measure_segments
from abm.record.snapshot import Snapshot, use_by_segment

if TYPE_CHECKING:
    from abm.market import Market
    from abm.record.run import Run

Floats = NDArray[np.float64]

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

LAB_EXTRA = (
    "use",
    "spend",
    "capability",
    "base_capability",
    "data_gain",
    "domains_ahead",
    "disclosure",
    "data_disclosure",
)
"""Columns of it that are computed when they are recorded."""


class Recorder:
    """Collects the run's tables.

    Args:
        market: the market to record.
    """

    def __init__(self, market: "Market") -> None:
        months, rows = market.scenario.months, market.labs.rows
        self._rows: list[dict[str, float]] = []
        self._unread: list[Snapshot] = []
        # One piece of memory: the system hands it out as the months are written.
        self._labs = np.zeros((months, len(LAB_COLUMNS) + len(LAB_EXTRA), rows))
        self.known = np.zeros(months, dtype=np.int64)
        self.segments: list[dict[str, NDArray[np.float64]]] = []
        self.hosting: list[tuple[NDArray[Any], ...]] = []
        self.flows: list[dict[str, NDArray[np.float64]]] = []
        self.edges: list[NDArray[np.float64]] = []
        self.yardsticks = Yardsticks(market)

    @property
    def labs(self) -> dict[str, Floats]:
        """What was recorded of the labs, by column: shape (months, labs)."""
        return dict(zip(LAB_COLUMNS + LAB_EXTRA, self._labs.swapaxes(0, 1), strict=True))

    @property
    def rows(self) -> list[dict[str, float]]:
        """The market table so far; months that nobody has read yet are measured all at once."""
        if self._unread:
            self._rows += measure(Snapshot.abreast(self._unread), self.yardsticks)
            self._unread.clear()
        return self._rows

    def month(self, market: "Market") -> None:
        """Write the month into every table."""
        t, labs, offers = market.month, market.labs, market.offers
        used = use_by_segment(market)
        segments = measure_segments(market, used)
        self.segments.append(segments)
        gain = data_gain(market.scenario.capability, labs.data)
        self._unread.append(Snapshot.of(market, used, segments["log_sum"], gain))
        columns = [labs.arrays[name] for name in LAB_COLUMNS]
        np.concatenate([*columns, *_extra(market, gain)], out=self._labs[t].reshape(-1))
        self.known[t] = len(market.names)
        lines, clouds = np.nonzero(offers.listed & offers.live[:, None])
        spend = market.outlook.way_spend[lines, FIRST_CLOUD + clouds]
        self.hosting.append((lines, clouds, offers.royalty[lines, clouds], spend))
        self.flows.append(market.ledger.flows)
        # Only the edges among labs and clouds: communities' ties never change.
        self.edges.append(market.network.weights())

    def finish(self, market: "Market") -> "Run":
        """The run so far; its tables are made when they are read."""
        from abm.record.run import Run

        return Run.of(market)


def _extra(market: "Market", gain: Floats) -> tuple[Floats, ...]:
    """The columns of labs that are computed, in the order of `LAB_EXTRA`.

    Args:
        market: the market.
        gain: gain from data, (labs, domains), OOM.
    """
    labs, worth, spend = market.labs, market.domain_value, market.offers.spend
    capability = np.where(labs.log_compute > 0, labs.theta @ worth, np.nan)
    return (
        market.outlook.lab_use,
        spend[0::2] + spend[1::2],
        capability,
        labs.base @ worth,
        gain @ worth,
        _ahead(labs.theta, capability, labs.alive),
        disclosure.index(labs.disclosure),
        labs.disclosure[:, disclosure.DATA],
    )


def _ahead(theta: Floats, capability: Floats, alive: NDArray[np.bool_]) -> Floats:
    """Share of domains in which each lab's best model beats that of the ablest lab in business."""
    level = np.where(alive & np.isfinite(capability), capability, -np.inf)
    ahead: Floats = (theta > theta[level.argmax()]).sum(axis=1) / theta.shape[1]
    return ahead


class MesaCollector(mesa.DataCollector):
    """Mesa's data collector over the market table: what is recorded is not computed again.

    Args:
        recorder: the recorder of the same market.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        super().__init__(model_reporters=dict.fromkeys(MARKET_COLUMNS))  # type: ignore[no-untyped-call]

    def collect(self, model: Any) -> None:
        """Date the month, of which the recorder keeps the row."""
        if hasattr(self, "_collection_steps"):  # Mesa 3.5 dates what is collected
            self._collection_steps.append(model.time)

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """The market table by column."""
        rows = self.recorder.rows
        return {name: [row[name] for row in rows] for name in MARKET_COLUMNS}

    @model_vars.setter
    def model_vars(self, empty: dict[str, list[float]]) -> None:
        """Mesa begins with lists of its own; the recorder has the rows."""


def _plain(value: Any) -> Any:
    """Numpy scalars and arrays as plain numbers."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"an event's reason holds a {type(value).__name__}")


_CANONICAL = json.JSONEncoder(sort_keys=True, check_circular=False, default=_plain)


def reason_text(reason: dict[str, Any]) -> str:
    """Reason as canonical JSON."""
    return _CANONICAL.encode(reason)


__all__ = ["LAB_COLUMNS", "SECTORS", "Recorder", "reason_text"]
