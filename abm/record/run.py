"""A finished run: its tables as polars frames, and the scenario and seed that made it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from abm.ledger import SECTORS
from abm.record.metrics import MARKET_COLUMNS, SEGMENT_COLUMNS
from abm.record.tables import LAB_COLUMNS, Recorder, reason_text
from abm.scenario import Scenario

if TYPE_CHECKING:
    from abm.market import Market


@dataclass(frozen=True)
class Run:
    """Tables of one run.

    Attributes:
        scenario: as resolved.
        seed: the seed that was used.
        market: one row a month.
        segments: one row a demand segment and month.
        labs: one row a lab and month, for labs that exist.
        releases: one row a release.
        hosting: one row a listing and month.
        events: month, date, kind, actor, counterpart, amount, reason (JSON).
        edges: one row an edge and month, without the communities' ties.
        flows: one row a kind of payment and month, net receipts by sector, USD m.
        policies: name, hash and levers of each policy that it was played under.
    """

    scenario: Scenario
    seed: int
    market: pl.DataFrame
    segments: pl.DataFrame
    labs: pl.DataFrame
    releases: pl.DataFrame
    hosting: pl.DataFrame
    events: pl.DataFrame
    edges: pl.DataFrame
    flows: pl.DataFrame
    policies: tuple[dict[str, Any], ...] = ()

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """All tables by name."""
        names = ("market", "segments", "labs", "releases", "hosting", "events", "edges", "flows")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def of(cls, market: "Market") -> "Run":
        """Build the frames from what the recorder holds."""
        recorder, dates = market.recorder, date_labels(market.scenario)
        return cls(
            scenario=market.scenario,
            seed=market.seed,
            market=_market(recorder, dates),
            segments=_segments(recorder, [s.name for s in market.scenario.segments], dates),
            labs=_labs(recorder, market.names, dates),
            releases=_releases(market, dates),
            hosting=_hosting(market, recorder, dates),
            events=_events(market, dates),
            edges=_edges(market, recorder),
            flows=_flows(recorder),
            policies=tuple(map(_policy, market.policies)),
        )

    def write(
        self,
        folder: str | Path | None = None,
        wall_seconds: float | None = None,
        *,
        name: str = "",
        force: bool = False,
    ) -> Path:
        """Write the run into a folder (see `abm.record.folder.write_run`)."""
        from abm.record.folder import write_run

        return write_run(self, folder, wall_seconds, name=name, force=force)

    @classmethod
    def read(cls, folder: str | Path) -> "Run":
        """Read a run back from its folder (see `abm.record.folder.read_run`)."""
        from abm.record.folder import read_run

        return read_run(folder)


def _policy(policy: Any) -> dict[str, Any]:
    """What a policy says of itself; of a plain function no more than its name."""
    if hasattr(policy, "described"):
        described: dict[str, Any] = policy.described()
        return described
    return {"name": getattr(policy, "__name__", type(policy).__name__), "hash": None}


def date_labels(scenario: Scenario) -> list[str]:
    """Calendar labels of the months, ``YYYY-MM``."""
    year, month = (int(x) for x in scenario.start.split("-"))
    first = year * 12 + month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first, first + scenario.months)]


def _market(recorder: Recorder, dates: list[str]) -> pl.DataFrame:
    n = len(recorder.rows)
    data: dict[str, Any] = {"month": np.arange(n), "date": dates[:n]}
    data.update({name: [row[name] for row in recorder.rows] for name in MARKET_COLUMNS})
    return pl.DataFrame(data)


def _segments(recorder: Recorder, names: list[str], dates: list[str]) -> pl.DataFrame:
    n = len(recorder.segments)
    data: dict[str, Any] = {
        "month": np.repeat(np.arange(n), len(names)),
        "date": np.repeat(dates[:n], len(names)),
        "segment": names * n,
    }
    for name in SEGMENT_COLUMNS:
        data[name] = np.concatenate([month[name] for month in recorder.segments])
    return pl.DataFrame(data)


def _labs(recorder: Recorder, names: list[str], dates: list[str]) -> pl.DataFrame:
    n = len(recorder.rows)
    t, i = np.nonzero(np.arange(recorder.known.max()) < recorder.known[:n, None])
    data: dict[str, Any] = {
        "month": t,
        "date": pl.Series(dates)[t],
        "lab": pl.Series(names)[i],
        "row": i,
    }
    for name in LAB_COLUMNS:
        data[name] = recorder.labs[name][t, i]
    for name, panel in recorder.lab_extra.items():
        data[name] = panel[t, i]
    frame = pl.DataFrame(data)
    return frame.with_columns(pl.col("alive", "closed").cast(pl.Boolean))


def _events(market: "Market", dates: list[str]) -> pl.DataFrame:
    events = market.events
    return pl.DataFrame(
        {
            "month": [e.month for e in events],
            "date": [dates[e.month] for e in events],
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


def _releases(market: "Market", dates: list[str]) -> pl.DataFrame:
    found = [e for e in market.events if e.kind == "release"]
    return pl.DataFrame(
        {
            "month": [e.month for e in found],
            "date": [dates[e.month] for e in found],
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


def _hosting(market: "Market", recorder: Recorder, dates: list[str]) -> pl.DataFrame:
    month = np.repeat(
        np.arange(len(recorder.hosting)), [len(lines) for lines, *_ in recorder.hosting]
    )
    line, cloud, royalty, spend = (
        np.concatenate(parts) for parts in zip(*recorder.hosting, strict=True)
    )
    clouds = np.array([c.name for c in market.scenario.clouds], dtype=object)
    return pl.DataFrame(
        {
            "month": month,
            "date": np.array(dates, dtype=object)[month],
            "cloud": clouds[cloud],
            "lab": np.array(market.names, dtype=object)[line // 2],
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


def _flows(recorder: Recorder) -> pl.DataFrame:
    rows = [(t, kind, row) for t, flows in enumerate(recorder.flows) for kind, row in flows.items()]
    values = np.array([row for *_, row in rows]).reshape(-1, len(SECTORS))
    data: dict[str, Any] = {
        "month": np.array([t for t, *_ in rows], dtype=np.int64),
        "kind": [kind for _, kind, _ in rows],
    }
    data.update({sector: values[:, i] for i, sector in enumerate(SECTORS)})
    return pl.DataFrame(data)


def _edges(market: "Market", recorder: Recorder) -> pl.DataFrame:
    """Edges by month: the weights of every relation, where it was there."""
    relations = market.network.relations
    weights = np.full((len(recorder.edges), len(relations)), np.nan)
    for row, known in zip(weights, recorder.edges, strict=True):
        row[: known.size] = known
    month, code = np.nonzero(~np.isnan(weights))
    ends = np.array(relations, dtype=object).reshape(-1, 3).T
    data: dict[str, Any] = {"month": pl.Series(month, dtype=pl.Int64)}
    for name, end in zip(("source", "target", "kind"), ends.tolist(), strict=True):
        data[name] = pl.Series(end, dtype=pl.String)[code]
    return pl.DataFrame(data).with_columns(pl.Series("weight", weights[month, code]))
