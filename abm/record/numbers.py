"""Numbers as tables say them, in a terminal and on a page."""

import math


def number(value: float | None) -> str:
    """A number in three significant digits, without an exponent if need be; a dash if none."""
    if value is None or math.isnan(value):
        return "-"
    if math.isinf(value):
        return "without end" if value > 0 else "-without end"
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-4 else f"{value:.1e}"


def signed(value: float | None) -> str:
    """The same with its sign."""
    text = number(value)
    return text if text.startswith("-") or value == 0 else f"+{text}"


def percent(share: float | None) -> str:
    """A share of one in percent; a dash if there is none."""
    return "-" if share is None or math.isnan(share) else f"{100 * share:.0f}%"


def points(change: float | None) -> str:
    """A change of a share in percentage points."""
    return "-" if change is None or math.isnan(change) else f"{100 * change:+.0f}"
