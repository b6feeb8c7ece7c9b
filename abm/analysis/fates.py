"""What became of each lab of the first month: one row a lab and run."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from abm.analysis.incidents import EXITS, SALES

if TYPE_CHECKING:
    from abm.record.run import Run

FATES = {"acquisition": "sold", "licence_and_hire": "hired away", "shutdown": "closed"}
"""What the first sale or closure of a lab makes of it; a lab without one is alive."""


@dataclass(frozen=True)
class Fate:
    """One lab of the scenario at the end of one run.

    Attributes:
        lab: name.
        camp: ``open`` or ``closed`` at the start.
        owned: whether an owner's budget carried it at the start.
        fate: ``alive``, ``sold``, ``hired away`` or ``closed``.
        month: index of the month of sale or closure; none if it is alive.
        value: what it is worth to its owners, USD m: its value at the end, and what was paid for
            it if it was sold or hired away before.
        revenue: revenue over the run, USD m.
    """

    lab: str
    camp: str
    owned: bool
    fate: str
    month: int | None
    value: float
    revenue: float

    def independent_of(self, camp: str) -> bool:
        """Whether it started without an owner, and in a camp (any if empty)."""
        return not self.owned and camp in ("", self.camp)


def fates(run: "Run") -> list[Fate]:
    """What became of the labs of the first month, in the order of the scenario.

    Labs founded later are left out: in two worlds the same name may be two firms.
    """
    exits = run.events.filter(pl.col("kind").is_in(EXITS))
    first = {
        row["actor"]: row
        for row in exits.unique("actor", keep="first", maintain_order=True).iter_rows(named=True)
    }
    sales = exits.filter(pl.col("kind").is_in(SALES))
    paid = _sums(sales["actor"], sales["amount"])
    # Whoever sold a lab has the price, not what it may be worth to the buyer in the end.
    gone = exits.filter(pl.col("kind") == "acquisition")["actor"].to_list()
    kept = run.labs.filter(
        pl.col("month") == run.labs["month"].max(), pl.col("alive"), ~pl.col("lab").is_in(gone)
    )
    worth = dict(kept.select("lab", "value").iter_rows())
    earned = _sums(run.labs["lab"], run.labs["income"])
    return [
        Fate(
            lab=lab.name,
            camp=lab.camp,
            owned=lab.owned or lab.parent_budget > 0,
            fate=FATES[first[lab.name]["kind"]] if lab.name in first else "alive",
            month=first[lab.name]["month"] if lab.name in first else None,
            value=float(worth.get(lab.name, 0.0) + paid.get(lab.name, 0.0)),
            revenue=float(earned.get(lab.name, 0.0)),
        )
        for lab in run.scenario.labs
    ]


def _sums(names: Iterable[str], amounts: Iterable[float]) -> dict[str, float]:
    """Amounts added up by name, in order, so that equal runs give equal sums to the last bit."""
    sums: dict[str, float] = {}
    for name, amount in zip(names, amounts, strict=True):
        sums[name] = sums.get(name, 0.0) + amount
    return sums
