"""A few of the random worlds, and how worlds are drawn, judged and told."""

import shlex
import warnings

import pytest

from abm.errors import ScenarioError
from abm.market import Market
from tests.stress import __main__ as command
from tests.stress import draw as drawing
from tests.stress import judge as judging
from tests.stress.draw import World, draw
from tests.stress.judge import judge

FEW = 24
PLAIN = World(0, "classroom", ("months=3", "communities=4"), "", 1)


@pytest.mark.parametrize("number", range(FEW))
def test_everything_holds_in_a_random_world(number: int) -> None:
    world = draw(number)
    fault = judge(world)
    assert fault is None, f"month {fault.month}: {fault.what}\n{world.command}"


def test_worlds_differ_and_each_is_its_number() -> None:
    worlds = [draw(number) for number in range(8)]
    assert len({world.command for world in worlds}) == len(worlds)
    assert worlds == [draw(number) for number in range(8)]
    assert {bool(world.policy) for world in worlds} == {True, False}
    assert len({len(world.scenario.labs) for world in worlds}) > 2


def test_the_command_plays_the_same_world() -> None:
    world = next(filter(lambda world: world.policy, map(draw, range(8))))
    words = shlex.split(world.command)
    assert words[:3] == ["abm", "run", world.base]
    changes = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
    assert World(0, world.base, tuple(changes), "", 0).scenario == world.scenario
    assert words[words.index("--policy") + 1] == world.policy


def test_worlds_that_are_never_valid_are_not_drawn_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Never(World):
        def market(self) -> Market:
            raise ScenarioError([])

    monkeypatch.setattr(drawing, "World", Never)
    monkeypatch.setattr(drawing, "ATTEMPTS", 3)
    with pytest.raises(RuntimeError, match="none of 3 worlds is valid"):
        draw(0)


def test_what_fails_is_told_with_its_month_and_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Market.step

    def smuggle(market: Market) -> None:
        real(market)
        if market.month == 2:
            market.labs.cash[0] = -1.0

    monkeypatch.setattr(Market, "step", smuggle)
    fault = judge(PLAIN)
    assert fault is not None
    assert fault.month == 2
    assert fault.what.startswith("AssertionError in step: assert residuals(market, opening)")


def test_a_month_that_does_not_go_on_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Market, "step", lambda _: None)
    fault = judge(PLAIN)
    assert fault is not None
    assert "market.month == month + 1" in fault.what


def test_a_warning_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Market, "step", lambda _: warnings.warn("divided by zero", stacklevel=1))
    fault = judge(PLAIN)
    assert fault is not None
    assert "divided by zero" in fault.what


def test_the_command_prints_what_failed_and_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.stress(first=0, number=2) == 0
    assert "2  worlds" in capsys.readouterr().out
    monkeypatch.setattr(command, "judge", lambda _: judging.Fault(7, "the sky fell"))
    assert command.stress(first=5, number=1) == 1
    told = capsys.readouterr().out
    assert "world 5, month 7: the sky fell" in told
    assert draw(5).command in told
    monkeypatch.setattr("sys.argv", ["stress", "--world", "5"])
    with pytest.raises(SystemExit, match="1"):
        command.main()
