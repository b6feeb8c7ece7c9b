"""Public support of training: grants that take disclosure, credits, shared data and feedback."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Capability, PostTraining, Talent

Floats = NDArray[np.float64]

STEPS = 21
LADDER = np.linspace(0.0, 1.0, STEPS)
"""Disclosure indices at which a grant can set in."""

LARGEST_CREDIT = 0.9
"""Largest share of training spending that is refunded, however many credits add up."""


def step(index: float) -> int:
    """Place on the ladder of a least disclosure index, rounded up to the next step."""
    return int(np.searchsorted(LADDER, index - 1e-9))


def granted(schedule: Floats, index: Any) -> Floats:
    """Grant at a disclosure index, USD m a month.

    Args:
        schedule: grant by the step that it takes, shape (..., steps).
        index: disclosure index, shape (...).
    """
    reached = np.asarray(index)[..., None] >= LADDER - 1e-9
    total: Floats = (schedule * reached).sum(axis=-1)
    return total


def credit_rate(base: Any, slope: Any, index: Any) -> Floats:
    """Share of training spending refunded at a disclosure index: base + slope D, within bounds."""
    rate: Floats = np.clip(base + slope * index, 0.0, LARGEST_CREDIT)
    return rate


def curated(p: Capability, talent: Talent, money: Floats, taken: Floats) -> Floats:
    """Curated data that public money adds, by domain, at researchers' pay.

    Public curators draw on the same web as the lab's own, and find the less the more is taken.

    Args:
        p: parameters of capability.
        talent: parameters of talent (the wage).
        money: USD m a month by domain, shape (labs, domains).
        taken: web data that each lab has already, Q0, shape (labs,).

    Returns:
        Q0 by domain, in units in which a generalist has the total in every domain.
    """
    left = np.maximum(p.web_stock - taken, 0.0) / p.web_stock
    added: Floats = p.curation_rate * money / talent.wage * left[:, None] * money.shape[1]
    return added


def labelled(p: PostTraining, money: Floats) -> Floats:
    """Comparisons (m) that public money buys, by domain, in the same units; (labs, domains)."""
    bought: Floats = money / p.label_cost * money.shape[1]
    return bought
