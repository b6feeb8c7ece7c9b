"""Reads a spoilt file as a user would, and says what is wrong with how it was taken."""

import contextlib
import io
import os
import re
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from abm.cli import main
from abm.errors import MOST_PROBLEMS, AbmError
from abm.experiment import Experiment
from abm.policy import compose
from tests.fuzz.grammar import Case

REFUSED = 2
SECONDS = 60.0
"""Processor time after which a file hangs.

Nearly all take some hundredths of a second, an experiment of a million runs takes two: seven on a
machine that does much else.
"""

MEGABYTES = 400
"""By how much a file may raise the memory of the process."""

LONGEST_LINE = 4000
_INNARDS = re.compile(r"Traceback|pydantic|NoneType|<class '|object at 0x|ValidationError")


@dataclass(frozen=True)
class Verdict:
    """How a file was taken.

    Attributes:
        refused: whether it was refused; otherwise it was taken as valid.
        faults: what is wrong with that, each beginning with its kind; empty if nothing is.
        seconds: processor time that it took.
    """

    refused: bool
    faults: tuple[str, ...]
    seconds: float


def judge(case: Case, folder: Path) -> Verdict:
    """Read a file in a folder laid out for it.

    Args:
        case: kind and bytes of the file.
        folder: where ``case.toml`` is written, and nothing else may be.
    """
    kind, content = case
    (folder / "case.toml").write_bytes(content)
    before, memory, begin = _listing(folder), _memory(), time.process_time()
    code, told, faults = _taken(kind, folder)
    seconds = time.process_time() - begin
    if code == REFUSED:
        faults += _unclear(told)
    if seconds > SECONDS:
        faults.append(f"slow: {seconds:.1f} s")
    if _memory() - memory > MEGABYTES:
        faults.append(f"memory: {_memory() - memory} MB more")
    if _listing(folder) != before:
        faults.append("written: a file was made or changed")
    return Verdict(code == REFUSED, tuple(faults), seconds)


def _taken(kind: str, folder: Path) -> tuple[int, str, list[str]]:
    """Exit code, what was said, and an exception that got out or a warning."""
    said = io.StringIO()
    try:
        with contextlib.chdir(folder), _quiet(said), warnings.catch_warnings():
            warnings.simplefilter("error")
            _read(kind)
    except SystemExit as error:
        return int(error.code or 0), said.getvalue(), []
    except BaseException as error:  # whatever gets out is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return 1, "", [f"{type(error).__name__} at {where}: {str(error)[:200]}"]
    return 0, "", []


def _read(kind: str) -> None:
    """Read ``case.toml`` of the current folder: as the command does, with its exit code."""
    if kind == "scenario":
        main(["check", "case.toml"])
    try:
        if kind == "policy":
            compose("case.toml")
        else:
            Experiment.load("case.toml").design()
    except AbmError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)


@contextlib.contextmanager
def _quiet(said: io.StringIO) -> Iterator[None]:
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        yield


def _unclear(told: str) -> list[str]:
    """What is wrong with the words of a refusal."""
    lines = told.splitlines()
    faults = []
    if not lines or not all(line.strip() for line in lines):
        faults.append("unclear: nothing is said")
    if len(lines) > MOST_PROBLEMS + 1 or any(len(line) > LONGEST_LINE for line in lines):
        faults.append(f"unclear: {len(lines)} lines, {max(map(len, lines))} characters in one")
    if not all(line.isprintable() for line in lines):
        faults.append("unclear: signs that cannot be printed")
    innards = _INNARDS.search(told)
    if innards:
        faults.append(f"unclear: speaks of {innards[0]}: {told[:300]}")
    return faults


def _listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((entry.name, entry.stat().st_mtime_ns) for entry in os.scandir(folder))


def _memory() -> int:
    """Largest memory of this process so far, MB; 0 where it cannot be told."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
