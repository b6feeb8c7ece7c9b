"""A page: sections of paragraphs, lists, tables, figures and code, and how they become HTML."""

import base64
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import polars as pl


class Block(Protocol):
    """A part of a section."""

    def as_html(self) -> str:
        """The part, safe whatever names a user chose."""
        ...


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or where it is a warning one that stands out."""

    text: str
    role: Literal["plain", "note", "lead"] = "plain"

    def as_html(self) -> str:
        """The paragraph."""
        return f'<p class="{self.role}">{html.escape(self.text)}</p>'


@dataclass(frozen=True)
class Bullets:
    """A list of sentences under a small title."""

    title: str
    lines: Sequence[str]

    def as_html(self) -> str:
        """The list; an empty one is nothing."""
        if not self.lines:
            return ""
        items = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines)
        head = f"<h3>{html.escape(self.title)}</h3>" if self.title else ""
        return f"{head}<ul>{items}</ul>"


@dataclass(frozen=True)
class Code:
    """Something to type or to run."""

    text: str

    def as_html(self) -> str:
        """The text as it is to be typed."""
        return f"<pre><code>{html.escape(self.text)}</code></pre>"


@dataclass(frozen=True)
class Picture:
    """A figure out of a PNG file, carried by the page itself."""

    path: Path
    caption: str

    def as_html(self) -> str:
        """The figure and its caption, which also is what a screen reader says."""
        data = base64.b64encode(self.path.read_bytes()).decode("ascii")
        words = html.escape(self.caption)
        return (
            f'<figure><img alt="{words}" src="data:image/png;base64,{data}">'
            f"<figcaption>{words}</figcaption></figure>"
        )


@dataclass(frozen=True)
class Grid:
    """A table of words; columns named in `numbers` are set flush right.

    Attributes:
        key: names the table within the page.
        rows: a column per head; everything in it is text already.
        numbers: heads of the columns that hold numbers.
        note: what the heads mean, below the table.
    """

    key: str
    rows: pl.DataFrame
    numbers: Sequence[str] = ()
    note: str = ""

    def as_html(self) -> str:
        """The table by Great Tables; an empty one in words."""
        from great_tables import GT

        if not self.rows.height:
            return '<p class="note">Nothing to tell.</p>'
        words = [name for name in self.rows.columns if name not in self.numbers]
        table = (  # Great Tables escapes what is in the cells
            GT(self.rows, id=f"table-{self.key}")
            .cols_align("left", columns=words)
            .cols_align("right", columns=list(self.numbers))
            .tab_options(
                table_width="100%",
                table_font_size="0.86rem",
                table_font_names="inherit",
                column_labels_font_weight="600",
                data_row_padding="5px",
                table_border_top_style="none",
                table_background_color="transparent",
            )
        )
        below = f'<p class="small">{html.escape(self.note)}</p>' if self.note else ""
        # Two of its rules would reach tables that are not its own.
        body = re.sub(r"(?m)^ tr \{", f"#table-{self.key} tr {{", table.as_raw_html())
        return body.replace("thead, tbody, tfoot, tr, td, th {", "thead {") + below


@dataclass(frozen=True)
class Fold:
    """What only some readers want, behind a line that opens it; a printed page has it open."""

    title: str
    blocks: Sequence[Block]

    def as_html(self) -> str:
        """The folded part."""
        inner = "".join(block.as_html() for block in self.blocks)
        return f"<details><summary>{html.escape(self.title)}</summary>{inner}</details>"


@dataclass(frozen=True)
class Section:
    """A part of the page under a title."""

    title: str
    blocks: Sequence[Block]

    @property
    def anchor(self) -> str:
        """Its name in links."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


@dataclass(frozen=True)
class Page:
    """A whole report.

    Attributes:
        kind: what is reported, such as ``Comparison``.
        title: its headline.
        question: what it answers, in one sentence.
        sections: its parts, in order.
        compact: whether it is a card to be printed on one sheet.
    """

    kind: str
    title: str
    question: str
    sections: Sequence[Section]
    compact: bool = False

    def as_html(self) -> str:
        """The page: one file without a request to anywhere."""
        from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

        environment = Environment(
            loader=PackageLoader("abm.report", "templates"),
            autoescape=select_autoescape(("html",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return environment.get_template("page.html").render(page=self, body=_bodies(self.sections))


def _bodies(sections: Iterable[Section]) -> list[tuple[str, str, str]]:
    """Anchor, title and content of each section."""
    return [
        (part.anchor, part.title, "".join(block.as_html() for block in part.blocks))
        for part in sections
    ]
