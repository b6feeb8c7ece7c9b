"""An experiment: worlds, policies and replicates, ready to be played into a folder."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from abm.experiment import loading
from abm.experiment.designs import Point
from abm.experiment.plan import Plan
from abm.experiment.specs import RunSpec, policy_hash
from abm.record.folder import OUTPUTS, slug
from abm.scenario import Scenario, scenario_hash
from abm.scenario.documents import Document
from abm.scenario.notation import spell_value

if TYPE_CHECKING:
    from abm.experiment.results import Results


@dataclass(frozen=True)
class Experiment:
    """Which runs to play and what to keep of them.

    Attributes:
        name: name of the file, without its ending.
        plan: what the file says.
        base: the base world in full, as plain values.
        points: the design: values by key, for each point.
        worlds: the world of each point.
    """

    name: str
    plan: Plan
    base: dict[str, Any] = field(repr=False)
    points: list[Point] = field(repr=False)
    worlds: list[Scenario] = field(repr=False)

    @classmethod
    def load(cls, name_or_path: str | Path) -> "Experiment":
        """Load a shipped experiment by name, or one at a path that ends in ``.toml``.

        Raises:
            ScenarioError: with every problem found; every point is checked.
        """
        document = loading.read(name_or_path)
        return cls(document.name, *loading.loaded(document))

    @classmethod
    def of(cls, name: str = "experiment", **fields: Any) -> "Experiment":
        """Make an experiment in a script: the fields are those of a file.

        Raises:
            ScenarioError: with every problem found; every point is checked.
        """
        return cls(name, *loading.loaded(Document(Path(name), "", fields)))

    @property
    def folder(self) -> Path:
        """Where it is played into unless told otherwise."""
        return OUTPUTS / slug(self.name)

    def specs(self) -> list[RunSpec]:
        """Every run: point by point, replicate by replicate, and under each policy.

        A replicate has the same seed at every point and under every policy, so that runs pair.
        """
        return list(self._specs)

    @cached_property
    def _specs(self) -> tuple[RunSpec, ...]:
        plan = self.plan
        laws = {policy: policy_hash(policy) for policy in plan.policies}
        return tuple(
            RunSpec(world, plan.first_seed + replicate, policy, point, replicate, fingerprint, law)
            for point, world in enumerate(self.worlds)
            for fingerprint in [scenario_hash(world)]
            for replicate in range(plan.replicates)
            for policy, law in laws.items()
        )

    def design(self) -> pl.DataFrame:
        """One row a run: ``run_id``, ``point``, ``replicate``, ``seed``, ``policy``, the factors.

        A factor that a point leaves alone is null. Values that are no numbers, texts or truths are
        written as TOML.
        """
        specs = self.specs()
        data: dict[str, Any] = {
            name: [getattr(spec, name) for spec in specs]
            for name in ("run_id", "point", "replicate", "seed", "policy")
        }
        frame = pl.DataFrame(data)
        return frame.with_columns(
            _column(key, [self.points[spec.point].get(key) for spec in specs])
            for key in self.plan.factors
        )

    def run(
        self,
        out: str | Path | None = None,
        *,
        workers: int | None = None,
        executor: Executor | None = None,
        progress: Callable[[int, int], None] = lambda *_: None,
    ) -> "Results":
        """Play what is not yet in the folder, and read everything back.

        Args:
            out: folder, or a location that fsspec knows, such as ``s3://bucket/experiment``.
            workers: processes; by default one a core.
            executor: plays in the place of processes of this machine.
            progress: called with the number of runs finished and failed so far.

        Raises:
            AbmError: if the folder holds something else, is in use, or cannot be written; or if
                runs failed (`abm.experiment.read` with ``incomplete=True`` gives the others).
        """
        from abm.experiment.batch import run_batch
        from abm.experiment.results import read

        where = self.folder if out is None else out
        run_batch(self, where, workers=workers, executor=executor, progress=progress)
        return read(where)


def _column(key: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        values = [None if value is None else float(value) for value in values]
    elif len(kinds) > 1 or not kinds <= {int, float, str, bool}:
        values = [None if value is None else spell_value(value) for value in values]
    return pl.Series(key, values)
