"""The shipped scenarios: each loads, says what it is, and vouches for its numbers."""

import re
import statistics
from collections.abc import Iterator
from itertools import cycle

import pytest

from abm.scenario.cast import COMPONENTS, CloudSpec, LabSpec, SegmentSpec
from abm.scenario.loading import Listing, available, load, scenario_folder
from abm.scenario.schema import Scenario

SHIPPED = {listing.name: listing for listing in available()}
INVENTED = {"classroom"}
"""Scenarios that describe no real market: their numbers have no sources."""

STATUS_QUO = "status-quo-2023"
NEEDED = {
    STATUS_QUO,
    "capital-drought",
    "classroom",
    "easy-money",
    "essay-costs",
    "llama-2-2023-07",
    "musical-chairs",
    "one-deep-pocket-less",
    "open-sharing",
    "specialists",
}

ESSAY_LABS = (
    "Meta",
    "Mistral",
    "Stability",
    "Adept",
    "xAI",
    "Mosaic",
    "Contextual",
    "OpenAI",
    "Google",
)
ESSAY_CLOUDS = ("AWS", "Google Cloud")

# The cohort of independents whose exits and pivots the calibration targets count.
COHORT = (
    "OpenAI", "Anthropic", "Cohere", "AI21 Labs", "Inflection AI", "Mistral AI", "Stability AI",
    "Adept", "xAI", "Contextual AI", "Character.AI", "Aleph Alpha", "01.AI", "DeepSeek",
    "Hugging Face", "Together AI", "Reka AI", "Baichuan", "Zhipu AI", "MiniMax", "Moonshot AI",
    "Writer",
)  # fmt: skip

PAIRS = (
    ("knowledge", "reasoning"),
    ("mathematics", "code"),
    ("writing", "dialogue"),
    ("multilingual", "retrieval"),
    ("agents", "multimodal"),
)

Entry = LabSpec | CloudSpec | SegmentSpec


@pytest.fixture(scope="module")
def status_quo() -> Scenario:
    return Scenario.load(STATUS_QUO)


def by_name(scenario: Scenario) -> dict[str, LabSpec]:
    return {lab.name: lab for lab in scenario.labs}


def numbers(entry: Entry) -> Iterator[tuple[str, ...]]:
    """Keys of the numbers that a file gives for an entry, its inner tables included."""
    given = entry.model_dump(exclude_unset=True, exclude={"sources"})
    for key, value in given.items():
        inner = value.items() if isinstance(value, dict) else [(None, value)]
        for name, item in inner:
            if isinstance(item, int | float) and not isinstance(item, bool):
                yield (key,) if name is None else (key, name)


def unsourced(entry: Entry) -> list[str]:
    """Numbers for which neither the key itself nor the table around it has a source."""
    return [
        ".".join(key)
        for key in numbers(entry)
        if not any(entry.sources.get(".".join(key[:depth])) for depth in (1, len(key)))
    ]


def runway(lab: LabSpec, scenario: Scenario) -> float:
    """Months that the cash lasts at planned burn: wages and runs, no revenue, no round."""
    wages = lab.researchers * scenario.talent.wage + lab.staff * scenario.talent.staff_wage
    return lab.cash / (wages + scenario.race.commitment * lab.cash / 12)


def changed(scenario: Scenario, base: Scenario) -> set[str]:
    """Sections in which two scenarios differ, apart from what they say of themselves."""
    one, other = scenario.model_dump(), base.model_dump()
    return {key for key in one if one[key] != other[key]} - {"title", "description"}


def test_all_that_the_design_names_are_shipped() -> None:
    assert SHIPPED.keys() >= NEEDED


@pytest.mark.parametrize("listing", SHIPPED.values(), ids=lambda listing: listing.name)
def test_it_loads_and_says_what_it_is(listing: Listing) -> None:
    scenario = load(listing.name).scenario
    assert scenario.title == listing.title
    assert len(scenario.description) > 100, "a paragraph for the reader"


def test_no_title_serves_twice() -> None:
    assert len({listing.title for listing in SHIPPED.values()}) == len(SHIPPED)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shares_and_needs_sum_to_one(name: str) -> None:
    scenario = Scenario.load(name)
    assert sum(segment.share for segment in scenario.segments) == pytest.approx(1)
    assert sum(cloud.customers for cloud in scenario.clouds) == pytest.approx(1)
    for segment in scenario.segments:
        assert sum(segment.needs.values()) == pytest.approx(1), segment.name


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_catalogues_hold_models_that_may_be_listed(name: str) -> None:
    scenario = Scenario.load(name)
    labs = by_name(scenario)
    for cloud in scenario.clouds:
        for lab in (labs[listed] for listed in cloud.catalogue):
            assert lab.flagship is not None, f"{cloud.name} lists {lab.name}: no model"
            assert lab.exclusive_cloud in ("", cloud.name), f"{cloud.name} lists {lab.name}"
            assert lab.camp == "closed" or lab.licence != "no-hosting", lab.name


# ------------------------------------------------------------------------------------ sources --


@pytest.mark.parametrize("name", sorted(SHIPPED.keys() - INVENTED))
def test_every_number_of_the_cast_has_a_source(name: str) -> None:
    scenario = Scenario.load(name)
    cast = [*scenario.labs, *scenario.clouds, *scenario.segments]
    missing = {entry.name: keys for entry in cast if (keys := unsourced(entry))}
    assert not missing


def test_a_missing_source_is_seen(status_quo: Scenario) -> None:
    lab = by_name(status_quo)["OpenAI"]
    for key in ("cash", "flagship.compute"):
        sources = {field: source for field, source in lab.sources.items() if field != key}
        assert unsourced(lab.model_copy(update={"sources": sources})) == [key]


@pytest.mark.parametrize("name", sorted(SHIPPED.keys() - INVENTED))
def test_every_assumption_names_its_rule(name: str) -> None:
    text = (scenario_folder() / f"{STATUS_QUO}.toml").read_text(encoding="utf-8")
    stated = set(re.findall(r"^# +(R\d+) ", text, flags=re.MULTILINE))
    scenario = Scenario.load(name)
    for entry in (*scenario.labs, *scenario.clouds, *scenario.segments):
        for key, source in entry.sources.items():
            cited = set(re.findall(r"\bR\d+\b", source))
            assert cited <= stated, f"{entry.name}.{key}"
            if source.startswith("assumption"):
                assert cited or source.startswith("assumption: "), f"{entry.name}.{key}"


# --------------------------------------------------------------------------------- status quo --


def test_the_cast_of_the_essay_is_present(status_quo: Scenario) -> None:
    for known, entries in ((ESSAY_LABS, status_quo.labs), (ESSAY_CLOUDS, status_quo.clouds)):
        for name in known:
            assert any(entry.name.startswith(name) for entry in entries), name


def test_the_cohort_of_independents_is_present_and_for_sale(status_quo: Scenario) -> None:
    labs = by_name(status_quo)
    assert [name for name in COHORT if name not in labs or labs[name].owned] == []


def test_starting_runways_are_spread(status_quo: Scenario) -> None:
    # Exits after about 18 months are a claim of the essay: they must not be put in at the start.
    runways = [runway(lab, status_quo) for lab in status_quo.labs if not lab.owned]
    assert statistics.stdev(runways) > 4
    assert sum(abs(months - 18) > 3 for months in runways) > len(runways) / 2


def test_owners_can_pay_their_researchers(status_quo: Scenario) -> None:
    for lab in status_quo.labs:
        if lab.owned:
            assert lab.parent_budget > lab.researchers * status_quo.talent.wage, lab.name


def test_models_on_the_market_are_out_by_the_first_month(status_quo: Scenario) -> None:
    later = ("xAI", "Contextual AI", "01.AI", "DeepSeek", "AI2", "NVIDIA (Nemotron)", "Moonshot AI")
    labs = by_name(status_quo)
    assert [name for name in later if labs[name].flagship is not None] == []


def test_the_first_catalogues_are_those_of_october_2023(status_quo: Scenario) -> None:
    listed = {cloud.name: set(cloud.catalogue) for cloud in status_quo.clouds}
    assert listed == {
        "AWS (Bedrock)": {"Amazon (Titan)", "Anthropic", "AI21 Labs", "Cohere", "Stability AI"},
        "Google Cloud (Vertex)": {"Google", "Meta AI"},
        "Microsoft Azure": {"OpenAI", "Meta AI"},
    }


# --------------------------------------------------------------------- one thing changed each --


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("open-sharing", {"disclosure"}),
        ("essay-costs", {"race"}),
        ("capital-drought", {"capital"}),
        ("easy-money", {"capital"}),
        ("musical-chairs", {"capital", "labs"}),
        ("specialists", {"labs"}),
        ("one-deep-pocket-less", {"labs", "clouds"}),
        ("llama-2-2023-07", {"start", "months", "labs", "clouds"}),
    ],
)
def test_it_changes_nothing_else(name: str, sections: set[str], status_quo: Scenario) -> None:
    assert changed(Scenario.load(name), status_quo) == sections


def test_in_july_no_cloud_lists_an_open_model() -> None:
    scenario = Scenario.load("llama-2-2023-07")
    labs = by_name(scenario)
    listed = {name for cloud in scenario.clouds for name in cloud.catalogue}
    assert listed
    assert {labs[name].camp for name in listed} == {"closed"}


def test_in_july_llama_2_is_new_and_no_model_is_from_the_autumn(status_quo: Scenario) -> None:
    july = by_name(Scenario.load("llama-2-2023-07"))
    assert july.keys() == by_name(status_quo).keys()
    assert july["Meta AI"].flagship.age == 0
    assert july["Mistral AI"].flagship is None
    assert july["Mistral AI"].cash == 113
    for lab in status_quo.labs:
        now, then = lab.flagship, july[lab.name].flagship
        if now is not None and now.age < 3:
            assert then is None or then.name != now.name, lab.name
        elif now is not None:
            assert then == now.model_copy(update={"age": now.age - 3}), lab.name


def test_musical_chairs_takes_sharing_from_rich_open_labs_only(status_quo: Scenario) -> None:
    before, after = by_name(status_quo), by_name(Scenario.load("musical-chairs"))
    differ = {name for name in before if before[name] != after[name]}
    for name in differ:
        assert before[name].owned, name
        shared = after[name].disclosure
        assert [part for part in COMPONENTS if getattr(shared, part)] == ["weights"], name
        assert after[name].cash == before[name].cash, name
    assert "Meta AI" in differ


def test_specialists_follow_their_stated_rule(status_quo: Scenario) -> None:
    focus = {lab.name: set(lab.focus) for lab in Scenario.load("specialists").labs}
    dealt = cycle(PAIRS)
    for lab in status_quo.labs:
        expected = set(lab.focus)
        if not lab.owned and lab.raised < 2000:
            if not expected:
                expected = set(next(dealt))
            elif len(expected) == 1:
                expected = next(set(pair) for pair in PAIRS if lab.focus[0] in pair)
            assert len(expected) == 2, lab.name
        assert focus[lab.name] == expected, lab.name


def test_one_deep_pocket_less_lacks_the_rich_open_lab_alone(status_quo: Scenario) -> None:
    scenario = Scenario.load("one-deep-pocket-less")
    assert by_name(status_quo).keys() - by_name(scenario).keys() == {"Meta AI"}


def test_the_classroom_is_small() -> None:
    scenario = Scenario.load("classroom")
    assert (len(scenario.labs), len(scenario.clouds), scenario.communities) == (6, 2, 40)


@pytest.mark.parametrize("name", ["status-quo-2023", "classroom"])
def test_it_counts_its_cast_right(name: str) -> None:
    scenario = Scenario.load(name)
    words = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
    told = re.findall(r"(\w+) kinds of\s+customers", scenario.description)
    assert [words[count] for count in told] == [len(scenario.segments)]
    told = re.findall(r"(\w+) clouds", scenario.description)
    assert [words[count] for count in told] == [len(scenario.clouds)]
