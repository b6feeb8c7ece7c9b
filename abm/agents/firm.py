"""What labs and clouds have in common: a name, luck and a year of their own, and deals."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents.columns import Column, Table, TableAgent

if TYPE_CHECKING:
    from abm.market import Market


class Firm(TableAgent):
    """A firm that may buy another."""

    key = Column("key", "stable key of its random streams", dtype=np.uint64)
    calendar = Column(
        "months", "months from the start of its year to the first month", dtype=np.int64
    )
    deals = Column(
        "month",
        "months of its last deals, oldest first, as many as it can digest in a year, at least one; "
        "-12 none",
        shape=("deal",),
        dtype=np.int64,
        fill=-12,
    )

    def __init__(self, model: "Market", table: Table, row: int, name: str) -> None:
        super().__init__(model, table, row)
        self.name = name
