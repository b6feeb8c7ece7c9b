"""The adoption step in plain Python: one Mesa agent per community, lists and `math`."""

from math import exp, log

from catalogue import Catalogue
from idiomatic import Community, Idiomatic

from abm.market import Market


class PlainCommunity(Community):
    """A community that computes number by number."""

    def __init__(self, model: "PlainPython", market: Market, row: int) -> None:
        super().__init__(model, market, row)
        self.needs, self.use = self.needs.tolist(), self.use.tolist()
        self.segment_needs = self.segment_needs.tolist()
        self.theta = model.catalogue.theta.tolist()
        self.price = model.catalogue.price.tolist()
        self.lines = model.catalogue.lines.tolist()
        self.lineage = model.catalogue.lineage.tolist()
        self.camp = model.catalogue.camp.tolist()
        self.taste = model.catalogue.taste_of_ways(self.home, self.privacy).tolist()

    def decide(self) -> None:
        """Choose among the offers, given what neighbours used last month."""
        now, p = self.catalogue, self.catalogue.p
        neighbours = [other.use for other in self.others()]
        values = []
        for model, line in enumerate(self.lines):
            value = self.worth_of(now, model)
            if neighbours:
                around = sum(use[line] for use in neighbours) / len(neighbours)
                value += p.network * self.friction * log(1 + around / p.network_floor)
            values.append(value)
        self.chosen = list(self.use)
        for line, share in zip(self.lines, self.shares_of(now, values), strict=True):
            self.chosen[line] += self.hazard * (share - self.use[line])

    def worth_of(self, now: Catalogue, model: int) -> float:
        """Utility of one offer, whatever others use."""
        p, theta = now.p, self.theta[model]
        needed = self.requirement + p.requirement_growth * now.month / 12
        alpha = p.price * self.price_taste
        slack = alpha * now.kappa * log(10) / (p.quality * p.fitness_slope)
        slack = min(max(slack, 1e-6), 1 - 1e-6)
        enough = needed + log((1 - slack) / slack) / p.fitness_slope
        level = sum(t * w for t, w in zip(theta, self.segment_needs, strict=True))
        below = max(level - enough, 0.0)
        fit = sum(
            w / (1 + exp(-p.fitness_slope * (t - below - needed)))
            for t, w in zip(theta, self.needs, strict=True)
        )
        odds = sum(
            exp((taste - alpha * log(price)) / p.nest_host)
            for taste, price in zip(self.taste, self.price[model], strict=True)
            if price > 0
        )
        return p.quality * log(fit) + p.nest_host * log(odds) + alpha * now.kappa * log(10) * below

    def shares_of(self, now: Catalogue, values: list[float]) -> list[float]:
        """Nested logit: camp, lineage, model."""
        p = now.p
        odds = [exp(value / p.nest_lineage) for value in values]
        family = [0.0] * len(self.camp)
        for lineage, weight in zip(self.lineage, odds, strict=True):
            family[lineage] += weight
        pull = [total ** (p.nest_lineage / p.nest_model) for total in family]
        camps = [0.0, 0.0]
        for camp, weight in zip(self.camp, pull, strict=True):
            camps[camp] += weight
        weights = [total**p.nest_model for total in camps]
        scale = [
            w / (1 + sum(weights)) / total if total else 0.0
            for w, total in zip(weights, camps, strict=True)
        ]
        return [
            scale[self.camp[lineage]] * pull[lineage] * weight / family[lineage]
            for lineage, weight in zip(self.lineage, odds, strict=True)
        ]


class PlainPython(Idiomatic):
    """All communities of a market as separate agents that compute number by number."""

    agent = PlainCommunity
