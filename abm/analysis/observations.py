"""What a comparison keeps of its runs, and how runs become one number a replicate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import polars as pl

from abm.analysis.alternatives import BASELINE
from abm.analysis.fates import Fate, fates
from abm.analysis.outcomes import chosen, measure
from abm.analysis.samples import Sample
from abm.analysis.welfare import Books
from abm.record.run import Run


@dataclass(frozen=True)
class Observed:
    """What is kept of one run.

    Attributes:
        seed: the run's seed.
        outcomes: one number an outcome.
        books: money and customers.
        fates: what became of each lab of the first month.
    """

    seed: int
    outcomes: Mapping[str, float]
    books: Books
    fates: Sequence[Fate]


def observe(run: Run, outcomes: Sequence[str]) -> Observed:
    """Reduce a run; this is what a worker sends back."""
    return Observed(run.seed, measure(run, chosen(outcomes)), Books.of(run), fates(run))


Replicates = Mapping[int, Sequence[Observed]]
"""Runs by replicate: one each, or those of one uncertain world, which make one number together."""


@dataclass(frozen=True)
class Observations:
    """Runs of every world of a comparison, by name of the alternative and by replicate."""

    runs: Mapping[str, Replicates]

    def sample(self, name: str, number: Callable[[Observed], float]) -> Sample:
        """One number a replicate of one alternative."""
        return Sample.from_mapping(
            {key: fmean(map(number, seen)) for key, seen in self.runs[name].items()}
        )

    def against_baseline(self, name: str, number: Callable[[Observed, Observed], float]) -> Sample:
        """One number a replicate that only a run and its baseline together have."""
        base = self.runs[BASELINE]
        return Sample.from_mapping(
            {key: fmean(map(number, base[key], seen)) for key, seen in self.runs[name].items()}
        )

    def zeros(self) -> Sample:
        """The baseline of a number that is measured against the baseline."""
        return Sample.from_mapping(dict.fromkeys(self.runs[BASELINE], 0.0))

    def outcome(self, name: str, outcome: str) -> Sample:
        """One outcome of one alternative."""
        return self.sample(name, lambda seen: seen.outcomes[outcome])

    def table(self) -> pl.DataFrame:
        """One row a run: policy, replicate, seed, and every outcome."""
        return pl.DataFrame(
            [
                {"policy": name, "replicate": key, "seed": one.seed, **one.outcomes}
                for name, replicates in self.runs.items()
                for key, seen in replicates.items()
                for one in seen
            ]
        )
