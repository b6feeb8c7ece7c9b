"""One number a run, with the key that says which runs belong together.

Interval functions accept nothing else. Rows of a table, months, labs or agents are no replicates:
taking them for replicates makes intervals several times too narrow.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.errors import AbmError

Floats = NDArray[np.float64]


class SampleError(AbmError):
    """Numbers that are not one a run."""


@dataclass(frozen=True)
class Sample:
    """One number of every run of one world.

    Attributes:
        keys: replicate of each run; equal keys in two samples are a pair.
        values: the number of each run; NaN where there was nothing to measure.
    """

    keys: tuple[Hashable, ...]
    values: tuple[float, ...]

    @classmethod
    def of(cls, keys: Sequence[Hashable], values: Any) -> "Sample":
        """Check and keep numbers.

        Args:
            keys: one a run, none twice.
            values: as many numbers, one a run; NaN is a number that does not exist.

        Raises:
            SampleError: if there is not exactly one number a key.
        """
        array = _numbers(values)
        if array.ndim != 1:
            raise SampleError(
                f"one value a run, please: these have shape {array.shape}; "
                "reduce each run to one number first"
            )
        if len(keys) != array.size:
            raise SampleError(f"{array.size} values for {len(keys)} runs: one value a run, please")
        doubles = sorted({str(key) for key in keys if list(keys).count(key) > 1})
        if doubles:
            raise SampleError(
                f"several values for the run {', '.join(doubles)}: months, labs or events of a run "
                "are no runs of their own"
            )
        if np.isinf(array).any():
            raise SampleError("infinite values have no mean; use NaN for what does not exist")
        return cls(tuple(keys), tuple(array.tolist()))

    @classmethod
    def from_mapping(cls, values: Mapping[Hashable, float]) -> "Sample":
        """Check and keep numbers by key."""
        return cls.of(list(values), list(values.values()))


def _numbers(values: Any) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise SampleError("values must be numbers, one a run") from None


@dataclass(frozen=True)
class Pairs:
    """Numbers of two worlds, run by run.

    Attributes:
        base: numbers of the baseline, in the order of the keys.
        policy: numbers of the policy.
        dropped: pairs left out because one of the two does not exist.
    """

    base: Floats
    policy: Floats
    dropped: int

    @property
    def differences(self) -> Floats:
        """Policy minus baseline."""
        return self.policy - self.base


def aligned(base: Sample, policy: Sample) -> tuple[float, ...]:
    """Values of the policy in the order of the baseline's keys.

    Raises:
        SampleError: if a run of one has no partner in the other.
    """
    for one, other, name in ((base, policy, "policy"), (policy, base, "baseline")):
        alone = [str(key) for key in one.keys if key not in set(other.keys)]
        if alone:
            raise SampleError(f"no {name} run for {', '.join(alone[:5])}: a pair needs both")
    partner = dict(zip(policy.keys, policy.values, strict=True))
    return tuple(partner[key] for key in base.keys)


def paired(base: Sample, policy: Sample) -> Pairs:
    """Match two samples by key.

    Raises:
        SampleError: if a run of one has no partner in the other.
    """
    first, second = np.array(base.values), np.array(aligned(base, policy))
    exists = ~(np.isnan(first) | np.isnan(second))
    return Pairs(first[exists], second[exists], int((~exists).sum()))
