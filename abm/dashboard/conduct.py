"""From controls to worlds: reads what is asked for, and plays when clicks say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shiny import reactive

from abm.dashboard import order as asked
from abm.dashboard.page import SPEEDS
from abm.dashboard.picker import picker_server
from abm.dashboard.playing import MOMENT
from abm.scenario import load

if TYPE_CHECKING:
    from shiny import Inputs, Session

    from abm.dashboard.show import Show
    from abm.scenario import Scenario


def conduct(
    input: Inputs,
    session: Session,
    show: Show,
    scenarios: Mapping[str, str],
) -> None:
    """Wire the controls of a session to its worlds."""
    _listen(input, show, scenarios)
    _clicks(input, show)
    _clockwork(input, session, show)


def _listen(input: Inputs, show: Show, scenarios: Mapping[str, str]) -> None:
    """Keep the order up to date; a world that is still in its first month is made anew at once."""

    @reactive.calc
    def base() -> Scenario | None:
        name = input.scenario()
        return load(scenarios[name]).scenario if name in scenarios else None

    both = picker_server("both", scenario=base)

    @reactive.calc
    def changed() -> Scenario | None:
        name = input.scenario()
        return load(scenarios[name], both()).scenario if name in scenarios else None

    twin = picker_server("twin", scenario=changed)

    def order() -> asked.Order:
        difference = input.difference()
        policy = difference == "policy"
        return asked.Order(
            scenario=asked.scenario_named(input.scenario(), scenarios),
            seed=asked.seed_of(input.seed()),
            both=both(),
            policy=asked.policy_text(input.policy(), input.strength(), input.delay())
            if policy
            else "",
            changed=twin() if difference == "parameter" else (),
            paired=difference in ("policy", "parameter"),
        )

    @reactive.effect
    def _() -> None:
        with show.safely():
            found = order()
            show.message.set("")
            show.order.set(found)
            with reactive.isolate():
                worlds = show.worlds()
            if worlds is None or (worlds.month == 1 and worlds.order != found):
                show.wanted.again()
                show.awake.set(True)


def _clicks(input: Inputs, show: Show) -> None:
    """Note what is clicked; it is acted on at the next look."""

    @reactive.effect
    @reactive.event(input.play)
    def _() -> None:
        with reactive.isolate():
            worlds, playing = show.worlds(), show.playing()
        if worlds is not None and worlds.over:
            show.wanted.again()
        show.playing.set(not playing)
        show.awake.set(True)

    @reactive.effect
    @reactive.event(input.step)
    def _() -> None:
        show.playing.set(False)
        show.wanted.step(1)
        show.awake.set(True)

    @reactive.effect
    @reactive.event(input.year)
    def _() -> None:
        show.playing.set(False)
        show.wanted.step(12)
        show.awake.set(True)

    @reactive.effect
    @reactive.event(input.reset)
    def _() -> None:
        show.playing.set(False)
        show.wanted.again()
        show.awake.set(True)


def _clockwork(input: Inputs, session: Session, show: Show) -> None:
    """Look every moment at what is wanted, as long as there is something to do."""

    @reactive.effect
    def _() -> None:
        if not show.awake():
            return
        reactive.invalidate_later(MOMENT)
        with reactive.isolate(), show.safely():
            speed = input.speed()
            pace = float(speed) if speed in SPEEDS else 1.0
            order = show.order()
            if show.wanted.take_reset() and order is not None:
                show.open(order)
                return
            months = show.wanted.take_months(show.playing(), pace)
            show.play(months)
            if not months and not show.playing():
                show.awake.set(False)

    @reactive.effect
    async def _() -> None:
        await session.send_custom_message("playing", {"on": show.playing()})

    @reactive.effect
    async def _() -> None:
        worlds = show.worlds()
        await session.send_custom_message(
            "worlds", {"paired": worlds is not None and worlds.paired}
        )
