"""The ledger holds every number that matters, each with a grade that its source earns."""

import numpy as np
import pytest

from abm.analysis.sensitivity.assumptions import GRADES, assumptions, graded, named
from abm.errors import AbmError
from abm.scenario import Scenario


@pytest.fixture(scope="module")
def classroom() -> Scenario:
    return Scenario.load("classroom")


@pytest.mark.parametrize(
    ("source", "grade"),
    [
        ("judgement", "assumed"),
        ("design", "assumed"),
        ("Cohen & Levinthal 1990; judgement", "adapted"),
        ("press, weak", "adapted"),
        ("Ho et al. 2024", "cited"),
        ("text exhausted 2026-2032", "cited"),
        ("Model 2's listings", "cited"),
        ("Cottier et al. 2024: 2.4 (90% CI 2.0-2.9)", "measured"),
        ("venture practice: 15-25%", "measured"),
        ("a lab of 190 staff in 2023", "measured"),
    ],
)
def test_a_source_is_graded_by_what_it_says(source: str, grade: str) -> None:
    assert graded(source) == grade


def test_every_number_with_a_range_is_an_assumption(classroom: Scenario) -> None:
    found = assumptions(classroom)
    assert len({item.key for item in found}) == len(found) > 200
    assert {item.grade for item in found} == set(GRADES)
    for item in found:
        low, high = item.span.at(np.array([0.0, 1.0]))
        assert low == pytest.approx(item.low, abs=1e-9 * (item.high - item.low))
        assert high == pytest.approx(item.high, abs=1e-9 * (item.high - item.low))


def test_the_numbers_of_a_mechanism_that_is_off_are_none(classroom: Scenario) -> None:
    off = Scenario.load("classroom", ["litigation.enabled=false"])
    gone = {item.key for item in assumptions(classroom)} - {item.key for item in assumptions(off)}
    assert gone
    assert {key.partition(".")[0] for key in gone} == {"litigation"}


def test_whole_numbers_and_wide_ranges_are_spread_as_such(classroom: Scenario) -> None:
    degree, leak = named(classroom, ["knowledge.degree", "knowledge.leak"])
    assert degree.span.whole
    assert degree.span.scale == "linear"
    assert leak.span.scale == "log"


def test_an_unknown_or_repeated_parameter_is_refused(classroom: Scenario) -> None:
    with pytest.raises(AbmError, match=r"'race.grwth': .*did you mean race.growth\?"):
        named(classroom, ["race.grwth"])
    with pytest.raises(AbmError, match="named twice"):
        named(classroom, ["race.growth", "race.growth"])
