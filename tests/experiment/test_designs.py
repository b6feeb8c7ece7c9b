"""Designs and factors: closed forms, and what a sample must have."""

import math

import numpy as np
import pytest
from scipy import stats
from small import small

from abm.experiment.designs import design_points
from abm.experiment.factors import Levels, Range, factor_of

SPAN = (1.0, 4.0)


def factor(value: object, span: tuple[float, float] | None = SPAN, *, whole: bool = False):  # type: ignore[no-untyped-def] # noqa: ANN201
    return factor_of(value, span, whole=whole)


def test_a_factorial_takes_every_combination() -> None:
    points = design_points(
        "factorial", {"a": factor([1, 2]), "b": factor({"low": 0.0, "high": 1.0})}, None, 0
    )
    assert [tuple(point.values()) for point in points] == [
        (a, b) for a in (1, 2) for b in (0.0, 0.5, 1.0)
    ]


def test_one_at_a_time_moves_one_from_the_base() -> None:
    points = design_points("one-at-a-time", {"a": factor([1, 2]), "b": factor([True])}, None, 0)
    assert points == [{}, {"a": 1}, {"a": 2}, {"b": True}]


def test_a_design_without_factors_is_the_base_world() -> None:
    assert design_points("factorial", {}, None, 0) == [{}]


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol"])
def test_each_equal_share_of_each_factor_is_drawn_once(design: str) -> None:
    factors = {name: factor({"low": 0.0, "high": 1.0}) for name in "abc"}
    points = design_points(design, factors, 16, seed=3)  # type: ignore[arg-type]
    for name in factors:
        shares = sorted(int(point[name] * 16) for point in points)
        assert shares == list(range(16))
    assert points == design_points(design, factors, 16, seed=3)  # type: ignore[arg-type]
    assert points != design_points(design, factors, 16, seed=4)  # type: ignore[arg-type]


@pytest.mark.parametrize(("few", "many"), [(1, 2), (3, 4), (8, 11), (8, 64)])
def test_a_sobol_sequence_begins_as_a_shorter_one(few: int, many: int) -> None:
    factors = {name: factor({"low": 0.0, "high": 1.0}) for name in "ab"}
    assert design_points("sobol", factors, many, 0)[:few] == design_points("sobol", factors, few, 0)


def test_levels_are_equally_likely() -> None:
    quantiles = (np.arange(900) + 0.5) / 900
    drawn = Levels(values=["x", "y", "z"]).at(quantiles)
    assert [drawn.count(level) for level in "xyz"] == [300, 300, 300]
    assert Levels(values=["x", "y"]).at(np.array([1.0])) == ["y"]


def test_a_logarithmic_range_is_even_in_the_logarithm() -> None:
    grid = Range(low=1.0, high=100.0, scale="log").grid()
    assert grid == pytest.approx([1, 10, 100])
    assert (grid[0], grid[-1]) == (1.0, 100.0)


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        ({"low": 2.0, "high": 5.0}, stats.uniform(2, 3)),
        ({"low": 2.0, "high": 5.0, "scale": "log"}, stats.loguniform(2, 5)),
        ({"distribution": "triangular", "low": 0.0, "mode": 1.0, "high": 4.0},
         stats.triang(0.25, 0, 4)),
        ({"distribution": "normal", "mean": 3.0, "sd": 2.0}, stats.norm(3, 2)),
        ({"distribution": "normal", "mean": 3.0, "sd": 2.0, "low": 0.0},
         stats.truncnorm(-1.5, np.inf, 3, 2)),
        ({"distribution": "lognormal", "mean": 3.0, "sd": 0.5}, stats.lognorm(0.5, scale=3)),
    ],
)  # fmt: skip
def test_quantiles_are_those_of_the_distribution(
    value: dict[str, object], reference: object
) -> None:
    quantiles = np.linspace(0.01, 0.99, 25)
    found = factor(value).at(quantiles)
    assert found == pytest.approx(reference.ppf(quantiles).tolist(), rel=1e-9)  # type: ignore[attr-defined]


def test_a_cut_lognormal_keeps_to_its_ends() -> None:
    value = {"distribution": "lognormal", "mean": 3.0, "sd": 2.0, "low": 1.0, "high": 9.0}
    drawn = factor(value).at(np.linspace(0, 1, 101))
    assert 1.0 <= min(drawn) < 1.01
    assert 8.9 < max(drawn) <= 9.0


def test_whole_numbers_stay_whole() -> None:
    drawn = factor("plausible", whole=True).at(np.linspace(0, 0.999, 50))
    assert set(drawn) == {1, 2, 3, 4}
    assert all(isinstance(value, int) for value in drawn)
    assert factor({"low": 1.0, "high": 2.0, "levels": 9}, whole=True).grid() == [1, 2]


def test_the_plausible_range_is_that_of_the_schema() -> None:
    (low, high) = (small(factors={"race.growth": "plausible"}).points[i] for i in (0, -1))
    from abm.scenario.declared import field_at, plausible_range

    assert (low["race.growth"], high["race.growth"]) == plausible_range(
        field_at(("race", "growth"))
    )


def test_a_whole_parameter_is_drawn_whole_and_its_world_is_valid() -> None:
    experiment = small(factors={"litigation.duration": {"low": 12, "high": 30, "levels": 4}})
    assert [point["litigation.duration"] for point in experiment.points] == [12, 18, 24, 30]
    assert [world.litigation.duration for world in experiment.worlds] == [12, 18, 24, 30]


def test_replicates_pair_by_seed_at_every_point() -> None:
    experiment = small(first_seed=7, policies=[""])
    seeds = {spec.replicate: set() for spec in experiment.specs()}  # type: ignore[var-annotated]
    for spec in experiment.specs():
        seeds[spec.replicate].add(spec.seed)
    assert seeds == {0: {7}, 1: {8}, 2: {9}}


def test_values_of_many_kinds_stand_in_the_design_as_text() -> None:
    frame = small(
        replicates=1,
        design="one-at-a-time",
        factors={"labs[Dogwood].focus": [["code"], []], "race.growth": [3, 2.5]},
    ).design()
    assert frame["labs[Dogwood].focus"].to_list() == [None, '["code"]', "[]", None, None]
    assert frame["race.growth"].to_list() == [None, None, None, 3.0, 2.5]
    assert math.isclose(frame["race.growth"].max() or 0, 3)  # type: ignore[arg-type]
