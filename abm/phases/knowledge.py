"""Knowledge diffusion over the network, and community contributions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm.agents import display
from abm.agents.lab import RESTRICTED
from abm.agents.stages import BUILDING
from abm.mechanisms import community
from abm.mechanisms import disclosure as d
from abm.mechanisms import knowledge as k
from abm.scenario.parameters import Knowledge

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Teaching = Callable[[Floats], Floats]
"""From the components that are shown to what they teach."""


@dataclass(frozen=True)
class _Shown:
    """What labs show, to everybody and among members of the club, arrays (labs, components)."""

    to_all: Floats
    to_members: Floats
    members: NDArray[np.bool_]

    @classmethod
    def now(cls, market: "Market", rows: NDArray[np.int64]) -> "_Shown":
        """What labs show of their present work.

        Without the mechanism of disclosure nothing that is shown teaches; leaks and use still do.
        """
        teaches = market.scenario.disclosure.enabled
        return cls(
            display.to_all(market)[rows] * teaches,
            display.to_members(market)[rows] * teaches,
            display.members(market)[rows],
        )

    @classmethod
    def past(cls, market: "Market", rows: NDArray[np.int64]) -> "_Shown | None":
        """What they must show of their past work besides; none if no rule says so."""
        market.archive.keep(market)
        floor = market.rules.now("delayed_floor", market.labs.closed)[rows]
        if not market.scenario.disclosure.enabled or not floor.any():
            return None
        now = cls.now(market, rows)
        return cls(np.maximum(now.to_all, floor), np.maximum(now.to_members, floor), now.members)

    def opened(self, p: Knowledge, teach: Teaching) -> Floats:
        """Openness of what a kind of knowledge is taught by, (learner, teacher)."""
        to_all = k.openness(p, teach(self.to_all))
        if not self.members.any():
            return to_all
        both = np.logical_and.outer(self.members, self.members)
        return np.where(both, k.openness(p, teach(self.to_members)), to_all)


def _age(market: "Market", teach: Teaching) -> Floats:
    """Months after which labs must show what teaches a kind of knowledge, shape (labs,)."""
    delay = market.rules.now("delay", market.labs.closed)
    concerned = teach(np.eye(delay.shape[1])) > 0
    shortest: Floats = delay[:, concerned].min(axis=1)
    return shortest


def diffuse(market: "Market") -> None:
    """Create knowledge by research, and let it flow along the edges of the network."""
    s, labs, p = market.scenario, market.labs, market.scenario.knowledge
    rows = market.living
    if not p.enabled or rows.size == 0:
        return
    among = rows[:, None], rows
    access = market.access()[among]
    learns, teaches = (market.network.access(kind, labs.rows)[rows] for kind in net.THROUGH_APIS)
    ability = k.absorptive_capacity(p, labs.researchers[rows])
    cosine, ease = market.cosine[among], market.ease[among]
    shown = _Shown.now(market, rows)
    past = _Shown.past(market, rows) if market.policies else None
    teaches = teaches * market.rules.now("copying", labs.closed)[rows]
    distilled = p.distillation * np.outer(learns * ability, teaches)

    def learn(name: str, teach: Teaching, factor: float = 1.0, copied: float = 0.0) -> Floats:
        def rates(what: _Shown) -> Floats:
            taught = factor * k.learning_rates(p, access, what.opened(p, teach), ability, ease)
            return np.minimum(taught + copied * distilled, 0.99)

        level, present = getattr(labs, name)[rows], rates(shown)
        if past is None:
            return k.layer_rule(level, present)
        older, known = market.archive.older(market, name, _age(market, teach))
        old = k.afterwards(present, rates(past)) * known[rows]
        return k.layer_rule(level, np.hstack([present, old]), np.concatenate([level, older[rows]]))

    busy = s.product.build_staff * (labs.product_stage[rows] == BUILDING)
    researchers = labs.researchers[rows] * (1 - busy) + _community_effort(market)[rows]
    opened = shown.opened(p, d.teaches_algorithms)
    effort = k.pooled_effort(p, researchers, access, opened, cosine)
    noise = market.streams.normal("progress", labs.key[rows], market.month)
    made = k.progress(p, effort, labs.algorithms[rows], noise)
    stickiness = s.post_training.stickiness
    learnt_a = learn("algorithms", d.teaches_algorithms, copied=1.0)
    learnt_q = learn("data", d.teaches_data)
    learnt_f = learn("comparisons", d.teaches_post_training, factor=stickiness, copied=1.0)
    labs.algorithms[rows] += made + learnt_a
    labs.data[rows] += learnt_q
    labs.comparisons[rows] += learnt_f


def _community_effort(market: "Market") -> Floats:
    """People-equivalents that contributors add to a lab's research, as far as it can merge."""
    p = market.scenario.community
    if not p.enabled:
        return np.zeros(market.labs.rows)
    stock = market.offers.contributions[0::2].sum(axis=1)
    able = k.absorptive_capacity(market.scenario.knowledge, market.labs.researchers)
    # A stock that depreciates at `depreciation` embodies that much work a month at steady state.
    effort: Floats = stock * p.depreciation * able * market.labs.alive
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
    developers = segments.of_kind("developer", "enterprise", "public")
    welcome = np.where(offers.licence[rows] >= RESTRICTED, p.restricted_discount, 1.0)
    match = k.units(segments.needs) @ k.units(offers.focus[rows]).T
    share = community.attention(p, offers.use[rows], welcome, match)
    work = p.contribution * segments.budget * segments.adoption * developers
    market.contributed = float(work.sum())
    stock[rows] += (share * work[:, None]).T @ segments.needs
