"""Policies: one that does nothing changes nothing, one that starts later spares the past."""

import re

import numpy as np
import pytest
from worlds import changed, differences, play

from abm.errors import AbmError
from abm.market import Market
from abm.policy import compose
from abm.record.run import Run
from abm.scenario import Scenario

MONTHS = 14


@pytest.fixture(scope="module")
def short() -> Scenario:
    return changed(Scenario.load("classroom"), {"months": MONTHS})


@pytest.fixture(scope="module")
def baseline(short: Scenario) -> Run:
    return play(short, seed=2)[1]


def do_nothing(market: Market) -> None:
    """Look at the world and leave it as it is."""
    market.labs.cash.sum()
    market.access()
    market.standing(market.labs.theta)


class DiscloseData:
    """A mandate for labs to disclose their data from a month on."""

    def __init__(self, start: int) -> None:
        self.start = start

    def __call__(self, market: Market) -> None:
        if market.month >= self.start:
            market.labs.disclosure[:, 3] = 1.0


def test_a_policy_that_does_nothing_changes_nothing(short: Scenario, baseline: Run) -> None:
    assert differences(baseline, play(short, seed=2, policies=[do_nothing, do_nothing])[1]) == []


@pytest.mark.parametrize("start", [1, 6, 13])
def test_a_policy_leaves_the_months_before_its_start_alone(
    short: Scenario, baseline: Run, start: int
) -> None:
    treated = play(short, seed=2, policies=[DiscloseData(start)])[1]
    assert differences(baseline, treated, before=start) == []
    assert "labs.data_disclosure" in differences(baseline, treated, before=start + 1)


def test_a_policy_after_the_end_changes_nothing(short: Scenario, baseline: Run) -> None:
    assert differences(baseline, play(short, seed=2, policies=[DiscloseData(MONTHS)])[1]) == []


def test_policies_are_called_once_a_month_in_order(short: Scenario) -> None:
    calls: list[tuple[str, int]] = []
    play(
        short,
        policies=[
            lambda market: calls.append(("first", market.month)),
            lambda market: calls.append(("second", market.month)),
        ],
    )
    assert calls == [(name, t) for t in range(MONTHS) for name in ("first", "second")]


def test_policies_compose(short: Scenario) -> None:
    one, two = DiscloseData(3), DiscloseData(8)
    together = play(short, seed=2, policies=[two, one])[1]
    assert differences(together, play(short, seed=2, policies=[one])[1]) == []


# -- what a user hands to a market ----------------------------------------------------------------


@pytest.mark.parametrize("given", ["data-commons", ["data-commons"], compose("data-commons")])
def test_a_policy_may_be_a_text_and_stand_alone(short: Scenario, given: object) -> None:
    market = Market(short, policies=given)  # type: ignore[arg-type]
    assert market.policies == (compose("data-commons"),)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"policies": ["data-comons"]}, "did you mean data-commons"),
        ({"policies": [7]}, "7: no policy, no text of one, and no function"),
        ({"policies": None}, "None: no policy"),
        ({"seed": 1.5}, "seed 1.5: a seed is a whole number"),
        ({"seed": "7"}, "seed '7': a seed is a whole number"),
        ({"seed": -1}, "seed -1: a seed is a whole number, not below 0"),
    ],
)
def test_what_is_no_policy_and_no_seed_is_refused_in_words(
    short: Scenario, given: dict[str, object], said: str
) -> None:
    with pytest.raises(AbmError, match=re.escape(said)):
        Market(short, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [np.int64(7), np.uint32(7)])
def test_seeds_from_arrays_are_plain_numbers(short: Scenario, seed: int) -> None:
    assert type(Market(short, seed=seed).seed) is int


def test_no_month_is_played_after_the_last() -> None:
    market = Market(changed(Scenario.load("classroom"), {"months": 1}))
    market.step()
    with pytest.raises(AbmError, match="months=1: all have been played"):
        market.step()
    assert market.month == 1
