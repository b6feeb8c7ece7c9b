"""One clear line for each kind of error: file, line, key, value, what is allowed, what is near."""

import pickle
from pathlib import Path

import pytest
from small_world import MINIMAL, Write, refusal

from abm.errors import AbmError, Problem, ScenarioError
from abm.scenario.loading import load

HOBBY = '[[segments]]\nname = "Hobby"\n'
ASTER = '[[labs]]\nname = "Aster"\n'

KINDS = [
    # keys
    ("titel = 3", "2: titel = 3: unknown key; did you mean title?"),
    ("growth = 3", "2: growth = 3: unknown key; did you mean race.growth?"),
    ("[rase]", "2: rase = {}: unknown key; did you mean race?"),
    (
        "[race]\nGrowht = 3",
        "3: race.Growht = 3: unknown key; did you mean race.growth? "
        "(allowed: enabled, growth, commitment, experiments)",
    ),
    (f"{ASTER}disclosure.dato = 1", "4: labs[Aster].disclosure.dato = 1: unknown key; did you"),
    # types
    ("title = 3", "2: title = 3: must be text"),
    ("title = 2023-10-01", '2: title = "2023-10-01": must be text'),
    ("months = 3.5", "2: months = 3.5: must be a whole number"),
    ("months = 3.0", "2: months = 3.0: must be a whole number"),
    ('[race]\ngrowth = "3"', '3: race.growth = "3": must be a number (x/year)'),
    ("[race]\ngrowth = true", "3: race.growth = true: must be a number (x/year)"),
    ("[race]\nenabled = 1", "3: race.enabled = 1: must be true or false"),
    ("race = 3", "2: race = 3: must be a table"),
    ("labs = 3", "2: labs = 3: must be a list of tables, each under [[labs]]"),
    ("[clouds]\ncash = 3", '2: clouds = {"cash": 3}: must be a list of tables, each under [[cl'),
    ('domains = "chat"', '2: domains = "chat": must be a list'),
    ('domains = ["chat", "code", 3]', "2: domains = 3: entry 3 must be text"),
    (f"{HOBBY}needs = 3", "4: segments[Hobby].needs = 3: must be a table"),
    (f'{HOBBY}needs = {{chat="1"}}', '4: segments[Hobby].needs.chat = "1": must be a number'),
    # bounds
    (f"{ASTER}cash = -3", "4: labs[Aster].cash = -3: must be at least 0 (USD m)"),
    (f"{ASTER}researchers = 0", "4: labs[Aster].researchers = 0: must be above 0 (people)"),
    ("[knowledge]\nleak = 2", "3: knowledge.leak = 2: must be between 0 and 1 (1/month)"),
    ("months = 601", "2: months = 601: must be between 1 and 600"),
    ("communities = 3000000", "2: communities = 3000000: must be between 1 and 2000000"),
    ("[demand]\nnest_model = 2", "3: demand.nest_model = 2: must be above 0 and at most 1"),
    ("[capital]\nnoise = inf", "3: capital.noise = Infinity: must be a finite number"),
    ("[capital]\nintercept = nan", "3: capital.intercept = NaN: must be a finite number (utils)"),
    # words
    (f'{ASTER}camp = "opne"', '4: labs[Aster].camp = "opne": must be one of open, closed; did yo'),
    ('start = "2023-13"', '2: start = "2023-13": must look like 2023-10'),
    # several values
    ("[demand]\nnest_host = 0.9", "2: demand: nest_host must not exceed nest_lineage"),
    (f"{ASTER}seats = 3", "2: labs[Aster]: seats need a product (the segment that it serves)"),
    (
        '[[labs]]\nname = "01.AI"\nflagship = { compute = 24.0 }',
        "2: labs[01.AI]: an open lab with a flagship discloses weights (disclosure.weights)",
    ),
    (f"{HOBBY}needs = {{code=0, chat=0}}", "4: segments[Hobby].needs: weights must be at least"),
    (f"{HOBBY}needs = {{code=-1}}", "4: segments[Hobby].needs: weights must be at least 0"),
    ('domains = ["chat", "code", "chat"]', "2: domains: named twice: chat"),
    # names
    (f'{ASTER}focus = ["cod"]', '4: labs[Aster].focus = "cod": names none of the domains; did'),
    (f'{ASTER}builds_on = "aster"', '4: labs[Aster].builds_on = "aster": names none of the labs'),
    # entries
    (f"{ASTER}flagship = {{}}", "4: labs[Aster].flagship.compute: is required (log10 FLOP)"),
    ('[[clouds]]\nname = "East"\ncash = 1', "2: clouds[East].customers: is required"),
]


@pytest.mark.parametrize(("text", "message"), KINDS)
def test_one_line_for_each_kind(write: Write, text: str, message: str) -> None:
    write(base=MINIMAL, child=f'extends = "base.toml"\n{text}')
    (line,) = refusal("child.toml")
    assert line.startswith(f"child.toml:{message}")


def test_entries_without_names(write: Write) -> None:
    unnamed = '\n[[labs]]\nresearchers = 1\ncash = "1"\n[[labs]]\nname = ""\nresearchers = 1'
    write(base=MINIMAL + unnamed)
    lines = refusal("base.toml")
    assert [line.split(":", 2)[2] for line in lines] == [
        " labs[#3].name: is required",
        ' labs[#3].cash = "1": must be a number (USD m)',
        " labs[#4].cash: is required (USD m)",
        ' labs[#4].name = "": must not be empty',
    ]


def test_a_misspelt_entry_is_known_by_what_it_lacks(write: Write) -> None:
    write(base=MINIMAL, child='extends = "base.toml"\n[[labs]]\nname = "aster"\ncash = 1.0')
    assert refusal("child.toml") == [
        "child.toml:2: labs[aster].researchers: is required (people); did you mean labs[Aster]?"
    ]


def test_an_empty_file_lacks_all_that_is_required(write: Write) -> None:
    write(empty="")
    assert refusal("empty.toml") == [
        f"empty.toml: {key}: is required" for key in ("title", "domains", "labs", "segments")
    ]


def test_all_problems_of_all_files_at_once(write: Write) -> None:
    base = MINIMAL.replace("growth = 2.5", "growth = 0.5").replace("share = 1.0", "share = 2.0")
    child = '\n[race]\ncommitment = -2\n[[labs]]\nname = "Aster"\nfocus = ["cod"]\nproduct = "Hoby"'
    write(base=base, child=f'extends = "base.toml"{child}')
    places = [line.split(": ")[:2] for line in refusal("child.toml", "months=0")]
    assert places == [
        ["--set", "months = 0"],
        ["base.toml:5", "race.growth = 0.5"],
        ["base.toml:36", "segments[Hobby].share = 2.0"],
        ["child.toml:3", "race.commitment = -2"],
        ["child.toml:6", 'labs[Aster].focus = "cod"'],
        ["child.toml:7", 'labs[Aster].product = "Hoby"'],
    ]


def test_no_domains(small: Path) -> None:
    assert refusal(small, "domains=[]")[0] == "--set: domains = []: needs at least 1 of them"


def test_the_rows_of_the_tables_are_enough(small: Path) -> None:
    assert refusal(small, "entry.max_labs=1") == ["base.toml: 2 labs exceed entry.max_labs 1"]


# -------------------------------------------------------------------------------------- errors --


def test_a_problem_in_words() -> None:
    bare = Problem("a.toml", None, "", None, "is odd")
    assert str(bare) == "a.toml: is odd"
    full = Problem("a.toml", 3, "k", False, "is odd", allowed="x, y", suggestion="x")
    assert str(full) == "a.toml:3: k = false: is odd; did you mean x? (allowed: x, y)"


def test_long_values_and_lists_do_not_bury_the_message() -> None:
    problem = Problem("a.toml", 3, "k", "v" * 500, "is odd", allowed="x, " * 50, suggestion="x")
    assert len(str(problem)) < 120
    assert "..." in str(problem)
    without = Problem("a.toml", 3, "k", None, "is odd", allowed="x, " * 50)
    assert "allowed: x, x" in str(without)


def test_problems_keep_their_fields(small: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(small, ["race.growth=0.5"])
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == ("--set", None, "race.growth")
    assert problem.value == 0.5
    assert isinstance(caught.value, AbmError)


def test_an_error_survives_the_way_back_from_a_worker() -> None:
    error = ScenarioError([Problem("a.toml", 3, "k", 1, "is odd")])
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.problems, str(copy)) == (error.problems, str(error))
