"""Who gains and who pays: the split of one run's money, and what two runs are worth to customers.

The books of a run say what every sector received from every other, so the money of the split adds
up to nothing. Welfare is not money moved: what is counted, and what is not, is in `GROUPS`.
Present values at `DISCOUNT` a year, USD m, as of the first month.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from abm.ledger import SECTORS

if TYPE_CHECKING:
    from abm.record.run import Run

Floats = NDArray[np.float64]

DISCOUNT = 0.04
"""Discount rate, 1/year."""

COSTS_OF_FUNDS = (1.0, 1.25)
"""Marginal cost of public funds: what raising a dollar costs taxpayers, USD."""

ALPHAS = (0.3, 0.5, 1.0)
"""Price weights that customers' gain is shown at beside the scenario's own."""

FINANCING = (
    "equity",
    "owner",
    "group",
    "acquisition",
    "bridge",
    "licence",
    "liquidation",
    "merged_cash",
    "default",
)
"""Payments for claims on firms, not for goods, work or harm; they cancel among labs, clouds,
investors, and the suppliers whose claims insolvent labs do not meet."""

COMPENSATION = "liability"
"""Damages paid to customers; the harm that they make good is outside what the market models."""


class Group(NamedTuple):
    """One group of the split.

    Attributes:
        name: the group.
        sector: its sector in the ledger.
        counted: whether its line enters the sum.
        meaning: what its line is.
    """

    name: str
    sector: str
    counted: bool
    meaning: str


GROUPS = (
    Group(
        "customers", "U", True,
        "equivalent variation: what the change is worth in money, whatever others use, and damages "
        "received",
    ),
    Group(
        "labs", "L", True,
        "operating profit: receipts less what is due, paid or not, without financing; what the "
        "state puts in for equity is a receipt, and its part of a sale a payment",
    ),
    Group(
        "clouds", "C", True,
        "operating profit, the same way; compute sold to labs counts at cost, like that of vendors",
    ),
    Group(
        "investors", "V", False,
        "cash returned less cash put in, and the labs' cash and value at the end: the owners' side "
        "of the profits above, and of what comes after the run; counting both would count twice",
    ),
    Group("rightsholders", "R", True, "damages and royalties received"),
    Group(
        "workers", "W", False,
        "pay received; what of it is more than they would earn elsewhere is not known",
    ),
    Group(
        "hardware vendors", "H", False,
        "sales of machines and energy less what insolvent labs leave unpaid; their own costs are "
        "not known",
    ),
    Group("public money", "G", True, "receipts less spending, times the marginal cost of funds"),
)  # fmt: skip
"""The groups of the split, in the order of its table."""


@dataclass(frozen=True)
class Books:
    """What welfare needs of one run.

    Attributes:
        money: net receipts by group, present value, USD m; they sum to zero.
        financing: of them, payments for claims on firms; they sum to zero as well.
        equity: cash and value of the living labs at the end, present value, USD m.
        in_play: spending at stake, USD m a month, shape (months, segments).
        log_sum: log-sum of customers, utils, same shape.
        log_sum_taste: the same without the pull of what others use.
        alpha: price weight of each segment, utils.
        compensation: damages that customers received, present value, USD m; zero without books.
        provision: cost to clouds of the compute that they sell to labs, taken to be what vendors
            would ask, present value, USD m.
    """

    money: Mapping[str, float]
    financing: Mapping[str, float]
    equity: float
    in_play: Floats
    log_sum: Floats
    log_sum_taste: Floats
    alpha: Floats
    compensation: float = 0.0
    provision: float = 0.0

    @classmethod
    def of(cls, run: "Run") -> "Books":
        """Reduce a run; where it kept no books, money is NaN."""
        p, segments, paid = run.scenario.demand, run.scenario.segments, run.flows
        shape = (run.market.height, len(segments))
        panel = {
            name: run.segments[name].to_numpy().reshape(shape)
            for name in ("in_play", "log_sum", "log_sum_taste")
        }
        damages = _receipts(run, paid.filter(pl.col("kind") == COMPENSATION))["customers"]
        compute = _receipts(run, paid.filter(pl.col("kind") == "compute"))["clouds"]
        return cls(
            money=_receipts(run, paid),
            financing=_receipts(run, paid.filter(pl.col("kind").is_in(FINANCING))),
            equity=_equity(run),
            alpha=p.price * np.array([segment.price_taste for segment in segments]),
            compensation=damages if math.isfinite(damages) else 0.0,
            provision=compute,
            **panel,
        )

    def profit(self, group: str) -> float:
        """Net receipts without financing and what clouds' own machines cost, USD m."""
        profit = self.money[group] - self.financing[group]
        return profit - self.provision if group == "clouds" else profit

    def value(self, group: str) -> float:
        """The group's own line of the split, present value, USD m; not for customers."""
        if group == "investors":
            return self.money[group] + self.equity
        return self.money[group] if group == "hardware vendors" else self.profit(group)


def weights(months: int) -> Floats:
    """Present value of a dollar of each month."""
    discounted: Floats = (1 + DISCOUNT) ** (-np.arange(months) / 12)
    return discounted


def _receipts(run: "Run", flows: pl.DataFrame) -> dict[str, float]:
    if not run.scenario.ledger.enabled:
        return dict.fromkeys((group.name for group in GROUPS), math.nan)
    value = weights(run.market.height)[flows["month"].to_numpy()]
    received = value @ flows.select(SECTORS).to_numpy()
    return {group.name: float(received[SECTORS.index(group.sector)]) for group in GROUPS}


def _equity(run: "Run") -> float:
    """Cash and value of the living labs in the last month, present value.

    What investors would pay for a firm comes on top of its cash (`capital.valuation` is before the
    money), and profit that a lab keeps is its owners' as well.
    """
    last = run.labs.filter(pl.col("month") == run.market.height - 1, pl.col("alive"))
    return float((last["value"] + last["cash"]).sum() * weights(run.market.height)[-1])


def equivalent_variation(
    base: Books, policy: Books, *, alpha: float | None = None, taste: bool = False
) -> float:
    """What the policy's world is worth to the customers of the base world, USD m, present value.

    Spending shares are those of a logit, so a segment's price index is P = exp(-log-sum / alpha)
    and, at the spending Y that it has at stake in the base world,
    EV = Y (P_base / P_policy - 1) (Anderson, de Palma & Thisse 1988; what the share of spending
    that goes to no model buys is taken as the same in both worlds).

    Args:
        base: books of the base world.
        policy: books of the policy's world.
        alpha: price weight, instead of the scenario's own by segment.
        taste: whether to leave out the pull of what others use, which may be taste or artefact.
    """
    name = "log_sum_taste" if taste else "log_sum"
    gain = getattr(policy, name) - getattr(base, name)
    price_weight = base.alpha if alpha is None else alpha
    worth = base.in_play * np.expm1(gain / price_weight)
    return float(weights(worth.shape[0]) @ worth.sum(axis=1))
