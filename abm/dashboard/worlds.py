"""The two markets of a session, played month by month on the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from abm.market import Market
from abm.record.explain import headline
from abm.record.run import Run, date_labels
from abm.record.tables import reason_text

if TYPE_CHECKING:
    from abm.dashboard.order import Order
    from abm.record.events import Event

NAMES = ("A", "B")
"""What the worlds are called: as it is, and with one thing changed."""


@dataclass(frozen=True)
class News:
    """An event of one month, in one world or in both.

    Attributes:
        worlds: ``A``, ``B`` or ``AB``.
        keys: names of the event by world and place in its log, such as ``A12``.
        row: a row of the events table.
        other: the row of B, where both tell the same news with other numbers behind it.
    """

    worlds: str
    keys: tuple[str, ...]
    row: dict[str, Any]
    other: dict[str, Any] | None = None

    @property
    def alike(self) -> bool:
        """Whether it is the same in both worlds, to the last bit."""
        return self.worlds == "AB" and self.other is None


@dataclass(frozen=True)
class Parting:
    """Where the worlds first differ.

    Attributes:
        month: the first month that is not the same in both.
        news: events of that month that are not the same in both.
    """

    month: int
    news: tuple[News, ...]


class Worlds:
    """One market, or two on the same seed, kept at the same month.

    The first month is played at once, so that there is something to see.

    Args:
        order: what is asked for.

    Raises:
        ScenarioError: if it cannot be played.
    """

    def __init__(self, order: Order) -> None:
        self.order = order
        self.markets = [
            Market(scenario, seed=order.seed, policies=policies)
            for scenario, policies in order.worlds()
        ]
        self.months = self.markets[0].scenario.months
        self.dates = date_labels(self.markets[0].scenario)
        self.parting: Parting | None = None
        self._heard = [0 for _ in self.markets]
        self._unread: list[tuple[int, list[News]]] = []
        self.play(1)

    @property
    def month(self) -> int:
        """Months played."""
        return int(self.markets[0].month)

    @property
    def over(self) -> bool:
        """Whether all months are played."""
        return self.month >= self.months

    @property
    def paired(self) -> bool:
        """Whether there is a second world."""
        return len(self.markets) > 1

    def play(self, months: int) -> None:
        """Play so many months in both worlds, or as many as are left."""
        for _ in range(min(months, self.months - self.month)):
            month = self.month
            for market in self.markets:
                market.step()
            news = self._listen(month)
            self._unread.append((month, news))
            if self.paired and self.parting is None and not self._alike(month, news):
                self.parting = Parting(month, tuple(item for item in news if not item.alike))
        self.__dict__.pop("runs", None)

    @cached_property
    def runs(self) -> list[Run]:
        """Tables of each world up to now."""
        return [market.recorder.finish(market) for market in self.markets]

    def unread(self) -> list[tuple[int, list[News]]]:
        """Events by month since the last call."""
        taken, self._unread = self._unread, []
        return taken

    def same(self, column: str) -> bool:
        """Whether a column of the market's table is the same in all worlds, to the last bit."""
        one, *others = (market.recorder.market[column] for market in self.markets)
        return all(np.array_equal(one, other, equal_nan=True) for other in others)

    def _listen(self, month: int) -> list[News]:
        """Events of a month, those that both worlds share first told once."""
        logs = [self._told(number, market, month) for number, market in enumerate(self.markets)]
        for number, market in enumerate(self.markets):
            self._heard[number] = len(market.events)
        first, second = logs[0], logs[1] if self.paired else {}
        found = [
            News("AB", (one, second[event][0]), row) if event in second else News("A", (one,), row)
            for event, (one, row) in first.items()
        ]
        alone = [
            News("B", (key,), row) for event, (key, row) in second.items() if event not in first
        ]
        return _matched(found, alone)

    def _told(
        self, number: int, market: Market, month: int
    ) -> dict[tuple[Any, ...], tuple[str, dict[str, Any]]]:
        """Fresh events of one world: what each is, its key and its row."""
        start = self._heard[number]
        told: dict[tuple[Any, ...], tuple[str, dict[str, Any]]] = {}
        seen: dict[tuple[Any, ...], int] = {}
        for place, event in enumerate(market.events[start:], start):
            content = _content(event)
            seen[content] = seen.get(content, -1) + 1
            row = {**event._asdict(), "date": self.dates[month]}
            told[(*content, seen[content])] = (f"{NAMES[number]}{place}", row)
        return told

    def _alike(self, month: int, news: list[News]) -> bool:
        """Whether a month is the same in both worlds: its events and every recorded number."""
        one, other = (market.recorder for market in self.markets)
        if not all(item.alike for item in news):
            return False
        mine, theirs = ([of[month] for of in rec.market.values()] for rec in (one, other))
        if not _equal(mine, theirs):
            return False
        here, there = (recorder.labs(slice(month, month + 1)) for recorder in (one, other))
        return all(_equal(column, there[name]) for name, column in here.items())


def _matched(first: list[News], second: list[News]) -> list[News]:
    """News of two worlds, those that read alike but rest on other numbers told once."""
    waiting: dict[tuple[str, str], list[News]] = {}
    for item in second:
        waiting.setdefault(_reading(item), []).append(item)
    found = []
    for item in first:
        twins = waiting.get(_reading(item)) if item.worlds == "A" else None
        if twins:
            twin = twins.pop(0)
            item = News("AB", item.keys + twin.keys, item.row, twin.row)
        found.append(item)
    return [*found, *(item for items in waiting.values() for item in items)]


def _reading(item: News) -> tuple[str, str]:
    return item.row["kind"], headline(item.row)


def _content(event: Event) -> tuple[Any, ...]:
    return event.kind, event.actor, event.counterpart, event.amount, reason_text(event.reason)


def _equal(one: Any, other: Any) -> bool:
    return np.array_equal(np.asarray(one, float), np.asarray(other, float), equal_nan=True)
