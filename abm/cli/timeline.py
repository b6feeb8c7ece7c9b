"""The events that matter, as they happen, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from abm.record.events import Event
from abm.record.explain import headline
from abm.record.wording import listing, month_name

NOTABLE_ROUND = 50.0
"""Rounds of funding that are told, from so many USD m."""

LOOKS = {
    "release": ("first model", "cyan"),
    "lead": ("lead", "bold cyan"),
    "hosted": ("hosted", "green"),
    "funding": ("funded", "bright_green"),
    "pivot": ("pivot", "magenta"),
    "camp_change": ("camp", "bright_magenta"),
    "acquisition": ("bought", "bold red"),
    "licence_and_hire": ("hired away", "bold red"),
    "blocked": ("no deal", "yellow"),
    "divestment": ("let go", "yellow"),
    "shutdown": ("shut down", "bold bright_red"),
    "entry": ("entry", "blue"),
    "spin_off": ("spin-off", "blue"),
    "ruling": ("law", "yellow"),
    "policy": ("policy", "bold yellow"),
    "club": ("club", "magenta"),
    "held_back": ("held back", "yellow"),
}
"""Short name and colour of every kind that is told."""


class Line(NamedTuple):
    """One line of the timeline: month, short name of the kind, what happened, colour."""

    when: str
    label: str
    text: str
    style: str


class Timeline:
    """Picks what matters out of the events of a run that is being played.

    Args:
        dates: labels of the months.
    """

    def __init__(self, dates: Sequence[str]) -> None:
        self.dates = dates
        self._heard = 0
        self._leaders: dict[str, str] = {}

    def news(self, events: Sequence[Event]) -> Iterator[Line]:
        """Lines about the events that were added since the last call."""
        fresh = events[self._heard :]
        self._heard = len(events)
        for month, group in groupby(fresh, key=lambda event: event.month):
            yield from self._month(month_name(self.dates[month]), list(group))

    def _month(self, when: str, events: list[Event]) -> Iterator[Line]:
        """Lines of one month, the listings of a cloud on one."""
        for event in events:
            if event.kind == "release":
                yield from self._release(when, event)
            elif event.kind == "funding" and event.amount < NOTABLE_ROUND:
                continue
            elif event.kind in LOOKS and event.kind != "hosted":
                yield _line(when, event.kind, self._told(event))
        hosted = sorted((e for e in events if e.kind == "hosted"), key=lambda e: e.counterpart)
        for cloud, listed in groupby(hosted, key=lambda event: event.counterpart):
            yield _line(when, "hosted", f"{cloud} lists {listing(_models(listed))}")

    def _release(self, when: str, event: Event) -> Iterator[Line]:
        """A lab's first release in a camp, and changes of who leads it."""
        camp = event.reason["camp"]
        if event.reason["version"] <= 1:
            yield _line(when, "release", self._told(event))
        if event.reason["leads_camp"]:
            before = self._leaders.get(camp)
            self._leaders[camp] = event.actor
            if before not in (None, event.actor):
                text = f"{event.actor} takes the lead among {camp} models from {before}"
                yield _line(when, "lead", text)

    def _told(self, event: Event) -> str:
        return headline({**event._asdict(), "date": self.dates[event.month]})


def _line(when: str, kind: str, text: str) -> Line:
    label, style = LOOKS[kind]
    return Line(when, label, text, style)


def _models(listed: Iterable[Event]) -> list[str]:
    return [f"{event.actor} ({event.reason['camp']})" for event in listed]
