"""The adoption step with AgentPy: the same communities, AgentPy's agents and network."""

from typing import Any

import agentpy
import numpy as np
from catalogue import Array, Catalogue
from idiomatic import Customer, ties

from abm.market import Market


class Community(Customer, agentpy.Agent):
    """A community as an AgentPy agent."""

    def others(self) -> list[Any]:
        return list(self.model.network.neighbors(self))


class WithAgentPy(agentpy.Model):
    """All communities of a market as AgentPy agents."""

    def __init__(self, market: Market, catalogue: Catalogue) -> None:
        super().__init__({"seed": 0})
        graph = ties(market)
        self.communities = agentpy.AgentList(self, len(graph), Community)
        self.network = agentpy.Network(self, graph)
        self.network.add_agents(self.communities, self.network.nodes)
        for row, community in enumerate(self.communities):
            community.catalogue = catalogue
            community.copy(market, row)

    def step(self) -> None:
        """Let every community decide, then let all of them act."""
        self.communities.decide()
        self.communities.apply()

    @property
    def use(self) -> Array:
        """Use of every line of offers, (communities, lines)."""
        return np.array([community.use for community in self.communities])
