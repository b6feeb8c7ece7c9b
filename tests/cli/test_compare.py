"""``abm compare``: the tables of a terminal, JSON for scripts, a folder, and clear refusals."""

import json
from pathlib import Path

import polars as pl
import pytest
from invocation import Abm

from abm.analysis.effect_words import in_words, where_it_fails
from abm.cli.compare_tables import SPARE
from abm.cli.fitted import fitted, table_of

SHORT = ("compare", "classroom", "--replicates", "6", "--months", "4", "--workers", "1")
CHANGE = ("--policy", "disclosure.initial_open=0.9")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)


def test_a_comparison_is_told_and_written(abm: Abm) -> None:
    code, out, err = abm(*SHORT, *CHANGE, "--out", "found")
    assert (code, err) == (0, "")
    assert out.startswith("disclosure.initial_open=0.9, against the baseline\n")
    for words in ("Who wins and who loses", "Who gains and who pays", "sum of what is counted"):
        assert words in out
    assert "6 pairs of runs with equal seeds; intervals of 95% over them." in out
    assert pl.read_parquet(Path("found") / "cards.parquet").height > 30
    assert (Path("found") / "figures" / "forest.png").exists()


def test_json_is_for_scripts(abm: Abm) -> None:
    code, out, _ = abm(*SHORT, *CHANGE, "--json", "--outcome", "sales", "--first-seed", "3")
    data = json.loads(out)
    assert code == 0
    assert data["seeds"] == [3, 4, 5, 6, 7, 8]
    assert [card["outcome"] for card in data["cards"]] == ["sales"]
    assert json.loads((Path("outputs/classroom-compare/comparison.json")).read_text()) == data


def test_quiet_prints_the_folder_alone_and_each_time_a_new_one(abm: Abm) -> None:
    arguments = (*SHORT, *CHANGE, "--quiet", "--outcome", "sales")
    folders = [abm(*arguments)[1].strip() for _ in range(2)]
    assert folders == ["outputs/classroom-compare", "outputs/classroom-compare-2"]


def test_pairs_are_added_until_precise(abm: Abm) -> None:
    code, out, _ = abm(
        *SHORT, *CHANGE, "--outcome", "sales", "--until-precise", "sales=0.5", "--maximum", "12"
    )
    assert code == 0
    assert "Look at 6 pairs: half-widths sales 0, precise enough." in out
    assert "intervals of 97.5% over them" in out


def test_worlds_are_drawn_from_a_file(abm: Abm) -> None:
    Path("pace.toml").write_text(
        'title = "Pace"\nworlds = 10\n[expected]\nsales = "down"\n'
        "[parameters]\nrace.growth = { low = 2.0, high = 4.0 }\n"
    )
    code, out, _ = abm(
        *SHORT, *CHANGE, "--outcome", "sales", "--uncertain", "pace.toml", "--replicates", "1"
    )
    assert code == 0
    assert "Over uncertain worlds: Pace" in out
    assert "10 worlds; intervals of 95% over them." in out


def test_policies_are_composed_from_their_text(abm: Abm) -> None:
    names = ("placebo", "mandatory-data-disclosure", "placebo+mandatory-data-disclosure")
    asked = [part for name in names for part in ("--policy", name)]
    code, out, _ = abm(*SHORT, *asked, "--months", "9", "--outcome", "data_disclosure", "--json")
    data = json.loads(out)
    assert code == 0
    effects = {card["policy"]: card["effect"] for card in data["cards"]}
    assert effects["placebo"] == 0.0
    assert effects["mandatory-data-disclosure"] == effects[names[2]] > 0
    (both,) = data["interactions"]
    assert (both["policy"], both["interaction"]) == (names[2], 0.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing to compare with: name at least one policy"),
        ((*CHANGE, "--outcome", "sals"), "did you mean sales?"),
        ((*CHANGE, "--until-precise", "sales"), "not of the form OUTCOME=WIDTH"),
        ((*CHANGE, "--until-precise", "sales=wide"), "not of the form OUTCOME=WIDTH"),
        ((*CHANGE, "--uncertain", "none.toml"), "there is no such file of uncertain parameters"),
        (("--policy", "race.grwth=3"), "did you mean race.growth?"),
        (("--policy", "placebos"), "did you mean placebo?"),
        ((*CHANGE, "--set", "race.grwth=3"), "did you mean race.growth?"),
        ((*CHANGE, "--out", "full"), "holds something that is no comparison"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_two(
    abm: Abm, arguments: tuple[str, ...], says: str
) -> None:
    Path("full").mkdir()
    (Path("full") / "notes.txt").write_text("mine")
    code, out, err = abm(*SHORT, *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert not Path("outputs").exists()


ROW = {
    "unit": "months", "pairs": 9, "low": -2.0, "high": -0.5, "effect": -1.25, "better": "",
    "verdict": "down",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "falls by 1.25 (0.5 to 2) months"),
        ({"better": "up"}, "falls by 1.25 (0.5 to 2) months, worse"),
        ({"better": "down"}, "falls by 1.25 (0.5 to 2) months, better"),
        ({"low": 0.5, "high": 2.0, "effect": 1.25, "verdict": "up", "unit": "1"},
         "rises by 1.25 (0.5 to 2)"),
        ({"high": 1.0, "verdict": "unclear"}, "cannot be told from zero: -1.25 (-2 to 1) months"),
        ({"verdict": "none", "effect": 0.0}, "no difference in any pair"),
        ({"pairs": 0, "verdict": "unclear"}, "does not exist in any pair"),
        ({"pairs": 1, "low": float("nan"), "verdict": "unclear"},
         "-1.25 months in the one pair that there is"),
    ],
)  # fmt: skip
def test_effects_are_told_in_plain_words(changes: dict[str, object], words: str) -> None:
    assert in_words({**ROW, **changes}) == words


def test_a_place_where_nothing_can_be_written_is_refused_before_anything_is_played(
    abm: Abm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abm.analysis.replicates.play", lambda *_: pytest.fail("played"))
    Path("file").write_text("no folder")
    code, out, err = abm(*SHORT, *CHANGE, "--out", "file/x")
    assert (code, out) == (2, "")
    assert err == "file/x: cannot be written: Not a directory; choose a folder\n"


def test_interactions_need_the_parts_and_it_is_said(abm: Abm) -> None:
    _, out, _ = abm(*SHORT, "--policy", "placebo+data-commons", "--outcome", "sales")
    assert "placebo+data-commons: to see what its parts do together and alone, compare them too: " \
        "--policy placebo --policy data-commons" in out  # fmt: skip


FAILS = {"worlds": 60, "box": None, "box_coverage": None, "box_density": None}


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (1.0, "nowhere"),
        (0.0, "everywhere"),
        (0.95, "too few failures to say where"),
        (0.05, "nearly everywhere"),
        (0.5, "in no part of them in particular"),
        (float("nan"), "nowhere"),
    ],
)
def test_where_a_policy_fails_is_said_even_if_no_box_holds_it(expected: float, words: str) -> None:
    worlds = 0 if expected != expected else 60
    assert where_it_fails({**FAILS, "worlds": worlds, "expected_sign": expected}) == words


def test_the_box_of_failures_is_told_with_what_it_holds() -> None:
    row = {"worlds": 60, "expected_sign": 0.5, "box": "race.growth above 4", "box_coverage": 0.8,
           "box_density": 0.9}  # fmt: skip
    assert (
        where_it_fails(row) == "race.growth above 4 (80% of the failures; 90% of its worlds fail)"
    )


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (160, ["outcome", "effect", "same sign", "variance ratio", "pairs for half"]),
        (64, ["outcome", "effect", "same sign", "variance ratio"]),
        (40, ["outcome", "effect"]),
        (10, ["outcome", "effect"]),
    ],
)
def test_a_narrow_terminal_does_without_columns_and_squeezes_none(
    width: int, heads: list[str]
) -> None:
    table = table_of("outcome", "effect", "same sign", "variance ratio", "pairs for half",
                     words=("effect",))  # fmt: skip
    table.add_row("sales", "falls by 1.25 (0.5 to 2) events", "90%", "3.1", "16")
    found = fitted(table, width, SPARE)
    assert [column.header for column in found.columns] == heads
    assert found.row_count == 1


def test_every_lab_is_told(abm: Abm) -> None:
    _, out, _ = abm(*SHORT, "--policy", "placebo", "--policy", "disclosure.initial_open=0.9")
    for name in ("Aster", "Birch", "Cedar", "Dogwood", "Elder", "Fir"):
        assert sum(line.startswith(f"{name} ") for line in out.splitlines()) == 2
    assert out.count("no change") == 6
