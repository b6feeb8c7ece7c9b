"""Very many tiny runs in one batch: memory stays flat, a run costs what it cost, all can be read.

``make endurance`` plays 20,000 runs of two months; ``python tests/endurance/endure.py --help`` says
what can be changed. While the batch grows another process reads it, again and again.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from scipy.stats import theilslopes

from abm import Experiment
from abm.experiment import read
from abm.experiment.batch import run_batch

MONTHS = 2

WARM = 0.2
"""Share of the runs after which caches are full and workers are at their usual size."""

MEMORY = 0.10
"""Growth of memory from there to the end that is still called flat, as a share."""

TIME = 0.20
"""Growth of the processor time of a run that is still called linear, as a share."""

LOOKS = 40
"""How often the batch is measured."""


@dataclass(frozen=True)
class Sample:
    """A batch at one moment.

    Attributes:
        runs: finished so far.
        seconds: since the start.
        cpu: processor seconds of the batch and its workers; others on the machine do not count.
        memory: resident megabytes of the batch and its workers.
    """

    runs: int
    seconds: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Verdict:
    """What the samples say, from the end of the warm-up to the end of the batch.

    Attributes:
        memory: growth, as a share of where it began.
        time: growth of the processor time of a run from the first third to the last, as a share.
    """

    memory: float
    time: float

    @property
    def faults(self) -> list[str]:
        """What is not as it should be."""
        limits = {"memory": (self.memory, MEMORY), "the time of a run": (self.time, TIME)}
        return [
            f"{what} grew by {grew:.0%}, and {limit:.0%} is allowed"
            for what, (grew, limit) in limits.items()
            if grew > limit
        ]


def verdict(samples: Sequence[Sample]) -> Verdict:
    """Judge a batch; memory by the median slope of all pairs of samples, deaf to outliers.

    Raises:
        ValueError: if fewer than six samples are left after the warm-up.
    """
    warm = [item for item in samples if item.runs >= WARM * samples[-1].runs]
    if len(warm) < 6:
        raise ValueError(f"{len(warm)} samples after the warm-up are too few to judge: play more")
    runs, cpu, memory = np.array([(item.runs, item.cpu, item.memory) for item in warm]).T
    slope, start, _, _ = theilslopes(memory, runs)
    third = len(warm) // 3
    first = (cpu[third] - cpu[0]) / (runs[third] - runs[0])
    last = (cpu[-1] - cpu[-1 - third]) / (runs[-1] - runs[-1 - third])
    begin = start + slope * runs[0]
    return Verdict(float(slope * (runs[-1] - runs[0]) / begin), float(last / first - 1))


@dataclass
class Watch:
    """Measures a batch as it goes, and has its folder read by another process meanwhile."""

    folder: Path
    total: int
    say: Callable[[str], None]
    samples: list[Sample] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)
    _begin: float = field(default_factory=time.monotonic)
    _reader: "subprocess.Popen[str] | None" = None

    def __call__(self, done: int, failed: int) -> None:
        """Told by the batch how far it is."""
        if failed:
            raise RuntimeError(f"{failed} runs failed; {self.folder}/status.jsonl says why")
        last = self.samples[-1].runs if self.samples else 0
        if done == self.total or done - last >= self.total / LOOKS:
            if self._reader is not None and self._reader.poll() is not None:
                self.collect()
            self.samples.append(self._measured(done))
            self._tell()
            if self._reader is None:
                self._reader = _reader(self.folder)

    def collect(self) -> None:
        """Wait for the reader, and note what it found.

        Raises:
            RuntimeError: if the folder could not be read.
        """
        if self._reader is None:
            return
        out, err = self._reader.communicate()
        if self._reader.returncode:
            raise RuntimeError(f"the growing folder could not be read:\n{err}")
        self._reader = None
        self.reads.append(int(out))

    def _measured(self, done: int) -> Sample:
        here = psutil.Process()
        reader = self._reader.pid if self._reader else None
        everyone = [here, *(each for each in here.children(recursive=True) if each.pid != reader)]
        times = [process.cpu_times() for process in everyone]
        return Sample(
            runs=done,
            seconds=time.monotonic() - self._begin,
            cpu=sum(each.user + each.system for each in times),
            memory=sum(process.memory_info().rss for process in everyone) / 2**20,
        )

    def _tell(self) -> None:
        before = self.samples[-2] if len(self.samples) > 1 else Sample(0, 0.0, 0.0, 0.0)
        now = self.samples[-1]
        runs = now.runs - before.runs
        self.say(
            f"{now.runs:>8} {now.seconds:>8.0f} {runs / (now.seconds - before.seconds):>8.1f} "
            f"{1000 * (now.cpu - before.cpu) / runs:>8.2f} {now.memory:>8.1f} "
            f"{self.reads[-1] if self.reads else 0:>8}"
        )


def look(folder: Path) -> int:
    """Read all that is there, and count the runs.

    Raises:
        ValueError: if a table does not hold each finished run once and whole.
    """
    results = read(folder, incomplete=True)
    finished = set(results.status.finished)
    months = results.market.group_by("run_id").len().collect()
    if set(months["run_id"]) != finished or set(months["len"]) != {MONTHS}:
        raise ValueError(f"{folder}: the table and the log do not agree")
    return len(finished)


def _reader(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, "--look", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def endure(
    folder: Path,
    runs: int,
    workers: int,
    chunk: int | None = None,
    say: Callable[[str], None] = print,
) -> Watch:
    """Play a batch under watch, and read it to the end.

    Raises:
        RuntimeError: if a run failed, or the folder could not be read while it grew.
        ValueError: if the tables do not hold each run once.
    """
    experiment = Experiment.of("endurance", scenario="classroom", months=MONTHS, replicates=runs)
    say(f"{'runs':>8} {'seconds':>8} {'runs/s':>8} {'cpu ms':>8} {'MB':>8} {'readable':>8}")
    watch = Watch(folder, runs, say)
    run_batch(experiment, folder, workers=workers, chunk=chunk, progress=watch)
    watch.collect()
    if look(folder) != runs or read(folder).runs.collect()["run_id"].n_unique() != runs:
        raise ValueError(f"{folder}: some of the {runs} runs are missing")
    return watch


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, print, and judge; 1 if memory or the time of a run grew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--look", type=Path, help="only count the runs in a folder")
    chosen = parser.parse_args(arguments)
    if chosen.look:
        print(look(chosen.look))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        watch = endure(Path(folder) / "batch", chosen.runs, chosen.workers)
    found = verdict(watch.samples)
    print(f"memory {found.memory:+.1%}, time of a run {found.time:+.1%}, {len(watch.reads)} reads")
    for fault in found.faults:
        print(fault, file=sys.stderr)
    return 1 if found.faults else 0


if __name__ == "__main__":  # worker processes import this file
    sys.exit(main())
