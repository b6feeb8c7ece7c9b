"""Worlds that may be: a Latin hypercube of the parameters that a file calls uncertain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from scipy.stats import qmc

from abm.analysis.outcomes import chosen
from abm.errors import AbmError
from abm.scenario import Scenario, scenario_folder, varied
from abm.scenario.declared import field_at, nearest
from abm.scenario.documents import Document
from abm.scenario.notation import parse_key
from abm.scenario.overrides import spell
from abm.streams import name_key

Floats = NDArray[np.float64]


class Span(BaseModel):
    """How far one parameter may lie.

    Attributes:
        low: lower end, in the parameter's unit.
        high: upper end.
        scale: whether worlds are spread evenly over the values or over their logarithms.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g} must be below high {self.high:g}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low {self.low:g} must be above zero on a log scale")
        return self

    def at(self, place: Floats) -> Floats:
        """Values at places between 0 and 1."""
        if self.scale == "log":
            values: Floats = self.low * (self.high / self.low) ** place
        else:
            values = self.low + (self.high - self.low) * place
        return values


class Uncertainty(BaseModel):
    """A file of uncertain parameters.

    Attributes:
        title: one line that says what is uncertain.
        description: a paragraph for the reader.
        worlds: worlds to draw.
        expected: which way each named outcome is expected to move.
        parameters: how far each parameter may lie, by dotted key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    description: str = ""
    worlds: Annotated[int, Field(ge=10, le=100_000)] = 60
    expected: Annotated[dict[str, Literal["up", "down"]], Field(min_length=1)]
    parameters: Annotated[dict[str, Span], Field(min_length=1)]


@dataclass(frozen=True)
class Design:
    """Worlds drawn from a file of uncertain parameters.

    Attributes:
        title: title of the file.
        expected: which way each outcome is expected to move.
        parameters: dotted keys.
        points: their values, shape (worlds, parameters).
        scenarios: one a world.
    """

    title: str
    expected: Mapping[str, Literal["up", "down"]]
    parameters: tuple[str, ...]
    points: Floats
    scenarios: tuple[Scenario, ...]


def design(name_or_path: str | Path, base: Scenario, seed: int) -> Design:
    """Draw worlds from a file around a scenario.

    Args:
        name_or_path: a path that ends in ``.toml``, or the name of a shipped file.
        base: the scenario of everything that the file leaves alone.
        seed: names the draw.

    Raises:
        AbmError: if the file cannot be used, or one of its worlds cannot be played.
    """
    file = read(name_or_path)
    keys = tuple(file.parameters)
    _check(keys, str(name_or_path))
    chosen(file.expected)
    rng = np.random.default_rng(name_key(f"latin hypercube {seed}"))
    places = qmc.LatinHypercube(len(keys), rng=rng).random(file.worlds)
    points = np.column_stack(
        [span.at(places[:, i]) for i, span in enumerate(file.parameters.values())]
    )
    whole = [_is_whole(key) for key in keys]
    points[:, whole] = np.round(points[:, whole])
    scenarios = tuple(varied(base, _overrides(keys, whole, point)) for point in points)
    return Design(file.title, dict(file.expected), keys, points, scenarios)


def _overrides(keys: Sequence[str], whole: Sequence[bool], point: Floats) -> list[str]:
    return [
        spell(parse_key(key)[0], int(value) if integer else float(value))
        for key, integer, value in zip(keys, whole, point, strict=True)
    ]


def _check(keys: Iterable[str], file: str) -> None:
    """Refuse keys that name no number; whether a value is allowed, each world says itself."""
    for key in keys:
        try:
            names, rest = parse_key(key)
        except ValueError:
            names, rest = (), key
        found = field_at(names)
        if rest or found is None or found.annotation not in (int, float):
            near = nearest(key, _numbers())
            meant = f"; did you mean {near}?" if near else ""
            raise AbmError(f"{file}: parameters: {key!r} names no number of a scenario{meant}")


def _numbers() -> list[str]:
    """Every number of the mechanisms, by dotted key."""
    return [
        f"{section}.{name}"
        for section, field in Scenario.model_fields.items()
        for name, inner in getattr(field.annotation, "model_fields", {}).items()
        if inner.annotation in (int, float)
    ]


def _is_whole(key: str) -> bool:
    found = field_at(parse_key(key)[0])
    return found is not None and found.annotation is int


def read(name_or_path: str | Path) -> Uncertainty:
    """Read a file of uncertain parameters.

    Raises:
        AbmError: if there is none, or if it is not what such a file must be.
    """
    path = _find(str(name_or_path))
    values = dict(Document.read(path).values)
    values["parameters"] = _flat(values.get("parameters", {}))
    try:
        return Uncertainty.model_validate(values)
    except ValidationError as error:
        lines = [
            f"{name_or_path}: {'.'.join(map(str, found['loc']))}: {found['msg']}"
            for found in error.errors()
        ]
        raise AbmError("\n".join(lines)) from None


def _find(text: str) -> Path:
    folder = scenario_folder() / "uncertainty"
    shipped = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    path = Path(text) if text.endswith(".toml") else shipped.get(text)
    if path is not None and path.is_file():
        return path
    near = nearest(text, shipped)
    meant = f"did you mean {near}?" if near else f"shipped: {', '.join(shipped)}"
    raise AbmError(f"{text}: there is no such file of uncertain parameters ({meant})")


def _flat(table: Any, prefix: str = "") -> dict[str, Any]:
    """Spans by dotted key, whether the file nests its tables or quotes the keys."""
    if not isinstance(table, dict):
        return {prefix: table}
    found: dict[str, Any] = {}
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        is_span = not isinstance(value, dict) or {"low", "high", "scale"} & set(value)
        found |= {key: value} if is_span else _flat(value, key)
    return found
