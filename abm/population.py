"""The first month: rows, agents and edges built from a scenario."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm.agents import blocks, planning
from abm.agents.cloud import CloudHost
from abm.agents.columns import Table
from abm.agents.community import LARGEST_INDIVIDUAL, DeveloperCommunity
from abm.agents.lab import ClosedLab, Lab, OpenLab
from abm.agents.offer import CLOSED, OPEN, Offer
from abm.agents.strategy import ALTERNATIVES, DIMENSIONS
from abm.endowments import endow
from abm.mechanisms import demand, diffusion, knowledge
from abm.phases import hosting
from abm.scenario import Scenario
from abm.scenario.cast import COMPONENTS

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
MEMORY = 24
"""Months of revenue that a lab remembers."""
GIVEN = ("budget", "adoption", "requirement", "hazard", "privacy", "price_taste", "seats", "arpu")
"""Columns of segments that a scenario gives under the same name."""


@dataclass
class Segments:
    """Demand segments as arrays; only `adoption` changes.

    Unless rules ease it, a share `moved` of use is reconsidered by the end of a lab's planning
    horizon, and a share `moving` on average until then.
    """

    names: list[str]
    kind: list[str]
    needs: Floats
    budget: Floats
    adoption: Floats
    requirement: Floats
    hazard: Floats
    moved: Floats
    moving: Floats
    privacy: Floats
    price_taste: Floats
    headroom: Floats
    convenience: Floats
    seats: Floats
    arpu: Floats

    @property
    def count(self) -> int:
        """Number of segments."""
        return len(self.names)

    @cached_property
    def directions(self) -> Floats:
        """Needs at length one, shape (segments, domains)."""
        return knowledge.units(self.needs)

    @cached_property
    def contributors(self) -> NDArray[np.bool_]:
        """Mask of the segments whose work flows into open models."""
        return self.of_kind("developer", "enterprise", "public")

    def of_kind(self, *kinds: str) -> NDArray[np.bool_]:
        """Mask of the segments of some kinds."""
        return np.array([kind in kinds for kind in self.kind])

    @classmethod
    def of(cls, scenario: Scenario) -> "Segments":
        """Read the segments of a scenario."""
        specs, hosting = scenario.segments, scenario.hosting
        garden_quality = hosting.garden_quality if hosting.enabled else 0.0
        needs = np.array([[s.needs.get(d, 0.0) for d in scenario.domains] for s in specs])
        given = np.array([[getattr(s, name) for s in specs] for name in GIVEN], dtype=np.float64)
        columns = dict(zip(GIVEN, given, strict=True))
        hazard, horizon = columns["hazard"], scenario.strategy.horizon
        return cls(
            names=[s.name for s in specs],
            kind=[s.kind for s in specs],
            needs=needs / needs.sum(axis=1, keepdims=True),
            moved=diffusion.reconsidered_by(hazard, horizon),
            moving=diffusion.reconsidered(hazard, horizon),
            headroom=demand.headroom(
                scenario.demand, columns["price_taste"], scenario.pricing.cost_exponent
            ),
            convenience=demand.convenience(
                scenario.demand, columns["privacy"], len(scenario.clouds), garden_quality
            ),
            **columns,
        )


def tables(scenario: Scenario) -> tuple[Table, Table, Table, Table]:
    """Empty tables of labs, offers, clouds and communities, sized for a scenario."""
    rows, n_clouds, n_domains = scenario.entry.max_labs, len(scenario.clouds), len(scenario.domains)
    axes = {
        "domain": n_domains,
        "component": len(COMPONENTS),
        "alternative": ALTERNATIVES,
        "dimension": len(DIMENSIONS),
        "memory": MEMORY,
        "deal": max(scenario.acquisition.deals_a_year, 1),
        "cloud": n_clouds,
        "lab": rows,
        "offer": 2 * rows,
    }
    return (
        Table(Lab, rows, axes),
        Table(Offer, 2 * rows, axes),
        Table(CloudHost, n_clouds, axes),
        Table(DeveloperCommunity, scenario.communities, axes, _precision(scenario)),
    )


def _precision(scenario: Scenario) -> type[np.floating[Any]]:
    """Numpy type in which communities' use is kept and computed."""
    return np.float64 if scenario.communities <= scenario.double_precision_up_to else np.float32


def populate(market: "Market") -> None:
    """Fill the tables, create the agents and draw the networks."""
    _clouds(market)
    _labs(market)
    _listings(market)
    _learning(market)
    _communities(market)


def begin(market: "Market") -> None:
    """Let labs remember their past sales, and be in the middle of a run and of a year."""
    _remember_sales(market)
    _first_runs(market)
    _calendars(market)


def _remember_sales(market: "Market") -> None:
    """Count a year of sales through interfaces, as they are in the first month."""
    labs, direct = market.labs, market.outlook.direct_revenue
    sold = direct[0::2] + direct[1::2]
    labs.revenue_path += sold[:, None]
    labs.revenue_year += 12 * sold
    labs.revenue_before += 12 * sold
    labs.parent_reference = labs.theta @ market.domain_value


def _first_runs(market: "Market") -> None:
    """Plan every lab's run: only what is left of it is still to be paid."""
    planning.plan_runs(market)
    labs = market.labs
    progress = market.streams.uniform("first run", labs.key, -1)
    labs.run_left = np.ceil(progress * labs.run_length).astype(np.int64)


def _calendars(market: "Market") -> None:
    """Draw where each firm is in its year: when boards meet, strategies and catalogues are due."""
    for stream, firms in (("calendar", market.labs), ("cloud calendar", market.clouds)):
        place = market.streams.uniform(stream, firms.key, -1)
        firms.calendar = (12 * place).astype(np.int64)


def _clouds(market: "Market") -> None:
    names = [lab.name for lab in market.scenario.labs]
    for k, spec in enumerate(market.scenario.clouds):
        cloud = CloudHost(market, market.clouds, k, spec.name)
        cloud.key, cloud.cash, cloud.inflow = k, spec.cash, spec.inflow
        cloud.customers = spec.customers
        cloud.own_lab = names.index(spec.own_lab) if spec.own_lab else -1
        market.network.add_node(net.cloud_node(k), kind="cloud", name=spec.name, row=k)


def _labs(market: "Market") -> None:
    specs = market.scenario.labs
    for row, spec in enumerate(specs):
        lab = (ClosedLab if spec.camp == "closed" else OpenLab)(market, market.labs, row, spec.name)
        market.seat(lab)
        market.network.add_node(net.lab_node(row), kind="lab", name=spec.name, row=row)
    endow(market)


def _listings(market: "Market") -> None:
    """Fill the catalogues, as far as models, licences and exclusivity allow."""
    names = [lab.name for lab in market.scenario.labs]
    for k, spec in enumerate(market.scenario.clouds):
        able = set(hosting.candidates(market, k).tolist())
        for name in spec.catalogue:
            row = names.index(name)
            line = 2 * row + (CLOSED if market.labs.closed[row] else OPEN)
            if line not in able:
                continue
            market.offers.listed[line, k] = True
            market.offers.listed_since[line, k] = -1
            market.network.add_edge(net.cloud_node(k), net.lab_node(row), key=net.HOSTS)
        market.clouds.slots[k] = int(market.offers.listed[:, k].sum())
        own = int(market.clouds.own_lab[k])
        if own >= 0:
            market.network.add_edge(net.cloud_node(k), net.lab_node(own), key=net.OWNS, weight=1.0)


def _learning(market: "Market") -> None:
    """Draw who learns from whom: a small world among the labs, in both directions."""
    p, n = market.scenario.knowledge, len(market.scenario.labs)
    half = max(p.degree // 2, 1)
    keys, sub = market.labs.key[:n, None], np.arange(half)[None, :]
    ring = np.argsort(market.streams.uniform("learning ring", market.labs.key[:n], -1))
    streams = ("learning rewired", "learning target")
    rewired, goal = market.streams.joint(streams, keys, -1, sub)
    source, target = net.small_world(n, p.degree, rewired, goal, p.rewiring)
    nodes = [net.lab_node(row) for row in ring.tolist()]
    for a, b in zip(source.tolist(), target.tolist(), strict=True):
        market.network.join(nodes[a], nodes[b], net.KNOWS, weight=p.access)
        market.network.join(nodes[b], nodes[a], net.KNOWS, weight=p.access)
    for row in range(n):
        market.refresh_distillation(row)


def _communities(market: "Market") -> None:
    """Draw segments, home clouds, tastes, sizes and social ties."""
    s, table = market.scenario, market.communities
    n, p = table.rows, s.demand
    edges = np.cumsum([x.share for x in s.segments])
    counts = np.diff(np.round(np.concatenate([[0], edges / edges[-1]]) * n).astype(int))
    segment = np.repeat(np.arange(len(s.segments)), counts)
    everybody = np.arange(n, dtype=np.uint64)
    ring = np.argsort(market.streams.uniform("tie ring", everybody, -1), kind="stable")
    order = blocks.arranged(ring, segment)
    keys = everybody[order]
    table.key, table.segment = keys, segment[order]
    if s.clouds and market.clouds.customers.sum() > 0:
        ladder = np.cumsum(market.clouds.customers)
        draw = market.streams.uniform("home cloud", keys, -1) * ladder[-1]
        table.home = np.minimum(np.searchsorted(ladder, draw), len(s.clouds) - 1)
    else:
        table.home = -1
    spread = p.taste_spread
    size = np.exp(spread * market.streams.normal("community size", keys, -1))
    per_segment = np.bincount(table.segment, weights=size, minlength=len(s.segments))
    table.size = (
        size
        / per_segment[table.segment]
        * np.array([x.share for x in s.segments])[table.segment]
        / edges[-1]
    )
    table.budget = size / per_segment[table.segment] * market.segments.budget[table.segment] / 12
    tastes = market.streams.normal(
        "domain taste", keys[:, None], -1, np.arange(len(s.domains))[None, :]
    )
    needs = market.segments.needs[table.segment] * np.exp(spread * tastes)
    table.needs = needs / needs.sum(axis=1, keepdims=True)
    market.blocks = blocks.cut(table)
    _ties(market, np.argsort(order)[ring])
    if n <= LARGEST_INDIVIDUAL:
        for row in range(n):
            DeveloperCommunity(market, table, row)
    else:
        for block in market.blocks:
            for _, part in block.parts:
                first, rows = block.rows.start + part.start, part.stop - part.start
                DeveloperCommunity(market, table, first, rows)


def _ties(market: "Market", ring: NDArray[np.int64]) -> None:
    """Draw the social graph over a shuffled ring, and the averages over it.

    Args:
        market: the market.
        ring: community at each place.
    """
    p, n = market.scenario.demand, market.communities.rows
    keys, half = np.arange(n, dtype=np.uint64), max(p.tie_degree // 2, 1)
    sub = np.arange(half)[None, :]
    rewired, goal = market.streams.joint(("tie rewired", "tie target"), keys[:, None], -1, sub)
    source, target = net.small_world(n, p.tie_degree, rewired, goal, p.tie_rewiring)
    developer = market.segments.of_kind("developer")[market.communities.segment]
    dtype = market.communities.use.dtype
    market.room = np.empty(n * market.offers.rows, dtype=dtype)
    # Managers see what developers nearby use, and what their own do.
    market.ties, market.developer_ties = (
        net.Ties(ring, source, target, counted, dtype, blocks.size(n), own)
        for counted, own in (
            (np.ones(n), 0.0),
            (developer.astype(float), market.scenario.pressure.internal),
        )
    )
    if n <= LARGEST_INDIVIDUAL:
        names = market.network.add_communities(n)
        ends = (map(names.__getitem__, ring[places].tolist()) for places in (source, target))
        market.network.tie(zip(*ends, strict=True))
