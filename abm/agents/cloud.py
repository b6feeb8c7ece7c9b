"""Cloud hosts: they list models, split revenue, invest and buy labs."""

from typing import TYPE_CHECKING

import numpy as np

from abm.agents import strategy
from abm.agents.columns import Column, Table, TableAgent

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market


class CloudHost(TableAgent):
    """A cloud that sells models as a managed service."""

    key = Column("key", "stable key of its random streams", dtype=np.uint64)
    cash = Column("USD m", "funds for deals, listings and its own models")
    inflow = Column("USD m/month", "free cash from the rest of the business")
    customers = Column("1", "share of customers at home on it")
    slots = Column("slots", "managed, featured slots", dtype=np.int64)
    own_lab = Column("row", "lab that its owner controls; -1 none", dtype=np.int64, fill=-1)
    income = Column("USD m/month", "gross revenue from hosted models")

    def __init__(self, model: "Market", table: Table, row: int, name: str) -> None:
        super().__init__(model, table, row)
        self.name = name
        self.deals: list[int] = []

    def values(self, target: "Lab") -> float:
        """What a lab is worth to this cloud before noise, USD m: it fills the gap in its own."""
        market = self.model
        c, p = market.scenario.capital, market.scenario.acquisition
        own = market.labs.theta[self.own_lab] if self.own_lab >= 0 else target.theta - 3.0
        now, then = market.standing(np.stack([own, np.maximum(own, target.theta)]))
        synergy = p.capability_synergy * c.option_value * market.climate * max(then - now, 0.0)
        return strategy.purchase_value(market, target, synergy)

    def funds(self) -> float:
        """What it can put into a deal, USD m."""
        return float(self.model.scenario.acquisition.cash_limit * max(self.cash, 0.0))
