"""``abm why``: what can be asked, and the answers; typing errors get the nearest name."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from abm import Run
from abm.cli.why import ASKED
from abm.record.events import EVENT_KINDS
from abm.record.explain import explain, headline

Abm = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def folder(classroom_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return classroom_run.write("outputs/classroom-seed1")


def test_it_lists_what_can_be_asked(abm: Abm, classroom_run: Run) -> None:
    code, out, err = abm("why", "outputs/classroom-seed1")
    assert (code, err) == (0, "")
    asked = classroom_run.events.filter(pl.col("kind").is_in(ASKED))
    lines = out.splitlines()
    assert len(lines) == asked.height + 2
    assert headline(asked.row(0, named=True)) in lines[0]
    assert "\x1b" not in out


def test_the_name_of_a_run_in_outputs_is_enough(abm: Abm) -> None:
    assert abm("why", "classroom-seed1")[1] == abm("why", "outputs/classroom-seed1")[1]


def test_a_number_is_the_row_of_the_events_table(abm: Abm, classroom_run: Run) -> None:
    for number in (1, classroom_run.events.height):
        code, out, _ = abm("why", "classroom-seed1", str(number))
        assert code == 0
        assert out.strip() == explain(classroom_run.events.row(number - 1, named=True))


def test_a_listed_number_leads_to_its_reason(abm: Abm) -> None:
    first = abm("why", "classroom-seed1")[1].splitlines()[0]
    number, rest = first.split(maxsplit=1)
    assert rest.split("  ")[-1] in abm("why", "classroom-seed1", number)[1]


def test_a_lab_has_its_story(abm: Abm, classroom_run: Run) -> None:
    code, out, _ = abm("why", "classroom-seed1", "aster")
    assert code == 0
    told = [line for line in out.splitlines() if line and not line.startswith(" ")]
    mine = classroom_run.events.filter(
        pl.col("kind").is_in(ASKED)
        & ((pl.col("actor") == "Aster") | (pl.col("counterpart") == "Aster"))
    )
    assert len(told) == mine.height > 0


def test_filters_by_kind_and_lab(abm: Abm, classroom_run: Run) -> None:
    out = abm("why", "classroom-seed1", "--kind", "hosted", "--lab", "Cedar", "--json")[1]
    rows = json.loads(out)
    hosted = classroom_run.events.filter(
        (pl.col("kind") == "hosted") & (pl.col("actor") == "Cedar")
    )
    assert [row["month"] for row in rows] == hosted["month"].to_list()
    assert all(row["reasons"] and isinstance(row["reason"], dict) for row in rows)
    both = json.loads(
        abm("why", "classroom-seed1", "--kind", "release", "--kind", "spin-off", "--json")[1]
    )
    assert {row["kind"] for row in both} == {"release", "spin_off"}


def test_every_kind_can_be_asked_for(abm: Abm) -> None:
    for kind in EVENT_KINDS:
        assert abm("why", "classroom-seed1", "--kind", kind)[0] == 0


def test_nothing_found_is_said(abm: Abm) -> None:
    assert "Nothing of this kind" in abm("why", "classroom-seed1", "--kind", "policy")[1]
    assert (
        "Nothing that can be asked" in abm("why", "classroom-seed1", "Fir", "--kind", "policy")[1]
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["clasroom-seed1"], "did you mean outputs/classroom-seed1?"),
        (["nothing-like-it"], "there are: outputs/classroom-seed1"),
        (["."], "is not a run folder"),
        (["classroom-seed1", "99999"], "allowed: 1 to"),
        (["classroom-seed1", "0"], "allowed: 1 to"),
        (["classroom-seed1", "Dogwod"], "did you mean Dogwood?"),
        (["classroom-seed1", "--lab", "Entrant"], "may be any of Entrant 1"),
        (["classroom-seed1", "Zzzzz"], "there are: Aster"),
        (["classroom-seed1", "--kind", "hostd"], "did you mean hosted?"),
    ],
)
def test_bad_input_is_one_line(abm: Abm, arguments: list[str], words: str) -> None:
    code, out, err = abm("why", *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
