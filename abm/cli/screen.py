"""Where a command writes: a terminal with colours and progress, or plain lines, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
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


Counts = Callable[[int, int], None]
"""Shows how many runs are finished, and how many failed, so far."""


class _Rate(TextColumn):
    """Runs a second, or seconds a run."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        """The rate of the last while."""
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:.1f} runs/s" if speed >= 1 else f"{1 / speed:.1f} s/run")


@contextmanager
def many_runs(total: int, *, shown: bool) -> Iterator[Counts]:
    """Show a bar with rate and time left on standard error, where that is a terminal."""
    console = Console(stderr=True)
    columns = (
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("[red]{task.description}"),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not (shown and console.is_terminal)
    ) as bar:
        task = bar.add_task("", total=total)

        def show(done: int, failed: int) -> None:
            if not bar.tasks[0].completed:  # what was there before says nothing about the pace
                bar.reset(task, completed=done)
            words = f"{failed} failed" if failed else ""
            bar.update(task, completed=done + failed, description=words)

        yield show


@contextmanager
def playing(*, shown: bool) -> Iterator[Counts]:
    """Show runs done of runs planned on standard error, where that is a terminal."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    hidden = not (shown and console.is_terminal)
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("Playing", total=None)
        yield lambda done, planned: bar.update(task, completed=done, total=planned)
