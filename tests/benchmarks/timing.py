"""Timing: processor time of interleaved rounds, and the table of them."""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Step = Callable[[], object]

LEAST_SECONDS = 0.02
"""A step that is shorter is repeated within a round until it takes about this long."""


def repeats(step: Step) -> int:
    """How often to repeat a step within a round; the step is played once, which warms it up."""
    return max(1, round(LEAST_SECONDS / max(seconds(step, 1), 1e-6)))


def seconds(step: Step, times: int) -> float:
    """Processor time of one step, as the mean of several in a row."""
    start = time.process_time()
    for _ in range(times):
        step()
    return (time.process_time() - start) / times


@dataclass
class Results:
    """Rounds by variant and size (communities, or runs), seconds a step or a run."""

    rounds: dict[str, dict[int, list[float]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, variant: str, size: int, measured: float) -> None:
        """Note one round."""
        self.rounds.setdefault(variant, {}).setdefault(size, []).append(measured)

    def note(self, text: str) -> None:
        """Say once what the numbers do not."""
        if text not in self.notes:
            self.notes.append(text)

    def table(self, baseline: str) -> str:
        """Milliseconds a step, and how many times faster than the baseline, in Markdown.

        The ratio is the median of the ratios of the rounds, which were interleaved.
        """
        sizes = sorted({size for by_size in self.rounds.values() for size in by_size})
        lines = [
            "| " + " | ".join(["", *(f"{size:,}" for size in sizes)]) + " |",
            "| --- |" + " ---: |" * len(sizes),
        ]
        for variant in self.rounds:
            cells = [self._cell(variant, size, baseline) for size in sizes]
            lines.append("| " + " | ".join([variant, *cells]) + " |")
        return "\n".join(lines)

    def ratio(self, variant: str, other: str, size: int) -> float | None:
        """How many times faster a variant is than another; none where one was not measured."""
        ours, theirs = (self.rounds.get(name, {}).get(size) for name in (variant, other))
        if not ours or not theirs:
            return None
        return statistics.median(b / a for a, b in zip(ours, theirs, strict=True))

    def _cell(self, variant: str, size: int, baseline: str) -> str:
        measured = self.rounds[variant].get(size)
        if measured is None:
            return ""
        text = f"{significant(1e3 * statistics.median(measured))} ms"
        ratio = self.ratio(variant, baseline, size)
        return text if ratio is None or variant == baseline else f"{text}, {significant(ratio)}x"


def significant(value: float) -> str:
    """Three significant digits, or all digits before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write_block(page: Path, name: str, text: str) -> None:
    """Put a text between the markers of a block of a page.

    Raises:
        ValueError: if the page has no such block.
    """
    begin, end = f"<!-- measured: {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    old = page.read_text(encoding="utf-8")
    if not pattern.search(old):
        raise ValueError(f"{page.name} has no block {begin} ... {end}")
    new = pattern.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", old)
    page.write_text(new, encoding="utf-8")
