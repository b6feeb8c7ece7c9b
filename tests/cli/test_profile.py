"""``abm run --profile``: every phase is timed, every table weighed, and nothing else changes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from abm import Market, Run
from abm.cli.profile import Profile, reserved
from abm.phases import PHASES, Phase

Abm = Callable[..., tuple[int, str, str]]
SHORT = ("run", "classroom", "--seed", "1", "--months", "4", "--no-figures", "--profile")


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_prints_every_phase_and_every_table(abm: Abm) -> None:
    code, out, _ = abm(*SHORT)
    assert code == 0
    for phase in PHASES:
        assert f"\n{phase.name} " in out
    for table in ("state: communities", "state: social ties", "record: labs", "record: events"):
        assert table in out
    assert "all phases" in out


def test_a_script_gets_numbers(abm: Abm) -> None:
    told = json.loads(abm(*SHORT, "--json", "--out", "here")[1])["profile"]
    assert list(told["seconds"]) == [phase.name for phase in PHASES]
    assert sum(told["seconds"].values()) > 0
    assert told["state_bytes"]["labs"] > 0
    assert set(told["table_bytes"]) == set(Run.read("here").tables)


def test_watching_changes_nothing(abm: Abm) -> None:
    for out, flags in (("watched", SHORT), ("plain", SHORT[:-1])):
        assert abm(*flags, "--out", out, "--quiet")[0] == 0
    watched, plain = Run.read("watched"), Run.read("plain")
    assert all(watched.tables[name].equals(plain.tables[name]) for name in plain.tables)


def test_the_time_of_a_phase_is_that_of_its_months() -> None:
    market, profile = Market("classroom", seed=1), Profile()
    played = []
    market.phases = (Phase("idle", lambda _: None), Phase("note", lambda m: played.append(m.month)))
    profile.watch(market)
    for _ in range(3):
        market.step()
    assert played == [0, 1, 2]
    assert list(profile.seconds) == ["idle", "note"]
    assert profile.state["offers"] == sum(x.nbytes for x in market.offers.arrays.values())
    assert reserved(market.labs) == profile.state["labs"]
