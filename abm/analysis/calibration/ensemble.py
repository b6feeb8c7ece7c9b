"""A saved ensemble: parameter sets that history does not rule out, or the least implausible."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from abm.analysis.calibration.plan import overrides
from abm.analysis.calibration.sampling import spread_out
from abm.analysis.uncertainty import Design
from abm.errors import AbmError
from abm.experiment.locations import location
from abm.record.manifest import content_hash
from abm.scenario import Scenario, varied
from abm.scenario.declared import nearest
from abm.scenario.library import shipped

Floats = NDArray[np.float64]

COLUMNS = ("member", "implausibility", "plausible")
"""Columns before those of the parameters: number, second largest implausibility, below the cut."""

HELD = "abm-ensemble"
"""Key of the description in the file."""

PLAUSIBLE = "non-implausible"
EMPTY = "least implausible, space empty"


@dataclass(frozen=True)
class Ensemble:
    """Parameter sets.

    Attributes:
        table: one row a member: `COLUMNS`, then the parameters by their dotted keys.
        about: what made it: scenario and its hash, model, calibration, cut.
        name: by which it was asked for; empty if it was not read.
    """

    table: pl.DataFrame
    about: Mapping[str, Any]
    name: str = ""

    @property
    def fingerprint(self) -> str:
        """Hash of the parameter sets, 12 hexadecimal digits."""
        return content_hash(self.table.select(self.parameters))[:12]

    @property
    def label(self) -> str:
        """What the members are, in words: never more than was found."""
        n, good = self.table.height, int(self.table["plausible"].sum())
        if good == n:
            return PLAUSIBLE
        return f"{good} of {n} non-implausible, the others least implausible" if good else EMPTY

    @property
    def parameters(self) -> list[str]:
        """Dotted keys."""
        return [name for name in self.table.columns if name not in COLUMNS]

    @property
    def points(self) -> Floats:
        """Values of the parameters, shape (members, parameters)."""
        return self.table.select(self.parameters).to_numpy().astype(float)

    def members(self) -> list[dict[str, float]]:
        """Values of the parameters, one a member."""
        return self.table.select(self.parameters).to_dicts()

    def worlds(self, base: Scenario) -> list[Scenario]:
        """The scenario with the parameters of each member.

        Raises:
            AbmError: if the scenario lacks one of the parameters.
        """
        return [varied(base, overrides(_typed(base, values))) for values in self.members()]

    def design(self, base: Scenario) -> Design:
        """The same worlds as a comparison takes them; nothing is expected of any outcome.

        Raises:
            AbmError: if the scenario lacks one of the parameters.
        """
        return Design(self.label, {}, tuple(self.parameters), self.points, tuple(self.worlds(base)))

    def content(self) -> bytes:
        """The ensemble as a Parquet file."""
        buffer = BytesIO()
        about = {**self.about, "label": self.label}
        self.table.write_parquet(buffer, metadata={HELD: json.dumps(about)})
        return buffer.getvalue()

    def write(self, file: Path) -> None:
        """Write the file, whole or not at all.

        Raises:
            AbmError: if it cannot be written.
        """
        try:
            location(file.parent).write(file.name, self.content())
        except OSError as error:
            raise AbmError(f"{file}: cannot be written: {error.strerror}") from error


def _typed(base: Scenario, values: dict[str, float]) -> dict[str, float]:
    """Whole numbers where the scenario has them: a table has one type a column."""
    found: dict[str, float] = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        whole = isinstance(getattr(getattr(base, section, None), name, None), int)
        found[key] = int(value) if whole else value
    return found


def read(name_or_path: str | Path) -> Ensemble:
    """Read an ensemble: a shipped one by name, or the one at a path that ends in ``.parquet``.

    Raises:
        AbmError: if there is none.
    """
    text = str(name_or_path)
    known = shipped("ensemble")
    file = Path(text) if text.endswith(".parquet") else known.get(text)
    if file is None or not file.is_file():
        near = nearest(text, known)
        meant = f"did you mean {near}?" if near else f"shipped: {', '.join(known) or 'none'}"
        raise AbmError(f"{text}: there is no such ensemble ({meant})")
    held = file.read_bytes()
    try:
        about = json.loads(pl.read_parquet_metadata(BytesIO(held))[HELD])
    except (KeyError, ValueError, pl.exceptions.PolarsError):
        raise AbmError(f"{text}: is no ensemble of parameter sets") from None
    return Ensemble(pl.read_parquet(BytesIO(held)), about, text)


def chosen(places: Floats, implausibility: Floats, cut: float, members: int) -> NDArray[np.intp]:
    """Which candidates become members.

    Where enough are below the cut, those that fill its space; else the least implausible.

    Args:
        places: candidates in the unit cube.
        implausibility: of each, by its own runs.
        cut: above which a candidate is implausible.
        members: how many are wanted.
    """
    good = np.flatnonzero(implausibility <= cut)
    if len(good) >= members:
        return good[spread_out(places[good], members)]
    return np.argsort(implausibility, kind="stable")[:members]
