"""What the page tells a user to type plays what the page showed."""

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from abm.cli import app
from abm.dashboard.order import Order
from abm.dashboard.reproduce import Recipe, recipe
from abm.dashboard.worlds import Worlds
from abm.errors import AbmError
from abm.record.manifest import content_hash, manifest
from abm.record.run import Run
from abm.scenario.loading import load

ORDER = Order(
    "classroom",
    11,
    both=("entry.rate=0.4", "litigation.enabled=false"),
    policy="data-commons*0.5@2",
    changed=("knowledge.degree=5",),
    paired=True,
)


@pytest.fixture(scope="module")
def shown() -> list[Run]:
    worlds = Worlds(ORDER)
    worlds.play(worlds.months)
    return worlds.runs


def recipes(runs: list[Run]) -> list[Recipe]:
    return [recipe(manifest(run), "classroom") for run in runs]


def same(one: Run, other: Run) -> bool:
    return {name: content_hash(frame) for name, frame in one.tables.items()} == {
        name: content_hash(frame) for name, frame in other.tables.items()
    }


def test_the_python_plays_what_was_shown(shown: list[Run]) -> None:
    for run, told in zip(shown, recipes(shown), strict=True):
        names: dict[str, Run] = {}
        exec(told.python, names)
        assert same(names["run"], run)


def test_the_command_plays_what_was_shown(shown: list[Run], tmp_path: Path) -> None:
    for world, run in enumerate(shown):
        words = shlex.split(recipes(shown)[world].command)
        assert words[0] == "abm"
        folder = tmp_path / str(world)
        done = CliRunner().invoke(app, [*words[1:], "-q", "--no-figures", "--out", str(folder)])
        assert done.exit_code == 0, done.output
        assert same(Run.read(folder), run)


def test_a_recipe_says_no_more_than_what_is_different() -> None:
    worlds = Worlds(Order("classroom", 7))
    told = recipe(manifest(worlds.runs[0]), "classroom")
    assert told.command == "abm run classroom --seed 7"
    assert "compose" not in told.python


def test_a_path_with_spaces_stays_one_word(tmp_path: Path) -> None:
    file = tmp_path / "my world.toml"
    file.write_text('extends = "classroom"\ntitle = "Mine"\n', encoding="utf-8")
    worlds = Worlds(Order(str(file), 7))
    told = recipe(manifest(worlds.runs[0]), str(file))
    assert shlex.split(told.command)[2] == str(file)


def test_a_world_that_changes_cannot_tell_is_refused() -> None:
    played = manifest(Worlds(Order("classroom")).runs[0])
    other = load("classroom", ["labs.Dogwood.cash=99"])
    played |= {"scenario": other.values, "scenario_hash": other.hash}
    with pytest.raises(AbmError):
        recipe(played, "classroom")


def test_a_manifest_that_does_not_fit_its_hash_is_refused() -> None:
    played = manifest(Worlds(Order("classroom")).runs[0]) | {"scenario_hash": "0" * 64}
    with pytest.raises(AbmError, match="cannot be told as changes"):
        recipe(played, "classroom")
