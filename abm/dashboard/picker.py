"""The control of one parameter: choose it, read what it is, set it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shiny import module, reactive, render, ui

from abm.dashboard.controls import choices, controls

if TYPE_CHECKING:
    from shiny import Inputs, Outputs, Session

    from abm.dashboard.controls import Control
    from abm.scenario import Scenario

NOTHING = "nothing"
"""The choice that changes no parameter."""


@module.ui
def picker_ui(label: str, *, optional: bool) -> ui.Tag:
    """The list of parameters, and a place for the control of the one that is chosen.

    Args:
        label: what the list is called.
        optional: whether nothing can be chosen.
    """
    none = {"": {NOTHING: "nothing changed"}} if optional else {}
    return ui.div(
        ui.input_selectize("key", label, {**none, **choices()}),
        ui.output_ui("setting"),
    )


@module.server
def picker_server(
    input: Inputs,
    output: Outputs,  # noqa: ARG001
    session: Session,  # noqa: ARG001
    scenario: Callable[[], Scenario | None],
) -> Callable[[], tuple[str, ...]]:
    """Show the control of the chosen parameter, starting from its value in the scenario.

    Returns:
        The overrides that it stands for; raises `AbmError` where what is typed is none.
    """

    @reactive.calc
    def chosen() -> Control | None:
        return controls().get(str(input.key()))

    @render.ui
    def setting() -> ui.Tag | None:
        item, world = chosen(), scenario()
        if item is None:
            return None
        if world is None:
            return None
        return _setting(item, item.default(world))

    @reactive.calc
    def overrides() -> tuple[str, ...]:
        item, world = chosen(), scenario()
        if item is None or world is None:
            return ()
        override = item.override(input[_field(item)]())
        return () if override == item.override(item.default(world)) else (override,)

    return overrides


def _field(item: Control) -> str:
    """Each parameter has an input of its own: the value of another is never taken for it."""
    return f"value_{item.key.replace('.', '_')}"


def _setting(item: Control, value: float) -> ui.Tag:
    name = item.label[0].upper() + item.label[1:]
    if item.switch:
        field = ui.input_switch(_field(item), f"{name}: on", bool(value))
    else:
        unit = f" ({item.unit})" if item.unit else ""
        low, high = min(item.low, value), max(item.high, value)
        field = ui.input_numeric(
            _field(item), f"{name}{unit}", value, min=low, max=high, step=item.step
        )
    here = ("on" if value else "off") if item.switch else f"{value:g}"
    return ui.div(
        field,
        ui.p(f"In this scenario: {here}. Plausible: {item.range}.", class_="hint"),
        ui.p(item.doc, ui.span(f" Source: {item.source}.", class_="source"), class_="hint"),
    )
