"""What a study found, told on its page in Markdown, as sections of a report."""

import base64
import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from abm.report.page import Section

if TYPE_CHECKING:
    from markdown_it.token import Token

LEFT_OUT = "Provenance"
"""Section of a page that a report has of its own."""


@dataclass(frozen=True)
class Prose:
    """Markdown; figures that it names are carried by the page itself.

    Attributes:
        text: the Markdown. HTML in it is shown, not followed.
        folder: where the figures lie.
    """

    text: str
    folder: Path

    def as_html(self) -> str:
        """The text with its lists, tables and figures."""
        from markdown_it import MarkdownIt

        markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
        markdown.add_render_rule("image", _picture(self.folder))
        return f'<div class="prose">{markdown.render(self.text)}</div>'


def _picture(folder: Path) -> Callable[..., str]:
    def drawn(_renderer: Any, tokens: "Sequence[Token]", place: int, *_: Any) -> str:
        token = tokens[place]
        source, words = str(token.attrs["src"]), html.escape(token.content)
        file = (folder / source).resolve()
        if urlsplit(source).scheme or not file.is_relative_to(folder.resolve()):
            return words
        if file.suffix != ".png" or not file.is_file():
            return words
        data = base64.b64encode(file.read_bytes()).decode("ascii")
        return f'<img alt="{words}" src="data:image/png;base64,{data}">'

    return drawn


def sections(text: str, folder: Path) -> list[Section]:
    """A section for what stands first, and one for each heading of the second level.

    Args:
        text: a page in Markdown.
        folder: where its figures lie.
    """
    body = re.sub(r"(?s)<!--.*?-->\n*", "", text)
    first, *rest = re.split(r"(?m)^## ", body)
    lead = re.sub(r"(?m)\A\s*# .*\n", "", first)
    parts = [("Question and mechanism", lead), *(part.partition("\n")[::2] for part in rest)]
    return [
        Section(title.strip(), [Prose(content, folder)])
        for title, content in parts
        if title.strip() != LEFT_OUT and content.strip()
    ]
