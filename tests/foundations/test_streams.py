"""Keyed streams: good numbers, and numbers that depend on their key alone.

The statistical tests compare a p-value with `FALSE_ALARM`, the share of perfect generators that
they would refuse. The seeds are fixed, so the verdicts never change from run to run. Each comes
with a generator that is slightly wrong, which the same test refuses.
"""

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from abm.streams import Streams, combine, descend, name_key, pair

Floats = NDArray[np.float64]

FALSE_ALARM = 1e-4
"""Chance that a perfect generator fails one of the statistical tests below."""

DRAWS = 100_000


def uniformity(draws: Floats) -> float:
    """p-value of the Kolmogorov-Smirnov test against the uniform distribution."""
    return float(stats.kstest(draws, "uniform").pvalue)


def independence(first: Floats, second: Floats, cells: int = 16) -> float:
    """p-value of a chi-square test that two series fill the unit square evenly."""
    counts = np.histogram2d(first, second, bins=cells, range=[[0, 1], [0, 1]])[0]
    return float(stats.chisquare(counts.ravel()).pvalue)


def drawn(name: str = "test", seed: int = 1, month: int = 0, ordinal: int = 0) -> Floats:
    return Streams(seed).uniform(name, np.arange(DRAWS), month, ordinal)


NEIGHBOURS = {
    "the next key": lambda: (drawn()[:-1], drawn()[1:]),
    "a key far away": lambda: (drawn()[: DRAWS // 2], drawn()[DRAWS // 2 :]),
    "the next month": lambda: (drawn(month=3), drawn(month=4)),
    "the month before the start": lambda: (drawn(month=-1), drawn(month=0)),
    "the next ordinal": lambda: (drawn(ordinal=0), drawn(ordinal=1)),
    "the next seed": lambda: (drawn(seed=7), drawn(seed=8)),
    "a stream with a similar name": lambda: (drawn("bid"), drawn("bids")),
    "key and ordinal swapped": lambda: (
        Streams(1).uniform("test", np.arange(DRAWS), 0, 5),
        Streams(1).uniform("test", 5, 0, np.arange(DRAWS)),
    ),
}


@pytest.mark.parametrize("seed", [0, 1, -1, 2**63, 2**64 - 1])
def test_draws_over_keys_are_uniform(seed: int) -> None:
    assert uniformity(drawn(seed=seed)) > FALSE_ALARM


@pytest.mark.parametrize("axis", ["months", "ordinals", "large keys"])
def test_draws_along_every_axis_are_uniform(axis: str) -> None:
    streams, many = Streams(3), np.arange(20_000)
    draws = {
        "months": lambda: np.concatenate([streams.uniform("x", 1, m) for m in many[:5000]]),
        "ordinals": lambda: streams.uniform("x", 1, 0, many),
        "large keys": lambda: streams.uniform("x", combine(many, 9), 0),
    }[axis]()
    assert uniformity(draws) > FALSE_ALARM


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_draws_of_neighbours_are_independent(neighbour: str) -> None:
    first, second = NEIGHBOURS[neighbour]()
    assert independence(first, second) > FALSE_ALARM


def test_the_statistical_tests_refuse_a_slightly_wrong_generator() -> None:
    good, other = drawn(), drawn(seed=2)
    assert uniformity(good**1.02) < FALSE_ALARM
    assert independence(good, 0.9 * other + 0.1 * good) < FALSE_ALARM


def test_normals_are_standard_normal() -> None:
    draws = Streams(5).normal("test", np.arange(DRAWS), 0)
    assert stats.kstest(draws, "norm").pvalue > FALSE_ALARM
    assert stats.kstest(draws + 0.02, "norm").pvalue < FALSE_ALARM


def test_uniforms_stay_inside_the_open_interval() -> None:
    draws = drawn()
    assert draws.min() > 0.0
    assert draws.max() < 1.0
    assert np.isfinite(Streams(1).normal("test", np.arange(DRAWS), 0)).all()


def test_no_two_keys_of_a_world_share_a_draw() -> None:
    """A million distinct draws of 53 bits collide with probability 6e-5 if they are independent."""
    streams = Streams(11)
    keys, ordinals = np.arange(1000), np.arange(25)
    draws = [
        streams.uniform(name, keys[:, None], month, ordinals[None, :])
        for name in ("bid", "strategy")
        for month in range(-1, 19)
    ]
    everything = np.concatenate([x.ravel() for x in draws])
    assert everything.size == 1_000_000
    assert np.unique(everything).size == everything.size


def test_keys_of_descendants_do_not_collide() -> None:
    """Entrants are keyed by parent, month and ordinal: none may get the key of another."""
    parents, months, ordinals = np.arange(64), np.arange(63), np.arange(50)
    by_month = combine(parents[:, None], months[None, :]).ravel()
    keys = combine(by_month[:, None], ordinals[None, :])
    assert np.unique(keys).size == keys.size
    assert not np.isin(keys, parents).any()


def test_one_key_descends_as_many_do() -> None:
    for parent in (0, 7, 2**64 - 1):
        key = np.array([parent], dtype=np.uint64)
        assert descend(parent, 62, 3) == combine(combine(key, 62), 3)[0]


def test_a_pair_has_one_key_whoever_comes_first() -> None:
    a, b = np.arange(50)[:, None], np.arange(50)[None, :]
    keys = pair(a, b)
    assert (keys == keys.T).all()
    assert np.unique(keys[np.triu_indices(50)]).size == 50 * 51 // 2


def test_an_ordered_pair_has_two_keys() -> None:
    assert combine(1, 2)[0] != combine(2, 1)[0]


def test_the_order_of_evaluation_does_not_matter() -> None:
    forward, backward, keys = Streams(4), Streams(4), np.arange(10)
    requests = [(name, month) for name in ("a", "b", "c") for month in range(-1, 6)]
    there = {r: forward.uniform(r[0], keys, r[1]) for r in requests}
    back = {r: backward.uniform(r[0], keys, r[1]) for r in reversed(requests)}
    assert all((there[r] == back[r]).all() for r in requests)


def test_a_draw_does_not_depend_on_who_else_draws() -> None:
    streams, keys = Streams(4), np.arange(100)
    together = streams.uniform("x", keys, 2)
    alone = np.concatenate([streams.uniform("x", k, 2) for k in keys[::-1].tolist()])[::-1]
    assert (together == alone).all()


def test_repeating_a_draw_repeats_its_value() -> None:
    streams = Streams(4)
    assert (streams.uniform("x", [1, 2], 3) == streams.uniform("x", [1, 2], 3)).all()


def test_draws_broadcast_keys_against_ordinals() -> None:
    streams, keys, ordinals = Streams(6), np.arange(4), np.arange(3)
    table = streams.uniform("x", keys[:, None], 1, ordinals[None, :])
    assert table.shape == (4, 3)
    for k in keys.tolist():
        assert (table[k] == streams.uniform("x", k, 1, ordinals)).all()


@pytest.mark.parametrize("ordinal", [0, np.arange(4)], ids=["single", "several"])
def test_streams_drawn_jointly_draw_what_each_draws(ordinal: Any) -> None:
    streams, keys = Streams(3), np.arange(40, dtype=np.uint64)[:, None]
    for name, drawn in zip("abc", streams.joint("abc", keys, 5, ordinal), strict=True):
        assert np.array_equal(drawn, streams.uniform(name, keys, 5, ordinal))


def test_months_drawn_ahead_draw_what_each_draws() -> None:
    streams, keys = Streams(3), np.arange(40, dtype=np.uint64)
    for name, months in zip("ab", streams.ahead("ab", keys, range(5, 8)), strict=True):
        for month, drawn in zip(range(5, 8), months, strict=True):
            assert np.array_equal(drawn, streams.uniform(name, keys, month))


def test_plain_numbers_are_those_of_arrays() -> None:
    streams, key = Streams(3), 2**64 - 3
    drawn = streams.uniform("a", np.array([key], dtype=np.uint64), 5, np.arange(3)).tolist()
    assert streams.few("a", key, 5, range(3)) == drawn
    assert streams.one("a", key, 5) == drawn[0]


def test_names_and_draws_are_the_same_in_every_process() -> None:
    script = (
        "from abm.streams import Streams, name_key\n"
        "print(name_key('bid'), Streams(9).uniform('bid', [1, 2, 3], 4).tolist())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    here = f"{name_key('bid')} {Streams(9).uniform('bid', [1, 2, 3], 4).tolist()}"
    assert told == {here}
