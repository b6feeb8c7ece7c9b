"""From a folder of results to one file of HTML."""

import json
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from abm.errors import AbmError, install
from abm.record.durable import save_text
from abm.record.folder import MANIFEST
from abm.report import card as sheet
from abm.report import of_claims, of_comparison, of_run, of_study
from abm.report.page import Page

PAGES: dict[str, Callable[[Path], Page]] = {
    "abm-run": of_run.page,
    "abm-comparison": of_comparison.page,
    "abm-claims": of_claims.page,
    **{kind: partial(of_study.page, kind=kind) for kind in of_study.QUESTIONS},
}
"""What makes the page of each kind of folder, by the format of its manifest."""

CARDS: dict[str, Callable[[Path], Page]] = {"abm-comparison": sheet.card}
"""The same for the cards."""

NEEDS = ("great_tables", "jinja2", "markdown_it")
"""What the extra ``report`` installs."""


def write_report(folder: str | Path, out: str | Path | None = None, *, card: bool = False) -> Path:
    """Write the report of a folder: one page that asks for nothing from anywhere.

    Args:
        folder: a run, a comparison or a study.
        out: file to write; absent: ``report.html`` or ``card.html`` in the folder.
        card: whether to write the card of a policy claim instead, to be printed on one sheet.

    Returns:
        The file.

    Raises:
        AbmError: if the folder holds nothing that can be reported, if what it holds has changed
            since, if the extra is not installed, or if the file cannot be written.
    """
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise AbmError(f"a report needs {' and '.join(missing)}: {install('report')}")
    source = Path(folder)
    made = _page(source, as_card=card)
    target = source / ("card.html" if card else "report.html") if out is None else Path(out)
    save_text(target, made.as_html())
    return target


def _page(folder: Path, *, as_card: bool) -> Page:
    known = CARDS if as_card else PAGES
    kind = _kind(folder)
    if kind not in known:
        allowed = ", ".join(name.removeprefix("abm-") for name in known)
        name = kind.removeprefix("abm-")
        article = "an" if name[:1] in "aeio" else "a"
        held = f"{article} {name}" if name else "nothing that this command made"
        what = "card" if as_card else "report"
        raise AbmError(f"{folder}: holds {held}, of which there is no {what} (allowed: {allowed})")
    return known[kind](folder)


def _kind(folder: Path) -> str:
    """Format that the folder's manifest names; empty if it has none."""
    if not folder.is_dir():
        raise AbmError(f"{folder}: there is no such folder")
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(content.get("format", "")) if isinstance(content, dict) else ""
