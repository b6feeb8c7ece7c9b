"""What one session shows: its worlds, whether they play, and what it has to say."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from shiny import reactive
from shiny.types import SilentException

from abm.dashboard.order import Order
from abm.dashboard.playing import Wanted
from abm.dashboard.views.network import Places
from abm.dashboard.worlds import Worlds
from abm.errors import AbmError

log = logging.getLogger("abm.dashboard")

BROKEN = "Something went wrong in the app. What it was is written in the terminal where it runs."


class Show:
    """The state of one session.

    Attributes:
        worlds: what is played; none before the first order and after the end.
        order: what the controls say now.
        frame: counts what was drawn: whatever shows the worlds depends on it.
        playing: whether months follow one another by themselves.
        awake: whether there is something to do.
        message: what went wrong, in words; empty if nothing did.
        wanted: what clicks ask for.
        places: where everybody stands in the network.
    """

    def __init__(self) -> None:
        self.worlds: reactive.Value[Worlds | None] = reactive.Value(None)
        self.order: reactive.Value[Order | None] = reactive.Value(None)
        self.frame: reactive.Value[int] = reactive.Value(0)
        self.playing: reactive.Value[bool] = reactive.Value(False)
        self.awake: reactive.Value[bool] = reactive.Value(False)
        self.message: reactive.Value[str] = reactive.Value("")
        self.wanted = Wanted()
        self.places: Places | None = None

    def open(self, order: Order) -> None:
        """Begin with new worlds; the old ones stay if these cannot be played.

        Raises:
            ScenarioError: if they cannot.
        """
        worlds = Worlds(order)
        self.places = Places(worlds.runs[0])
        self.worlds.set(worlds)
        self.frame.set(0)
        self.message.set("")

    def play(self, months: int) -> None:
        """Play so many months; at the end the play stops."""
        with reactive.isolate():
            worlds, frame = self.worlds(), self.frame()
        if worlds is None or not months:
            return
        worlds.play(months)
        self.frame.set(frame + 1)
        if worlds.over:
            self.playing.set(False)

    def close(self) -> None:
        """Let the markets go."""
        self.worlds.set(None)
        self.places = None

    @contextmanager
    def safely(self) -> Iterator[None]:
        """Say what went wrong instead of ending the session; what is no user's doing is logged."""
        try:
            yield
        except SilentException:
            raise
        except AbmError as error:
            self._stop(str(error))
        except Exception:
            log.exception("the dashboard failed")
            self._stop(BROKEN)

    def _stop(self, message: str) -> None:
        self.playing.set(False)
        self.message.set(message)
