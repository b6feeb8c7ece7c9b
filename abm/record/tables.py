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
from abm.record.diary import LAB_COLUMNS, Diary
from abm.record.metrics import MARKET_COLUMNS, Yardsticks, measure, measure_segments
from abm.record.snapshot import Snapshot

if TYPE_CHECKING:
    from abm.market import Market
    from abm.record.run import Run
    from abm.scenario.parameters import Capability

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

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
"""Columns of the labs' table that are computed, after those that are shown as they are."""


class Recorder:
    """Collects the run's tables; columns are computed when they are read.

    Args:
        market: the market to record.
    """

    def __init__(self, market: "Market") -> None:
        self._measured = np.empty((len(MARKET_COLUMNS), 0))
        self._diary = Diary(market)
        self.flows: list[dict[str, list[float]]] = []
        self.edges: list[Floats] = []
        self.yardsticks = Yardsticks(market)

    @property
    def months(self) -> int:
        """Months recorded so far."""
        return self._diary.months

    @property
    def market(self) -> dict[str, Floats]:
        """Columns of the market's table so far, each (months,).

        Months that nobody has read yet are measured all at once.
        """
        unread = slice(self._measured.shape[1], self.months)
        if unread.start < unread.stop:
            scenario, segments = self.yardsticks.scenario, self.yardsticks.segments
            months = Snapshot.of(self._diary, unread, scenario, segments)
            found = measure(months, self.yardsticks)
            self._measured = np.concatenate([self._measured, found], axis=1)
        return dict(zip(MARKET_COLUMNS, self._measured, strict=True))

    def month(self, market: "Market") -> None:
        """Write the month down."""
        self._diary.write(market)
        self.flows.append(market.ledger.flows)
        # Only the edges among labs and clouds: communities' ties never change.
        self.edges.append(market.network.weights())

    def finish(self, market: "Market") -> "Run":
        """The run so far; its tables are made when they are read."""
        from abm.record.run import Run

        return Run.of(market)

    def known(self, months: slice) -> Rows:
        """How many labs there had been by each of some months."""
        return self._diary.of("names", months).astype(np.int64)

    def labs(self, months: slice) -> dict[str, Floats]:
        """Columns of the labs' table in some months, each (months, labs)."""
        columns = {name: self._diary.of(f"labs.{name}", months) for name in LAB_COLUMNS}
        computed = _extra(self._diary, months, self.yardsticks.scenario.capability)
        return columns | dict(zip(LAB_EXTRA, computed, strict=True))

    def segments(self, months: slice) -> dict[str, Floats]:
        """Columns of the segments' table in some months, each (months, segments)."""
        rho = self.yardsticks.scenario.demand.nest_model
        return measure_segments(self._diary, months, rho)

    def hosting(self, months: slice) -> tuple[Rows, Rows, Rows, Floats, Floats]:
        """Managed listings of some months: month, line, cloud, royalty and spending."""
        names = ("offers.listed", "offers.live", "offers.royalty", "way_spend")
        listed, live, royalty, spend = (self._diary.of(name, months) for name in names)
        month, line, cloud = at = (listed * live[:, :, None]).nonzero()
        return month, line, cloud, royalty[at], spend[:, :, FIRST_CLOUD:][at]


def _extra(diary: Diary, months: slice, p: "Capability") -> tuple[Floats, ...]:
    """The columns of labs that are computed, in the order of `LAB_EXTRA`.

    Args:
        diary: what was written down.
        months: which of its months.
        p: parameters of capability.
    """

    def noted(name: str) -> Floats:
        return diary.of(name, months)

    worth, theta, spend = noted("domain_value"), noted("labs.theta"), noted("offers.spend")
    reached = _matrices_by_vectors(theta, worth)
    capability = np.where(noted("labs.log_compute") > 0, reached, np.nan)
    return (
        noted("lab_use"),
        spend[:, 0::2] + spend[:, 1::2],
        capability,
        noted("base_level"),
        _matrices_by_vectors(data_gain(p, noted("labs.data")), worth),
        _ahead(theta, capability, noted("labs.alive") != 0),
        disclosure.index(noted("labs.disclosure")),
        noted("labs.disclosure")[:, :, disclosure.DATA],
    )


def _matrices_by_vectors(matrices: Floats, vectors: Floats) -> Floats:
    """Product of each month's matrix and vector: (months, n, m) and (months, m) to (months, n)."""
    products: Floats = np.matmul(matrices, vectors[:, :, None])[:, :, 0]
    return products


def _ahead(theta: Floats, capability: Floats, alive: NDArray[np.bool_]) -> Floats:
    """Share of domains in which each lab's best model beats that of the ablest lab in business."""
    level = np.where(alive & np.isfinite(capability), capability, -np.inf)
    best = theta[np.arange(len(theta)), level.argmax(axis=1)]
    ahead: Floats = (theta > best[:, None]).sum(axis=2) / theta.shape[2]
    return ahead


class MesaCollector(mesa.DataCollector):
    """Mesa's data collector over the market table: what is recorded is not computed again.

    Args:
        recorder: the recorder of the same market.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        super().__init__()  # type: ignore[no-untyped-call]
        # Mesa would ask for the whole table at each of them.
        self.model_reporters = dict.fromkeys(MARKET_COLUMNS)

    def collect(self, model: Any) -> None:
        """Date the month, of which the recorder has the numbers."""
        if hasattr(self, "_collection_steps"):  # Mesa 3.5 dates what is collected
            self._collection_steps.append(model.time)

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """The market table by column."""
        return {name: column.tolist() for name, column in self.recorder.market.items()}

    @model_vars.setter
    def model_vars(self, empty: dict[str, list[float]]) -> None:
        """Mesa begins with lists of its own; the recorder has the columns."""


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
