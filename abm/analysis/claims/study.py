"""Playing the worlds of claims: each world once a seed, reduced where it was played, resumable."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from pathlib import Path

import numpy as np

from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.claims.catalogue import worlds_of
from abm.analysis.claims.changes import Change, Changes, changed, policy_of, title
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.inference import ALPHA, exceeds, presence
from abm.analysis.claims.metrics import METRICS
from abm.analysis.claims.regions import REGIONS
from abm.analysis.claims.verdict import Finding, Seen, effects, tests_of, weigh
from abm.analysis.outcomes import measure
from abm.analysis.sweep import Row, sweep
from abm.errors import AbmError
from abm.experiment.specs import RunSpec
from abm.experiment.worker import Failure
from abm.record.run import Run
from abm.scenario import Scenario, scenario_hash

HORIZON = 49
"""Months that are played unless said otherwise: no metric looks beyond the fourth year."""

FIRST_LOOK = 25
"""Seeds after which a region is given up for a claim whose effect lies below what matters there."""

Progress = Callable[[int, int], None]
"""Called with the runs done, and the runs planned so far."""

Key = tuple[Changes, int]


def reduced(run: Run) -> Row:
    """What is kept of a run: one number a metric."""
    return measure(run, METRICS.values())


@cache
def _metrics_version() -> str:
    """Fingerprint of the code that reduces runs."""
    files = sorted((Path(__file__).parent / "metrics").glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def plan_of(scenario: Scenario, ensemble: Ensemble | None = None) -> dict[str, str]:
    """What all runs of a folder have in common; claims and seeds may be added later."""
    drawn = {} if ensemble is None else {"ensemble": ensemble.fingerprint}
    return {"scenario": scenario_hash(scenario), "metrics": _metrics_version(), **drawn}


def _spec(scenario: Scenario, world: Changes) -> RunSpec:
    """A run of a world, seed zero."""
    made = changed(scenario, world)
    return RunSpec(made, 0, policy_of(world), world=scenario_hash(made))


def _whole(row: Row | Failure) -> Row:
    """A row; claims are about the seeds that were named, so that none may be missing."""
    if isinstance(row, Failure):
        raise AbmError(f"run {row.run_id} failed while {row.stage}: {row.cause}")
    return row


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

    @cached_property
    def _members(self) -> list[Scenario]:
        return [self.scenario] if self.ensemble is None else self.ensemble.worlds(self.scenario)

    @cached_property
    def _specs(self) -> dict[Key, RunSpec]:
        """Runs of worlds by member: to make a world takes as long as a few of its months."""
        return {}

    def _run(self, world: Changes, seed: int) -> RunSpec:
        member = seed % len(self._members)
        if (world, member) not in self._specs:
            self._specs[world, member] = _spec(self._members[member], world)
        return replace(self._specs[world, member], seed=seed)

    def play(self, worlds: Iterable[Changes], seeds: Sequence[int]) -> dict[Key, Row]:
        """Metrics of some worlds by world and seed; what the folder holds is not played again.

        Raises:
            AbmError: if a run failed; those that finished are kept.
        """
        keys = list(product(dict.fromkeys(worlds), seeds))
        specs = [self._run(world, seed) for world, seed in keys]
        before, self._planned = self._planned, self._planned + len(specs)
        rows = sweep(
            specs,
            reduced,
            list(METRICS),
            self.folder,
            workers=self.workers,
            progress=lambda done, _: self.progress(before + done, self._planned),
        )
        return dict(zip(keys, map(_whole, rows), strict=True))

    def by_seed(
        self, worlds: Sequence[Changes], *region: Change, first: int | None = None
    ) -> list[dict[Changes, Row]]:
        """Metrics of each seed by world, played in a region, and filed without its name.

        Args:
            worlds: what is different in each.
            region: where they are played.
            first: how many of the seeds; all if absent.
        """
        seeds = self.seeds[:first]
        played = self.play([(*region, *world) for world in worlds], seeds)
        return [{world: played[(*region, *world), seed] for world in worlds} for seed in seeds]


def judge(
    study: Study, claims: Sequence[Claim], regions: Sequence[Change] = REGIONS
) -> list[Finding]:
    """Play and test claims; those that are absent are looked for in the regions.

    What must and must not remove an effect is played only where there seems to be one.

    Args:
        study: scenario, seeds and store.
        claims: what is tested.
        regions: where absent claims are looked for; nowhere if empty.
    """
    testable = [claim for claim in claims if not claim.untestable]
    first = study.by_seed(_effect_worlds(testable))
    likely = [claim for claim in testable if _looks_present(claim, first)]
    needed = dict.fromkeys([*_effect_worlds(testable), *worlds_of(likely)])
    found = {one.claim.id: one for one in weigh(testable, study.by_seed(list(needed)))}
    absent = [
        claim
        for claim in testable
        if found[claim.id].measured and not (found[claim.id].present or claim.fitted)
    ]
    family = len(regions) * tests_of(absent)
    held = [(region, _held(study, absent, region, family)) for region in regions if absent]
    return [
        Finding(
            claim,
            found.get(claim.id),
            tuple(region.name for region, ids in held if claim.id in ids),
            tuple(region.name for region, _ in held if claim in absent),
        )
        for claim in claims
    ]


def _held(study: Study, claims: Sequence[Claim], region: Change, family: int) -> set[str]:
    """Claims that pass all tests in a region.

    First only the effect is looked for, so that ablations are played where there is one, and after
    `FIRST_LOOK` seeds only on claims that may still show it: to stop early for want of an effect
    makes no false alarm likelier. The correction counts the tests of all claims that were looked
    for, in all regions.
    """
    few = study.by_seed(_effect_worlds(claims), region, first=FIRST_LOOK)
    open_still = [claim for claim in claims if not _looks_absent(claim, few)]
    seen = study.by_seed(_effect_worlds(open_still), region)
    likely = [claim for claim in open_still if _looks_present(claim, seen)]
    if not likely:
        return set()
    evidence = weigh(likely, study.by_seed(worlds_of(likely), region), family)
    return {one.claim.id for one in evidence if one.holds}


def _effect_worlds(claims: Iterable[Claim]) -> list[Changes]:
    return list(dict.fromkeys(world for claim in claims for world in claim.worlds()))


def _looks_present(claim: Claim, seen: Seen) -> bool:
    found = effects(claim, seen)
    known = found[np.isfinite(found)]
    return exceeds(known, claim.sesoi, binary=claim.binary) < ALPHA


def _looks_absent(claim: Claim, seen: Seen) -> bool:
    """Whether the interval of the effect lies below what matters."""
    return presence(effects(claim, seen), claim.sesoi, claim.id, binary=claim.binary).absent


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
