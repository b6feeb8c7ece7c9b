"""A whole calibration: recovery of known truths, waves, the ensemble, and what it meets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import qmc

from abm.analysis.calibration.archive import Archive, Show, unseen
from abm.analysis.calibration.conflicts import Conflict, Reach, conflicts, reaches
from abm.analysis.calibration.criteria import Summary, ranked
from abm.analysis.calibration.ensemble import Ensemble, chosen
from abm.analysis.calibration.plan import Problem
from abm.analysis.calibration.recovery import Recovery, recover, widths
from abm.analysis.calibration.waves import Design, Match, kept, match
from abm.analysis.measures import MEASURES
from abm.errors import extra
from abm.experiment.specs import model_version
from abm.experiment.worker import Failure
from abm.scenario import scenario_hash

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Attributes:
        problem: what was calibrated.
        match: its waves.
        candidates: points that were played for the ensemble, and the space that was left.
        ensemble: the saved parameter sets.
        recovery: what can be recovered of known truths.
        left: what is left of each parameter's range, as a share.
        ranges: quantiles 0.05 and 0.95 of what is left, in units, one pair a parameter.
        reaches: how near the model comes to each target.
        conflicts: pairs of targets that cannot be met at once.
        checks: share of later points whose mean lies within two standard deviations of what the
            emulators said before, by wave.
        measures: runs of the scenario as it is, of the first wave, and of the ensemble: arrays of
            shape (worlds, runs, targets).
        failures: runs that failed.
    """

    problem: Problem
    match: Match
    candidates: Design
    ensemble: Ensemble
    recovery: Recovery
    left: Floats
    ranges: Floats
    reaches: list[Reach]
    conflicts: list[Conflict]
    checks: list[float]
    measures: dict[str, Floats]
    failures: list[Failure]


def calibrate(
    problem: Problem,
    folder: Path,
    *,
    workers: int = 1,
    show: Show = unseen,
    recovered: Callable[[Recovery], None] = lambda _: None,
) -> Calibration:
    """Calibrate into a folder, from where it stopped.

    Args:
        problem: what is calibrated.
        folder: where designs and runs are kept.
        workers: processes.
        show: shows how far a stage is.
        recovered: told what can be identified, before the targets are looked at.

    Raises:
        AbmError: if the folder holds something else, or cannot be written.
    """
    with extra("study"):
        from threadpoolctl import threadpool_limits
    # Small matrices: threads cost more than they gain, and change the order of sums.
    with threadpool_limits(1):
        return _calibrated(problem, Archive(problem, folder, workers=workers, show=show), recovered)


def _calibrated(
    problem: Problem, archive: Archive, recovered: Callable[[Recovery], None]
) -> Calibration:
    about = (archive.fitted, problem.criteria, len(problem.assumptions))
    first = match(*about, replace(problem.rules, waves=1), archive)
    recovery = _recovery(problem, first, archive)
    recovered(recovery)
    found = match(*about, problem.rules, archive, after=first)
    candidates = kept(
        archive, "candidates", lambda: found.design("candidates", problem.plan.candidates)
    )
    measures = _measured(problem, archive, candidates)
    ensemble, members = _ensemble(problem, candidates, measures["candidates"])
    measures["ensemble"] = measures.pop("candidates")[members]
    space = found.explore("posterior").places
    sample = np.concatenate(
        [
            qmc.LatinHypercube(space.shape[1], rng=found.rules.rng("space")).random(
                2 * found.rules.population
            ),
            space,
        ]
    )
    implausibilities = found.implausibility(sample)
    names = [item.name for item in problem.criteria]
    return Calibration(
        problem, found, candidates, ensemble, recovery,
        left=widths(space),
        ranges=_ranges(problem, space),
        reaches=reaches(names, implausibilities, found.rules.cut),
        conflicts=conflicts(names, implausibilities, found.rules.cut),
        checks=_checks(found),
        measures=measures,
        failures=archive.failures,
    )  # fmt: skip


def _recovery(problem: Problem, first: Match, archive: Archive) -> Recovery:
    """Known truths, drawn evenly, each with one run as its history."""
    cube = qmc.LatinHypercube(len(problem.assumptions), rng=first.rules.rng("truths"))
    truths = kept(archive, "truths", lambda: Design(cube.random(problem.plan.truths))).places
    return recover(first, truths, archive.fitted("truths", truths)[:, 0, :])


def _measured(problem: Problem, archive: Archive, candidates: Design) -> dict[str, Floats]:
    plan = problem.plan
    defaults = archive.play("defaults", [{}], plan.defaults, full=True)
    worlds = problem.values(candidates.places)
    played = archive.play("candidates", worlds, plan.replicates, full=True)
    return {"defaults": defaults, "candidates": played}


def _ensemble(
    problem: Problem, candidates: Design, played: Floats
) -> tuple[Ensemble, NDArray[np.intp]]:
    """Members, and which candidates they are."""
    rules, ids = problem.rules, list(MEASURES)
    fitted = played[:, :, [ids.index(item.name) for item in problem.criteria]]
    own = Summary.of(fitted, problem.criteria).implausibility(problem.criteria)
    held = ranked(own, rules.rank)
    members = chosen(candidates.places, held, rules.cut, problem.plan.members)
    table = pl.DataFrame(
        {
            "member": range(len(members)),
            "implausibility": held[members],
            "plausible": held[members] <= rules.cut,
        }
    )
    values = pl.DataFrame(problem.values(candidates.places[members]))
    about = {
        "calibration": problem.name,
        "scenario": problem.plan.scenario,
        "scenario_hash": scenario_hash(problem.base),
        "months": problem.base.months,
        "model": model_version(),
        "cut": rules.cut,
        "rank": rules.rank,
    }
    return Ensemble(table.hstack(values), about), members


def _ranges(problem: Problem, space: Floats) -> Floats:
    ends = np.quantile(space, (0.05, 0.95), axis=0)
    low, high = problem.values(ends)
    return np.array([[low[item.key], high[item.key]] for item in problem.assumptions])


def _checks(found: Match) -> list[float]:
    """How well each wave's emulators foretold the next wave's points, which they had not seen."""
    shares = []
    for before, after in zip(found.waves, found.waves[1:], strict=False):
        errors = []
        for i, emulator in enumerate(before.emulators):
            if emulator is not None:
                p = emulator.predict(after.design.places)
                noise = after.summary.variance[:, i] / after.summary.count[:, i]
                errors.append(
                    np.abs(after.summary.mean[:, i] - p.mean) / np.sqrt(p.emulator + noise)
                )
        known = np.concatenate(errors) if errors else np.array([])
        known = known[np.isfinite(known)]
        shares.append(float((known <= 2).mean()) if known.size else float("nan"))
    return shares
