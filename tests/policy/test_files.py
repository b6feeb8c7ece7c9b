"""Policy files and texts that name policies: what is wrong is said, and nothing is played."""

from pathlib import Path

import pytest

from abm.errors import ScenarioError
from abm.market import Market
from abm.policy import compose, read

GOOD = """title = "Mine"

[[levers]]
kind = "training-grants"
budget = 2.0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(text: str) -> list[str]:
    Path("p.toml").write_text(text)
    with pytest.raises(ScenarioError) as caught:
        compose("p.toml")
    return str(caught.value).splitlines()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "p.toml: title: is required"),
        ("title = 3", "p.toml:1: title = 3: must be"),
        (
            GOOD + "bugdet = 1.0",
            "p.toml:6: levers[1].bugdet = 1.0: unknown key; did you mean budget?",
        ),
        (
            GOOD.replace("2.0", "-2.0"),
            "p.toml:5: levers[1].budget = -2.0: must be at least 0 (USD m/month)",
        ),
        (GOOD.replace("budget = 2.0", ""), "p.toml:3: levers[1].budget: is required"),
        (GOOD + "start = 5\nend = 5", "p.toml:3: levers[1]: end must come after start"),
        (
            GOOD.replace("training-grants", "training-grant"),
            'p.toml:4: levers[1].kind = "training-grant": there is none of this kind; did you mean'
            " training-grants?",
        ),
        (GOOD.replace('kind = "training-grants"', ""), "p.toml:3: levers[1].kind: is required"),
        (
            GOOD + 'scope = "closd"',
            'p.toml:6: levers[1].scope = "closd": must be one of all, open, closed,',
        ),
        (
            GOOD + "compliance = 1.5",
            "p.toml:6: levers[1].compliance = 1.5: must be between 0 and 1",
        ),
        ("title =", "p.toml:1: not valid TOML"),
    ],
)
def test_a_bad_file_is_told_by_line(text: str, line: str) -> None:
    (told,) = problems(text)
    assert told.startswith(line)


@pytest.mark.usefixtures("folder")
def test_every_problem_of_a_file_is_told() -> None:
    text = GOOD + 'start = -1\n\n[[levers]]\nkind = "reciprocal-club"\ncomponents = ["dta"]\n'
    first, second = problems(text)
    assert first.startswith("p.toml:6: levers[1].start = -1: must be at least 0")
    assert second.startswith("p.toml:10: levers[2].components")
    assert "data" in second


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data-comons", "did you mean data-commons?"),
        ("data-commons*", "not of the form"),
        ("data-commons*-1", "strength must be a number, not below 0"),
        ("data-commons*much", "strength must be a number"),
        ("data-commons@1.5", "delay must be a whole number"),
        ("recipe-disclosure*2", "level would be 1.5"),
        ("data-commons+", "not of the form"),
        ("no.toml", "there is no such file"),
    ],
)
def test_a_bad_text_is_told(text: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words.replace("?", r"\?")):
        compose(text)


def test_all_parts_of_a_composition_are_checked() -> None:
    with pytest.raises(ScenarioError) as caught:
        compose("data-comons+placebo+rd-credti")
    assert len(caught.value.problems) == 2


def test_a_composition_holds_all_levers_later_and_weaker() -> None:
    both = compose("data-commons*0.5@12 + rd-credit")
    commons, credit = both.levers
    assert (commons.start, commons.data_budget) == (18, 1.5)  # type: ignore[attr-defined]
    assert (credit.start, credit.kind) == (6, "research-credit")
    assert both.title == "Data commons and Research credit that grows with disclosure"


@pytest.mark.usefixtures("folder")
def test_two_ways_of_writing_a_policy_are_one_policy() -> None:
    Path("a.toml").write_text(GOOD)
    Path("b.toml").write_text(GOOD.replace("Mine", "Yours").replace("2.0", "4.0") + "start = 0\n")
    assert compose("a.toml").hash == compose("b.toml*0.5").hash != compose("b.toml").hash
    assert read(Path("a.toml")).title == "Mine"


@pytest.mark.usefixtures("folder")
def test_a_domain_that_the_world_lacks_is_told_before_anything_is_played() -> None:
    Path("p.toml").write_text(
        'title = "x"\n[[levers]]\nkind = "data-commons"\ndata_budget = 1.0\ndomains = ["codes"]\n'
    )
    with pytest.raises(ScenarioError, match="no domain of this scenario; did you mean code"):
        Market("classroom", policies=[compose("p.toml")])
