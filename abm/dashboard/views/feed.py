"""What happens, as it happens: each event opens its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abm.dashboard.views.markup import Markup, tag
from abm.record.explain import headline, reasons
from abm.record.wording import month_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abm.dashboard.worlds import News

MINOR = ("base_reuse", "licence_change", "disclosure_change", "product_launch")
"""Kinds of events that are shown only if somebody asks for all."""

TONES = {
    "acquisition": "end",
    "licence_and_hire": "end",
    "shutdown": "end",
    "delisted": "end",
    "hosted": "cloud",
    "funding": "money",
    "entry": "money",
    "spin_off": "money",
    "policy": "law",
    "ruling": "law",
    "lawsuit": "law",
    "settlement": "law",
    "blocked": "law",
}
"""Colour of the stripe beside an event; the text says the same."""


def month_of_news(date: str, news: Sequence[News], *, paired: bool) -> Markup:
    """The events of one month.

    Args:
        date: label of the month.
        news: what happened.
        paired: whether there are two worlds to tell apart.
    """
    ranked = sorted(news, key=_minor)
    shown = "" if any(not _minor(item) for item in news) else " quiet"
    return tag(
        "li",
        tag("h3", month_name(date)),
        tag("ul", [_item(item, paired=paired) for item in ranked]),
        class_=f"feed-month{shown}",
    )


def _minor(item: News) -> bool:
    row = item.row
    if row["kind"] == "release":
        return not (row["reason"]["leads_camp"] or row["reason"]["version"] <= 1)
    return row["kind"] in MINOR


def _item(item: News, *, paired: bool) -> Markup:
    kind = item.row["kind"]
    badge = tag("i", _where(item), class_=f"badge world-{item.worlds}") if paired else ""
    return tag(
        "li",
        tag(
            "details",
            tag("summary", badge, headline(item.row)),
            tag("div", _because(item), class_="reasons"),
            data_keys=" ".join(item.keys),
        ),
        class_=f"event {TONES.get(kind, 'other')}{' minor' if _minor(item) else ''}",
    )


def _because(item: News) -> list[Markup]:
    """Reasons, of each world by itself where they differ."""
    if item.other is None:
        return _sentences(item.row)
    one, other = _sentences(item.row), _sentences(item.other)
    if one == other:  # they differ in digits that are not told
        return one
    return [tag("h4", "In world A"), *one, tag("h4", "In world B"), *other]


def _sentences(row: dict[str, Any]) -> list[Markup]:
    told = reasons(row) or ["Nothing more is recorded about it."]
    return [tag("p", sentence) for sentence in told]


def _where(item: News) -> str:
    return {"A": "A only", "B": "B only", "AB": "both"}[item.worlds]
