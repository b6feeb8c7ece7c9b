"""Controls say what the schema says."""

import pytest

from abm.dashboard.controls import Control, choices, controls
from abm.errors import AbmError
from abm.scenario import Scenario, varied
from abm.scenario.declared import field_at, plausible_range, unit

CLASSROOM = Scenario.load("classroom")


def test_every_parameter_with_a_range_has_a_control() -> None:
    declared = {
        f"{section}.{name}"
        for section, parent in Scenario.model_fields.items()
        if hasattr(parent.annotation, "model_fields")
        for name, field in parent.annotation.model_fields.items()
        if (bounds := plausible_range(field)) is not None and bounds[0] < bounds[1]
    }
    switches = {key for key, item in controls().items() if item.switch}
    assert declared == controls().keys() - switches
    assert {"litigation.enabled", "entry.enabled", "capability.reuse_enabled"} <= switches


@pytest.mark.parametrize("key", ["race.growth", "knowledge.leak", "knowledge.degree"])
def test_unit_and_range_are_those_of_the_schema(key: str) -> None:
    field, item = field_at(tuple(key.split("."))), controls()[key]
    assert item.unit == unit(field)
    assert (item.low, item.high) == plausible_range(field)
    assert item.unit in item.range
    assert item.doc
    assert item.source


@pytest.mark.parametrize("key", sorted(controls()))
def test_both_ends_of_a_range_can_be_played(key: str) -> None:
    item = controls()[key]
    for end in (item.low, item.high):
        changed = varied(CLASSROOM, [item.override(end)])
        assert item.default(changed) == end


def test_steps_are_round_and_neither_coarse_nor_endless() -> None:
    for item in controls().values():
        if not item.switch:
            steps = (item.high - item.low) / item.step
            assert (1 if item.whole else 10) <= steps <= 45, item.key
            assert item.whole or f"{item.step:e}"[0] in "125", item.key


def test_choices_are_grouped_by_mechanism() -> None:
    assert choices()["knowledge"]["knowledge.leak"] == "knowledge: leak"
    assert sum(map(len, choices().values())) == len(controls())


def leak() -> Control:
    return controls()["knowledge.leak"]


@pytest.mark.parametrize("value", [None, "0.1", float("nan"), float("inf"), True, [1]])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(AbmError, match="leak needs a number"):
        leak().override(value)


def test_a_whole_number_must_be_whole() -> None:
    assert controls()["knowledge.degree"].override(6.0) == "knowledge.degree=6"
    with pytest.raises(AbmError, match="whole number"):
        controls()["knowledge.degree"].override(6.5)


def test_switches_are_spelled_as_toml() -> None:
    assert controls()["litigation.enabled"].override(False) == "litigation.enabled=false"
