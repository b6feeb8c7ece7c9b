"""(j) Acquisition: what bidders pay, and what merger control does."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Acquisition

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sale:
    """Outcome of an auction: who buys, at what price, and the second bid."""

    winner: int
    price: float
    runner_up: float


def auction(p: Acquisition, bids: Floats, reserve: float) -> Sale | None:
    """Ascending (second-price) auction with a reserve; one bidder bargains instead.

    Args:
        p: parameters.
        bids: values of the bidders, capped by what they can pay, USD m, shape (bidders,).
        reserve: lowest price that the seller takes, USD m.

    Returns:
        The sale, or nothing if no bid reaches the reserve.
    """
    able = (bids >= max(reserve, 1e-9)).nonzero()[0]
    if able.size == 0:
        return None
    ranked = able[(-bids[able]).argsort(kind="stable")]
    winner = int(ranked[0])
    if ranked.size == 1:
        price = reserve + p.bilateral * (float(bids[winner]) - reserve)
        return Sale(winner, price, 0.0)
    runner_up = float(bids[ranked[1]])
    return Sale(winner, max(runner_up, reserve), runner_up)


def block_probability(p: Acquisition, hhi: float, delta: Any, shift: float = 0.0) -> Any:
    """Chance that an investigated merger is blocked, sigma(g0 + g1 dHHI + g2 HHI + shift).

    Args:
        p: parameters.
        hhi: concentration before the deal, 0-10000.
        delta: change of the HHI, twice the product of the two shares in percent, scalar or array.
        shift: by how much the rules in force make a block likelier, utils.
    """
    x = p.review_intercept + p.review_delta * delta + p.review_level * hhi + shift
    return 1 / (1 + np.exp(-x))


def at_risk(p: Acquisition, block: Any, months: float, runway: float) -> Any:
    """Share of a notifiable deal's worth that merger control puts at risk.

    Delay kills: a seller without the cash to wait may fail before the review ends.

    Args:
        p: parameters.
        block: chance of a block once it is investigated, scalar or array.
        months: length of the review.
        runway: months that the seller's cash lasts.
    """
    wait = min(1.0, months / max(runway, 0.5))
    return p.significant * (block + (1 - block) * 0.5 * wait)
