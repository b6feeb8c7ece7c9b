"""The app: a page, and for each session a show of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shiny import App, ui

from abm.dashboard.conduct import conduct
from abm.dashboard.display import display
from abm.dashboard.guard import Guard
from abm.dashboard.order import offered
from abm.dashboard.page import page
from abm.dashboard.seats import Seats
from abm.dashboard.show import Show
from abm.scenario import load

if TYPE_CHECKING:
    from shiny import Inputs, Outputs, Session

DEFAULT = "classroom"
"""The scenario that is shown first: small, and made for teaching."""


def build(scenario: str | None = None, seats: Seats | None = None) -> Guard:
    """The app as a server runs it.

    Args:
        scenario: name or path of the scenario that is shown first.
        seats: how many sessions there may be.

    Raises:
        ScenarioError: if the scenario cannot be played.
    """
    scenarios = offered(scenario)
    first = next((name for name, path in scenarios.items() if path == scenario), DEFAULT)
    titles = {name: load(path).scenario.title for name, path in scenarios.items()}
    room = Seats() if seats is None else seats

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        if not room.take(session.id):
            ui.modal_show(_full(room))
            return
        show = Show()
        session.on_ended(lambda: room.leave(session.id))
        session.on_ended(show.close)
        conduct(input, session, show, scenarios)
        display(input, output, session, show, scenarios)

    app = App(page(titles, first), server)
    app.sanitize_errors = True  # what goes wrong is told in the terminal, not on the page
    return Guard(app)


def _full(room: Seats) -> ui.Tag:
    text = (
        f"All {room.number} seats are taken. Close a tab that is not needed, then load this page "
        "again; or start a second app on another port: abm dashboard --port 8001."
    )
    return ui.modal(ui.p(text), title="The room is full", footer=None, easy_close=False)
