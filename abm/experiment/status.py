"""The status log of an experiment: one JSON object a line, only ever added to.

A line is an event: ``started`` (runs that went out), ``finished`` (a part is written: its runs
with their seconds, and the sizes of its files), ``failed`` (a run: stage, cause, traceback) or
``void`` (a part whose files are not what was written). A line that was cut off is no line.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

LOG = "status.jsonl"


@dataclass(frozen=True)
class Part:
    """A part of every table.

    Attributes:
        number: in the names of its files.
        runs: seconds by run.
        sizes: bytes by table.
    """

    number: int
    runs: dict[str, float]
    sizes: dict[str, int]


@dataclass
class Status:
    """What the log says.

    Attributes:
        parts: by number, without those that are void.
        failures: by run, of runs that did not finish later.
        last: highest number of a part, void ones included.
    """

    parts: dict[int, Part] = field(default_factory=dict)
    failures: dict[str, dict[str, Any]] = field(default_factory=dict)
    last: int = 0
    _held: set[str] = field(default_factory=set)

    @property
    def finished(self) -> dict[str, float]:
        """Seconds by finished run."""
        return {run: sec for part in self.parts.values() for run, sec in part.runs.items()}

    @classmethod
    def of(cls, log: bytes) -> "Status":
        """Read a log."""
        status = cls()
        for event in events(log):
            with suppress(KeyError, TypeError, AttributeError):  # no event of ours: no line
                status.note(event)
        return status

    def note(self, event: dict[str, Any]) -> None:
        """Take in one more event."""
        match event["event"]:
            case "finished":
                part = Part(event["part"], event["runs"], event["bytes"])
                self.last = max(self.last, part.number)
                self._drop(part.number)  # its files were written over
                if self._held.isdisjoint(part.runs):  # a run counts once, where it was first
                    self._add(part)
            case "failed":
                self.failures[event["run"]] = event
            case "void":
                self._drop(event["part"])

    def _add(self, part: Part) -> None:
        self.parts[part.number] = part
        self._held.update(part.runs)
        for run in part.runs:
            self.failures.pop(run, None)

    def _drop(self, number: int) -> None:
        part = self.parts.pop(number, None)
        if part is not None:
            self._held.difference_update(part.runs)


def line(event: dict[str, Any]) -> bytes:
    """An event as it stands in the log."""
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"


def events(log: bytes) -> Iterator[dict[str, Any]]:
    """The whole lines of a log."""
    for text in log.split(b"\n"):
        try:
            event = json.loads(text)
        except ValueError:  # empty, or cut off
            continue
        if isinstance(event, dict) and "event" in event:
            yield event
