"""Changes from the command line: what they reach, and how they are refused."""

from pathlib import Path

import pytest
from small_world import refusal

from abm.scenario.loading import load


@pytest.mark.parametrize(
    "override",
    [
        'labs."01.AI".cash=200',
        "labs.'01.AI'.cash=200",
        "labs[01.AI].cash=200",
        "labs.01.AI.cash=200",
        "labs.01.AI.cash = 200.0",
        "labs.01.AI={cash = 200}",
        'labs.01.AI={name = "01.AI", cash = 200}',
        'labs=[{name = "01.AI", cash = 200}]',
    ],
)
def test_ways_to_name_an_entry(small: Path, override: str) -> None:
    resolved = load(small, [override])
    assert [lab.cash for lab in resolved.scenario.labs] == [900, 200]
    assert resolved.scenario.labs[1].researchers == 40
    assert resolved.origins["labs[01.AI].cash"] == "--set"
    assert resolved.origins["labs[01.AI].researchers"] == "base.toml:19"


@pytest.mark.parametrize(
    ("override", "section", "field", "value"),
    [
        ("race.growth=5", "race", "growth", 5),
        ("race={growth = 5}", "race", "growth", 5),
        ("knowledge.enabled=false", "knowledge", "enabled", False),
        ("disclosure.initial_open=0.75", "disclosure", "initial_open", 0.75),
    ],
)
def test_sections(small: Path, override: str, section: str, field: str, value: object) -> None:
    scenario = load(small, [override]).scenario
    assert getattr(getattr(scenario, section), field) == value


def test_free_names_below_a_table(small: Path) -> None:
    scenario = load(
        small, ["segments.Hobby.needs.chat=0.9", "labs.01.AI.sources.cash=press"]
    ).scenario
    assert scenario.segments[0].needs == {"chat": 0.9, "code": 0.5}
    assert scenario.labs[1].sources == {"cash": "press"}


def test_text_needs_no_quotation_marks(small: Path) -> None:
    scenario = load(
        small, ["title=My own world", "start=2024-02", "labs.01.AI.builds_on="]
    ).scenario
    assert (scenario.title, scenario.start) == ("My own world", "2024-02")
    assert scenario.labs[1].builds_on == ""


def test_the_later_wins(small: Path) -> None:
    assert load(small, ["race.growth=3", "race.growth=4"]).scenario.race.growth == 4


def test_an_entry_can_be_added_and_then_changed(small: Path) -> None:
    changes = ['labs=[{name = "Birch", researchers = 3, cash = 1}]', "labs.Birch.cash=2"]
    assert [lab.cash for lab in load(small, changes).scenario.labs] == [900, 60, 2]


def test_labs_can_be_dropped(small: Path) -> None:
    resolved = load(small, ['drop_labs=["Aster"]'])
    assert [lab.name for lab in resolved.scenario.labs] == ["01.AI"]
    assert resolved.origins["labs[01.AI].builds_on"] == "--set"


def test_a_generator_of_overrides_is_welcome(small: Path) -> None:
    assert load(small, (f"months={n}" for n in (5, 6))).scenario.months == 6


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("race.growth", "race.growth: not of the form key=value, such as race.growth=5: "),
        ("=5", "=5: not of the form key=value, such as race.growth=5: no name"),
        ("race..growth=5", "race..growth=5: not of the form key=value"),
        ('domains=["a"', 'domains=["a": not of the form key=value, such as race.growth=5: the'),
        ("race.grwth=5", "race.grwth = 5: unknown key; did you mean race.growth? (allowed: en"),
        ("growth=5", "growth = 5: unknown key; did you mean race.growth?"),
        ("zzz=5", "zzz = 5: unknown key (allowed: title, description,"),
        ("labs.Astre.cash=5", "labs[Astre].cash = 5: 'Astre' names none of the labs; did you me"),
        ("labs.01.AJ.cash=5", "labs[01.AJ].cash = 5: '01.AJ' names none of the labs; did you me"),
        ("labs.Aster.csh=5", "labs[Aster].csh = 5: unknown key; did you mean labs[Aster].cash?"),
        ("labs.Aster=5", "labs[Aster] = 5: must be a table of fields, or name one field"),
        ("labs.Aster.name=B", 'labs[Aster].name = "B": an entry is addressed by its name'),
        ('labs.Aster={name="B"}', 'labs[Aster] = {"name": "B"}: an entry is addressed by its'),
        ("race.growth.x=5", "race.growth.x = 5: race.growth has no parts; it is set as a whole"),
        ("domains[1]=chat", 'domains.1 = "chat": domains has no parts; it is set as a whole'),
        ("extends=base.toml", 'extends = "base.toml": only a file can extend another'),
        ("drop_labs=Aster", 'drop_labs = "Aster": must be a list of names'),
        ('drop_labs=["Astre"]', 'drop_labs = "Astre": names none of the labs; did you mean Aster'),
        ("race.growth=0.5", "race.growth = 0.5: must be at least 1 (x/year)"),
        ("race.growth=5,5", 'race.growth = "5,5": must be a number (x/year)'),
        ("race=5", "race = 5: must be a table"),
        ("labs=5", "labs = 5: must be a list of tables, each under [[labs]]"),
        ("demand.nest_host=0.9", "demand: nest_host must not exceed nest_lineage"),
        ("labs.01.AI.builds_on=Astre", 'labs[01.AI].builds_on = "Astre": names none of the labs'),
    ],
)
def test_refusals(small: Path, override: str, message: str) -> None:
    (line,) = refusal(small, override)
    assert line.startswith(f"--set: {message}")


def test_all_are_refused_at_once(small: Path) -> None:
    assert len(refusal(small, "x=1", "race.growth=0", "labs.Aster.cash=-1", "months")) == 4


def test_an_override_mends_what_a_file_has_wrong(small: Path) -> None:
    small.write_text(small.read_text().replace("growth = 2.5", "growth = 0.5"))
    assert refusal(small)
    assert load(small, ["race.growth=2"]).scenario.race.growth == 2
