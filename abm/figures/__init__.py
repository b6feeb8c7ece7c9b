"""Figures: one function each, from a run's tables to a matplotlib figure."""

import importlib
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from abm.record.run import Run

DPI = 120
"""Dots per inch of the PNG files."""


def _lazy(name: str) -> "Callable[..., Figure]":
    """A figure whose module, and with it seaborn, is imported at the first call."""

    def draw(run: "Run", **options: Any) -> "Figure":
        figure: Figure = importlib.import_module(f"abm.figures.{name}").fig(run, **options)
        return figure

    draw.__name__ = draw.__qualname__ = name
    return draw


FIGURES: "dict[str, Callable[..., Figure]]" = {
    name: _lazy(name) for name in ("shares", "chairs", "hosting", "lag", "network", "money")
}
"""Figures by name, each a function of a run."""


def draw_all(
    run: "Run",
    folder: str | Path,
    progress: Callable[[str], None] | None = None,
    *,
    network_month: int | None = None,
) -> list[Path]:
    """Draw every figure as PNG into a folder, which appears complete or not at all.

    Args:
        run: the run.
        folder: where to; an older one is replaced.
        progress: called with the name of each figure before it is drawn.
        network_month: month of the network; the last one if absent.

    Returns:
        The files.
    """
    target = Path(folder)
    part = target.parent / f".{target.name}.{uuid.uuid4().hex[:12]}.part"
    part.mkdir(parents=True)
    try:
        for name, figure in FIGURES.items():
            if progress is not None:
                progress(name)
            options = {"month": network_month} if name == "network" else {}
            figure(run, **options).savefig(part / f"{name}.png", dpi=DPI)
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return [target / f"{name}.png" for name in FIGURES]
