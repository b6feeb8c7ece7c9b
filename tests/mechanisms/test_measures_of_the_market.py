"""Concentration and lag: known values of the two measures behind most figures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm.record.metrics import FrontierPath, hhi


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [([1.0], 10_000), ([5.0, 5.0], 5_000), ([1.0] * 10, 1_000), ([3, 1], 6_250), ([0, 0], 0)],
)
def test_concentration_of_known_markets(amounts: list[float], expected: float) -> None:
    assert hhi(np.array(amounts, dtype=float)) == pytest.approx(expected)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=8), st.floats(0.1, 10))
def test_concentration_lies_between_equality_and_monopoly_whatever_the_currency(
    amounts: list[float], rate: float
) -> None:
    value = hhi(np.array(amounts))
    assert 10_000 / len(amounts) - 1e-6 <= value <= 10_000 + 1e-6
    assert hhi(rate * np.array(amounts)) == pytest.approx(value)


def path(*levels: float, trend: float = 0.1) -> FrontierPath:
    frontier = FrontierPath(trend)
    for level in levels:
        frontier.add(level)
    return frontier


def test_parity_with_the_present_frontier_is_no_lag() -> None:
    assert path(25.0, 25.1, 25.3).lag(25.3) == pytest.approx(0.0)


def test_a_level_on_the_path_is_dated_by_interpolation() -> None:
    assert path(25.0, 25.1, 25.3).lag(25.1) == pytest.approx(1.0)
    assert path(25.0, 25.1, 25.3).lag(25.2) == pytest.approx(0.5)


def test_a_level_from_before_the_start_is_dated_by_the_trend() -> None:
    assert path(25.0, 25.1, 25.3).lag(24.8) == pytest.approx(2 + 2)


def test_a_level_ahead_of_the_frontier_has_a_negative_lag() -> None:
    assert path(25.0, 25.1, 25.3).lag(25.5) == pytest.approx(-2.0)


def test_models_are_not_unlearnt() -> None:
    assert path(25.0, 25.2, 25.1).path == [25.0, 25.2, 25.2]


def test_a_plateau_counts_from_its_first_month() -> None:
    assert path(25.0, 25.2, 25.2, 25.2).lag(25.2) == pytest.approx(2.0)


def test_no_model_has_no_lag() -> None:
    assert np.isnan(path(25.0).lag(-np.inf))


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(20, 30), min_size=1, max_size=6), st.floats(15, 35), st.floats(0, 5))
def test_a_better_model_never_lags_more(levels: list[float], level: float, more: float) -> None:
    frontier = path(*levels)
    assert frontier.lag(level + more) <= frontier.lag(level) + 1e-6
