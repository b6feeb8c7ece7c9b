"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A pipe table; what would break a cell is escaped."""
    lines = [_line(header), _line(["---"] * len(header))]
    lines.extend(_line([_cell(value) for value in row]) for row in rows)
    return "\n".join(lines)


def code(text: object) -> str:
    """A text as inline code; nothing stays nothing."""
    return f"`{text}`" if str(text) else ""


def number(value: object) -> str:
    """A value as a file would say it, numbers without needless digits."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "not set"
    if isinstance(value, float):
        return f"{value:.6g}".replace("e+", "e").replace("e-0", "e-").replace("e0", "e")
    return str(value)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
