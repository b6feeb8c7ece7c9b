"""(d) Creation and diffusion of knowledge over the network.

Knowledge is nested: a piece at level z is learnt from any teacher that has it (the layer rule). The
gain is monotone in every rate and every teacher's level and bounded by the gap, unlike averages
over neighbours, in which weak peers dilute strong ones.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Knowledge

Floats = NDArray[np.float64]


def absorptive_capacity(p: Knowledge, researchers: Floats) -> Floats:
    """Share R / (R + R_half) of accessible knowledge that a lab can take in (Cohen & Levinthal)."""
    return researchers / (researchers + p.half_researchers)


def units(vectors: Floats) -> Floats:
    """Vectors (n, domains) at length one; zero stays zero."""
    squares = np.einsum("id,id->i", vectors, vectors)[:, None]
    unit: Floats = vectors / np.sqrt(np.maximum(squares, 1e-300))
    return unit


def overlap(some: Floats, others: Floats) -> Floats:
    """Cosine of focus vectors, both (labs, domains) at length one, shape (some, others)."""
    cosine = some @ others.T
    return np.minimum(cosine, 1.0, out=cosine)


def cognition(cosine: Floats) -> Floats:
    """Ease of learning from another focus: the inverted U of Nooteboom et al. (2007).

    4 x (1 - x), floored at 0.2, with x half the cosine: between labs of one focus the novelty is
    the teacher's lead, which the layer rule counts already, so ease peaks at equal focus.
    """
    ease = 2 - cosine
    ease *= cosine
    return np.maximum(ease, 0.2, out=ease)


def openness(p: Knowledge, disclosed: Floats) -> Floats:
    """What each learner can get of what each teacher discloses.

    Args:
        p: parameters.
        disclosed: level of the component that teaches, shape (..., labs), in [0, 1].

    Returns:
        Array (..., learner, teacher): D^eta, a share `reciprocity` of it only in return for one's
        own.
    """
    taught: Floats = disclosed**p.disclosure_exponent
    returned = 1 - p.reciprocity + p.reciprocity * disclosed
    return taught[..., None, :] * returned[..., :, None]


def learning_rates(
    p: Knowledge, access: Floats, opened: Floats, absorptive: Floats, ease: Floats
) -> Floats:
    """Monthly rates r_ij = A_ij [l0 + (l1 - l0) D_j^eta] abs_i cog_ij.

    Args:
        p: parameters.
        access: weights of the learning edges, (learner, teacher); zero where there is no edge.
        opened: `openness` of the component that teaches, (..., learner, teacher).
        absorptive: absorptive capacity, shape (labs,).
        ease: cognition, shape (labs, labs).

    Returns:
        Rates in [0, 1), shape (..., learner, teacher).
    """
    rate = (p.recipe_rate - p.leak) * opened
    rate += p.leak
    rate *= access * ease * absorptive[:, None]
    return np.minimum(rate, 0.99, out=rate)


def afterwards(present: Floats, due: Floats) -> Floats:
    """Rates over what was known a while ago, beside the rates over what is known now.

    Old knowledge is reached by either, together at the rate that is due:
    (1 - present) (1 - afterwards) = 1 - due.

    Args:
        present: rates at which present knowledge is learnt, in [0, 1).
        due: rates that apply to old knowledge, at least as high.
    """
    rates: Floats = np.maximum(1 - (1 - due) / (1 - present), 0.0)
    return rates


def layer_rule(
    level: Floats,
    rates: Floats,
    teachers: Floats | None = None,
    kind: NDArray[np.int64] | None = None,
) -> Floats:
    """Gain over a month of each learner from all who know more.

    gain_i = int_{a_i}^{max a} [1 - prod_{j: a_j > z} (1 - r_ij)] dz

    It is the gap to the leader less what is left of it: the same integral over the product alone.

    Args:
        level: knowledge, shape (labs,) or (labs, fields).
        rates: shape (learner, teacher), in [0, 1); or (kinds, learner, teacher).
        teachers: knowledge of the teachers, the learners first; these alone if absent.
        kind: which of the rates each field is learnt at, shape (fields,).

    Returns:
        Gains, shape of `level`; zero for whoever leads, never more than the gap to the leader.
    """
    if level.ndim == 1:
        column = None if teachers is None else teachers[:, None]
        return layer_rule(level[:, None], rates, column)[:, 0]
    source = level if teachers is None else teachers
    teaching, learning = source.shape[0], level.shape[0]
    falling = (-source).argsort(axis=0, kind="stable")
    ranked = source[falling, np.arange(source.shape[1])]
    # By kind, teacher and learner: what is missed of what the teacher shows. Nobody misses what
    # they know themselves, so that the products below end at one's own rank.
    misses = np.subtract(1, rates).swapaxes(-1, -2).reshape(-1, teaching * learning)
    misses[:, : learning**2 : learning + 1] = 0.0
    first = 0 if kind is None else kind * teaching
    # missed[m, d, i]: chance that i learns the layer below rank m from none of those down to m.
    missed = misses.reshape(-1, learning).take(falling[:-1] + first, axis=0)
    for above, below in pairwise(missed):
        below *= above
    depth = (ranked[:-1] - ranked[1:]).T
    left = (depth[:, None] @ missed.swapaxes(0, 1))[:, 0].T
    gain: Floats = np.maximum(ranked[0] - level - left, 0.0)
    # Without edges nothing flows, not even what rounding leaves of a gap less itself.
    learns = rates @ np.ones(teaching) > 0
    if np.count_nonzero(learns) < learns.size:
        gain *= learns[:, None] if kind is None else learns[kind].T
    return gain


def pooled_effort(
    p: Knowledge, researchers: Floats, access: Floats, opened: Floats, cosine: Floats
) -> Floats:
    """Research effort that a lab benefits from, own and pooled.

    R_i^eff = R_i + sum_j A_ij D_j^eta (1 - o_ij) R_j

    Args:
        p: parameters.
        researchers: shape (labs,).
        access: weights (learner, teacher).
        opened: `openness` of the component that teaches, (learner, teacher).
        cosine: overlap of focus, shape (labs, labs); duplicated effort is `duplication` times it.

    Returns:
        People, shape (labs,).
    """
    useful = access * opened * (1 - p.duplication * cosine)
    pooled: Floats = useful @ researchers
    return researchers + pooled


def progress(p: Knowledge, effort: Floats, level: Floats, noise: Floats) -> Floats:
    """Monthly algorithmic progress of a lab's own making, in OOM.

    da = (g_a / 12) (R_eff / R_ref)^lambda 10^(-beta max(a, 0)) exp(sigma eps): stepping on toes
    (Jones 1995), and ideas that get harder to find (Bloom et al. 2020).

    Args:
        p: parameters.
        effort: own and pooled researchers, shape (labs,).
        level: algorithmic knowledge a, OOM, shape (labs,).
        noise: standard normals, shape (labs,).
    """
    pace = p.frontier_progress / 12
    shock = np.exp(p.noise * noise - p.noise**2 / 2)
    harder = 10 ** (-p.difficulty * np.maximum(level, 0.0))
    return pace * (effort / p.reference_researchers) ** p.effort_elasticity * harder * shock


def steady_lag(p: Knowledge, researchers: Floats, sources: float = 4.0) -> Floats:
    """Lag in algorithms of a lab that only leaks reach: where progress and leakage balance.

    Args:
        p: parameters.
        researchers: shape (labs,).
        sources: number of rich sources it has edges to.

    Returns:
        OOM behind the frontier, shape (labs,), not negative.
    """
    pace = (p.frontier_progress / 12) * (
        1 - (np.minimum(researchers / p.reference_researchers, 1)) ** p.effort_elasticity
    )
    return pace / max(sources * p.leak, 1e-9)
