"""What a session draws: only what is visible, and once a month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from shiny import reactive, render, req, ui
from shiny.types import SilentException

from abm.dashboard.reproduce import recipe
from abm.dashboard.views import boxes, chairs, curves, feed, hosting, network, recipes, shares
from abm.dashboard.views.markup import Markup, tag
from abm.policy import available
from abm.record.manifest import manifest
from abm.record.wording import month_name
from abm.scenario import load

if TYPE_CHECKING:
    from shiny import Inputs, Outputs, Session

    from abm.dashboard.show import Show
    from abm.dashboard.worlds import Worlds

MONTHS_OF_NEWS = 60
"""Months of news that a page keeps."""

WIDTH = 640.0
"""Pixels of a view that has not yet said how wide it is."""

CHANGED = "The settings have changed, and what is shown has not: press Reset to play them."


def display(
    input: Inputs,
    output: Outputs,
    session: Session,
    show: Show,
    scenarios: Mapping[str, str],
) -> None:
    """Wire the worlds of a session to what is seen of them."""
    _headlines(output, show)
    _views(output, session, show)
    _news(show)
    _texts(input, output, scenarios)
    _recipes(output, show)


def _current(show: Show) -> Worlds:
    """The worlds as they stand; whoever asks is asked again after every month."""
    show.frame()
    worlds = show.worlds()
    if worlds is None:
        raise SilentException
    return worlds


def _headlines(output: Outputs, show: Show) -> None:
    @output(id="boxes")
    @render.ui
    def _() -> ui.HTML:
        return ui.HTML(boxes.view(_current(show)))

    @output(id="month")
    @render.ui
    def _() -> ui.HTML:
        return ui.HTML(boxes.month(_current(show)))

    @output(id="parting")
    @render.ui
    def _() -> ui.HTML:
        return ui.HTML(boxes.parting(_current(show)))

    @output(id="message")
    @render.ui
    def _() -> ui.HTML | None:
        worlds, order, message = show.worlds(), show.order(), show.message()
        if message:
            return ui.HTML(tag("p", message, class_="alert-line wrong", role="alert"))
        if worlds is not None and order is not None and worlds.order != order:
            return ui.HTML(tag("p", CHANGED, class_="alert-line note", role="status"))
        return None

    @output(id="spoken")
    @render.text
    def _() -> str:
        req(not show.playing(), cancel_output=True)
        worlds = _current(show)
        return (
            f"{month_name(worlds.dates[worlds.month - 1])}, month {worlds.month} of {worlds.months}"
        )


def _views(output: Outputs, session: Session, show: Show) -> None:
    def width(name: str) -> float:
        return session.clientdata.output_width(name) or WIDTH

    @output(id="curves")
    @render.ui
    def _() -> ui.HTML:
        return ui.HTML(curves.view(_current(show), width("curves")))

    def placed(worlds: Worlds, number: int, wide: float) -> Markup:
        assert show.places is not None  # noqa: S101 (as long as there are worlds)
        return network.view(worlds, number, show.places, wide)

    def listed(worlds: Worlds, number: int, wide: float) -> Markup:  # noqa: ARG001
        return hosting.view(worlds, number)

    drawn: dict[str, Callable[[Worlds, int, float], Markup]] = {
        "chairs": chairs.view,
        "shares": shares.view,
        "hosting": listed,
        "network": placed,
    }
    for name, draw in drawn.items():
        for number in range(2):
            _world(output, show, f"{name}_{'AB'[number]}", number, draw, width)


def _world(
    output: Outputs,
    show: Show,
    name: str,
    number: int,
    draw: Callable[[Worlds, int, float], Markup],
    width: Callable[[str], float],
) -> None:
    @output(id=name)
    @render.ui
    def _() -> ui.HTML | None:
        worlds = _current(show)
        if number >= len(worlds.markets):
            return None
        heading = _heading(worlds, number) if worlds.paired else ""
        return ui.HTML(f"{heading}{draw(worlds, number, width(name))}")


def _heading(worlds: Worlds, number: int) -> Markup:
    what = " and ".join(worlds.order.differences) or "nothing changed yet"
    return tag("h3", f"World {'AB'[number]} ", tag("span", what if number else "as it is"))


def _news(show: Show) -> None:
    """Add what happened to the feed, the latest first."""

    @reactive.effect
    def _() -> None:
        show.worlds()
        ui.remove_ui("#feed > li", multiple=True)

    @reactive.effect
    def _() -> None:
        with show.safely():
            worlds = _current(show)
            months = [
                feed.month_of_news(worlds.dates[month], news, paired=worlds.paired)
                for month, news in worlds.unread()[-MONTHS_OF_NEWS:]
                if news
            ]
            if months:
                ui.insert_ui(ui.HTML("".join(months[::-1])), "#feed", "afterBegin")
                ui.remove_ui(f"#feed > li:nth-child(n+{MONTHS_OF_NEWS + 1})", multiple=True)


def _texts(input: Inputs, output: Outputs, scenarios: Mapping[str, str]) -> None:
    """What scenarios and policies say of themselves."""
    policies = {item.name: item.file for item in available()}

    @output(id="about")
    @render.ui
    def _() -> ui.Tag | None:
        name = str(input.scenario())
        req(name in scenarios)
        return ui.p(load(scenarios[name]).scenario.description, class_="hint")

    @output(id="about_policy")
    @render.ui
    def _() -> ui.Tag | None:
        policy = policies.get(str(input.policy()))
        if policy is None:
            return None
        return ui.div(
            ui.p(policy.description, class_="hint"),
            ui.p(ui.tags.b("How it could backfire: "), policy.backfires, class_="hint"),
        )


def _recipes(output: Outputs, show: Show) -> None:
    @output(id="recipes")
    @render.ui
    def _() -> ui.HTML:
        worlds = _current(show)
        found = [
            recipe(manifest(run, name=worlds.order.scenario), worlds.order.scenario)
            for run in worlds.runs
        ]
        return ui.HTML(recipes.view(found, worlds.order, (worlds.month, worlds.months)))
