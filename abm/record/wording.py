"""Numbers and names as a sentence says them."""

import math
import re
from collections.abc import Iterable, Sequence

from abm.errors import AbmError

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def money(amount: float) -> str:
    """An amount of USD m in words: ``USD 430m``, ``USD 1.2bn``, ``USD 0.45m``."""
    size = abs(amount)
    if not math.isfinite(amount):
        return "no amount"
    sign = "-" if amount < 0 else ""
    if size >= 1e6:
        return f"{sign}USD {_digits(size / 1e6)}tn"
    if size >= 999.5:
        return f"{sign}USD {_digits(size / 1000)}bn"
    if size >= 0.01 or size == 0:
        return f"{sign}USD {_digits(size)}m"
    return "less than USD 10,000"


def percent(share: float) -> str:
    """A share of one as a percentage: ``8%``, ``2.1%``, ``0.04%``."""
    value = 100 * share
    if not math.isfinite(value):
        return "no share"
    return f"{value:.0f}%" if abs(value) >= 10 or value == 0 else f"{value:.2g}%"


def months(number: float) -> str:
    """A length of time: ``1 month``, ``5.1 months``."""
    text = f"{number:.0f}" if abs(number) >= 10 or number == int(number) else f"{number:.1f}"
    return f"{text} month" if text == "1" else f"{text} months"


def times(factor: float) -> str:
    """A factor: ``3.5 times``; near one, where two digits would say nothing, ``1.03 times``."""
    return f"{factor:.2f} times" if 0.9 < factor < 1.1 else f"{_digits(factor)} times"


def count(number: int, thing: str, things: str = "") -> str:
    """A number of things: ``1 lab``, ``3 labs``, ``no labs``."""
    plural = things or f"{thing}s"
    return f"{number or 'no'} {thing if number == 1 else plural}"


def ordinal(place: int) -> str:
    """A place in a row: ``1st``, ``2nd``, ``11th``."""
    suffix = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10)
    return f"{place}{suffix or 'th'}"


def month_name(date: str, shift: int = 0) -> str:
    """Name of the month that lies so many months after a label: ``2023-10`` is ``Oct 2023``."""
    year, month = (int(part) for part in date.split("-"))
    later = year * 12 + month - 1 + shift
    return f"{_MONTHS[later % 12]} {later // 12}"


def month_number(text: str, dates: Sequence[str]) -> int:
    """Index of a month that a user named by its label or by its index.

    Raises:
        AbmError: if it is neither, or outside the run.
    """
    if text in dates:
        return list(dates).index(text)
    if text.isdecimal() and int(text) < len(dates):
        return int(text)
    raise AbmError(
        f"no month {text!r} in this run (allowed: 0 to {len(dates) - 1}, "
        f"or {dates[0]} to {dates[-1]})"
    )


def listing(names: Iterable[str]) -> str:
    """Names in a row: ``A, B and C``."""
    *first, last = list(names) or ["none"]
    return f"{', '.join(first)} and {last}" if first else last


def spelt(name: str) -> str:
    """The name of a number or a table as a text writes it: ``hhi_labs`` is ``HHI labs``."""
    return re.sub(r"\bhhi\b", "HHI", name.replace("_", " "))


def capital(sentence: str) -> str:
    """A sentence with a capital first letter; a name such as xAI stays as it is."""
    if sentence[1:2].isupper():
        return sentence
    return sentence[:1].upper() + sentence[1:]


def _digits(size: float) -> str:
    """Two or three significant digits without an exponent."""
    if size >= 100:
        return f"{size:,.0f}"
    if size >= 10:
        return f"{size:.3g}"
    return f"{size:.2g}"
