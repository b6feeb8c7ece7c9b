"""What comes from a browser is looked up or parsed; no text of a user reaches a path."""

from pathlib import Path

import pytest

from abm.dashboard.order import Order, offered, policy_text, scenario_named, seed_of
from abm.errors import AbmError, ScenarioError


def test_the_shipped_scenarios_are_on_offer() -> None:
    assert {"classroom", "status-quo-2023"} <= offered().keys()


def test_whoever_starts_the_app_may_add_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('extends = "classroom"\ntitle = "Mine"\n', encoding="utf-8")
    assert offered(str(file))["mine (file)"] == str(file)
    with pytest.raises(ScenarioError, match="no such file"):
        offered(str(tmp_path / "other.toml"))


@pytest.mark.parametrize("name", ["../secret.toml", "/etc/passwd", "no-such", "", None, 3, ["a"]])
def test_a_scenario_that_is_not_on_offer_is_refused(name: object, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text('extends = "classroom"\n', encoding="utf-8")
    with pytest.raises(AbmError, match="choose one of the scenarios"):
        scenario_named(name, offered())


@pytest.mark.parametrize("name", ["../x.toml", "placebo+data-commons", "placebo@3", "", None, {}])
def test_a_policy_that_is_not_on_offer_is_refused(name: object) -> None:
    with pytest.raises(AbmError, match="choose one of the policies"):
        policy_text(name, 1, 0)


@pytest.mark.parametrize(("strength", "delay"), [(-1, 0), (None, 0), (99, 0), (1, -1), (1, 2.5)])
def test_numbers_of_a_policy_are_checked(strength: object, delay: object) -> None:
    with pytest.raises(AbmError):
        policy_text("placebo", strength, delay)


def test_policies_are_spelled_as_the_command_takes_them() -> None:
    assert policy_text("data-commons", 1, 0) == "data-commons"
    assert policy_text("data-commons", 0.5, 12) == "data-commons*0.5@12"


@pytest.mark.parametrize("value", [-1, 1.5, 2**32, None, "7", float("nan"), True])
def test_seeds_are_whole_numbers_in_range(value: object) -> None:
    with pytest.raises(AbmError, match="seed"):
        seed_of(value)


def test_seed_zero_is_a_seed() -> None:
    assert seed_of(0) == 0
    assert seed_of(7.0) == 7


def test_an_order_says_what_each_world_is() -> None:
    order = Order("classroom", 3, ("entry.rate=0.5",), "placebo", ("race.growth=3.0",), paired=True)
    (here, none), (there, policies) = order.worlds()
    assert (here.entry.rate, there.entry.rate, there.race.growth) == (0.5, 0.5, 3.0)
    assert none == ()
    assert [policy.name for policy in policies] == ["placebo"]
    assert order.differences == ("placebo", "race.growth=3.0")


def test_a_policy_too_strong_for_its_levers_is_refused_in_words() -> None:
    order = Order("classroom", policy="mandatory-data-disclosure*9", paired=True)
    with pytest.raises(ScenarioError, match="at this strength"):
        list(order.worlds())
