"""Markup written from Python: whatever is not markup already is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

RENAMED = {"class_": "class", "for_": "for"}
"""Attributes whose names are words of Python."""


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, *children: str | Iterable[str], **attributes: object) -> Markup:
    """One element.

    Args:
        name: its name.
        children: markup, or text, which is escaped; or several of them.
        attributes: values by name, underscores for hyphens; none or False leaves one out.
    """
    found = "".join(
        f' {RENAMED.get(key) or key.replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{found}>{join(*children)}</{name}>")


def join(*children: str | Iterable[str]) -> Markup:
    """Elements one after another."""
    return Markup("".join(map(_child, children)))


def picture(width: float, height: float, label: str, *children: str | Iterable[str]) -> Markup:
    """A drawing with a text that says what it shows.

    Args:
        width: pixels.
        height: pixels.
        label: what a screen reader says of it.
        children: its elements.
    """
    return tag(
        "svg",
        *children,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=f"{width:.0f}",
        height=f"{height:.0f}",
        role="img",
        aria_label=label,
    )


def line(x1: float, y1: float, x2: float, y2: float, **attributes: object) -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def words(x: float, y: float, text: str, **attributes: object) -> Markup:
    """A text in a drawing."""
    return tag("text", text, x=x, y=y, **attributes)


def _child(child: str | Iterable[str]) -> str:
    if isinstance(child, Markup):
        return child
    return escape(child) if isinstance(child, str) else join(*child)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    return escape(str(value))
