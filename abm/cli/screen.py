"""Where a command writes: a terminal with colours and progress, or plain lines, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

Advance = Callable[[str], None]
"""Moves a progress bar one step on and says what is done now."""


class Screen:
    """The output of one command.

    Args:
        silent: whether to write nothing at all.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self.console = Console(quiet=silent, highlight=False)

    @property
    def is_terminal(self) -> bool:
        """Whether somebody watches."""
        return self.console.is_terminal

    def say(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """Write one line, made of plain parts and of (text, style) parts.

        On a terminal a long line is wrapped below its own beginning; anywhere else it stays whole.
        """
        text = Text.assemble(*parts)
        if self.is_terminal:
            self.console.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:
            self.console.print(Text(" " * indent) + text, soft_wrap=True)

    @contextmanager
    def progress(self, steps: int, what: str) -> Iterator[Advance]:
        """Show progress below the lines written meanwhile; gone when it is over."""
        columns = (SpinnerColumn(), BarColumn(bar_width=30), TextColumn("{task.description}"))
        shown = self.is_terminal and not self.console.quiet
        with Progress(
            *columns, console=self.console, transient=True, disable=not shown
        ) as progress:
            task = progress.add_task(what, total=steps)
            yield lambda now: progress.update(task, advance=1, description=now)
