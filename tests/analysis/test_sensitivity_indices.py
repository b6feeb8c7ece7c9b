"""Morris and Sobol find what is known of Ishigami's function, and say what they left out."""

import sys
from itertools import product

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from abm.analysis.sensitivity.designs import LEVELS, LUCK, Method, block, sample
from abm.analysis.sensitivity.indices import indices
from abm.errors import AbmError

Floats = NDArray[np.float64]
NAMES = ("x1", "x2", "x3")
A, B = 7.0, 0.1


def ishigami(points: Floats) -> Floats:
    """sin x1 + a sin^2 x2 + b x3^4 sin x1 on [-pi, pi]^3; further columns are idle."""
    x = np.pi * (2 * points - 1)
    found: Floats = np.sin(x[:, 0]) * (1 + B * x[:, 2] ** 4) + A * np.sin(x[:, 1]) ** 2
    return found


def known_shares() -> tuple[dict[str, float], dict[str, float]]:
    """First-order and total shares in closed form (Ishigami & Homma 1990)."""
    one = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    two = A**2 / 8
    three = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    total = one + two + three
    first = {"x1": one / total, "x2": two / total, "x3": 0.0, LUCK: 0.0}
    return first, {"x1": (one + three) / total, "x2": two / total, "x3": three / total, LUCK: 0.0}


def known_effects() -> dict[str, tuple[float, float]]:
    """Mean and mean size of all elementary effects on Morris's grid, by counting them out."""
    grid, step = np.linspace(0, 1, LEVELS), LEVELS / (2 * (LEVELS - 1))
    found = {}
    for i, name in enumerate(NAMES):
        points = np.array([p for p in product(grid, repeat=3) if p[i] + step <= 1 + 1e-9])
        moved = points.copy()
        moved[:, i] += step
        effects = (ishigami(moved) - ishigami(points)) / step
        found[name] = (float(effects.mean()), float(np.abs(effects).mean()))
    return found


def test_sobol_finds_ishigamis_shares() -> None:
    points = sample("sobol", NAMES, 2048, seed=1)
    table = indices("sobol", NAMES, points, ishigami(points))
    first, total = known_shares()
    for row in table.iter_rows(named=True):
        assert row["first"] == pytest.approx(first[row["parameter"]], abs=0.03)
        assert row["total"] == pytest.approx(total[row["parameter"]], abs=0.03)
        assert abs(row["total"] - total[row["parameter"]]) <= max(2 * row["total_half"], 1e-9)
    assert set(table["used"]) == {2048}
    assert set(table["lost"]) == {0}


def test_morris_finds_ishigamis_effects() -> None:
    points = sample("morris", NAMES, 400, seed=1)
    table = indices("morris", NAMES, points, ishigami(points))
    for name, (mean, size) in known_effects().items():
        row = table.row(by_predicate=pl.col("parameter") == name, named=True)
        assert row["total"] == pytest.approx(size, rel=0.08)
        assert row["first"] == pytest.approx(mean, abs=2 * row["first_half"] + 1e-9)
    luck = table.row(by_predicate=pl.col("parameter") == LUCK, named=True)
    assert luck["total"] == luck["weight"] == luck["sigma"] == 0.0


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_a_block_with_a_gap_is_left_out_whole_and_counted(method: Method) -> None:
    points = sample(method, NAMES, 64, seed=2)
    values = ishigami(points)
    size = block(method, NAMES)
    values[3 * size + 1] = values[9 * size] = np.nan
    table = indices(method, NAMES, points, values)
    assert set(table["used"]) == {62}
    assert set(table["lost"]) == {2}
    kept = np.repeat(~np.isin(np.arange(64), [3, 9]), size)
    again = indices(method, NAMES, points[kept], values[kept])
    assert again["total"].to_list() == table["total"].to_list()


def test_nothing_is_said_without_two_whole_blocks() -> None:
    points = sample("morris", NAMES, 2, seed=2)
    values = ishigami(points)
    values[0] = np.nan
    assert indices("morris", NAMES, points, values).is_empty()


def test_what_never_moves_has_no_shares() -> None:
    points = sample("sobol", NAMES, 16, seed=2)
    table = indices("sobol", NAMES, points, np.full(len(points), 3.0))
    assert table["total"].to_list() == [0.0] * 4


def test_a_sobol_size_must_be_a_power_of_two() -> None:
    with pytest.raises(AbmError, match=r"--size 12: .* powers of two"):
        sample("sobol", NAMES, 12, seed=0)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(AbmError, match=r"extra 'study': .* pip install -e '\.\[study\]'"):
        sample("morris", NAMES, 2, seed=0)
