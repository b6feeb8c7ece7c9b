"""The adoption step as a Mesa user would write it: one object per community, numpy inside.

Every community looks at the offers of the month with its own eyes and asks its neighbours on Mesa's
network space. It is written from the equations in `docs/model.md` and shares no code with
`abm.mechanisms.demand`, so that it is the oracle of the differential test as well.
"""

from typing import Any

import mesa
import networkx as nx
import numpy as np
from catalogue import Array, Catalogue
from mesa.discrete_space import FixedAgent, Network

from abm.market import Market


class Customer:
    """How a community chooses; the libraries' agents inherit it.

    Args:
        market: market whose community it copies.
        row: row of the community.
    """

    catalogue: Catalogue

    def copy(self, market: Market, row: int) -> None:
        """Take over segment, tastes and present use of a community."""
        table, segments = market.communities, market.segments
        segment = int(table.segment[row])
        self.needs = table.needs[row].copy()
        self.segment_needs = segments.needs[segment]
        self.requirement = float(segments.requirement[segment])
        self.price_taste = float(segments.price_taste[segment])
        self.privacy = float(segments.privacy[segment])
        self.home = max(int(table.home[row]), 0)
        self.hazard = float(market.reconsiders()[segment])
        self.friction = float(market.rules.friction[segment])
        self.use = table.use[row].astype(float)
        self.chosen = self.use

    def others(self) -> list[Any]:
        """The communities it has ties to."""
        raise NotImplementedError

    def decide(self) -> None:
        """Choose among the offers, given what neighbours used last month."""
        now, p = self.catalogue, self.catalogue.p
        value = self.worth(now)
        neighbours = [other.use for other in self.others()]
        if neighbours:
            around = np.mean(neighbours, axis=0)[now.lines]
            value += p.network * self.friction * np.log(1 + around / p.network_floor)
        self.chosen = self.use.copy()
        mine = self.use[now.lines]
        self.chosen[now.lines] = mine + self.hazard * (self.shares(now, value) - mine)

    def apply(self) -> None:
        """Act on the decision, when all have decided."""
        self.use = self.chosen

    def worth(self, now: Catalogue) -> Array:
        """Utility of each offer, whatever others use."""
        p = now.p
        needed = self.requirement + p.requirement_growth * now.month / 12
        alpha = p.price * self.price_taste
        slack = alpha * now.kappa * np.log(10) / (p.quality * p.fitness_slope)
        slack = min(max(slack, 1e-6), 1 - 1e-6)
        enough = needed + np.log((1 - slack) / slack) / p.fitness_slope
        below = np.maximum(now.theta @ self.segment_needs - enough, 0.0)
        fit = 1 / (1 + np.exp(-p.fitness_slope * (now.theta - below[:, None] - needed)))
        value = p.quality * np.log(fit @ self.needs) + self.hosts(now, alpha)
        value += alpha * now.kappa * np.log(10) * below
        return value

    def hosts(self, now: Catalogue, alpha: float) -> Array:
        """Inclusive value of the ways to get each offer."""
        p, offered = now.p, now.price > 0
        value = now.taste_of_ways(self.home, self.privacy) - alpha * np.log(
            np.where(offered, now.price, 1.0)
        )
        odds = np.where(offered, np.exp(value / p.nest_host), 0.0)
        return p.nest_host * np.log(odds.sum(axis=1))

    def shares(self, now: Catalogue, value: Array) -> Array:
        """Nested logit: camp, lineage, model."""
        p = now.p
        odds = np.exp(value / p.nest_lineage)
        family = np.bincount(now.lineage, weights=odds)
        pull = family ** (p.nest_lineage / p.nest_model)
        camp = np.bincount(now.camp, weights=pull, minlength=2)
        weight = camp**p.nest_model
        of_camp = weight / (1 + weight.sum())
        of_lineage = of_camp[now.camp] * pull / camp[now.camp]
        return of_lineage[now.lineage] * odds / family[now.lineage]


class Community(Customer, FixedAgent):
    """A community as an agent on Mesa's network space."""

    def __init__(self, model: "Idiomatic", market: Market, row: int) -> None:
        super().__init__(model)
        self.copy(market, row)
        self.cell = model.space[row]

    def others(self) -> list[Any]:
        return list(self.cell.neighborhood.agents)

    @property
    def catalogue(self) -> Catalogue:  # type: ignore[override]
        """Offers of the month."""
        return self.model.catalogue


class Idiomatic(mesa.Model):
    """All communities of a market as separate agents.

    Args:
        market: market to copy.
        catalogue: offers of the month.
    """

    agent = Community

    def __init__(self, market: Market, catalogue: Catalogue) -> None:
        super().__init__(rng=0)
        self.catalogue = catalogue
        self.size = market.communities.size
        self.space = Network(ties(market), capacity=1, random=self.random)
        self.communities = [self.agent(self, market, row) for row in range(self.size.size)]

    def step(self) -> None:
        """Let every community decide, then let all of them act."""
        self.agents.shuffle_do("decide")
        self.agents.do("apply")

    @property
    def use(self) -> Array:
        """Use of every line of offers, (communities, lines)."""
        return np.array([community.use for community in self.communities])


def ties(market: Market) -> nx.Graph:
    """Social graph of the communities, read from the market's operators."""
    graph = nx.empty_graph(market.communities.rows)
    one, other = market.ties.pairs()
    graph.add_edges_from(zip(one.tolist(), other.tolist(), strict=True))
    return graph
