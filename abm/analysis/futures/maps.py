"""The maps: which runs are played, and what is kept of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from abm.analysis.incidents import SALES
from abm.analysis.outcomes import OUTCOMES, chosen, measure
from abm.analysis.sweep import Progress, Row, claim, sweep
from abm.errors import AbmError
from abm.experiment.specs import RunSpec, policy_hash
from abm.experiment.worker import Failure
from abm.record.run import Run
from abm.scenario import Scenario, scenario_hash, varied
from abm.scenario.notation import parse_key
from abm.scenario.overrides import spell

KIND = "abm-futures"
"""What the manifest of a study's folder calls itself."""

POLICY = "open-full-disclosure"
"""The policy whose strength is what open labs must show."""

EARLY = 12
"""Month of the early variables; 0 is the first."""

_SO_FAR = ("releases", "funding")
_EARLY_COLUMNS = (
    "best_open_lag", "median_independent_lag", "open_workload_share", "hhi_labs",
    "open_labs_active", "labs_active", "capital_climate", "mean_disclosure_open",
    "public_knowledge", "frontier_run_cost", "api_spend", "product_revenue",
)  # fmt: skip
EARLY_NAMES = tuple(f"early_{name}" for name in (*_EARLY_COLUMNS, *_SO_FAR, "sales"))
"""What is known at the early month: levels, and sums so far."""


@dataclass(frozen=True)
class Axis:
    """Values of one dial.

    Attributes:
        name: how tables call it.
        label: how a figure calls it, with its unit.
        values: from low to high.
        key: dotted key of the scenario; empty for the policy of disclosure.
    """

    name: str
    label: str
    values: tuple[float, ...]
    key: str = ""


DISCLOSURE = Axis(
    "disclosure", "Share of all their work that open labs must show", (0.0, 0.25, 0.5, 0.75, 1.0)
)
MAPS: dict[str, Axis] = {
    "cost": Axis(
        "cost growth", "Expected growth of frontier costs, times a year",
        (2.0, 2.4, 3.0, 4.0, 5.0), "race.growth",
    ),
    "capital": Axis(
        "capital climate", "Capital climate at the start (1 is normal)",
        (0.6, 0.9, 1.2, 1.6, 2.0), "capital.start_climate",
    ),
}  # fmt: skip
"""What disclosure is crossed with, by name of the map."""

HOME = "home"
"""Name of the map of one cell: the scenario as it is."""


@dataclass(frozen=True)
class Atlas:
    """Maps of one scenario.

    Attributes:
        base: the scenario.
        maps: names of the maps.
        seeds: seeds of every cell.
        home_seeds: seeds of the scenario as it is.
        steps: values of each axis: at most all, evenly chosen, both ends among them.
        first_seed: the first of them.
    """

    base: Scenario
    maps: tuple[str, ...]
    seeds: int
    home_seeds: int
    steps: int = 5
    first_seed: int = 0

    def cells(self) -> list[dict[str, Any]]:
        """One row a run: ``map``, ``across``, ``up``, ``seed``."""
        home = [
            {"map": HOME, "across": 0.0, "up": 0.0, "seed": self.first_seed + i}
            for i in range(self.home_seeds)
        ]
        return home + [
            {"map": name, "across": across, "up": up, "seed": self.first_seed + i}
            for name in self.maps
            for up in _some(MAPS[name].values, self.steps)
            for across in _some(DISCLOSURE.values, self.steps)
            for i in range(self.seeds)
        ]

    def spec(self, cell: dict[str, Any]) -> RunSpec:
        """The run of a cell."""
        if cell["map"] == HOME:
            return RunSpec(self.base, cell["seed"])
        change = spell(parse_key(MAPS[cell["map"]].key)[0], cell["up"])
        policy = f"{POLICY}*{cell['across']:g}" if cell["across"] else ""
        return RunSpec(varied(self.base, [change]), cell["seed"], policy)

    def described(self) -> dict[str, Any]:
        """All that makes the design, as plain data."""
        axes = {name: list(_some(MAPS[name].values, self.steps)) for name in self.maps}
        return {
            "scenario": scenario_hash(self.base),
            "title": self.base.title,
            "months": self.base.months,
            "disclosure": list(_some(DISCLOSURE.values, self.steps)),
            "policy": policy_hash(POLICY),
            "maps": axes,
            "seeds": [self.first_seed, self.seeds, self.home_seeds],
        }


def named(names: Iterable[str]) -> tuple[str, ...]:
    """The maps of these names, in the order of `MAPS`.

    Raises:
        AbmError: if one is unknown.
    """
    wanted = set(names)
    for name in sorted(wanted - MAPS.keys()):
        raise AbmError(f"map {name!r}: there is none of this name (allowed: {', '.join(MAPS)})")
    return tuple(name for name in MAPS if name in wanted)


def _some(values: Sequence[float], steps: int) -> tuple[float, ...]:
    """So many of some values, evenly chosen, both ends among them."""
    last = len(values) - 1
    places = [round(i * last / (steps - 1)) for i in range(steps)]
    return tuple(values[place] for place in dict.fromkeys(places))


def play(
    atlas: Atlas, folder: Path, *, workers: int = 1, progress: Progress = lambda *_: None
) -> tuple[pl.DataFrame, list[Failure]]:
    """Play the maps into a folder, from where it stopped.

    Returns:
        One row a finished run: its cell, all outcomes, the early variables; and the failed runs.

    Raises:
        AbmError: if the months do not reach beyond the early one, or the folder holds another study
            or is in use.
    """
    if atlas.base.months <= EARLY + 1:
        raise AbmError(f"the map needs more than {EARLY + 1} months: an early one, and an end")
    claim(folder, KIND, atlas.described())
    cells = atlas.cells()
    names = [*OUTCOMES, *EARLY_NAMES]
    specs = [atlas.spec(cell) for cell in cells]
    reduce = partial(_reduced, outcomes=tuple(OUTCOMES))
    rows = sweep(specs, reduce, names, folder, workers=workers, progress=progress)
    failed = {row.run_id: row for row in rows if isinstance(row, Failure)}
    pairs = zip(cells, rows, strict=True)
    found = [cell | dict(row) for cell, row in pairs if not isinstance(row, Failure)]
    return pl.DataFrame(found, infer_schema_length=None), list(failed.values())


def _reduced(run: Run, outcomes: Sequence[str]) -> Row:
    return measure(run, chosen(outcomes)) | early(run)


def early(run: Run) -> dict[str, float]:
    """What is known at the end of the early month."""
    now = run.market.row(EARLY, named=True)
    past = run.market.head(EARLY + 1)
    sold = run.events.filter(pl.col("kind").is_in(SALES), pl.col("month") <= EARLY).height
    levels = [float(now[name]) for name in _EARLY_COLUMNS]
    sums = [float(past[name].sum()) for name in _SO_FAR]
    return dict(zip(EARLY_NAMES, [*levels, *sums, float(sold)], strict=True))
