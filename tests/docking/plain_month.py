"""The core of a month once more, in plain Python, from the equations of the documentation alone.

Nothing of the package is imported: numbers, lists and loops. Letters are those of docs/model.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, log10, prod, sqrt
from typing import Any

Vector = Sequence[float]
Matrix = Sequence[Vector]
NONE = float("-inf")


# -- (d) knowledge -------------------------------------------------------------------------------


def cosine(one: Vector, other: Vector) -> float:
    lengths = sqrt(sum(x * x for x in one) * sum(x * x for x in other))
    return min(sum(x * y for x, y in zip(one, other, strict=True)) / lengths, 1.0)


def able(p: Any, researchers: float) -> float:
    return researchers / (researchers + p.half_researchers)


def ease(overlap: float) -> float:
    x = overlap / 2
    return max(4 * x * (1 - x), 0.2)


def openness(p: Any, teacher: float, learner: float) -> float:
    return float(teacher**p.disclosure_exponent * (1 - p.reciprocity + p.reciprocity * learner))


def layer_gain(own: float, others: Sequence[tuple[float, float]]) -> float:
    """Layer by layer from the learner's level up: who has it, and the chance that none teaches it.

    Args:
        own: level of the learner.
        others: level and monthly rate of each teacher.
    """
    edges = sorted({own, *(level for level, _ in others if level > own)})
    gain = 0.0
    for bottom, top in pairwise(edges):
        missed = prod(1 - rate for level, rate in others if level >= top)
        gain += (top - bottom) * (1 - missed)
    return gain


@dataclass
class Lab:
    """What the equations need of a lab; `shown` is by component, without weights."""

    researchers: float
    working: float
    focus: Vector
    algorithms: float
    data: Vector
    comparisons: Vector
    shown: dict[str, float]
    distils: bool
    serves: bool
    luck: float

    def teaches(self, kind: str) -> float:
        if kind == "algorithms":
            return (self.shown["code"] + self.shown["recipe"]) / 2
        if kind == "data":
            return (self.shown["documentation"] + self.shown["data"]) / 2
        return self.shown["post_training"]


def diffused(
    p: Any, stickiness: float, labs: Sequence[Lab], access: Matrix
) -> list[tuple[float, list[float], list[float]]]:
    """Algorithms, data and comparisons of each lab after research and learning."""
    found = []
    for i, lab in enumerate(labs):
        effort = lab.working
        for j, other in enumerate(labs):
            opened = openness(p, other.teaches("algorithms"), lab.teaches("algorithms"))
            alike = cosine(lab.focus, other.focus)
            effort += access[i][j] * opened * (1 - p.duplication * alike) * other.working
        made = p.frontier_progress / 12 * (effort / p.reference_researchers) ** p.effort_elasticity
        made *= 10 ** (-p.difficulty * max(lab.algorithms, 0.0))
        made *= exp(p.noise * lab.luck - p.noise**2 / 2)

        def rate(j: int, kind: str, factor: float, copied: float, i: int = i) -> float:
            me, other = labs[i], labs[j]
            opened = openness(p, other.teaches(kind), me.teaches(kind))
            taught = access[i][j] * (p.leak + (p.recipe_rate - p.leak) * opened)
            taught *= able(p, me.researchers) * ease(cosine(me.focus, other.focus))
            copy = p.distillation * able(p, me.researchers) * (me.distils and other.serves)
            return min(factor * min(taught, 0.99) + copied * copy, 0.99)

        def learnt(
            levels: Sequence[float], kind: str, factor: float, copied: float, i: int = i
        ) -> float:
            rates = [rate(j, kind, factor, copied) for j in range(len(labs))]
            return layer_gain(levels[i], list(zip(levels, rates, strict=True)))

        gained = learnt([x.algorithms for x in labs], "algorithms", 1.0, 1.0)
        domains = range(len(lab.focus))
        data = [learnt([x.data[d] for x in labs], "data", 1.0, 0.0) for d in domains]
        feedback = [
            learnt([x.comparisons[d] for x in labs], "post_training", stickiness, 1.0)
            for d in domains
        ]
        found.append(
            (
                lab.algorithms + made + gained,
                [lab.data[d] + data[d] for d in domains],
                [lab.comparisons[d] + feedback[d] for d in domains],
            )
        )
    return found


# -- (a), (c) capability -------------------------------------------------------------------------


def flop(p: Any, cost: float, month: int, *, owned: bool) -> float:
    per_dollar = p.flop_per_usd_owned if owned else p.flop_per_usd_rented
    return float(cost * 1e6 * per_dollar * 10 ** (p.hardware_progress * month / 12))


def trained(
    p: Any, log_compute: float, algorithms: float, focus: Vector, data: Vector, merged: Vector
) -> list[float]:
    """Base of a run from scratch, by domain."""
    multiplier = [p.transfer + (1 - p.transfer) * len(focus) * w for w in focus]
    quality = [min(p.data_ceiling, p.data_slope * log10(1 + x)) for x in data]
    columns = zip(multiplier, quality, merged, strict=True)
    return [log_compute + log10(mu) + algorithms + q + c for mu, q, c in columns]


def feedback_gain(p: Any, niche_bonus: float, stock: Vector, focus: Vector) -> list[float]:
    """Post-training f and niche adaptation n, by domain."""
    breadth = sum(w > 1e-12 for w in focus)
    gains = []
    for held, w in zip(stock, focus, strict=True):
        saturation = held / (held + p.half_stock)
        niche = niche_bonus * (1 - breadth / len(focus)) * saturation if w > 1e-12 else 0.0
        gains.append(p.ceiling * saturation + niche)
    return gains


# -- (f) demand ----------------------------------------------------------------------------------


@dataclass
class Offer:
    """A model on sale: capability by domain with what contributors gained, prices by way."""

    theta: Vector
    is_open: bool
    lineage: int
    api: float
    own_machines: float
    garden: float
    clouds: Vector


def fitting(slope: float, level: float, needed: float) -> float:
    return 1 / (1 + exp(-slope * (level - needed)))


def sibling(
    p: Any, kappa: float, taste: float, needs: Vector, needed: float, offer: Offer
) -> float:
    """How far below the flagship a segment buys: 1 - fitness = alpha kappa ln 10 / (b_q k_v)."""
    slack = p.price * taste * kappa * log(10) / (p.quality * p.fitness_slope)
    slack = min(max(slack, 1e-6), 1 - 1e-6)
    enough = needed + log((1 - slack) / slack) / p.fitness_slope
    level = sum(n * x for n, x in zip(needs, offer.theta, strict=True))
    return max(level - enough, 0.0)


def way_value(
    p: Any, taste: float, privacy: float, garden: float, home: int, offer: Offer
) -> float:
    """rho_h ln sum_h exp(V_h / rho_h), without what the smaller sibling saves."""
    utilities = []
    alpha = p.price * taste
    if offer.api > 0:
        utilities.append(-alpha * log(offer.api) + p.support)
    if offer.own_machines > 0:
        utilities.append(-alpha * log(offer.own_machines) - p.self_hosting + p.privacy * privacy)
    if offer.garden > 0:
        worth = garden * (p.home_cloud + p.support) + p.privacy * privacy
        utilities.append(-alpha * log(offer.garden) + worth)
    for k, price in enumerate(offer.clouds):
        if price > 0:
            utilities.append(-alpha * log(price) + p.support + p.home_cloud * (k == home))
    if not utilities:
        return NONE
    return float(p.nest_host * log(sum(exp(v / p.nest_host) for v in utilities)))


def chosen(p: Any, values: Vector, offers: Sequence[Offer]) -> list[float]:
    """Nested logit: camp, lineage, model; none at utility zero."""
    camps: dict[bool, dict[int, dict[int, float]]] = {}
    for j, (value, offer) in enumerate(zip(values, offers, strict=True)):
        if value > NONE:
            lineages = camps.setdefault(offer.is_open, {})
            lineages.setdefault(offer.lineage, {})[j] = exp(value / p.nest_lineage)
    share = [0.0] * len(offers)
    pulls, camp_worth = {}, {}
    for camp, lineages in camps.items():
        pulls[camp] = {
            name: sum(odds.values()) ** (p.nest_lineage / p.nest_model)
            for name, odds in lineages.items()
        }
        camp_worth[camp] = sum(pulls[camp].values()) ** p.nest_model
    everything = 1 + sum(camp_worth.values())
    for camp, lineages in camps.items():
        for name, odds in lineages.items():
            within = pulls[camp][name] / sum(pulls[camp].values())
            for j, odd in odds.items():
                share[j] = camp_worth[camp] / everything * within * odd / sum(odds.values())
    return share


@dataclass
class Customer:
    """A community: what it needs, where it is at home, what it and its neighbours use."""

    needs: Vector
    segment_needs: Vector
    requirement: float
    price_taste: float
    privacy: float
    home: int
    hazard: float
    use: Vector
    around: Vector


def reconsidered(
    p: Any, kappa: float, garden: float, month: int, customer: Customer, offers: Sequence[Offer]
) -> list[float]:
    """Use of each offer a month on."""
    needed = customer.requirement + p.requirement_growth * month / 12
    taste, values = customer.price_taste, []
    for offer, around in zip(offers, customer.around, strict=True):
        delta = sibling(p, kappa, taste, customer.segment_needs, needed, offer)
        fit = sum(
            n * fitting(p.fitness_slope, x - delta, needed)
            for n, x in zip(customer.needs, offer.theta, strict=True)
        )
        ways = way_value(p, taste, customer.privacy, garden, customer.home, offer)
        saved = p.price * taste * kappa * log(10) * delta
        pull = p.network * log(1 + around / p.network_floor)
        values.append(p.quality * log(fit) + ways + saved + pull)
    share = chosen(p, values, offers)
    columns = zip(customer.use, share, strict=True)
    return [use + customer.hazard * (wanted - use) for use, wanted in columns]


# -- (o) settlement ------------------------------------------------------------------------------


def booked(flows: dict[str, dict[str, float]], sector: str) -> float:
    """What a sector's cash moves by: every payment in, less every payment out."""
    return sum(by_sector.get(sector, 0.0) for by_sector in flows.values())


def payroll(wage: float, staff_wage: float, pay: float, researchers: float, staff: float) -> float:
    return wage * pay * researchers + staff_wage * staff


# -- the mean field ------------------------------------------------------------------------------


def integrated(
    slope: Callable[[list[float]], list[float]], start: list[float], months: float, steps: int
) -> list[float]:
    """A system of ordinary differential equations, by the classical Runge-Kutta scheme."""
    state, h = list(start), months / steps

    def moved(by: list[float], along: float) -> list[float]:
        return [x + along * v for x, v in zip(state, by, strict=True)]

    for _ in range(steps):
        k1 = slope(state)
        k2 = slope(moved(k1, h / 2))
        k3 = slope(moved(k2, h / 2))
        k4 = slope(moved(k3, h))
        state = [
            x + h / 6 * (a + 2 * b + 2 * c + d)
            for x, a, b, c, d in zip(state, k1, k2, k3, k4, strict=True)
        ]
    return state
