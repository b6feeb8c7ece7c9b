"""The headline numbers, large enough to be read from the last row."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from abm.dashboard.views.markup import Markup, tag
from abm.record.wording import month_name

if TYPE_CHECKING:
    from abm.dashboard.worlds import Worlds


class Box(NamedTuple):
    """One number: column of the market's table, heading, and how to say it."""

    column: str
    heading: str
    told: Callable[[float], str]


def _lag(months: float) -> str:
    """A lag in words, for it can be a lead."""
    return f"{months:.1f} mo" if months >= 0 else f"{-months:.1f} mo ahead"


BOXES = (
    Box("best_open_lag", "Open models behind", _lag),
    Box("open_spend_share", "Spent on open models", lambda value: f"{value:.1%}"),
    Box("open_labs_active", "Open labs alive", lambda value: f"{value:.0f}"),
    Box("providers_hosted_any", "Labs on a cloud", lambda value: f"{value:.0f}"),
    Box("hhi_labs", "Concentration (HHI)", lambda value: f"{value:,.0f}"),
)


def view(worlds: Worlds) -> Markup:
    """All boxes."""
    return tag("dl", [_box(box, worlds) for box in BOXES], class_="boxes")


def _box(box: Box, worlds: Worlds) -> Markup:
    values = [_said(box, run.market[box.column][-1]) for run in worlds.runs]
    if not worlds.paired:
        told = tag("dd", values[0], class_="value")
    elif worlds.same(box.column):
        told = tag("dd", values[0], tag("small", "identical in A and B"), class_="value")
    else:
        told = tag(
            "dd",
            [
                tag("span", tag("i", world, class_=f"badge world-{world}"), f" {value}")
                for world, value in zip("AB", values, strict=True)
            ],
            class_="value pair",
        )
    return tag("div", tag("dt", box.heading), told, class_="box")


def _said(box: Box, value: float | None) -> str:
    return box.told(value) if value is not None and math.isfinite(value) else "none"


def month(worlds: Worlds) -> Markup:
    """The month that is shown, and how far the play has got."""
    now, end = worlds.month, worlds.months
    bar = tag(
        "div",
        tag("div", style=f"width:{100 * now / end:.1f}%"),
        class_="track",
        role="progressbar",
        aria_label="Months played",
        aria_valuemin=0,
        aria_valuemax=end,
        aria_valuenow=now,
    )
    name = tag("strong", month_name(worlds.dates[now - 1]))
    return tag("div", name, tag("span", f"month {now} of {end}"), bar, class_="month")


def parting(worlds: Worlds) -> Markup | str:
    """Whether the worlds are still the same, and if not, where they part."""
    if not worlds.paired:
        return ""
    if worlds.parting is None:
        text = "So far both worlds are identical, to the last bit of every number."
        return tag("p", text, class_="parting same")
    when = month_name(worlds.dates[worlds.parting.month])
    return tag("p", f"Identical until they part in {when}: {_first(worlds)}.", class_="parting")


def _first(worlds: Worlds) -> str:
    from abm.record.explain import headline

    news = worlds.parting.news if worlds.parting else ()
    if not news:
        return "numbers differ, no event yet"
    chosen = next((item for item in news if item.row["kind"] == "policy"), news[0])
    if chosen.other is not None:
        return f"in both, but for other reasons, {headline(chosen.row)}"
    return f"only in {chosen.worlds}, {headline(chosen.row)}"
