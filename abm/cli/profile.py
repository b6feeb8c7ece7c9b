"""``abm run --profile``: where the time of a run goes, and what its tables take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abm.agents.columns import Table
    from abm.market import Market
    from abm.phases import Phase
    from abm.record.run import Run

MEGABYTE = 1e6


@dataclass
class Profile:
    """Time and memory of one run.

    Attributes:
        months: months played.
        seconds: processor time by phase of the month, in their order.
        state: bytes that the tables of the market reserve, by name.
        tables: bytes of the recorded tables, by name.
    """

    months: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    state: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)

    def watch(self, market: Market) -> None:
        """Time the phases of a market from now on, and note what its tables take."""
        market.phases = tuple(self._timed(phase) for phase in market.phases)
        self.months = market.scenario.months - market.month
        for name in ("labs", "offers", "clouds", "communities"):
            self.state[name] = reserved(getattr(market, name))
        self.state["social ties"] = sum(
            part.nbytes
            for ties in (market.ties, market.developer_ties)
            for part in (ties.means.data, ties.means.indices, ties.means.indptr)
        )

    def finish(self, run: Run) -> None:
        """Note what the recorded tables take."""
        self.tables = {name: int(frame.estimated_size()) for name, frame in run.tables.items()}

    def as_data(self) -> dict[str, Any]:
        """The same for a script."""
        return {
            "seconds": {name: round(spent, 6) for name, spent in self.seconds.items()},
            "state_bytes": self.state,
            "table_bytes": self.tables,
        }

    def _timed(self, phase: Phase) -> Phase:
        """The phase, with a clock around it."""
        self.seconds[phase.name] = 0.0

        def run(market: Market) -> None:
            start = time.process_time()
            phase.run(market)
            self.seconds[phase.name] += time.process_time() - start

        return replace(phase, run=run)


def reserved(table: Table) -> int:
    """Bytes that the columns of a table reserve; wide ones fill them only as lines are used."""
    return sum(array.nbytes for array in table.arrays.values())


def print_profile(profile: Profile) -> None:
    """Print the phases, the longest first, and the memory of the tables."""
    from rich.console import Console
    from rich.table import Table

    total = sum(profile.seconds.values())
    phases = Table("phase", box=None, pad_edge=False, header_style="bold")
    for heading in ("ms", "ms a month", "share"):
        phases.add_column(heading, justify="right")
    longest = sorted(profile.seconds.items(), key=lambda item: -item[1])
    for name, spent in [*longest, ("all phases", total)]:
        share = spent / total if total else 0.0
        a_month = 1e3 * spent / profile.months
        phases.add_row(name, f"{1e3 * spent:.1f}", f"{a_month:.3f}", f"{share:.0%}")
    memory = Table("table", box=None, pad_edge=False, header_style="bold")
    memory.add_column("MB", justify="right")
    for kind, sizes in (("state", profile.state), ("record", profile.tables)):
        for name, size in sizes.items():
            memory.add_row(f"{kind}: {name}", f"{size / MEGABYTE:.3f}")
    _print(Console(highlight=False).print, phases, memory)


def _print(say: Callable[..., None], *tables: object) -> None:
    for table in tables:
        say()
        say(table)
