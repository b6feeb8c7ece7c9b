"""One row of the events table, with its reason parsed, as whatever tells it reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from abm.record.wording import month_name


@dataclass(frozen=True)
class Occurrence:
    """An event with its calendar label.

    Attributes:
        month: index of the month.
        date: label of the month, ``YYYY-MM``.
        kind: one of `abm.record.events.EVENT_KINDS`.
        actor: lab that it happened to.
        counterpart: the other side, if any.
        amount: USD m, a level or a count, as the kind has it.
        reason: what led to it, in numbers.
    """

    month: int
    date: str
    kind: str
    actor: str
    counterpart: str
    amount: float
    reason: dict[str, Any]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Occurrence":
        """Read a row of the events table; the reason may be JSON or a dictionary."""
        reason = row["reason"]
        return cls(
            month=int(row["month"]),
            date=str(row["date"]),
            kind=str(row["kind"]),
            actor=str(row["actor"]),
            counterpart=str(row["counterpart"]),
            amount=float(row["amount"]),
            reason=json.loads(reason) if isinstance(reason, str) else dict(reason),
        )

    @property
    def when(self) -> str:
        """Name of the month."""
        return month_name(self.date)

    def month_label(self, month: int) -> str:
        """Name of another month of the same run."""
        return month_name(self.date, month - self.month)

    def number(self, name: str) -> float | None:
        """A number of the reason; nothing if the reason does not hold it."""
        value = self.reason.get(name)
        return None if value is None or isinstance(value, str) else float(value)

    def text(self, name: str) -> str:
        """A word of the reason; empty if the reason does not hold it."""
        value = self.reason.get(name)
        return "" if value is None else str(value)
