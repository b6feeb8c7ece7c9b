"""From controls to worlds: reads what is asked for, and plays when clicks say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
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
        name = str(input.scenario())
        return load(scenarios[name]).scenario if name in scenarios else None

    both = picker_server("both", scenario=base)

    @reactive.calc
    def changed() -> Scenario | None:
        name = str(input.scenario())
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
            only_begun = worlds is not None and not worlds.month - 1
            if worlds is None or (only_begun and worlds.order != found):
                show.wanted.again()
                show.awake.set(True)


def _clicks(input: Inputs, show: Show) -> None:
    """Note what is clicked; it is acted on at the next look."""
    seen: dict[str, int] = {}

    def fresh(button: str) -> int:
        """Clicks since the last call: a browser sends those of one moment as one number."""
        count = int(input[button]())
        before, seen[button] = seen.get(button, 0), count
        return max(count - before, 0)

    def play(clicks: int) -> None:
        with reactive.isolate():
            worlds, playing = show.worlds(), show.playing()
        if worlds is not None and worlds.over:
            show.wanted.again()
        show.playing.set(playing != bool(clicks % 2))

    def step(months: int) -> None:
        show.playing.set(False)
        show.wanted.step(months)

    def reset(_: int) -> None:
        show.playing.set(False)
        show.wanted.again()

    acts: dict[str, Callable[[int], None]] = {
        "play": play,
        "step": step,
        "year": lambda clicks: step(12 * clicks),
        "reset": reset,
    }
    for button, act in acts.items():
        _on_click(button, partial(fresh, button), act, input, show)


def _on_click(
    button: str, fresh: Callable[[], int], act: Callable[[int], None], input: Inputs, show: Show
) -> None:
    @reactive.effect
    @reactive.event(lambda: input[button]())
    def _() -> None:
        with show.safely():
            act(fresh())
            show.awake.set(True)


def _clockwork(input: Inputs, session: Session, show: Show) -> None:
    """Look every moment at what is wanted, as long as there is something to do."""

    @reactive.effect
    def _() -> None:
        if not show.awake():
            return
        reactive.invalidate_later(MOMENT)
        with reactive.isolate(), show.safely():
            speed = str(input.speed())
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
