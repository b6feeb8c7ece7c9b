"""What labs have in the first month: means, knowledge, products, and models on the market."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm.agents.offer import CLOSED, OPEN
from abm.agents.stages import LIVE
from abm.mechanisms import capability, knowledge, release
from abm.scenario.cast import COMPONENTS, LICENCES, LabSpec

if TYPE_CHECKING:
    from abm.market import Market

ENDOWMENTS = (
    "owned",
    "researchers",
    "staff",
    "cash",
    "raised",
    "parent_budget",
    "parent_users",
    "encumbered",
    "gpu_farm",
)
"""Columns of labs that a scenario gives under the same name."""

SEATED = 0.3
"""Moat of a product that is on the market in the first month, 1: a judgement."""


def endow(market: "Market") -> None:
    """Fill the rows of a scenario's labs, which have their agents and nodes already."""
    specs = market.scenario.labs
    _own(market, specs)
    _teach(market, specs)
    _products(market, specs)
    sellers = [row for row, spec in enumerate(specs) if spec.flagship is not None]
    if sellers:
        _flagships(market, np.array(sellers))
    _bases(market, specs)


def _own(market: "Market", specs: list[LabSpec]) -> None:
    """Write what labs own and who they are into the first rows."""
    labs, n = market.labs, len(specs)
    clouds = [cloud.name for cloud in market.scenario.clouds]
    for name in ENDOWMENTS:
        labs.arrays[name][:n] = [getattr(spec, name) for spec in specs]
    labs.key[:n], labs.alive[:n], labs.born[:n] = np.arange(n), True, -1
    labs.closed[:n] = [spec.camp == "closed" for spec in specs]
    labs.opening_cash[:n], labs.parent_base[:n] = labs.cash[:n], labs.parent_budget[:n]
    labs.licence[:n] = [LICENCES.index(spec.licence) for spec in specs]
    for row, spec in enumerate(specs):
        if spec.exclusive_cloud:
            labs.exclusive[row] = clouds.index(spec.exclusive_cloud)


def _teach(market: "Market", specs: list[LabSpec]) -> None:
    """Write what labs know and what they show of it into the first rows."""
    scenario, labs, n = market.scenario, market.labs, len(specs)
    domains = scenario.domains
    settled = -knowledge.steady_lag(scenario.knowledge, labs.researchers[:n])
    labs.algorithms[:n] = [
        lag if spec.algorithms is None else spec.algorithms
        for spec, lag in zip(specs, settled, strict=True)
    ]
    focus = np.array([[domain in (spec.focus or domains) for domain in domains] for spec in specs])
    labs.focus[:n] = focus / focus.sum(axis=1, keepdims=True)
    labs.breadth[:n] = [len(spec.focus) or len(domains) for spec in specs]
    labs.curated[:n] = [spec.data_stock for spec in specs]
    labs.data[:n] = labs.curated[:n, None]
    mu = capability.focus_multiplier(labs.focus[:n], scenario.capability.transfer)
    labs.comparisons[:n] = np.array([[spec.comparisons] for spec in specs]) * mu
    labs.disclosure[:n] = [[getattr(spec.disclosure, c) for c in COMPONENTS] for spec in specs]
    start = scenario.disclosure.initial_open if scenario.disclosure.enabled else None
    if start is not None:
        opened = np.flatnonzero(~labs.closed[:n])
        labs.disclosure[opened] = np.maximum(labs.disclosure[opened], start)


def _products(market: "Market", specs: list[LabSpec]) -> None:
    """Put labs' own products on the market, with two years of their revenue behind them."""
    labs, segments = market.labs, market.segments
    for row, spec in enumerate(specs):
        if spec.product and market.scenario.product.enabled:
            segment = segments.names.index(spec.product)
            labs.product_stage[row], labs.product_segment[row] = LIVE, segment
            labs.seats[row], labs.moat[row] = spec.seats, SEATED
            income = spec.seats * segments.arpu[segment]
            labs.revenue_path[row] = income
            labs.revenue_year[row] = labs.revenue_before[row] = 12 * income


def _flagships(market: "Market", rows: NDArray[np.int64]) -> None:
    """Put the models of the first month on the market, and remember the runs behind them.

    Their algorithms are those of the month in which they were released: knowledge moved on since.
    """
    s, labs, offers = market.scenario, market.labs, market.offers
    models = [spec.flagship for spec in s.labs if spec.flagship is not None]
    age = np.array([model.age for model in models])
    labs.log_compute[rows] = [model.compute for model in models]
    labs.model_cost[rows] = labs.last_cost[rows] = [model.cost for model in models]
    labs.base[rows] = capability.pretrained(
        s.capability,
        labs.log_compute[rows],
        labs.focus[rows],
        labs.algorithms[rows] - s.knowledge.frontier_progress / 12 * age,
        capability.data_gain(s.capability, labs.data[rows]),
    )
    stock, focus = labs.comparisons[rows], labs.focus[rows]
    labs.theta[rows] = market.post_trained(labs.base[rows], stock, focus)
    line = 2 * rows + np.where(labs.closed[rows], CLOSED, OPEN)
    market.put_on_market(rows, line, 0)
    offers.released[line] = offers.first_released[line] = -age
    labs.last_planned[rows] = -age - release.run_months(s.release, labs.last_cost[rows])
    market.dearest_run = float(labs.last_cost[rows].max())


def _bases(market: "Market", specs: list[LabSpec]) -> None:
    """Let models build on those of other labs."""
    labs, offers, names = market.labs, market.offers, [spec.name for spec in specs]
    for row, spec in enumerate(specs):
        if spec.builds_on:
            base = names.index(spec.builds_on)
            market.network.add_edge(net.lab_node(row), net.lab_node(base), key=net.BUILDS_ON)
            labs.model_base[row] = 2 * base
            lines = slice(2 * row, 2 * row + 2)
            offers.built_on[lines], offers.owner[lines] = 2 * base, base
