"""The same seed makes the same world, to the last bit, whatever else happens."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from worlds import changed, differences, fingerprint, play

from abm import market as market_module
from abm.market import Market
from abm.phases import PHASES, Phase
from abm.record.run import Run
from abm.scenario import Scenario

MONTHS = 12


@pytest.fixture(scope="module")
def short() -> Scenario:
    return changed(Scenario.load("classroom"), {"months": MONTHS})


@pytest.fixture(scope="module")
def told(short: Scenario) -> Run:
    """The run that the others must repeat."""
    return play(short, seed=5)[1]


def test_two_runs_in_one_process_are_the_same(short: Scenario, told: Run) -> None:
    assert differences(told, play(short, seed=5)[1]) == []


def test_another_seed_makes_another_world(short: Scenario, told: Run) -> None:
    found = differences(told, play(short, seed=6)[1])
    assert {"market.frontier", "labs.cash", "events.kind"} <= set(found)


def test_runs_side_by_side_do_not_disturb_each_other(short: Scenario, told: Run) -> None:
    first, second = Market(short, seed=5), Market(short, seed=6)
    for _ in range(MONTHS):
        second.step()
        first.step()
    assert differences(told, first.run()) == []


def test_a_scenario_that_was_played_is_as_good_as_new(told: Run) -> None:
    scenario = changed(Scenario.load("classroom"), {"months": MONTHS})
    before = scenario.model_dump()
    play(scenario, seed=9)
    assert scenario.model_dump() == before
    assert differences(told, play(scenario, seed=5)[1]) == []


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_makes_the_same_world(told: Run, hash_seed: str) -> None:
    script = (
        "from worlds import changed, fingerprint, play\n"
        "from abm.scenario import Scenario\n"
        f"short = changed(Scenario.load('classroom'), {{'months': {MONTHS}}})\n"
        "print(fingerprint(play(short, seed=5)[1]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == fingerprint(told)


def draw_much(market: Market) -> None:
    """Draw many numbers for decisions that nobody takes."""
    for name in ("a new mechanism", "bid too", "progress of another kind"):
        market.streams.normal(name, np.arange(500), market.month, 3)
    market.streams.uniform("bid", np.arange(500) + 10**6, market.month)
    market.random.random()
    market.rng.random(100)
    market.agents.shuffle(inplace=False)


def nudge(market: Market) -> None:
    """Change the world a little, once."""
    if market.month == 3:
        market.labs.renown[0] += 0.01


def with_phase(monkeypatch: pytest.MonkeyPatch, at: int, act: Callable[[Market], None]) -> None:
    phases = (*PHASES[:at], Phase("extra", act), *PHASES[at:])
    monkeypatch.setattr(market_module, "PHASES", phases)


@pytest.mark.parametrize("at", [0, len(PHASES) // 2, len(PHASES)])
def test_extra_draws_elsewhere_change_nothing(
    short: Scenario, told: Run, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    with_phase(monkeypatch, at, draw_much)
    assert differences(told, play(short, seed=5)[1]) == []


def test_an_extra_phase_that_acts_is_noticed(
    short: Scenario, told: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_phase(monkeypatch, 1, nudge)
    assert "labs.renown" in differences(told, play(short, seed=5)[1])


def test_numpys_global_generator_has_no_part_in_it(short: Scenario, told: Run) -> None:
    np.random.seed(1)  # noqa: NPY002
    assert differences(told, play(short, seed=5)[1]) == []


def test_mesas_name_for_the_seed_is_as_good(short: Scenario, told: Run) -> None:
    assert differences(told, Market(short, rng=5).run()) == []
