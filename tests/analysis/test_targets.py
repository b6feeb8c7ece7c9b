"""The targets and the cohort, as they are shipped."""

import math

from abm.analysis.targets import cohort, targets
from abm.analysis.windows import Window
from abm.scenario import Scenario


def test_every_target_has_a_band_around_its_value_and_a_source() -> None:
    found = targets()
    assert [target.id for target in found] == sorted({target.id for target in found})
    assert len(found) == 19
    for target in found:
        assert target.low < target.value < target.high
        assert target.source
        assert target.unit


def test_a_target_is_read_column_by_column() -> None:
    growth = targets()[0]
    assert (growth.id, growth.low, growth.value, growth.high) == ("T01", 2.0, 2.4, 3.5)
    assert (growth.unit, growth.overlaps_claim) == ("x per year", "C24")
    assert growth.window == Window("2023-10", "2024-06")


def test_what_ends_after_june_2024_is_for_scoring() -> None:
    score = [target.id for target in targets() if target.use == "score"]
    assert score == ["T04", "T06", "T07", "T09"]


def test_a_band_holds_its_ends_and_no_nan() -> None:
    growth = targets()[0]
    assert growth.holds(2.0)
    assert growth.holds(3.5)
    assert not growth.holds(3.51)
    assert not growth.holds(math.nan)


def test_a_window_is_one_month_or_a_range() -> None:
    assert Window.parse("2023-12") == Window("2023-12", "2023-12")
    assert str(Window.parse("2023-12")) == "2023-12"
    assert str(Window.parse("2023-10..2024-06")) == "2023-10..2024-06"
    assert Window.parse("2023-10..2024-06").holds("2024-06")
    assert not Window.parse("2023-10..2024-06").holds("2024-07")


def test_the_cohort_is_in_the_scenario_that_starts_with_it() -> None:
    labs = {lab.name for lab in Scenario.load("status-quo-2023").labs}
    assert {lab.name for lab in cohort()} <= labs
    assert sum(lab.open_first for lab in cohort()) == 8
