"""The market in motion: the network of every month, above the shares of spending so far."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.animation import PillowWriter
from matplotlib.figure import Figure

from abm.errors import AbmError
from abm.figures import network, shares
from abm.figures.style import INK, canvas, styled
from abm.record.wording import month_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Rectangle

    from abm.record.run import Run

PACE = 4
"""Months in a second."""

REST = 8
"""Frames for which the last month stands."""

DPI = 60
"""Dots per inch: a page or a slide must load it quickly."""

STRIP = 4.5
"""Inches below the network that the shares take."""


def animate(run: "Run", path: Path, progress: Callable[[str], None] = lambda _month: None) -> Path:
    """Write the run as an animated GIF, whole or not at all.

    Args:
        run: the run.
        path: file to write.
        progress: called with the name of each month before it is drawn.

    Raises:
        AbmError: if the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}.part.gif")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(run, part, progress)
        part.replace(path)
    except OSError as error:
        raise AbmError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()
    return path


@styled
def _write(run: "Run", part: Path, progress: Callable[[str], None]) -> Figure:
    """Draw one frame a month; the shares are drawn once and uncovered from left to right."""
    width, height = network.SIZE
    tall = height + STRIP
    left, low, across, up = network.FRAME
    figure = canvas(width, tall, arranged=False)
    above = figure.add_axes((left, (STRIP + low * height) / tall, across, up * height / tall))
    below = figure.add_axes((0.06, 0.45 / tall, 0.66, (STRIP - 1.0) / tall))
    shares.draw(below, run)
    figure.legend(handles=network.legend(), loc="center left", bbox_to_anchor=(0.765, 0.68))
    writer = PillowWriter(fps=PACE)
    last = run.market.height - 1
    with writer.saving(figure, str(part), dpi=DPI):
        for month, date in enumerate(run.market["date"]):
            progress(month_name(date))
            above.clear()
            network.draw(above, run, month)
            above.set_title(
                f"Who learns from, builds on, hosts and owns whom, in {month_name(date)}?"
            )
            cover = _cover(below, month, last)
            for _ in range(REST if month == last else 1):
                writer.grab_frame()
            cover.remove()
    return figure


def _cover(axes: "Axes", month: int, last: int) -> "Rectangle":
    """Hide what is still to come."""
    return axes.axvspan(month, max(last, 1), facecolor="white", edgecolor=INK, lw=1.2, zorder=5)
