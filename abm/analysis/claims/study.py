"""Playing the worlds of claims: each world once a seed, reduced where it was played, resumable."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.claims.catalogue import worlds_of
from abm.analysis.claims.changes import Change, Changes, changed, policy_of, title
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.metrics import HORIZON, METRICS, MONTHS
from abm.analysis.outcomes import measure
from abm.analysis.sweep import Row, sweep
from abm.errors import AbmError
from abm.experiment.specs import RunSpec
from abm.experiment.worker import Failure
from abm.record.run import Run
from abm.scenario import Scenario, scenario_hash

Progress = Callable[[int, int], None]
"""Called with the runs done, and the runs planned so far."""

Key = tuple[Changes, int]


def reduced(run: Run, horizon: int = HORIZON) -> Row:
    """What is kept of a run: one number a metric; NaN of metrics that look further than it goes.

    Args:
        run: the run.
        horizon: months of a run that is long enough for all.
    """
    goes = run.market.height
    known = [METRICS[name] for name, needed in MONTHS.items() if min(needed, horizon) <= goes]
    return dict.fromkeys(METRICS, math.nan) | measure(run, known)


@cache
def _metrics_version() -> str:
    """Fingerprint of the code that reduces runs."""
    files = sorted((Path(__file__).parent / "metrics").glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def plan_of(scenario: Scenario, ensemble: Ensemble | None = None) -> dict[str, str]:
    """What all runs of a folder have in common; claims and seeds may be added later."""
    drawn = {} if ensemble is None else {"ensemble": ensemble.fingerprint}
    return {"scenario": scenario_hash(scenario), "metrics": _metrics_version(), **drawn}


def _spec(scenario: Scenario, world: Changes, months: int) -> RunSpec:
    """A run of the first months of a world, seed zero."""
    made = changed(scenario, world).model_copy(update={"months": min(months, scenario.months)})
    return RunSpec(made, 0, policy_of(world), world=scenario_hash(made))


def _whole(row: Row | Failure) -> Row:
    """A row; claims are about the seeds that were named, so that none may be missing."""
    if isinstance(row, Failure):
        raise AbmError(f"run {row.run_id} failed while {row.stage}: {row.cause}")
    return row


class _Kept(NamedTuple):
    """A run that is known: how many months it was asked for, and its metrics."""

    months: int
    row: Row


@dataclass
class Study:
    """A scenario, its seeds, and where finished runs are kept.

    Attributes:
        scenario: the baseline.
        seeds: seeds that every world is played with.
        folder: where runs are kept, so that none is played twice.
        workers: processes.
        progress: called as runs finish.
        ensemble: parameter sets that history does not rule out; each seed plays all its worlds with
            the next of them. The scenario as it is if absent.
    """

    scenario: Scenario
    seeds: Sequence[int]
    folder: Path
    workers: int = 1
    progress: Progress = lambda *_: None
    ensemble: Ensemble | None = None
    _planned: int = 0
    _kept: dict[Key, _Kept] = field(default_factory=dict)

    @cached_property
    def _members(self) -> list[Scenario]:
        return [self.scenario] if self.ensemble is None else self.ensemble.worlds(self.scenario)

    @cached_property
    def _specs(self) -> dict[tuple[Changes, int, int], RunSpec]:
        """Runs of worlds by member: to make a world takes as long as a few of its months."""
        return {}

    def _run(self, world: Changes, seed: int, months: int) -> RunSpec:
        member = seed % len(self._members)
        key = world, member, months
        if key not in self._specs:
            self._specs[key] = _spec(self._members[member], world, months)
        return replace(self._specs[key], seed=seed)

    def play(self, worlds: Mapping[Changes, int], seeds: Sequence[int]) -> None:
        """Play some worlds; what is known or what the folder holds is not played again.

        A run of fewer months is the beginning of a longer one: a world is played no further than
        somebody looks.

        Args:
            worlds: months of each.
            seeds: seeds of each.

        Raises:
            AbmError: if a run failed; those that finished are kept.
        """
        wanted = [
            (key, worlds[key[0]])
            for key in product(worlds, seeds)
            if key not in self._kept or self._kept[key].months < worlds[key[0]]
        ]
        if not wanted:
            return
        before, self._planned = self._planned, self._planned + len(wanted)
        rows = sweep(
            [self._run(*key, months) for key, months in wanted],
            partial(reduced, horizon=min(HORIZON, self.scenario.months)),
            list(METRICS),
            self.folder,
            workers=self.workers,
            progress=lambda done, _: self.progress(before + done, self._planned),
        )
        for (key, months), row in zip(wanted, map(_whole, rows), strict=True):
            self._kept[key] = _Kept(months, row)

    def by_seed(
        self, worlds: Mapping[Changes, int], *region: Change, first: int | None = None
    ) -> list[dict[Changes, Row]]:
        """Metrics of each seed by world, played in a region, and filed without its name.

        Args:
            worlds: what is different in each, and its months.
            region: where they are played.
            first: how many of the seeds; all if absent.
        """
        seeds = self.seeds[:first]
        self.play({(*region, *world): months for world, months in worlds.items()}, seeds)
        return [
            {world: self._kept[(*region, *world), seed].row for world in worlds} for seed in seeds
        ]

    @property
    def played(self) -> dict[int, int]:
        """How many worlds were played with how many seeds, most seeds first."""
        seeds = Counter(world for world, _ in self._kept)
        return dict(sorted(Counter(seeds.values()).items(), reverse=True))


def checked(scenario: Scenario, claims: Sequence[Claim]) -> None:
    """Make every world once, so that what cannot be made is said before anything is played.

    Raises:
        AbmError: if a change cannot be made in this scenario.
    """
    for world in worlds_of(claims):
        try:
            changed(scenario, world)
        except ValueError as error:
            raise AbmError(f"{scenario.title}: no world {title(world)!r}: {error}") from None
