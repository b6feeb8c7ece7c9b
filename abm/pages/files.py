"""A page and its figures on disk."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from abm.errors import AbmError, writing
from abm.record.durable import save_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

IMAGES = "images"
"""Folder of a page's figures, beside the page."""

DPI = 100
"""Dots per inch: what a page shows must load quickly."""


def put_page(page: Path, text: str, figures: "Mapping[str, Figure]") -> None:
    """Write a page, its figures first.

    Args:
        page: where to; an older one is replaced.
        text: the page in Markdown.
        figures: by name; each becomes a PNG in `IMAGES`.

    Raises:
        AbmError: if its folder does not exist, or cannot be written.
    """
    if not page.parent.is_dir():
        raise AbmError(f"{page}: no folder {page.parent}")
    with writing(page):
        (page.parent / IMAGES).mkdir(exist_ok=True)
        for name, figure in figures.items():
            figure.savefig(page.parent / IMAGES / f"{name}.png", dpi=DPI)
    save_text(page, text)
