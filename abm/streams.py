"""Keyed random streams: every decision has its own numbers, whatever else is drawn.

A draw is a pure function of (seed, stream name, key, month, ordinal). Nothing is consumed, so an
extra draw elsewhere, a policy that changes nothing, or another order of evaluation leaves it
unchanged: common random numbers hold draw by draw (Salmon et al. 2011; Klein et al. 2024). The
generator is a chain of splitmix64 finalisers, vectorised over keys.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from abm.errors import AbmError

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

_GAMMA, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
# Arrays without axes: of a number, numpy makes one for every operation.
_GOLDEN, _MIX_1, _MIX_2 = (np.array(n, dtype=np.uint64) for n in (_GAMMA, _FIRST, _SECOND))
_SHIFTS = tuple(np.array(n, dtype=np.uint64) for n in (30, 27, 31, 11))
_UNIT = 2.0**-53
_STEP, _HALF_STEP = np.array(_UNIT), np.array(_UNIT / 2)
_MASK = 2**64 - 1


def _mix_one(x: int) -> int:
    """Finalise one number below 2^64: the same function as `_mix`, without an array around it."""
    x = (x ^ (x >> 30)) * _FIRST & _MASK
    x = (x ^ (x >> 27)) * _SECOND & _MASK
    return x ^ (x >> 31)


def _unit_one(x: int) -> float:
    """Turn one state into a uniform in (0, 1)."""
    return (_mix_one(x) >> 11) * _UNIT + _UNIT / 2


def _mix(x: Keys) -> Keys:
    """Finalise with splitmix64 (Steele, Lea & Flood 2014), in place."""
    shifted = x >> _SHIFTS[0]
    x ^= shifted
    x *= _MIX_1
    np.right_shift(x, _SHIFTS[1], out=shifted)
    x ^= shifted
    x *= _MIX_2
    np.right_shift(x, _SHIFTS[2], out=shifted)
    x ^= shifted
    return x


def _drawn(keyed: Keys, ordinal: Any) -> Floats:
    """Turn states of keys into uniforms in (0, 1), broadcast against the index of the draw."""
    x = keyed
    if not (isinstance(ordinal, int) and ordinal == 0):
        x = keyed + np.asarray(ordinal).astype(np.uint64, copy=False) * _MIX_1
    x = _mix(x)
    x >>= _SHIFTS[3]
    drawn = x.astype(np.float64)
    drawn *= _STEP
    drawn += _HALF_STEP
    return drawn


@lru_cache(maxsize=4096)
def name_key(name: str) -> int:
    """Hash a name to 64 bits, the same in every process."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def as_keys(values: Any) -> Keys:
    """View integers as an array of 64-bit keys."""
    if not (isinstance(values, np.ndarray) and values.ndim):
        values = np.atleast_1d(values)
    keys: Keys = values.astype(np.uint64, copy=False)
    return keys


def combine(first: Any, second: Any) -> Keys:
    """Derive the key of an ordered pair (parent and ordinal, say)."""
    return _mix(_mix(as_keys(first) + _GOLDEN) + as_keys(second))


def descend(key: int, *ordinals: int) -> int:
    """Derive one key down a line, as `combine` does: of the first ordinal, then of the next."""
    for ordinal in ordinals:
        key = _mix_one((_mix_one((key + _GAMMA) & _MASK) + ordinal) & _MASK)
    return key


def pair(first: Any, second: Any) -> Keys:
    """Derive the key of an unordered pair (a bid, a bargain, an edge)."""
    a, b = as_keys(first), as_keys(second)
    return combine(np.minimum(a, b), np.maximum(a, b))


def normals(uniforms: Floats) -> Floats:
    """Turn uniforms into standard normals by inversion."""
    drawn: Floats = ndtri(uniforms)
    return drawn


def seed_of(given: Any) -> int:
    """The seed of a market, 0 if none was given.

    Raises:
        AbmError: if it is no whole number from 0 on.
    """
    if given is None:
        return 0
    if not isinstance(given, Integral) or given < 0:
        raise AbmError(f"seed {given!r}: a seed is a whole number, not below 0")
    return int(given)


class Streams:
    """All random numbers of one run.

    Args:
        seed: any integer; equal seeds give equal worlds.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._root = _mix_one((seed + _GAMMA) & _MASK)
        self._begun: dict[str, int] = {}

    def _state(self, stream: str, month: int) -> int:
        """State of a stream in a month, before the key enters."""
        begun = self._begun.get(stream)
        if begun is None:
            begun = self._begun[stream] = _mix_one(self._root ^ name_key(stream))
        return _mix_one((begun + ((int(month) + 2) & 0xFFFFFFFF)) & _MASK)

    def _keyed(self, stream: str, key: Any, month: int) -> int:
        """State of a stream in a month for one key, before the ordinal enters."""
        return _mix_one((self._state(stream, month) + int(key) * _GAMMA) & _MASK)

    def uniform(self, stream: str, keys: Any, month: int, ordinal: Any = 0) -> Floats:
        """Draw uniforms in (0, 1), one per key (broadcast against `ordinal`).

        Args:
            stream: name of the decision; a new mechanism takes a new name.
            keys: stable keys of the agents or pairs that draw, shape (n,).
            month: month of the draw; -1 for the starting conditions.
            ordinal: index of the draw within the decision.

        Returns:
            Array of the broadcast shape, float64, never exactly 0 or 1.
        """
        state = np.array(self._state(stream, month), dtype=np.uint64)
        return _drawn(_mix(as_keys(keys) * _GOLDEN + state), ordinal)

    def joint(self, streams: Sequence[str], keys: Any, month: int, ordinal: Any = 0) -> Floats:
        """Draw uniforms of several streams at once: the same numbers as one after another.

        Args:
            streams: names of the decisions.
            keys: stable keys of the agents that draw, shape (n,).
            month: month of the draw.
            ordinal: index of the draw within each decision.

        Returns:
            Shape (streams, ...), the rest as `uniform` returns it.
        """
        keyed = as_keys(keys) * _GOLDEN
        states = np.array([self._state(stream, month) for stream in streams], dtype=np.uint64)
        return _drawn(_mix(keyed + states.reshape(-1, *[1] * keyed.ndim)), ordinal)

    def ahead(self, streams: Sequence[str], keys: Any, months: Sequence[int]) -> Floats:
        """Draw uniforms of several streams in several months, as `uniform` draws them in each.

        Args:
            streams: names of the decisions.
            keys: stable keys of the agents that draw, shape (n,).
            months: months of the draws.

        Returns:
            Shape (streams, months, n).
        """
        states = [[self._state(stream, month) for month in months] for stream in streams]
        keyed = as_keys(keys) * _GOLDEN
        return _drawn(_mix(keyed + np.array(states, dtype=np.uint64)[..., None]), 0)

    def few(self, stream: str, key: Any, month: int, ordinals: Iterable[int]) -> list[float]:
        """Draw some uniforms for one key: the same numbers as `uniform`, sooner for a handful."""
        keyed = self._keyed(stream, key, month)
        return [_unit_one((keyed + n * _FIRST) & _MASK) for n in ordinals]

    def one(self, stream: str, key: Any, month: int) -> float:
        """Draw a single uniform."""
        return _unit_one(self._keyed(stream, key, month))

    def one_normal(self, stream: str, key: Any, month: int) -> float:
        """Draw a single standard normal."""
        return float(ndtri(self.one(stream, key, month)))

    def normal(self, stream: str, keys: Any, month: int, ordinal: Any = 0) -> Floats:
        """Draw standard normals by inversion, one uniform each."""
        return normals(self.uniform(stream, keys, month, ordinal))
