"""History matching where the truth is known: an analytic simulator with known noise."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import qmc

from abm.analysis.calibration.criteria import Criterion, Summary
from abm.analysis.calibration.emulator import Emulator
from abm.analysis.calibration.recovery import identified, recover, widths
from abm.analysis.calibration.sampling import explore, spread_out
from abm.analysis.calibration.waves import Design, Match, Rules, match

Floats = NDArray[np.float64]

TRUTH = np.array([0.3, 0.6, 0.5])
NOISE = 0.05
RULES = Rules(waves=2, points=40, rank=1, population=200)


def simulator(places: Floats) -> Floats:
    """Two outputs of two parameters; the third does nothing."""
    x, y = places[:, 0], places[:, 1]
    return np.column_stack([2 * x + y, np.sin(3 * x) - y**2])


class Played:
    """Plays the simulator with noise; counts what it played."""

    def __init__(self, runs: int = 4) -> None:
        self.runs, self.stages = runs, []  # type: tuple[int, list[str]]

    def __call__(self, stage: str, places: Floats) -> Floats:
        self.stages.append(stage)
        rng = np.random.default_rng(len(stage) + len(places))
        shape = (len(places), self.runs, 2)
        return simulator(places)[:, None, :] + NOISE * rng.standard_normal(shape)


class Shelf:
    """An archive in memory."""

    def __init__(self) -> None:
        self.designs: dict[str, Design] = {}

    def load(self, stage: str) -> Design | None:
        return self.designs.get(stage)

    def save(self, stage: str, design: Design) -> None:
        self.designs[stage] = design


def criteria(values: Floats) -> list[Criterion]:
    return [Criterion(str(i), float(value), 0.02) for i, value in enumerate(values)]


@pytest.fixture(scope="module")
def found() -> Match:
    wanted = criteria(simulator(TRUTH[None, :])[0])
    return match(Played(), wanted, 3, RULES, Shelf())


def test_the_truth_is_left_and_little_else(found: Match) -> None:
    assert found.measure(TRUTH[None, :])[0] <= 3
    space = found.explore("test")
    assert not space.empty
    assert space.share < 0.25
    left = widths(space.places)
    assert left[0] < 0.5
    assert left[1] < 0.75
    assert identified(left[2]) == "not identifiable"


def test_each_wave_is_played_in_what_the_one_before_left(found: Match) -> None:
    first = replace(found, waves=found.waves[:1])
    assert (first.measure(found.waves[1].design.places) <= 3).all()
    assert found.waves[1].design.share < 1


def test_known_truths_are_recovered_and_what_does_nothing_is_not() -> None:
    wanted = criteria(np.zeros(2))
    first = match(Played(), wanted, 3, Rules(1, 60, rank=1, population=200), Shelf())
    truths = np.array([[0.2, 0.3, 0.9], [0.7, 0.8, 0.1]])
    found = recover(first, truths, simulator(truths))
    assert found.retained == (True, True)
    assert (found.widths[:, 0] < 0.6).all()
    assert found.verdict(2) == "not identifiable"
    assert all(0 < share < 0.5 for share in found.shares)


def test_an_empty_space_is_called_empty_and_yields_the_least_implausible() -> None:
    wanted = criteria(np.array([1.2, 9.0]))
    shelf = Shelf()
    found = match(Played(), wanted, 3, RULES, shelf)
    assert shelf.designs["wave-2"].empty
    last = found.design("candidates", 10)
    assert last.empty
    assert last.level > 3
    everywhere = qmc.LatinHypercube(3, rng=1).random(400)
    assert np.median(found.measure(last.places)) < np.quantile(found.measure(everywhere), 0.1)


def test_a_match_goes_on_from_where_it_stopped() -> None:
    wanted = criteria(simulator(TRUTH[None, :])[0])
    shelf, whole = Shelf(), Shelf()
    first = match(Played(), wanted, 3, replace(RULES, waves=1), shelf)
    later = Played()
    match(later, wanted, 3, RULES, shelf, after=first)
    assert later.stages == ["wave-2"]
    match(Played(), wanted, 3, RULES, whole)
    assert (whole.designs["wave-2"].places == shelf.designs["wave-2"].places).all()


def test_a_design_that_is_kept_is_not_drawn_again() -> None:
    shelf = Shelf()
    mine = np.random.default_rng(5).random((20, 3))
    shelf.designs["wave-1"] = Design(mine)
    found = match(Played(), criteria(np.zeros(2)), 3, replace(RULES, waves=1), shelf)
    assert (found.waves[0].design.places == mine).all()


def test_an_output_that_most_points_lack_is_not_emulated() -> None:
    def mute(stage: str, places: Floats) -> Floats:
        outputs = Played()(stage, places)
        outputs[5:, :, 1] = np.nan
        return outputs

    found = match(mute, criteria(np.zeros(2)), 3, replace(RULES, waves=1), Shelf())
    assert found.waves[0].emulators[0] is not None
    assert found.waves[0].emulators[1] is None
    assert np.isnan(found.implausibility(TRUTH[None, :])[0, 1])


def test_intervals_of_an_emulator_hold_what_they_should_on_points_it_has_not_seen() -> None:
    rng = np.random.default_rng(3)
    places = qmc.LatinHypercube(3, rng=rng).random(60)
    spread = 0.1 + 0.4 * places[:, 2]
    outputs = simulator(places)[:, :1, None] + spread[:, None, None] * rng.standard_normal(
        (60, 6, 1)
    )
    seen = Summary.of(outputs, [Criterion("T", 0.0, 1.0)])
    emulator = Emulator.fit(places, seen.mean[:, 0], seen.variance[:, 0], seen.count[:, 0])
    fresh = rng.random((2000, 3))
    told = emulator.predict(fresh)
    error = np.abs(simulator(fresh)[:, 0] - told.mean) / np.sqrt(told.emulator)
    assert 0.85 < (error < 1.96).mean() <= 1.0
    assert (error > 0.3).mean() > 0.3, "intervals far too wide"
    truth = (0.1 + 0.4 * fresh[:, 2]) ** 2
    assert np.corrcoef(np.log(told.seed), np.log(truth))[0, 1] > 0.8
    assert abs(np.mean(np.log(told.seed / truth))) < 0.35


def test_an_output_without_noise_has_no_variance_over_seeds() -> None:
    places = qmc.LatinHypercube(3, rng=1).random(30)
    told = Emulator.fit(places, simulator(places)[:, 0], np.zeros(30), np.full(30, 2.0))
    assert (told.predict(places).seed == 0).all()


def test_a_tiny_space_is_found_and_measured() -> None:
    def away(places: Floats) -> Floats:
        return np.asarray(30 * np.abs(places - 0.3).max(axis=1))

    space = explore(away, 6, 3.0, 1000, np.random.default_rng(2))
    assert not space.empty
    assert (away(space.places) <= 3).all()
    assert 0.2**6 / 2 < space.share < 0.2**6 * 2
    assert np.ptp(space.places, axis=0).min() > 0.15


def test_points_are_spread_out() -> None:
    line = np.linspace(0, 1, 101)[:, None]
    chosen = line[spread_out(line, 5)][:, 0]
    assert sorted(chosen) == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])
    assert len(spread_out(line[:3], 5)) == 3
