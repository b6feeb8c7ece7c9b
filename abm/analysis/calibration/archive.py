"""The folder of a calibration: designs of its stages, and the rows of its runs."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from abm.analysis.calibration.plan import Problem
from abm.analysis.calibration.waves import Design
from abm.analysis.measures import MEASURES, measure
from abm.analysis.sweep import Progress, claim, sweep
from abm.errors import writing
from abm.experiment.locations import location
from abm.experiment.specs import model_version
from abm.experiment.store import KEPT
from abm.experiment.worker import Failure
from abm.record.durable import parquet
from abm.record.run import Run
from abm.scenario import scenario_hash
from abm.streams import name_key

Floats = NDArray[np.float64]

KIND = "abm-calibration"
"""What the manifest of a calibration's folder calls itself."""

SEEDS = 2**31
"""Seeds among which those of a stage begin."""

Show = Callable[[str, int], AbstractContextManager[Progress]]
"""Shows how many runs of a stage are done, given its name and how many there are."""


def unseen(_stage: str, _runs: int) -> AbstractContextManager[Progress]:
    """Shows nothing."""
    return nullcontext(lambda *_: None)


class Archive:
    """Designs that were made, and runs that were played; nothing is made or played twice.

    Args:
        problem: what is calibrated.
        folder: where to keep what is known.
        workers: processes.
        progress: told how far a stage is.

    Raises:
        AbmError: if the folder holds something else, or was begun with another model.
    """

    def __init__(
        self,
        problem: Problem,
        folder: Path,
        *,
        workers: int = 1,
        show: Show = unseen,
    ) -> None:
        self.problem, self.folder = problem, folder
        self.workers, self.show = workers, show
        self.failures: list[Failure] = []
        claim(folder, KIND, described(problem))

    # -- designs ---------------------------------------------------------------------------------

    def load(self, stage: str) -> Design | None:
        """The design of a stage; None if it is still to be made.

        One that is damaged is made again: the draws have names, and the runs before it are kept.
        """
        held = location(self.folder).read(f"{stage}.parquet")
        if held is None:
            return None
        try:
            about = json.loads(pl.read_parquet_metadata(BytesIO(held))["design"])
            places = pl.read_parquet(BytesIO(held)).to_numpy().astype(float)
        except (pl.exceptions.PolarsError, KeyError, ValueError):
            return None
        return Design(places, about["share"], about["level"] or np.inf, about["empty"])

    def save(self, stage: str, design: Design) -> None:
        """Keep a design, whole or not at all: places in the unit cube, a column a parameter."""
        keys = [item.key for item in self.problem.assumptions]
        level = design.level if np.isfinite(design.level) else None
        about = {"share": design.share, "level": level, "empty": design.empty}
        table = pl.DataFrame(design.places, schema=keys, orient="row")
        content = parquet(table, metadata={"design": json.dumps(about)})
        with writing(self.folder, KEPT):
            location(self.folder).write(f"{stage}.parquet", content)

    # -- runs ------------------------------------------------------------------------------------

    def fitted(self, stage: str, places: Floats) -> Floats:
        """Play points as long as it takes to fit them: outputs (points, runs, criteria)."""
        runs = 1 if stage == "truths" else self.problem.plan.replicates
        values = self.problem.values(places)
        measures = self.play(stage, values, runs, full=False)
        ids = list(MEASURES)
        return measures[:, :, [ids.index(item.name) for item in self.problem.criteria]]

    def play(self, stage: str, values: list[dict[str, float]], runs: int, *, full: bool) -> Floats:
        """Play worlds in all settings.

        Args:
            stage: names the seeds; no two points share one.
            values: of the parameters, one world each.
            runs: seeds of a world.
            full: whether to play to the end of the windows that are for scoring only.

        Returns:
            Measures, shape (worlds, runs, targets in the order of `MEASURES`).
        """
        settings = self.problem.settings
        first = name_key(f"calibration {stage}") % SEEDS
        specs = [
            self.problem.spec(
                setting.full if full else setting.scenario, world, first + number * runs + run
            )
            for setting in settings
            for number, world in enumerate(values)
            for run in range(runs)
        ]
        with self.show(stage, len(specs)) as progress:
            found = sweep(
                specs, _reduced, list(MEASURES), self.folder,
                workers=self.workers, progress=progress,
            )  # fmt: skip
        self.failures += [row for row in found if isinstance(row, Failure)]
        rows = [
            [np.nan] * len(MEASURES) if isinstance(row, Failure) else [row[k] for k in MEASURES]
            for row in found
        ]
        shape = (len(settings), len(values), runs, len(MEASURES))
        each = np.array(rows, dtype=float).reshape(shape)
        homes = [self.problem.home(name) for name in MEASURES]
        return np.stack([each[home, :, :, i] for i, home in enumerate(homes)], axis=-1)


def _reduced(run: Run) -> dict[str, float]:
    return measure(run)


def described(problem: Problem) -> dict[str, object]:
    """All that makes a calibration, as plain data."""
    return {
        "problem": problem.name,
        "model": model_version(),
        "scenarios": [scenario_hash(setting.full) for setting in problem.settings],
        "ranges": {item.key: [item.low, item.high] for item in problem.assumptions},
        **problem.plan.model_dump(exclude={"title", "description"}),
    }
