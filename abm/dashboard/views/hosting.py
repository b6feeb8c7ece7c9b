"""The hosting matrix: which cloud lists which lab, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from abm.dashboard.views.markup import Markup, tag
from abm.record.spells import spells
from abm.record.wording import month_name

if TYPE_CHECKING:
    from abm.dashboard.worlds import Worlds


def view(worlds: Worlds, number: int) -> Markup:
    """A table with a row a lab that was ever listed, and a column a cloud.

    Args:
        worlds: what is played.
        number: 0 for the first world, 1 for the second.
    """
    run = worlds.runs[number]
    clouds = [cloud.name for cloud in run.scenario.clouds]
    found = spells(run)
    labs = found.sort("first", "lab")["lab"].unique(maintain_order=True).to_list()
    if not labs:
        return tag("p", "No cloud lists a model so far.", class_="empty")
    cells = {
        (lab, cloud): listed.sort("last").row(-1, named=True)
        for (lab, cloud), listed in found.partition_by("lab", "cloud", as_dict=True).items()
    }
    return tag(
        "table",
        tag(
            "caption",
            f"Models on clouds, {'AB'[number]}: {_count(found)}",
            class_="visually-hidden",
        ),
        tag("thead", tag("tr", tag("th", "Lab", scope="col"), [_head(cloud) for cloud in clouds])),
        tag("tbody", [_row(lab, clouds, cells) for lab in labs]),
        class_="hosting",
    )


def legend() -> Markup:
    """How to read a cell."""
    samples = [("open", "open model, listed since"), ("closed", "closed model, listed since")]
    listed = [tag("li", tag("span", class_=f"cell {camp}"), text) for camp, text in samples]
    return tag(
        "ul", listed, tag("li", tag("span", class_="cell"), "no longer listed"), class_="key"
    )


def _count(found: pl.DataFrame) -> str:
    return f"{found.filter('running').height} listings now"


def _head(cloud: str) -> Markup:
    return tag("th", cloud, scope="col")


def _row(lab: str, clouds: list[str], cells: dict[Any, dict[str, Any]]) -> Markup:
    return tag(
        "tr",
        tag("th", lab, scope="row"),
        [_cell(cells.get((lab, cloud))) for cloud in clouds],
    )


def _cell(spell: dict[str, Any] | None) -> Markup:
    """Since when it is listed, or until when it was."""
    if spell is None:
        return tag("td", tag("span", "no", class_="visually-hidden"))
    if not spell["running"]:
        return tag("td", f"until {month_name(spell['until'])}", class_="past")
    since = "at the start" if spell["seeded"] else month_name(spell["since"])
    camp = spell["camp"]
    return tag("td", tag("b", camp), f" {since}", class_=f"listed {camp}")
