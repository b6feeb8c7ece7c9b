"""A finished run: its tables as polars frames, and the scenario and seed that made it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from abm.record.frames import FRAMES, Record, date_labels
from abm.scenario import Scenario

if TYPE_CHECKING:
    from abm.market import Market

__all__ = ["Run", "date_labels"]


class Table:
    """A table of a run: given as a frame, or as a way to make it when it is first read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, run: Any, owner: type | None = None) -> pl.DataFrame:
        if run is None:
            raise AttributeError(self.name)  # so that the field has no default
        table: pl.DataFrame | Callable[[], pl.DataFrame] = vars(run)[self.name]
        if not isinstance(table, pl.DataFrame):
            table = vars(run)[self.name] = table()
        return table

    def __set__(self, run: Any, table: pl.DataFrame | Callable[[], pl.DataFrame]) -> None:
        vars(run)[self.name] = table


@dataclass(frozen=True)
class Run:
    """Tables of one run. Those that nobody reads are never made.

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
    market: Table = Table()
    segments: Table = Table()
    labs: Table = Table()
    releases: Table = Table()
    hosting: Table = Table()
    events: Table = Table()
    edges: Table = Table()
    flows: Table = Table()
    policies: tuple[dict[str, Any], ...] = ()

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """All tables by name."""
        return {name: getattr(self, name) for name in FRAMES}

    @classmethod
    def of(cls, market: "Market") -> "Run":
        """The run so far, of what the recorder holds."""
        record = Record.of(market)
        return cls(
            scenario=market.scenario,
            seed=market.seed,
            policies=tuple(map(_policy, market.policies)),
            **{name: partial(made, record) for name, made in FRAMES.items()},
        )

    def __getstate__(self) -> dict[str, Any]:
        """Its tables in full: what they are made of is larger, and stays in its process."""
        return {**vars(self), **self.tables}

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
