"""The page: controls on the left, the play above, what is seen in the middle, news on the right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shiny import ui

from abm.dashboard.order import LONGEST, SEEDS
from abm.dashboard.picker import picker_ui
from abm.dashboard.views import chairs, hosting, network, shares
from abm.policy import available

STATIC = Path(__file__).parent / "static"

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Ccircle cx='5' cy='8' r='4.5' fill='%230173b2'/%3E"
    "%3Ccircle cx='11.5' cy='8' r='4' fill='%23de8f05'/%3E%3C/svg%3E"
)
"""The picture on the browser's tab: a closed lab and an open one."""

SPEEDS = {"1": "1 month/s", "3": "3 months/s", "20": "fastest"}
"""Months a second at most, and how they are called."""

DIFFERENCES = {
    "none": "no second world",
    "policy": "a policy",
    "parameter": "one parameter",
}
"""What may be different in the second world."""


def page(scenarios: Mapping[str, str], chosen: str) -> ui.Tag:
    """The whole page.

    Args:
        scenarios: titles of the scenarios on offer, by name.
        chosen: name of the one that is shown first.
    """
    return ui.page_sidebar(
        _sidebar(scenarios, chosen),
        ui.a("Skip to the play", href="#transport", class_="skip"),
        ui.busy_indicators.use(spinners=False, pulse=False),
        ui.head_content(ui.tags.link(rel="icon", href=ICON)),
        ui.include_css(STATIC / "app.css", method="inline"),
        ui.include_js(STATIC / "app.js", method="inline"),
        _transport(),
        ui.output_ui("message"),
        _quiet("boxes"),
        ui.output_ui("parting"),
        ui.div(_views(), _feed(), class_="stage"),
        ui.div(ui.output_text("spoken"), class_="visually-hidden", role="status"),
        title="The market for large language models",
        window_title="abm: the market for large language models",
        lang="en",
        fillable=False,
    )


def _sidebar(scenarios: Mapping[str, str], chosen: str) -> ui.Sidebar:
    return ui.sidebar(
        ui.h2("Both worlds"),
        ui.input_select("scenario", "Scenario", dict(scenarios), selected=chosen),
        ui.tags.details(ui.tags.summary("About this scenario"), ui.output_ui("about")),
        ui.input_numeric("seed", "Seed", 7, min=0, max=SEEDS - 1),
        picker_ui("both", "Changed in both worlds", optional=True),
        ui.h2("World B: what is different?"),
        ui.input_radio_buttons("difference", "Compare with", DIFFERENCES, selected="none"),
        ui.panel_conditional("input.difference === 'policy'", _policy()),
        ui.panel_conditional(
            "input.difference === 'parameter'",
            picker_ui("twin", "Parameter of world B", optional=False),
        ),
        width=290,
        open={"desktop": "open", "mobile": "closed"},
    )


def _policy() -> ui.Tag:
    policies = {item.name: item.file.title for item in available()}
    return ui.div(
        ui.input_select("policy", "Policy", policies, selected="mandatory-data-disclosure"),
        ui.input_numeric("strength", "Strength (1: as written)", 1, min=0, max=10, step=0.25),
        ui.input_numeric("delay", "Starts later by (months)", 0, min=0, max=LONGEST, step=1),
        ui.output_ui("about_policy"),
    )


def _transport() -> ui.Tag:
    return ui.div(
        ui.div(
            ui.input_action_button("play", "▶ Play", class_="btn-primary"),
            ui.input_action_button("step", "Step", title="Play one month"),
            ui.input_action_button("year", "+ 1 year", title="Play twelve months"),
            ui.input_action_button(
                "reset", "Reset", title="Begin again with the settings on the left"
            ),
            class_="buttons",
            role="group",
            aria_label="Play",
        ),
        ui.input_select("speed", "Speed", SPEEDS, selected="3"),
        _quiet("month"),
        id="transport",
        class_="transport",
    )


def _views() -> ui.Tag:
    return ui.div(
        ui.navset_underline(
            ui.nav_panel("Curves", _output("curves"), value="curves"),
            ui.nav_panel("Musical chairs", chairs_key(), _pair("chairs"), value="chairs"),
            ui.nav_panel("Who leads", _markup(shares.legend()), _pair("shares"), value="shares"),
            ui.nav_panel("Hosting", _markup(hosting.legend()), _pair("hosting"), value="hosting"),
            ui.nav_panel("Network", _markup(network.legend()), _pair("network"), value="network"),
            ui.nav_panel("Reproduce this", ui.output_ui("recipes"), value="reproduce"),
            id="view",
        ),
        class_="views",
    )


def chairs_key() -> ui.Tag:
    """The key of the timeline, and what a click does."""
    hint = ui.p("Click a mark to read the reason beside it.", class_="hint")
    return ui.div(_markup(chairs.legend()), hint)


def _markup(markup: str) -> ui.HTML:
    return ui.HTML(markup)


def _output(name: str) -> ui.Tag:
    """A place for a view that is drawn as wide as it is."""
    return _quiet(name).add_class("shiny-report-size")


def _quiet(name: str) -> ui.Tag:
    """A place for what changes every month: a screen reader must not read it out each time."""
    return ui.output_ui(name, aria_live="off")


def _pair(name: str) -> ui.Tag:
    """A place for each world; the second shows itself only if there is one."""
    return ui.div(
        *(ui.div(_output(f"{name}_{world}"), class_=f"world {world}") for world in "AB"),
        class_="worlds",
    )


def _feed() -> ui.Tag:
    return ui.tags.section(
        ui.h2("What happens", id="feed-title"),
        ui.input_switch("small", "small events too", False),
        ui.p("Open an event to read why it happened.", class_="hint"),
        ui.tags.ol(id="feed", tabindex=0, aria_label="Events, the latest first"),
        class_="feed",
        aria_labelledby="feed-title",
    )
