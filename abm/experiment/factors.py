"""What varies in an experiment: levels, ranges and distributions over a key of the scenario."""

import math
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from abm.scenario.fields import Section

PLAUSIBLE = "plausible"
"""Written for a factor: the range that its declaration gives."""

Floats = NDArray[np.float64]


class Factor(Protocol):
    """A set of values with a measure on it."""

    def grid(self) -> list[Any]:
        """The values of a design that takes each."""

    def at(self, quantiles: Floats) -> list[Any]:
        """The values at quantiles in [0, 1)."""


class Levels(Section):
    """A list of values, each as likely as the others."""

    values: list[Any] = Field(..., min_length=1)

    def grid(self) -> list[Any]:
        """All values."""
        return list(self.values)

    def at(self, quantiles: Floats) -> list[Any]:
        """The value in whose equal share each quantile falls."""
        index = np.minimum((quantiles * len(self.values)).astype(int), len(self.values) - 1)
        return [self.values[i] for i in index.tolist()]


class Continuous(Section):
    """A distribution; a design that takes each value takes `levels` of them."""

    levels: int = Field(3, ge=2, le=1000, description="Values of a grid.")
    whole: bool = Field(False, description="Whether values are rounded to whole numbers.")

    def grid(self) -> list[Any]:
        """Medians of equal shares."""
        return self.at((np.arange(self.levels) + 0.5) / self.levels)

    def at(self, quantiles: Floats) -> list[Any]:
        """The values at quantiles in [0, 1)."""
        with np.errstate(all="ignore"):
            drawn = self._inverse(np.clip(quantiles, 1e-12, 1 - 1e-12))
        if not np.isfinite(drawn).all():
            raise ValueError("a distribution reaches values that are not finite numbers")
        return [round(value) for value in drawn.tolist()] if self.whole else drawn.tolist()

    def _inverse(self, quantiles: Floats) -> Floats:
        raise NotImplementedError


class Range(Continuous):
    """Uniform between two ends, on a linear or a logarithmic scale; its grid has both ends."""

    distribution: Literal["uniform"] = "uniform"
    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        if not self.low < self.high:
            raise ValueError(f"low must be below high, and {self.low:g} is not below {self.high:g}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"a logarithmic scale needs low above 0, and it is {self.low:g}")
        return self

    def grid(self) -> list[Any]:
        """Equal steps from one end to the other."""
        steps = self._inverse(np.linspace(0, 1, self.levels))
        # The ends exactly as written, whatever the logarithm makes of them.
        inner = [self.low, *steps[1:-1].tolist(), self.high]
        return list(dict.fromkeys(round(value) for value in inner)) if self.whole else inner

    def _inverse(self, quantiles: Floats) -> Floats:
        if self.scale == "log":
            low, high = math.log(self.low), math.log(self.high)
            return np.asarray(np.exp(low + quantiles * (high - low)), dtype=float)
        return self.low + quantiles * (self.high - self.low)


class Triangular(Continuous):
    """Triangular between two ends with a most likely value."""

    distribution: Literal["triangular"]
    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> "Triangular":
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("low, mode and high must be in that order")
        return self

    def _inverse(self, quantiles: Floats) -> Floats:
        from scipy.stats import triang

        width = self.high - self.low
        return np.asarray(triang.ppf(quantiles, (self.mode - self.low) / width, self.low, width))


class Normal(Continuous):
    """Normal, or on a logarithmic scale log-normal around its median; cut where ends are given."""

    distribution: Literal["normal", "lognormal"]
    mean: float = Field(..., description="Mean; of a log-normal the median.")
    sd: float = Field(..., gt=0, description="Standard deviation; of a log-normal that of the log.")
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _possible(self) -> "Normal":
        positive = [end for end in (self.mean, self.low, self.high) if end is not None]
        if self.distribution == "lognormal" and min(positive) <= 0:
            raise ValueError("a lognormal needs a mean and ends above 0")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"low must be below high, and {self.low:g} is not below {self.high:g}")
        return self

    def _inverse(self, quantiles: Floats) -> Floats:
        from scipy.stats import truncnorm

        logarithmic = self.distribution == "lognormal"
        scale = math.log if logarithmic else float
        mean = scale(self.mean)
        low = -math.inf if self.low is None else scale(self.low)
        high = math.inf if self.high is None else scale(self.high)
        a, b = (low - mean) / self.sd, (high - mean) / self.sd
        drawn = np.asarray(truncnorm.ppf(quantiles, a, b, loc=mean, scale=self.sd), dtype=float)
        return np.exp(drawn) if logarithmic else drawn


KINDS: dict[str, type[Continuous]] = {
    "uniform": Range,
    "normal": Normal,
    "lognormal": Normal,
    "triangular": Triangular,
}
"""Distributions by name."""


def factor_of(value: object, span: Sequence[float] | None, *, whole: bool) -> Factor:
    """The factor that a value in an experiment file means.

    Args:
        value: a list of values, a table with a distribution, or "plausible".
        span: the plausible range of the key, if it declares one.
        whole: whether the key holds whole numbers.

    Raises:
        ValueError: if it means none; pydantic's own for what is wrong inside a table.
    """
    if isinstance(value, list):
        if not value:
            raise ValueError("needs at least one value")
        return Levels(values=value)
    if value == PLAUSIBLE:
        if span is None or span[0] == span[1]:
            raise ValueError("declares no plausible range; write one: {low = ..., high = ...}")
        return Range(low=span[0], high=span[1], whole=whole)
    if not isinstance(value, dict):
        raise ValueError(f"must be a list of values, a table with low and high, or {PLAUSIBLE!r}")
    name = value.get("distribution", "uniform")
    if not isinstance(name, str) or name not in KINDS:
        raise ValueError(f"distribution must be one of {', '.join(KINDS)}")
    return KINDS[name].model_validate({"whole": whole, **value}, strict=True)
