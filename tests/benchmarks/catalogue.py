"""What is on offer in a month, in the terms in which a rival implementation wants it."""

from dataclasses import dataclass

import numpy as np

from abm.market import Market
from abm.mechanisms import demand as d
from abm.phases.demand import prices_by_way
from abm.phases.outlook import Outlook
from abm.scenario.parameters import Demand

Array = np.ndarray


@dataclass(frozen=True)
class Catalogue:
    """Offers of a month: open ones first, those of a lineage side by side.

    Attributes:
        p: parameters of demand.
        lines: row of each offer in the table of offers.
        theta: capability by offer and domain.
        price: price by offer and way to get it; zero where it is not offered.
        n_open: how many are open.
        lineage: lineage of each offer.
        camp: camp of each lineage, 0 open.
        kappa: elasticity of serving cost in effective compute.
        garden_quality: quality of an unmanaged listing.
        clouds: number of clouds.
        month: months since the start.
    """

    p: Demand
    lines: Array
    theta: Array
    price: Array
    n_open: int
    lineage: Array
    camp: Array
    kappa: float
    garden_quality: float
    clouds: int
    month: int

    @classmethod
    def of(cls, market: Market, outlook: Outlook) -> "Catalogue":
        """Read the offers of a market; what customers make of them is left to customers."""
        s, rows, families = market.scenario, outlook.rows, outlook.nests.families
        return cls(
            p=s.demand,
            lines=rows,
            theta=market.offers.theta[rows] + market.contribution_gain[rows],
            price=prices_by_way(market, rows, outlook.nests.n_open),
            n_open=outlook.nests.n_open,
            lineage=np.searchsorted(families, np.arange(rows.size), side="right") - 1,
            camp=(families >= outlook.nests.n_open).astype(int),
            kappa=s.pricing.cost_exponent,
            garden_quality=s.hosting.garden_quality if s.hosting.enabled else 0.0,
            clouds=market.clouds.rows,
            month=market.month,
        )

    def taste_of_ways(self, home: int, privacy: float) -> Array:
        """Utility of each way to get a model, beside its price.

        Args:
            home: home cloud of the customer.
            privacy: taste for local use.
        """
        p = self.p
        taste = np.full(d.FIRST_CLOUD + self.clouds, p.support)
        taste[d.SELF] = -p.self_hosting
        taste[d.GARDEN] = self.garden_quality * (p.home_cloud + p.support) if self.clouds else 0.0
        taste[[d.SELF, d.GARDEN]] += p.privacy * privacy
        if self.clouds:
            taste[d.FIRST_CLOUD + home] += p.home_cloud
        return taste
