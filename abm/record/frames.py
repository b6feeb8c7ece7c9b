"""The tables of a run as polars frames, each made of what was recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from abm.ledger import SECTORS
from abm.network import Relation
from abm.record.events import Event
from abm.record.metrics import SEGMENT_COLUMNS
from abm.record.tables import Recorder, reason_text
from abm.scenario import Scenario

if TYPE_CHECKING:
    from abm.market import Market


@dataclass(frozen=True)
class Record:
    """What was recorded up to some month; the market may go on, or be gone.

    Attributes:
        recorder: months so far; it may get more of them.
        months: how many of them count.
        dates: calendar labels of the months.
        segments, labs, clouds: names by row.
        events: what happened.
        relations: edges by their place in what the recorder has of the network.
    """

    recorder: Recorder
    months: int
    dates: list[str]
    segments: list[str]
    labs: list[str]
    clouds: list[str]
    events: list[Event]
    relations: list[Relation]

    @classmethod
    def of(cls, market: "Market") -> "Record":
        """What was recorded of a market so far, without anything that its next months change."""
        recorder = market.recorder
        return cls(
            recorder=recorder,
            months=recorder.months,
            dates=date_labels(market.scenario),
            segments=market.segments.names,
            labs=list(market.names),
            clouds=market.cloud_names,
            events=list(market.events),
            relations=market.network.relations,
        )


def date_labels(scenario: Scenario) -> list[str]:
    """Calendar labels of the months, ``YYYY-MM``."""
    year, month = (int(x) for x in scenario.start.split("-"))
    first = year * 12 + month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first, first + scenario.months)]


def _market(record: Record) -> pl.DataFrame:
    n, columns = record.months, record.recorder.market.items()
    dated = (pl.Series("month", np.arange(n)), pl.Series("date", record.dates[:n]))
    return pl.DataFrame([*dated, *(pl.Series(name, column[:n]) for name, column in columns)])


def _segments(record: Record) -> pl.DataFrame:
    n, names = record.months, record.segments
    data: dict[str, Any] = {
        "month": np.repeat(np.arange(n), len(names)),
        "date": np.repeat(record.dates[:n], len(names)),
        "segment": names * n,
    }
    columns = record.recorder.segments(slice(n))
    data.update({name: columns[name].ravel() for name in SEGMENT_COLUMNS})
    return pl.DataFrame(data)


def _labs(record: Record) -> pl.DataFrame:
    recorder = record.recorder
    known = recorder.known(slice(record.months))
    t, i = np.nonzero(np.arange(known.max()) < known[:, None])
    data: dict[str, Any] = {
        "month": t,
        "date": pl.Series(record.dates)[t],
        "lab": pl.Series(record.labs)[i],
        "row": i,
    }
    data.update({name: panel[t, i] for name, panel in recorder.labs(slice(record.months)).items()})
    frame = pl.DataFrame(data)
    return frame.with_columns(pl.col("alive", "closed").cast(pl.Boolean))


def _releases(record: Record) -> pl.DataFrame:
    found = [e for e in record.events if e.kind == "release"]
    return pl.DataFrame(
        {
            "month": [e.month for e in found],
            "date": [record.dates[e.month] for e in found],
            "lab": [e.actor for e in found],
            "camp": [e.reason["camp"] for e in found],
            "version": [e.reason["version"] for e in found],
            "capability": [e.reason["capability"] for e in found],
            "run_cost": [e.reason["run_cost"] for e in found],
            "built_on": [e.counterpart for e in found],
            "leads_camp": [e.reason["leads_camp"] for e in found],
        },
        schema={
            "month": pl.Int64,
            "date": pl.String,
            "lab": pl.String,
            "camp": pl.String,
            "version": pl.Int64,
            "capability": pl.Float64,
            "run_cost": pl.Float64,
            "built_on": pl.String,
            "leads_camp": pl.Boolean,
        },
    )


def _hosting(record: Record) -> pl.DataFrame:
    month, line, cloud, royalty, spend = record.recorder.hosting(slice(record.months))
    return pl.DataFrame(
        {
            "month": month,
            "date": np.array(record.dates, dtype=object)[month],
            "cloud": np.array(record.clouds, dtype=object)[cloud],
            "lab": np.array(record.labs, dtype=object)[line // 2],
            "camp": np.array(["open", "closed"], dtype=object)[line % 2],
            "royalty": royalty,
            "spend": spend,
        },
        schema={
            "month": pl.Int64,
            "date": pl.String,
            "cloud": pl.String,
            "lab": pl.String,
            "camp": pl.String,
            "royalty": pl.Float64,
            "spend": pl.Float64,
        },
    )


def _events(record: Record) -> pl.DataFrame:
    events = record.events
    return pl.DataFrame(
        {
            "month": [e.month for e in events],
            "date": [record.dates[e.month] for e in events],
            "kind": [e.kind for e in events],
            "actor": [e.actor for e in events],
            "counterpart": [e.counterpart for e in events],
            "amount": [e.amount for e in events],
            "reason": [reason_text(e.reason) for e in events],
        },
        schema={
            "month": pl.Int64,
            "date": pl.String,
            "kind": pl.String,
            "actor": pl.String,
            "counterpart": pl.String,
            "amount": pl.Float64,
            "reason": pl.String,
        },
    )


def _edges(record: Record) -> pl.DataFrame:
    """Edges by month: the weights of every relation, where it was there."""
    relations, months = record.relations, record.recorder.edges[: record.months]
    weights = np.full((len(months), len(relations)), np.nan)
    for row, known in zip(weights, months, strict=True):
        row[: known.size] = known
    month, code = np.nonzero(~np.isnan(weights))
    ends = np.array(relations, dtype=object).reshape(-1, 3).T
    data: dict[str, Any] = {"month": pl.Series(month, dtype=pl.Int64)}
    for name, end in zip(("source", "target", "kind"), ends.tolist(), strict=True):
        data[name] = pl.Series(end, dtype=pl.String)[code]
    return pl.DataFrame(data).with_columns(pl.Series("weight", weights[month, code]))


def _flows(record: Record) -> pl.DataFrame:
    months = enumerate(record.recorder.flows[: record.months])
    rows = [(t, kind, row) for t, flows in months for kind, row in flows.items()]
    values = np.array([row for *_, row in rows]).reshape(-1, len(SECTORS))
    data: dict[str, Any] = {
        "month": np.array([t for t, *_ in rows], dtype=np.int64),
        "kind": [kind for _, kind, _ in rows],
    }
    data.update({sector: values[:, i] for i, sector in enumerate(SECTORS)})
    return pl.DataFrame(data)


FRAMES: dict[str, Callable[[Record], pl.DataFrame]] = {
    "market": _market,
    "segments": _segments,
    "labs": _labs,
    "releases": _releases,
    "hosting": _hosting,
    "events": _events,
    "edges": _edges,
    "flows": _flows,
}
"""How each table of a run is made."""
