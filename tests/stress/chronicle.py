"""What the events of a run say of the state of the market, held against that state each month."""

from dataclasses import dataclass, field

import numpy as np

from abm import network as net
from abm.agents.offer import CLOSED, OPEN
from abm.market import Market
from abm.record.events import EVENT_KINDS, Event

OF_ANYBODY = {"hosted", "delisted", "blocked", "ruling", "policy"}
"""Kinds of events that do not need their actor in business: weights outlive their lab."""

NEW = {"entry", "spin_off"}


@dataclass
class Chronicle:
    """The state that events imply, from the first month on.

    Args:
        market: before its first month.

    Attributes:
        alive: names of the labs in business.
        closed: names of those that sell an API only.
        owned: names of those whose parent covers them.
        sued: names of those with a suit pending.
        houses: own lab of each cloud that has one, by name.
        raised: equity raised by each lab, USD m.
        versions: releases of each line so far.
        live: lines on the market.
        listed: managed listings, line and cloud.
        told: events that were followed so far.
        resolved: whether the legal question is settled.
    """

    market: Market
    alive: set[str] = field(init=False)
    closed: set[str] = field(init=False)
    owned: set[str] = field(init=False)
    sued: set[str] = field(init=False)
    houses: dict[str, str] = field(init=False)
    raised: dict[str, float] = field(init=False)
    versions: list[int] = field(init=False)
    live: set[int] = field(init=False)
    listed: set[tuple[int, str]] = field(init=False)
    told: int = 0
    resolved: bool = False

    def __post_init__(self) -> None:
        for name, value in self._state().items():
            setattr(self, name, value)
        self.raised = dict(zip(self.market.names, self.market.labs.raised.tolist(), strict=False))

    def follow(self) -> None:
        """Read what happened since, and compare; nothing that an event tells may be undone."""
        for event in self.market.events[self.told :]:
            assert event.month == self.market.month - 1, event
            self._read(event)
        self.told = len(self.market.events)
        for name, value in self._state().items():
            assert getattr(self, name) == value, name
        for row, name in enumerate(self.market.names):
            booked = float(self.market.labs.raised[row])
            assert np.isclose(self.raised[name], booked, rtol=1e-9, atol=1e-9), name

    # -- what the market says --------------------------------------------------------------------

    def _state(self) -> dict[str, object]:
        """The columns that events tell of."""
        market, labs, offers = self.market, self.market.labs, self.market.offers

        def names(mask: np.ndarray) -> set[str]:
            return {market.names[row] for row in np.flatnonzero(mask & labs.alive).tolist()}

        return {
            "alive": names(labs.alive),
            "closed": names(labs.closed),
            "owned": names(labs.owned),
            "sued": names(labs.suit_left > 0),
            "houses": {
                cloud: market.names[row]
                for cloud, row in zip(
                    market.cloud_names, market.clouds.own_lab.tolist(), strict=True
                )
                if row >= 0
            },
            "versions": offers.version.tolist(),
            "live": set(np.flatnonzero(offers.live).tolist()),
            "listed": {
                (line, market.cloud_names[k]) for line, k in np.argwhere(offers.listed).tolist()
            },
        }

    # -- what events say -------------------------------------------------------------------------

    def _read(self, event: Event) -> None:
        """Take over one event: who is out of business does nothing, and nothing happens twice."""
        assert event.kind in EVENT_KINDS, event
        assert np.isfinite(event.amount), event
        if event.kind in NEW:
            assert event.actor not in self.raised, event
        elif event.kind not in OF_ANYBODY:
            assert event.actor in self.alive, event
        read = getattr(self, f"_on_{event.kind}", None)
        if read is not None:
            read(event)

    def _on_release(self, event: Event) -> None:
        assert (event.reason["camp"] == "closed") == (event.actor in self.closed), event
        line = self._line(event.actor)
        self._put_on_market(line)
        assert event.reason["version"] == self.versions[line], event

    def _on_camp_change(self, event: Event) -> None:
        assert (event.actor in self.closed) != bool(event.amount), event
        (self.closed.add if event.amount else self.closed.discard)(event.actor)
        row = self._row(event.actor)
        if self.live & {2 * row + OPEN, 2 * row + CLOSED}:
            self._put_on_market(self._line(event.actor))
            if not event.amount:
                self._withdraw(2 * row + CLOSED)

    def _on_hosted(self, event: Event) -> None:
        line = 2 * self._row(event.actor) + (event.reason["camp"] == "closed")
        assert line in self.live, event
        assert (line, event.counterpart) not in self.listed, event
        self.listed.add((line, event.counterpart))

    def _on_delisted(self, event: Event) -> None:
        row, cloud = self._row(event.actor), event.counterpart
        lines = [
            2 * row + camp for camp in (OPEN, CLOSED) if (2 * row + camp, cloud) in self.listed
        ]
        assert lines, event
        k = self.market.cloud_names.index(cloud)
        # The event names the lab: of two lines there it is the one that is there no more.
        gone = [line for line in lines if not self.market.offers.listed[line, k]]
        self.listed.discard(((gone or lines)[0], cloud))

    def _on_funding(self, event: Event) -> None:
        assert event.amount > 0, event
        assert event.actor not in self.owned, event
        self.raised[event.actor] += event.amount

    def _on_entry(self, event: Event) -> None:
        self.alive.add(event.actor)
        self.raised[event.actor] = event.amount

    def _on_spin_off(self, event: Event) -> None:
        assert event.counterpart in self.alive, event
        self._on_entry(event)
        ends = (net.lab_node(self._row(name)) for name in (event.actor, event.counterpart))
        assert self.market.network.has_edge(*ends, key=net.SPUN_OFF_FROM), event

    def _on_divestment(self, event: Event) -> None:
        assert event.actor in self.owned, event
        self.owned.discard(event.actor)
        self._let_go(event.actor)

    def _on_lawsuit(self, event: Event) -> None:
        assert event.actor not in self.sued, event
        self.sued.add(event.actor)

    def _on_settlement(self, event: Event) -> None:
        assert event.actor in self.sued, event
        assert event.amount >= 0, event
        self.sued.discard(event.actor)

    def _on_ruling(self, event: Event) -> None:
        assert not self.resolved, event
        self.resolved = True

    def _on_shutdown(self, event: Event) -> None:
        assert event.actor not in self.owned, event
        self._leave(event.actor)

    def _on_licence_and_hire(self, event: Event) -> None:
        self._buyer(event)
        self.raised[event.actor] -= min(event.amount, self.raised[event.actor])

    def _on_acquisition(self, event: Event) -> None:
        self._let_go(event.actor)
        home = self._buyer(event)
        if home is None:
            self.houses[event.counterpart] = event.actor
            self.owned.add(event.actor)
        else:
            self.sued |= {home} if event.actor in self.sued else set()
            self._leave(event.actor)

    def _buyer(self, event: Event) -> str | None:
        """The lab in which a buyer puts what it buys; none for a cloud without one."""
        assert event.actor not in self.owned, event
        assert event.amount >= 0, event
        if event.counterpart in self.market.cloud_names:
            home = self.houses.get(event.counterpart)
        else:
            home = event.counterpart
        assert home is None or home in self.alive - {event.actor}, event
        return home

    # -- what they mean --------------------------------------------------------------------------

    def _row(self, name: str) -> int:
        return self.market.names.index(name)

    def _line(self, name: str) -> int:
        """The line on which a lab releases."""
        return 2 * self._row(name) + (CLOSED if name in self.closed else OPEN)

    def _put_on_market(self, line: int) -> None:
        self.versions[line] += 1
        self.live.add(line)

    def _withdraw(self, line: int) -> None:
        self.live.discard(line)
        self.listed = {listing for listing in self.listed if listing[0] != line}

    def _let_go(self, name: str) -> None:
        self.houses = {cloud: lab for cloud, lab in self.houses.items() if lab != name}

    def _leave(self, name: str) -> None:
        self._let_go(name)
        for state in (self.alive, self.closed, self.owned, self.sued):
            state.discard(name)
        self._withdraw(2 * self._row(name) + CLOSED)
