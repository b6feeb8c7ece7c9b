"""The summary, spells of hosting, and the wording of numbers."""

import json
from dataclasses import replace

import polars as pl
import pytest

from abm import AbmError, Market, Run, Scenario
from abm.record.explain import summary
from abm.record.graph import graph
from abm.record.spells import spells
from abm.record.wording import (
    capital,
    listing,
    money,
    month_name,
    month_number,
    months,
    ordinal,
    percent,
    spelt,
    times,
)

TITLES = [
    "Who leads",
    "Who was sold",
    "Who shut down",
    "Who came",
    "Who turned",
    "Who is hosted",
    "Open against closed",
    "Concentration",
]


def test_the_summary_has_its_sections(classroom_run: Run) -> None:
    sections = summary(classroom_run)
    assert [section.title for section in sections] == TITLES
    for section in sections:
        assert section.lines
        for line in section.lines:
            assert line.endswith(".")
            assert "None" not in line
            assert "nan" not in line


def test_the_summary_tells_of_every_sale(classroom_run: Run) -> None:
    events = pl.concat(
        [
            classroom_run.events.filter(~pl.col("kind").is_in(["acquisition", "licence_and_hire"])),
            classroom_run.events.head(1).with_columns(
                kind=pl.lit("acquisition"),
                actor=pl.lit("Fir"),
                counterpart=pl.lit("Harbour"),
                amount=pl.lit(77.0),
                date=pl.lit("2025-02"),
            ),
        ]
    )
    sections = {s.title: s.lines for s in summary(replace(classroom_run, events=events))}
    assert sections["Who was sold"] == ("Feb 2025: Fir was bought by Harbour for USD 77m.",)


def test_leaders_are_those_of_the_tables(classroom_run: Run) -> None:
    last = classroom_run.labs.filter(pl.col("month") == 35)
    closed = last.filter("closed").sort("spend", descending=True)
    share = closed["spend"][0] / last["spend"].sum()
    first_line = summary(classroom_run)[0].lines[0]
    assert f"{closed['lab'][0]} {percent(share)}" in first_line


def test_founders_keep_what_no_round_took(classroom_run: Run) -> None:
    end, stake = classroom_run.labs.filter(month=35), classroom_run.scenario.entry.founders_stake
    rounds = classroom_run.events.filter(kind="funding")
    sold = classroom_run.events.filter(kind="acquisition")["actor"].to_list()
    assert rounds.height
    for row in end.iter_rows(named=True):
        kept = stake if row["lab"].startswith("Entrant") else 1.0
        for reason in rounds.filter(actor=row["lab"])["reason"]:
            kept *= 1 - json.loads(reason)["dilution"]
        expected = kept if row["alive"] and row["lab"] not in sold else 0.0
        assert row["founders_share"] == pytest.approx(expected, abs=1e-3), row["lab"]


def test_the_summary_tells_what_founders_keep(classroom_run: Run) -> None:
    labs = classroom_run.labs
    here = pl.col("alive") & pl.col("lab").str.starts_with("Entrant") & (pl.col("month") == 35)
    names = labs.filter(here)["lab"].to_list()
    shares = pl.when(lab=names[0]).then(0.43).otherwise(0.8)
    told = summary(replace(classroom_run, labs=labs.with_columns(founders_share=shares)))
    assert {s.title: s.lines for s in told}["Who came"][1] == (
        "Founders keep 43% to 80% of those there."
    )
    older = summary(replace(classroom_run, labs=labs.drop("founders_share")))
    assert len({s.title: s.lines for s in older}["Who came"]) == 1


def test_a_world_without_anything_can_be_summed_up() -> None:
    bare = ["months=1", "hosting.enabled=false", "demand.enabled=false", "entry.enabled=false"]
    run = Market(Scenario.load("classroom", bare), seed=1).run()
    assert [section.title for section in summary(run)] == TITLES


def hosting(rows: list[tuple[int, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "month": [month for month, *_ in rows],
            "date": [f"2024-{month + 1:02d}" for month, *_ in rows],
            "cloud": [cloud for _, cloud, _ in rows],
            "lab": [lab for *_, lab in rows],
            "camp": ["open" for _ in rows],
            "royalty": [0.1 for _ in rows],
            "spend": [1.0 for _ in rows],
        }
    )


def test_a_break_in_a_listing_makes_two_spells(classroom_run: Run) -> None:
    rows = [(m, "Harbour", "Cedar") for m in (0, 1, 4, 5)] + [(35, "Meadow", "Cedar")]
    quiet = classroom_run.events.clear()
    found = spells(replace(classroom_run, hosting=hosting(rows), events=quiet))
    bounds = found.select("cloud", "first", "last").rows()
    assert bounds == [("Harbour", 0, 1), ("Harbour", 4, 5), ("Meadow", 35, 35)]
    assert found["running"].to_list() == [False, False, True]
    assert found["seeded"].to_list() == [True, False, False]


def test_what_is_listed_in_the_first_month_is_not_there_from_the_start(
    classroom_run: Run,
) -> None:
    event = classroom_run.events.head(1).with_columns(
        month=pl.lit(0, dtype=pl.Int64),
        kind=pl.lit("hosted"),
        actor=pl.lit("Cedar"),
        counterpart=pl.lit("Harbour"),
    )
    rows = [(0, "Harbour", "Cedar"), (0, "Meadow", "Cedar")]
    run = replace(classroom_run, hosting=hosting(rows), events=event)
    assert dict(spells(run).select("cloud", "seeded").rows()) == {"Harbour": False, "Meadow": True}


def test_the_graph_of_a_month_is_that_months(classroom_run: Run) -> None:
    early, late = graph(classroom_run, 0), graph(classroom_run)
    assert early.graph["date"] == "2023-10"
    assert late.graph["date"] == classroom_run.market["date"][-1]
    assert early.number_of_nodes() == 9
    assert late.number_of_nodes() >= 9
    assert "alive" in early.nodes["lab-0"]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0.0, "USD 0m"),
        (0.45, "USD 0.45m"),
        (5.06, "USD 5.1m"),
        (12.34, "USD 12.3m"),
        (430.16, "USD 430m"),
        (999.4, "USD 999m"),
        (999.7, "USD 1bn"),
        (1234.0, "USD 1.2bn"),
        (107867.0, "USD 108bn"),
        (2.5e6, "USD 2.5tn"),
        (-3.2, "-USD 3.2m"),
        (0.001, "less than USD 10,000"),
        (float("nan"), "no amount"),
    ],
)
def test_money(amount: float, words: str) -> None:
    assert money(amount) == words


def test_small_words() -> None:
    assert spelt("hhi_labs") == "HHI labs"
    assert spelt("best_open_lag") == "best open lag"
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "102nd",
        "111th",
    ]
    assert [percent(x) for x in (0.0, 0.0004, 0.021, 0.0996, 0.5)] == [
        "0%",
        "0.04%",
        "2.1%",
        "10%",
        "50%",
    ]
    assert [months(x) for x in (1, 0.7, 5.1, 20.4)] == [
        "1 month",
        "0.7 months",
        "5.1 months",
        "20 months",
    ]
    assert [times(x) for x in (1.03, 2.13, 53.1)] == ["1.03 times", "2.1 times", "53.1 times"]
    assert listing(["A", "B", "C"]) == "A, B and C"
    assert listing([]) == "none"
    assert [capital(x) for x in ("it is", "xAI is", "")] == ["It is", "xAI is", ""]
    assert month_name("2023-10", 3) == "Jan 2024"
    assert month_name("2024-01", -1) == "Dec 2023"


def test_months_are_named_by_label_or_index() -> None:
    dates = ["2023-10", "2023-11", "2023-12"]
    assert month_number("2023-12", dates) == 2
    assert month_number("1", dates) == 1
    for wrong in ("3", "-1", "2024-01", "soon"):
        with pytest.raises(AbmError, match="allowed: 0 to 2, or 2023-10 to 2023-12"):
            month_number(wrong, dates)
