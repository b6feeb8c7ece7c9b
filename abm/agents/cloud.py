"""Cloud hosts: they list models, split revenue, invest and buy labs."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents.columns import Column, Table, TableAgent

if TYPE_CHECKING:
    from abm.market import Market


class CloudHost(TableAgent):
    """A cloud that sells models as a managed service."""

    key = Column("key", "stable key of its random streams", dtype=np.uint64)
    cash = Column("USD m", "funds for deals, listings and its own models")
    inflow = Column("USD m/month", "free cash from the rest of the business")
    customers = Column("1", "share of customers at home on it")
    slots = Column("slots", "managed, featured slots", dtype=np.int64)
    own_lab = Column("row", "lab that its owner controls; -1 none", dtype=np.int64, fill=-1)
    calendar = Column(
        "months", "months from the start of its year to the first month", dtype=np.int64
    )
    income = Column("USD m/month", "gross revenue from hosted models")
    deals = Column(
        "month",
        "months of its last deals, as many as it can digest in a year, at least one; -12 none",
        shape=("deal",),
        dtype=np.int64,
        fill=-12,
    )

    def __init__(self, model: "Market", table: Table, row: int, name: str) -> None:
        super().__init__(model, table, row)
        self.name = name
