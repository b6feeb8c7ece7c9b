"""(q) Talent: hiring, quits, and the renown that a release brings."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Talent

Floats = NDArray[np.float64]


def hires(p: Talent, openings: Floats, renown: Floats, mean_renown: float, pay: Floats) -> Floats:
    """Researchers hired in a month.

    h openings 2 sigma(b_r (renown - mean) + b_pay ln pay): logit choice of candidates, in which a
    lab of mean appeal fills the share h.

    Args:
        p: parameters.
        openings: people sought, shape (labs,).
        renown: shape (labs,).
        mean_renown: mean over labs that hire.
        pay: wage relative to the mean, shape (labs,).
    """
    half_appeal = p.renown_weight / 2 * (renown - mean_renown) + p.pay_weight / 2 * np.log(pay)
    hired: Floats = p.hiring * np.maximum(openings, 0) * (1 + np.tanh(half_appeal))
    return hired


def next_wage(p: Talent, wage: Floats, openings: Floats, researchers: Floats) -> Floats:
    """Pay a month on: raised by who cannot fill its openings, else back toward the market's.

    Args:
        p: parameters.
        wage: relative to the market, shape (labs,).
        openings: people sought after this month's hires.
        researchers: people there.
    """
    short = openings > p.shortage * researchers
    moved = wage + p.wage_step * np.where(short, wage, 1 - wage)
    return np.minimum(np.maximum(moved, 1.0), p.highest_wage)


def quits(p: Talent, researchers: Floats, renown: Floats) -> Floats:
    """Researchers who leave in a month: q0 exp(-b renown), shape (labs,)."""
    return researchers * p.quits * np.exp(-p.quit_renown * renown)
