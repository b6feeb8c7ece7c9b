"""(b) Cost of the frontier: an outcome of plans and of a perceived entry ticket."""

import numpy as np
from numpy.typing import NDArray

from abm.scenario.parameters import Race

Floats = NDArray[np.float64]


def entry_ticket(p: Race, last_cost: Floats, last_month: NDArray[np.int64], month: int) -> float:
    """What labs believe a frontier run costs now.

    Args:
        p: parameters; `growth` is a belief about the race, never an imposed cost.
        last_cost: cost of each lab's last run, USD m, shape (labs,).
        last_month: month in which that run was planned, shape (labs,).
        month: current month.

    Returns:
        USD m; infinite if the race is switched off (no ceiling but one's means).
    """
    if not p.enabled:
        return float("inf")
    aged = last_cost * p.growth ** (np.maximum(month - last_month, 0) / 12)
    return float(np.maximum.reduce(aged, initial=0.0))


def planned_run(p: Race, liquid: Floats, ticket: float, months: NDArray[np.int64]) -> Floats:
    """Cost of the next run: a share of liquid funds, at most the entry ticket.

    Args:
        p: parameters; `commitment` is a yearly rate, so that a fresh round is not gone in one run.
        liquid: funds that each lab can commit over the coming year, USD m, shape (labs,).
        ticket: perceived cost of a frontier run, USD m.
        months: length of each lab's usual run, shape (labs,).

    Returns:
        USD m for the final run; experiments cost `experiments` times as much again.
    """
    affordable = p.commitment * liquid * months / 12 / (1 + p.experiments)
    return np.minimum(np.maximum(affordable, 0.0), ticket)


def licensed_run(
    cost: Floats,
    flop: Floats,
    threshold: Floats,
    fee: Floats,
    setback: Floats,
    funds: Floats,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Cost of the next run where large ones need a licence, and whether the lab takes one.

    The fee comes out of the run's budget, and while the lab waits the frontier moves on. It trains
    just below the threshold unless what is left of the budget buys more than that:
    log10((I - fee) e) - setback > log10(threshold).

    Args:
        cost: budget I of the run, USD m, shape (labs,).
        flop: what a million dollars buy, e, FLOP per USD m.
        threshold: compute above which a run needs a licence, FLOP; infinite for none.
        fee: USD m.
        setback: what the frontier gains while the licence is awaited, OOM.
        funds: cash to pay the fee with, USD m.

    Returns:
        Cost of the run without the fee, USD m, and a mask of licensed runs, shapes of `cost`.
    """
    spent = cost - fee
    bought = np.log10(np.maximum(spent * flop, 1e-300)) - setback
    licensed = (cost * flop > threshold) & (bought > np.log10(threshold)) & (funds >= fee)
    return np.where(licensed, spent, np.minimum(cost, threshold / flop)), licensed
