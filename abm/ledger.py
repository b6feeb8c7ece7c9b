"""The double-entry books: every flow has a payer and a payee, every month closes.

Sectors (columns of the flow matrix): customers U, labs L, clouds C, hardware and energy vendors H,
workers and labellers W, investors V, government G, rightsholders R. Labs and clouds have accounts
(their columns of cash); the other sectors are open boundaries whose balances are logged. After
Godley & Lavoie (2007) and, at the level of agents, Caiani et al. (2016).
"""

from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

SECTORS = ("U", "L", "C", "H", "W", "V", "G", "R")
SECTOR_NAMES = {
    "U": "customers",
    "L": "labs",
    "C": "clouds",
    "H": "hardware vendors",
    "W": "workers",
    "V": "investors",
    "G": "government",
    "R": "rightsholders",
}
Floats = NDArray[np.float64]
_INDEX = {sector: i for i, sector in enumerate(SECTORS)}


class ConservationError(AssertionError):
    """Money appeared or vanished; the message names the flow or the sector."""


@dataclass(frozen=True)
class Account:
    """A payer or payee: a sector, and the cash of its members if it has members."""

    sector: str
    cash: Floats | None = None


CUSTOMERS, VENDORS, WORKERS = Account("U"), Account("H"), Account("W")
INVESTORS, GOVERNMENT, RIGHTSHOLDERS = Account("V"), Account("G"), Account("R")


class Ledger:
    """The flow matrix of the month and the check that it closes.

    Args:
        labs: account of the labs.
        clouds: account of the clouds.
        enabled: whether flows are recorded and checked (cash moves in any case).
        tolerance: largest residual relative to the gross flow.
    """

    def __init__(self, labs: Account, clouds: Account, enabled: bool, tolerance: float) -> None:
        self.labs, self.clouds = labs, clouds
        self.enabled, self.tolerance = enabled, tolerance
        self.flows: dict[str, list[float]] = {}
        self._gross = 0.0
        self._opening = self._cash()

    def _cash(self) -> dict[str, float]:
        return {
            account.sector: float(np.add.reduce(account.cash))
            for account in (self.labs, self.clouds)
            if account.cash is not None
        }

    def open(self) -> None:
        """Start a month with empty books."""
        self.flows, self._gross = {}, 0.0
        self._opening = self._cash()

    def pay(
        self,
        kind: str,
        payer: Account,
        payee: Account,
        amount: Any,
        payer_rows: Any = None,
        payee_rows: Any = None,
    ) -> None:
        """Move money from payer to payee.

        Args:
            kind: row of the flow matrix ("wages", "royalty", ...).
            payer: who pays.
            payee: who receives.
            amount: USD m; a number, an array over the members of the one side that has members,
                or an array (payers, payees) when both sides do.
            payer_rows: row or rows of the payer, if not all of them.
            payee_rows: row or rows of the payee, if not all of them.
        """
        paid = received = amount
        if isinstance(amount, np.ndarray):
            total = float(np.add.reduce(amount, axis=None))
            if amount.ndim == 2:
                paid, received = np.add.reduce(amount, axis=1), np.add.reduce(amount, axis=0)
        else:
            total = float(amount)
        if total == 0.0 and not np.count_nonzero(amount):
            return
        if payer.cash is not None:
            _debit(payer.cash, paid, payer_rows)
        if payee.cash is not None:
            _credit(payee.cash, received, payee_rows)
        if self.enabled:
            row = self.flows.get(kind)
            if row is None:
                row = self.flows[kind] = [0.0] * len(SECTORS)
            row[_INDEX[payer.sector]] -= total
            row[_INDEX[payee.sector]] += total
            self._gross += abs(total)

    def close(self) -> None:
        """Check the month.

        Raises:
            ConservationError: if a row does not sum to zero, or if cash moved outside the books.
        """
        if not self.enabled:
            return
        limit = self.tolerance * max(self._gross, 1.0)
        for kind, row in self.flows.items():
            off = fsum(row)
            if not abs(off) <= limit:
                raise ConservationError(f"{kind}: payers and payees differ by {off} USD m")
        closing = self._cash()
        for sector, before in self._opening.items():
            place = _INDEX[sector]
            moved = closing[sector] - before
            told = fsum([row[place] for row in self.flows.values()])
            # Summing thousands of balances costs a few ulps of the balances themselves.
            slack = limit + 1e-12 * (abs(before) + abs(closing[sector]))
            # Negated, so that cash that is no number is caught too.
            if not abs(moved - told) <= slack:
                raise ConservationError(
                    f"{SECTOR_NAMES[sector]}: cash moved by {moved} USD m, the books say {told}"
                )


def _credit(cash: Floats, amount: Any, rows: Any) -> None:
    """Add an amount to the cash of one side."""
    if rows is None:
        cash += amount
    elif isinstance(rows, int):
        cash[rows] += amount
    else:
        np.add.at(cash, rows, amount)


def _debit(cash: Floats, amount: Any, rows: Any) -> None:
    """Subtract an amount from the cash of one side."""
    if rows is None:
        cash -= amount
    elif isinstance(rows, int):
        cash[rows] -= amount
    else:
        np.subtract.at(cash, rows, amount)
