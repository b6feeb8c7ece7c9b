"""Knowledge diffusion over the network, and community contributions."""

from typing import TYPE_CHECKING

import numpy as np

from abm import network as net
from abm.agents.lab import NO_HOSTING, RESTRICTED
from abm.mechanisms import community
from abm.mechanisms import disclosure as d
from abm.mechanisms import knowledge as k

if TYPE_CHECKING:
    from abm.market import Market


def diffuse(market: "Market") -> None:
    """Create knowledge by research, and let it flow along the edges of the network."""
    s, labs, network = market.scenario, market.labs, market.network
    p = s.knowledge
    if not p.enabled:
        return
    alive = labs.alive
    access = network.matrix(net.KNOWS, labs.rows) * (alive[:, None] & alive[None, :])
    api = network.matrix(net.DISTILS, labs.rows) * (alive[:, None] & alive[None, :])
    ability = k.absorptive_capacity(p, labs.researchers)
    cosine, ease = market.cosine, market.ease
    shown = labs.disclosure
    helpers = _community_effort(market)
    effort = k.pooled_effort(
        p, labs.researchers + helpers, access, d.teaches_algorithms(shown), cosine
    )
    made = k.progress(
        p, effort, labs.algorithms, market.streams.normal("progress", labs.key, market.month)
    )

    distilled = p.distillation * api * ability[:, None]

    def rates(taught: np.ndarray, factor: float = 1.0, copied: float = 0.0) -> np.ndarray:
        learnt = factor * k.learning_rates(p, access, taught, ability, ease)
        return np.minimum(learnt + copied * distilled, 0.99)

    learnt_a = k.layer_rule(labs.algorithms, rates(d.teaches_algorithms(shown), copied=1.0))
    learnt_q = k.layer_rule(labs.data, rates(d.teaches_data(shown)))
    stickiness = s.post_training.stickiness
    learnt_f = k.layer_rule(
        labs.comparisons, rates(d.teaches_post_training(shown), stickiness, copied=1.0)
    )
    labs.algorithms += np.where(alive, made + learnt_a, 0.0)
    labs.data += learnt_q * alive[:, None]
    labs.comparisons += learnt_f * alive[:, None]
    market.learnt = float(learnt_a.sum())


def _community_effort(market: "Market") -> np.ndarray:
    """People-equivalents by which contributors add to a lab's research, inside what it can merge."""
    p = market.scenario.community
    if not p.enabled:
        return np.zeros(market.labs.rows)
    stock = market.offers.contributions[0::2].sum(axis=1)
    able = k.absorptive_capacity(market.scenario.knowledge, market.labs.researchers)
    # A stock that depreciates at `depreciation` embodies that much work a month at steady state.
    effort: np.ndarray = stock * p.depreciation * able * market.labs.alive
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
