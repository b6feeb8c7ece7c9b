"""What a loaded scenario tells of itself: origins, warnings, fingerprint, name."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from small_world import MINIMAL, Write, refusal

from abm.errors import ScenarioError
from abm.scenario import Scenario, library
from abm.scenario.documents import shown
from abm.scenario.loading import available, load, scenario_folder, scenario_hash

HEAVY = {"mesa", "polars", "matplotlib", "scipy", "networkx", "numpy", "pandas", "seaborn"}


def run(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), **environment},
    )
    return done.stdout.strip()


# ------------------------------------------------------------------------------------- origins --


def test_every_value_has_an_origin(write: Write) -> None:
    write(base=MINIMAL, child='extends = "base.toml"\n[race]\ncommitment = 0.4')
    resolved = load("child.toml", ["months=12", "labs.Aster.disclosure.data=0.5"])
    expected = {
        "title": "base.toml:1",
        "months": "--set",
        "communities": "default",
        "race.growth": "base.toml:5",
        "race.commitment": "child.toml:3",
        "race.experiments": "default",
        "labs[Aster].name": "base.toml:8",
        "labs[Aster].sources.cash": "base.toml:12",
        "labs[Aster].disclosure.documentation": "base.toml:15",
        "labs[Aster].disclosure.data": "--set",
        "labs[Aster].flagship": "default",
        "clouds[North].catalogue": "base.toml:27",
        "segments[Hobby].needs.chat": "base.toml:41",
    }
    assert {key: resolved.origins[key] for key in expected} == expected


def test_the_chosen_are_those_that_are_no_default(small: Path) -> None:
    chosen = {key: (value, origin) for key, value, origin in load(small).chosen()}
    assert chosen["race.growth"] == (2.5, "base.toml:5")
    assert "months" not in chosen
    assert "labs[Aster].sources" not in chosen


def test_values_are_the_scenario_in_full(small: Path) -> None:
    resolved = load(small, ["months=12"])
    assert Scenario.model_validate(resolved.values, strict=True) == resolved.scenario
    assert resolved.values["months"] == 12
    assert resolved.name == "base"


def test_loading_leaves_no_trace(small: Path) -> None:
    before = load(small)
    load(small, ["race.growth=5", 'drop_labs=["Aster"]'])
    assert load(small) == before


# ------------------------------------------------------------------------------------ warnings --


def test_beyond_the_plausible_range_is_a_warning(write: Write) -> None:
    write(base=MINIMAL, child='extends = "base.toml"\n[capital]\nstart_climate = 0.6')
    resolved = load("child.toml", ["race.growth=7"])
    assert sorted(map(str, resolved.warnings)) == [
        "--set: race.growth = 7.0: outside the plausible range 2 to 5 (x/year)",
        "child.toml:3: capital.start_climate = 0.6: outside the plausible range 1.2 to 2",
    ]


@pytest.mark.parametrize("value", [2, 5, 3.3])
def test_the_plausible_range_is_closed(small: Path, value: float) -> None:
    assert load(small, [f"race.growth={value}"]).warnings == []


def test_a_range_of_one_point_is_no_view_of_an_expert(small: Path) -> None:
    assert load(small, ["ledger.tolerance=1e-6"]).warnings == []


def test_no_default_is_doubtful(small: Path) -> None:
    assert load(small).warnings == []


# --------------------------------------------------------------------------------- fingerprint --


def test_the_same_world_written_otherwise_has_the_same_hash(write: Write) -> None:
    other = MINIMAL.replace("cash = 900.0", "cash = 900 # the same").replace("2.5", "2.50")
    default = f"months = 63\n{other}"
    write(one=MINIMAL, two=default)
    assert load("one.toml").hash == load("two.toml").hash


@pytest.mark.parametrize("change", ["months=62", "race.growth=2.6", "labs.Aster.cash=901"])
def test_any_change_changes_the_hash(small: Path, change: str) -> None:
    resolved = load(small, [change])
    assert resolved.hash == scenario_hash(resolved.scenario)
    assert resolved.hash != load(small).hash
    assert re.fullmatch(r"[0-9a-f]{64}", resolved.hash)


def test_the_hash_is_the_same_in_every_process(small: Path) -> None:
    program = f"from abm.scenario import load; print(load({str(small)!r}).hash)"
    hashes = {run(program, PYTHONHASHSEED=seed) for seed in ("0", "1")}
    assert hashes == {load(small).hash}


# ------------------------------------------------------------------------------------- finding --


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package folder beside a folder of scenarios, as in a checkout."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "abm").mkdir()
    return tmp_path / "abm"


def test_a_checkout_reads_the_folder_at_the_top(package: Path) -> None:
    assert scenario_folder(package) == package.parent / "scenarios"


def test_a_wheel_reads_the_folder_inside(package: Path) -> None:
    (package / "_scenarios").mkdir()
    assert scenario_folder(package) == package / "_scenarios"


def test_this_package_finds_its_own() -> None:
    assert (scenario_folder() / "status-quo-2023.toml").is_file()


def test_the_list_of_scenarios(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "scenario_folder", lambda: package.parent / "scenarios")
    folder = package.parent / "scenarios"
    (folder / "zeta.toml").write_text(MINIMAL)
    (folder / "alpha.toml").write_text('extends = "zeta"\ndescription = "First."')
    (folder / "policies").mkdir()
    (folder / "policies" / "p.toml").write_text("")
    assert available() == [
        ("alpha", "A small world", "First.", folder / "alpha.toml"),
        ("zeta", "A small world", "", folder / "zeta.toml"),
    ]
    assert load("alpha").name == "alpha"
    (folder / "broken.toml").write_text("title =")
    with pytest.raises(ScenarioError, match=r"broken\.toml:1: not valid TOML"):
        available()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("clasroom", "clasroom: there is no shipped scenario of this name; did you mean classr"),
        ("zzz", "zzz: there is no shipped scenario of this name (allowed: "),
        ("base", "base: there is no shipped scenario of this name; did you mean base.toml?"),
        ("policies/x", "policies/x: there is no shipped scenario of this name"),
        ("", "there is no shipped scenario of this name"),
        ("bas.toml", "bas.toml: there is no such file"),
        ("classroom.toml", "classroom.toml: there is no such file; did you mean classroom?"),
        ("folder.toml", "folder.toml: there is no such file"),
    ],
)
def test_not_found(small: Path, name: str, message: str) -> None:
    small.with_name("folder.toml").mkdir()
    (line,) = refusal(name)
    assert line.startswith(message)


def test_files_are_shown_from_the_current_folder(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(small) == "base.toml"
    (small.parent / "deep").mkdir()
    monkeypatch.chdir(small.parent / "deep")
    assert shown(small) == str(small.resolve())


def test_a_scenario_loads_itself(small: Path) -> None:
    assert Scenario.load(str(small), ["months=3"]).months == 3


def test_no_heavy_import() -> None:
    program = "import sys, abm.errors, abm.scenario.published; print(*sys.modules)"
    assert not HEAVY & set(run(program).split())
