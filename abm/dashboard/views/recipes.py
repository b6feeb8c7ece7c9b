"""How to play each world again, to be copied."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from abm.dashboard.views.markup import Markup, tag

if TYPE_CHECKING:
    from abm.dashboard.order import Order
    from abm.dashboard.reproduce import Recipe

REPLICATES = 40
"""Pairs of worlds that the page suggests for a comparison."""


def view(recipes: list[Recipe], order: Order, months: tuple[int, int]) -> Markup:
    """The command and the Python of each world, and how to see whether an effect is one.

    Args:
        recipes: one a world.
        order: what was asked for.
        months: months played so far, and in all.
    """
    played, end = months
    note = (
        "Read from the manifest of what is shown. The command writes a folder with every table, "
        f"figure and reason; it plays all {end} months, of which {played} are shown here."
    )
    worlds = [_world("AB"[n], item) for n, item in enumerate(recipes)]
    return tag("div", tag("p", note, class_="hint"), worlds, _many(order))


def _world(name: str, recipe: Recipe) -> Markup:
    return tag(
        "section",
        tag("h3", f"World {name}"),
        _block(f"command-{name}", f"World {name} on the command line", recipe.command),
        _block(f"python-{name}", f"World {name} in Python", recipe.python),
        class_="recipe",
    )


def _many(order: Order) -> Markup | str:
    """One pair of worlds shows what can happen; many show what does."""
    if not order.differences:
        return ""
    changes = [word for change in order.both for word in ("--set", change)]
    policies = [word for name in order.differences for word in ("--policy", name)]
    command = ["abm", "compare", order.scenario, *policies, *changes]
    text = (
        "One seed shows what can happen. Whether it does in general, and by how much, take many: "
        f"this plays {REPLICATES} pairs of worlds and prints effects with their uncertainty."
    )
    whole = shlex.join([*command, "--replicates", str(REPLICATES)])
    return tag(
        "section",
        tag("h3", "Is the difference more than chance?"),
        tag("p", text, class_="hint"),
        _block("command-many", "Many pairs", whole),
        class_="recipe",
    )


def _block(name: str, title: str, text: str) -> Markup:
    copy = tag(
        "button",
        "Copy",
        type="button",
        class_="btn btn-sm btn-outline-secondary",
        data_copy=name,
        aria_label=f"Copy: {title}",
    )
    return tag("div", tag("h4", title, copy), tag("pre", text, id=name, tabindex=0))
