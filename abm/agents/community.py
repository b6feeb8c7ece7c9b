"""Developer communities: one segment, one home cloud, a place in a social graph."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents.columns import Column, Table, TableAgent

if TYPE_CHECKING:
    from abm.market import Market


class DeveloperCommunity(TableAgent):
    """A group of developers and the firms they work in, or a block of such groups.

    Above `LARGEST_INDIVIDUAL` communities one agent stands for a block of rows.
    """

    key = Column("key", "stable key of its random streams", dtype=np.uint64)
    segment = Column("row", "demand segment", dtype=np.int64)
    home = Column("row", "home cloud; -1 none", dtype=np.int64)
    budget = Column("USD m/month", "spending on models at full adoption")
    size = Column("1", "weight in workload shares")
    needs = Column("1", "domain weights", shape=("domain",))
    use = Column("1", "use share of each model line", shape=("offer",), wide=True)
    endorsement = Column("1", "managers' endorsement of each open model", shape=("lab",), wide=True)
    request = Column("1", "deciders' demand that it be hosted", shape=("lab",), wide=True)

    def __init__(self, model: "Market", table: Table, row: int, rows: int = 1) -> None:
        super().__init__(model, table, row)
        self.rows = rows


LARGEST_INDIVIDUAL = 20_000
"""Largest number of communities at which each is an agent and a node."""
