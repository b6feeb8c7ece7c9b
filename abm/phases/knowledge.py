"""Knowledge diffusion over the network, and community contributions."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm.agents.lab import NO_HOSTING, RESTRICTED
from abm.agents.stages import BUILDING
from abm.mechanisms import community
from abm.mechanisms import disclosure as d
from abm.mechanisms import knowledge as k

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]


def diffuse(market: "Market") -> None:
    """Create knowledge by research, and let it flow along the edges of the network."""
    s, labs, p = market.scenario, market.labs, market.scenario.knowledge
    rows = market.living
    if not p.enabled or rows.size == 0:
        return
    among = np.ix_(rows, rows)
    access = market.access()[among]
    learns, teaches = (market.network.access(kind, labs.rows)[rows] for kind in net.THROUGH_APIS)
    ability = k.absorptive_capacity(p, labs.researchers[rows])
    cosine, ease = market.cosine[among], market.ease[among]
    # Without the mechanism of disclosure nothing that is shown teaches; leaks and use still do.
    shown = labs.disclosure[rows] * s.disclosure.enabled
    teaches = teaches * market.rules.now("copying", labs.closed)[rows]
    distilled = p.distillation * np.outer(learns * ability, teaches)

    def learn(level: Floats, taught: Floats, factor: float = 1.0, copied: float = 0.0) -> Floats:
        rates = factor * k.learning_rates(p, access, taught, ability, ease)
        return k.layer_rule(level, np.minimum(rates + copied * distilled, 0.99))

    busy = s.product.build_staff * (labs.product_stage[rows] == BUILDING)
    researchers = labs.researchers[rows] * (1 - busy) + _community_effort(market)[rows]
    effort = k.pooled_effort(p, researchers, access, d.teaches_algorithms(shown), cosine)
    noise = market.streams.normal("progress", labs.key[rows], market.month)
    made = k.progress(p, effort, labs.algorithms[rows], noise)
    stickiness = s.post_training.stickiness
    learnt_a = learn(labs.algorithms[rows], d.teaches_algorithms(shown), copied=1.0)
    learnt_q = learn(labs.data[rows], d.teaches_data(shown))
    learnt_f = learn(
        labs.comparisons[rows], d.teaches_post_training(shown), factor=stickiness, copied=1.0
    )
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
    offers.contributions *= 1 - p.depreciation
    rows = market.downloadable
    if not p.enabled or rows.size == 0:
        return
    segments = market.segments
    developers = segments.of_kind("developer", "enterprise", "public")
    welcome = np.ones(rows.size)
    welcome[offers.licence[rows] == RESTRICTED] = p.restricted_discount
    welcome[offers.licence[rows] == NO_HOSTING] = p.restricted_discount
    unit = offers.focus[rows] / np.linalg.norm(offers.focus[rows], axis=1, keepdims=True)
    needs = segments.needs / np.linalg.norm(segments.needs, axis=1, keepdims=True)
    share = community.attention(p, offers.use[rows], welcome, needs @ unit.T)
    work = p.contribution * segments.budget * segments.adoption * developers
    market.contributed = float(work.sum())
    offers.contributions[rows] += (share * work[:, None]).T @ segments.needs
