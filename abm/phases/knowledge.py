"""Knowledge diffusion over the network, and community contributions."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm.agents import display
from abm.agents.archive import STOCKS
from abm.agents.lab import RESTRICTED
from abm.agents.offer import OPEN
from abm.agents.shelf import Shelf
from abm.agents.stages import BUILDING
from abm.mechanisms import community
from abm.mechanisms import disclosure as d
from abm.mechanisms import knowledge as k
from abm.scenario.parameters import Knowledge
from abm.streams import normals

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Rates = Callable[[Floats], Floats]
"""From openness to rates of learning, (kinds of knowledge, learner, teacher) both."""


@dataclass(frozen=True)
class _Shown:
    """What labs show, to everybody and among members of the club, arrays (labs, components).

    Without a club there is one public, and nobody is a member.
    """

    to_all: Floats
    to_members: Floats | None = None
    members: NDArray[np.bool_] | None = None

    @classmethod
    def now(cls, market: "Market", rows: Rows) -> "_Shown":
        """What labs show of their present work.

        Without the mechanism of disclosure nothing that is shown teaches; leaks and use still do.
        """
        teaches = market.scenario.disclosure.enabled
        to_all = display.to_all(market).take(rows, axis=0) * teaches
        if not display.in_force(market):
            return cls(to_all)
        to_members = display.to_members(market).take(rows, axis=0) * teaches
        return cls(to_all, to_members, display.members(market)[rows])

    @classmethod
    def past(cls, market: "Market", rows: Rows) -> "_Shown | None":
        """What they must show of their past work besides; none if no rule says so."""
        market.archive.keep(market)
        floor = market.rules.now("delayed_floor", market.labs.closed)[rows]
        if not market.scenario.disclosure.enabled or not floor.any():
            return None
        now = cls.now(market, rows)
        to_members = None if now.to_members is None else np.maximum(now.to_members, floor)
        return cls(np.maximum(now.to_all, floor), to_members, now.members)

    def opened(self, p: Knowledge) -> Floats:
        """Openness of what each kind of knowledge is taught by, (kinds, learner, teacher)."""
        to_all = k.openness(p, d.taught(self.to_all))
        if self.to_members is None or self.members is None:
            return to_all
        both = np.logical_and.outer(self.members, self.members)
        return np.where(both, k.openness(p, d.taught(self.to_members)), to_all)


def diffuse(market: "Market") -> None:
    """Create knowledge by research, and let it flow along the edges of the network."""
    labs, p, rows = market.labs, market.scenario.knowledge, market.living
    if not p.enabled or rows.size == 0:
        return
    among = rows[:, None] * labs.rows + rows
    access, ease, cosine = (
        relation.take(among) for relation in (market.access(), market.ease, market.cosine)
    )
    opened = _Shown.now(market, rows).opened(p)
    rates = _rates(market, rows, access, ease)
    made = _research(market, rows, access, opened[d.ALGORITHMS], cosine)
    level = _abreast([labs.arrays[name].take(rows, axis=0) for name in STOCKS])
    learnt = _learn(market, rows, level, rates, rates(opened))
    learnt[:, 0] += made
    level += learnt
    after_data = 1 + labs.data.shape[1]
    labs.algorithms[rows] = level[:, 0]
    labs.data[rows] = level[:, 1:after_data]
    labs.comparisons[rows] = level[:, after_data:]


def _rates(market: "Market", rows: Rows, access: Floats, ease: Floats) -> Rates:
    """How fast labs learn each kind of knowledge, given how openly it is shown.

    Models that are sold teach algorithms and feedback to who copies them, not data.
    """
    s, labs, network = market.scenario, market.labs, market.network
    ability = market.ability[rows]
    learns, sells = (network.access(kind, labs.rows)[rows] for kind in net.THROUGH_APIS)
    teaches = sells
    if market.policies:
        teaches = sells * market.rules.now("copying", labs.closed)[rows]
    distilled = s.knowledge.distillation * ((learns * ability)[:, None] * teaches)

    def rates(opened: Floats) -> Floats:
        taught = k.learning_rates(s.knowledge, access, opened, ability, ease)
        taught[d.FEEDBACK] *= s.post_training.stickiness
        for kind in (d.ALGORITHMS, d.FEEDBACK):
            taught[kind] += distilled
        return np.minimum(taught, 0.99, out=taught)

    return rates


def _learn(market: "Market", rows: Rows, level: Floats, rates: Rates, present: Floats) -> Floats:
    """What labs learn from each other in a month, all kinds of knowledge side by side.

    Args:
        market: the market.
        rows: the living labs.
        level: what they know, as what is returned.
        rates: how fast labs learn what is shown.
        present: the rates of learning present knowledge.

    Returns:
        Algorithms, then data and feedback by domain, shape (labs, 1 + 2 domains).
    """
    kind = _kinds(market.labs.data.shape[1])
    past = _Shown.past(market, rows) if market.policies else None
    if past is None:
        return k.layer_rule(level, present, kind=kind)
    found = [market.archive.older(market, name, _age(market, i)) for i, name in enumerate(STOCKS)]
    older = _abreast([stock[rows] for stock, _ in found])
    known = np.array([known[rows] for _, known in found])
    old = k.afterwards(present, rates(past.opened(market.scenario.knowledge))) * known[:, None]
    both = np.concatenate([present, old], axis=2)
    return k.layer_rule(level, both, np.concatenate([level, older]), kind)


@lru_cache
def _kinds(domains: int) -> Rows:
    """Which kind of knowledge each of the stocks side by side is."""
    kinds = np.repeat(np.arange(d.KINDS), (1, domains, domains))
    kinds.flags.writeable = False
    return kinds


def _abreast(stocks: list[Floats]) -> Floats:
    """Stocks of knowledge side by side: the first one, then the domains of the others."""
    return np.concatenate([stocks[0][:, None], *stocks[1:]], axis=1)


def _age(market: "Market", kind: int) -> Floats:
    """Months after which labs must show what teaches a kind of knowledge, shape (labs,)."""
    delay = market.rules.now("delay", market.labs.closed)
    shortest: Floats = delay[:, d.TEACHES[:, kind] > 0].min(axis=1)
    return shortest


def _research(
    market: "Market", rows: Rows, access: Floats, opened: Floats, cosine: Floats
) -> Floats:
    """Algorithmic progress of the labs' own making, with efforts pooled as far as they are open."""
    s, labs, p = market.scenario, market.labs, market.scenario.knowledge
    busy = s.product.build_staff * (labs.product_stage[rows] == BUILDING)
    researchers = labs.researchers[rows] * (1 - busy) + _community_effort(market, rows)
    effort = k.pooled_effort(p, researchers, access, opened, cosine)
    noise = normals(market.luck["progress"][rows])
    return k.progress(p, effort, labs.algorithms[rows], noise)


def _community_effort(market: "Market", rows: Rows) -> Floats:
    """People-equivalents that contributors add to labs' research, as far as they can merge."""
    p = market.scenario.community
    if not p.enabled:
        return np.zeros(rows.size)
    stock = np.add.reduce(market.offers.contributions.take(2 * rows + OPEN, axis=0), axis=1)
    # A stock that depreciates at `depreciation` embodies that much work a month at steady state.
    effort: Floats = stock * p.depreciation * market.ability[rows]
    return effort


def contribute(market: "Market") -> None:
    """Let communities share out their unpaid work over the open models."""
    s, offers = market.scenario, market.offers
    p = s.community
    stock = offers.contributions
    stock *= 1 - p.depreciation
    rows = market.downloadable
    if not p.enabled or rows.size == 0:
        return
    segments = market.segments
    welcome = np.where(offers.licence[rows] >= RESTRICTED, p.restricted_discount, 1.0)
    match = segments.directions @ Shelf.now(market).fields[rows, OPEN].T
    share = community.attention(p, offers.use[rows], welcome, match)
    work = p.contribution * segments.budget * segments.adoption * segments.contributors
    market.contributed = float(np.add.reduce(work))
    stock[rows] += (share * work[:, None]).T @ segments.needs
