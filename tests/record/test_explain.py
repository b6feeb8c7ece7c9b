"""Reasons in plain words: every kind of event can be told, with or without its numbers."""

import json
from typing import Any

import pytest

from abm import Run
from abm.record.events import EVENT_KINDS
from abm.record.explain import TELLINGS, explain, headline, reasons

SALE = {
    "cash": 10.0,
    "runway": 5.1,
    "raised": 31.0,
    "reserve": 20.7,
    "runner_up": 131.3,
    "bids": {"Harbour": 131.3, "Aster": 134.4},
    "failed_rounds": [{"month": 1, "hazard": 0.044}, {"month": 3, "hazard": 0.021}],
    "hhi": 2800.0,
    "delta_hhi": 1.5,
    "review_cost": 24.6,
    "residual_value": 23.9,
}
REVIEW = {"cash": 75.0, "runway": 20.0, "copied_from": None}
LISTING = {
    "net": 3.0,
    "margin": 4.7,
    "similarity": 1.0,
    "asked": 30.6,
    "breadth": 1.5,
    "cannibalised": 0.06,
    "slots": 2,
    "slot_cost": 0.6,
    "royalty": 0.08,
    "revenue": 23.9,
}

SAMPLES: dict[str, tuple[str, float, dict[str, Any], list[str]]] = {
    "release": (
        "Aster",
        40.0,
        {
            "camp": "open",
            "version": 1,
            "gain": 0.5,
            "leads_camp": True,
            "leads_domains": ["code", "images"],
            "run_cost": 40.0,
            "disclosure": [1.0, 0, 0.25, 0, 0, 0],
        },
        ["first open model", "best open model", "code and images", "3.2 times", "documentation"],
    ),
    "hosted": (
        "Harbour",
        3.0,
        {
            **LISTING,
            "camp": "open",
            "rank_in_camp": 21,
            "candidates": 9,
            "months_since_first_release": 9,
        },
        [
            "Harbour lists the open model of Dogwood",
            "21st best",
            "9 months",
            "USD 30.6m",
            "USD 1.5m more",
            "2nd slot",
            "8%",
            "USD 1.9m a quarter",
        ],
    ),
    "delisted": ("Harbour", 0.1, LISTING, ["Harbour drops", "the 2nd slot costs USD 0.6m"]),
    "product_launch": ("firms", 3.0, {"segment": "firms"}, ["segment firms", "USD 3m"]),
    "licence_change": (
        "Cedar",
        1.0,
        {"from": "permissive", "to": "restricted", "inherited_from": "Cedar"},
        ["to restricted", "built on weights of Cedar", "permissive before"],
    ),
    "base_reuse": ("Cedar", 2.0, {"base": "Cedar", "run_cost": 2.0}, ["weights of Cedar"]),
    "funding": (
        "venture capital",
        153.0,
        {
            "climate": 1.5,
            "hazard": 0.035,
            "rank": 0.39,
            "runway": 14.7,
            "failed_before": 1,
            "pre_money": 930.0,
            "dilution": 0.14,
            "compute_credit": 90.0,
        },
        ["USD 153m", "3.5%", "1 attempt had failed", "39%", "easier", "14%", "USD 90m of it"],
    ),
    "divestment": (
        "",
        101.0,
        {"shortfall": 101.0, "use": 12.0, "value": 80.0},
        ["owner of Dogwood", "USD 101m", "USD 12m a year", "USD 80m to investors"],
    ),
    "pivot": (
        "",
        1.0,
        {
            **REVIEW,
            "dimension": "focus",
            "from": 10,
            "to": 1,
            "domains": ["code"],
            "alternatives": {"1": 640.0, "10": 290.0, "2": 750.0},
        },
        ["narrows its focus to code", "1 domain USD 640m", "Not the best of them (2 domains)"],
    ),
    "camp_change": (
        "",
        1.0,
        {
            **REVIEW,
            "dimension": "camp",
            "from": "open",
            "to": "closed",
            "alternatives": {"open": 9.7, "closed": 212.0},
        },
        ["sells an API only", "open weights USD 9.7m", "20 months"],
    ),
    "disclosure_change": (
        "",
        0.75,
        {
            **REVIEW,
            "dimension": "data",
            "from": 0.25,
            "to": 0.75,
            "copied_from": "Elder",
            "alternatives": {"0.25": 1.8, "0.75": 3.3},
        },
        ["discloses most of its data instead of a little", "It copied Elder"],
    ),
    "lawsuit": (
        "rightsholders",
        0.0,
        {
            "hazard": 0.006,
            "data_disclosure": 0.25,
            "encumbered": 0.5,
            "revenue": 20.0,
            "regime": "open",
        },
        ["Rightsholders sue Dogwood", "25%", "50%", "USD 20m", "not settled", "0.6%"],
    ),
    "settlement": (
        "rightsholders",
        8.6,
        {"paid": 8.6, "outcome": "payment"},
        ["pays USD 8.6m", "capped"],
    ),
    "ruling": ("", 0.0, {"regime": "cleared"}, ["Courts clear training"]),
    "acquisition": (
        "Aster",
        131.3,
        {**SALE, "review_cost": 10.0},
        [
            "bought by Aster for USD 131m",
            "5.1 months",
            "failed to raise money twice",
            "2.1% to 4.4%",
            "Nov 2023",
            "Aster USD 134m, Harbour USD 131m",
            "from USD 20.7m",
            "second bid",
            "A purchase rather than",
        ],
    ),
    "blocked": (
        "Aster",
        131.3,
        {**SALE, "outcome": "blocked", "block_probability": 0.12},
        ["Merger control blocks the sale", "12%", "2,800", "1.5"],
    ),
    "licence_and_hire": (
        "Aster",
        131.3,
        {**SALE, "runner_up": 0.0, "moved": 0.82, "people": 17.4},
        ["hires 82% of the people of Dogwood", "Not a purchase", "bargained", "17 researchers"],
    ),
    "shutdown": (
        "",
        -1.4,
        {"cash": -1.4, "runway": -0.3, "failed_rounds": [], "raised": 80.0, "revenue": 0.0},
        ["shuts down", "USD 1.4m in debt", "earned nothing", "not tried to raise", "USD 80m"],
    ),
    "entry": (
        "",
        20.0,
        {"climate": 0.7, "founders": 7.7, "focus": ["code"]},
        ["enters the market with USD 20m", "8 researchers", "harder"],
    ),
    "spin_off": (
        "Aster",
        20.0,
        {"climate": 1.0, "founders": 1.2, "focus": []},
        ["People from Aster found Dogwood", "1 researcher starts it", "as usual"],
    ),
    "policy": (
        "delayed-disclosure",
        1.0,
        {"state": "starts", "end": None, "components": ["data", "post_training"], "level": 0.5},
        ["Policy Dogwood, delayed disclosure, comes", "Components: data and post-training", "0.5"],
    ),
    "club": (
        "",
        1.0,
        {"gain": 3.2, "partners": 4, "cash": 30.0, "runway": 12.0},
        ["joins the reciprocal club", "USD 3.2m", "4 other labs", "12 months"],
    ),
    "held_back": (
        "",
        2.0,
        {"worth": 0.8, "expected_damages": 2.0, "cash": 30.0, "runway": 12.0},
        ["keeps its new model back", "USD 0.8m", "USD 2m"],
    ),
}
"""By kind: the other side, the amount, the reason, and what its telling must say."""


def row(kind: str, reason: dict[str, Any] | None = None) -> dict[str, Any]:
    other, amount, sample, _ = SAMPLES[kind]
    return {
        "month": 7,
        "date": "2024-05",
        "kind": kind,
        "actor": "Dogwood",
        "counterpart": other,
        "amount": amount,
        "reason": json.dumps(sample if reason is None else reason),
    }


def test_every_kind_has_a_telling_and_a_sample() -> None:
    assert set(TELLINGS) == set(EVENT_KINDS)
    assert set(SAMPLES) == set(EVENT_KINDS)


@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_a_telling_says_what_matters(kind: str) -> None:
    text = explain(row(kind))
    assert text.startswith("May 2024: ")
    for words in SAMPLES[kind][3]:
        assert words in text, words


@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_a_telling_reads_as_sentences(kind: str) -> None:
    assert not headline(row(kind)).endswith(".")
    for sentence in [f"{headline(row(kind))}.", *reasons(row(kind))]:
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0].isdigit(), sentence
        assert not {"None", "nan", "{", "_"} & set(sentence.replace("{", " { ").split())
        assert "  " not in sentence


@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_numbers_that_are_missing_leave_out_their_sentence(kind: str) -> None:
    assert "Dogwood" in headline(row(kind, {})) or kind in ("ruling", "policy", "hosted")
    for name in SAMPLES[kind][2]:
        partial = {key: value for key, value in SAMPLES[kind][2].items() if key != name}
        assert "None" not in explain(row(kind, partial))
    assert "None" not in explain(row(kind, {}))


def test_every_event_of_a_run_is_told(classroom_run: Run) -> None:
    for event in classroom_run.events.iter_rows(named=True):
        text = explain(event)
        assert "None" not in text
        assert "nan" not in text.split()
        if event["kind"] not in ("settlement", "licence_change"):
            assert reasons(event), event["kind"]


def test_a_pivot_after_people_were_hired_away_has_its_own_reason() -> None:
    text = explain(row("pivot", {**SALE, "moved": 0.8, "domains": ["code"], "from": 5, "to": 1}))
    assert "80% of its people had just left" in text
    assert "expected each choice" not in text


def test_a_dictionary_serves_as_well_as_json() -> None:
    plain = {**row("funding"), "reason": SAMPLES["funding"][2]}
    assert explain(plain) == explain(row("funding"))


def test_a_sale_that_lapsed_was_not_blocked() -> None:
    text = explain(row("blocked", {**SALE, "outcome": "lapsed", "block_probability": 0.12}))
    assert "The sale of Dogwood to Aster for USD 131m comes to nothing" in text
    assert "ran short of money" in text
    assert "blocks" not in text


def test_a_sale_that_was_cleared_says_so() -> None:
    text = explain(row("acquisition", {**SALE, "outcome": "cleared", "block_probability": 0.12}))
    assert "Merger control cleared it; the odds of a block had been 12%." in text
    assert "cleared" not in explain(row("acquisition", SALE))


GIVEN_UP = {"going_on": 36.5, "closing": 43.0, "chance_of_a_round": 0.17, "value": 107.6}


def test_a_board_that_gives_up_says_what_it_put_side_by_side() -> None:
    closing = {**GIVEN_UP, "voluntary": True, "cash": 33.9, "runway": 17.1, "revenue": 0.0}
    for kind, reason in (("shutdown", closing), ("acquisition", {**SALE, **GIVEN_UP})):
        text = explain(row(kind, reason))
        for words in ("USD 36.5m", "USD 43m", "USD 108m", "17%"):
            assert words in text, (kind, words)
    text = explain(row("shutdown", closing))
    assert "closes of its own accord" in text
    assert "USD 33.9m" in text
    assert "in debt" not in text


def test_a_lab_that_closes_during_a_review_names_the_buyer_that_came_too_late() -> None:
    late = {"pending_buyer": "Aster", "pending_price": 131.3, "due": 9}
    text = explain(row("shutdown", {**SAMPLES["shutdown"][2], **late}))
    assert "still looking into its sale to Aster for USD 131m" in text
    assert "Jul 2024" in text
    assert "Merger control" not in explain(row("shutdown"))


def test_a_round_in_the_shadow_of_an_incumbent_says_so() -> None:
    sample = SAMPLES["funding"][2]
    assert "cut the odds by 12%" in explain(row("funding", {**sample, "kill_zone": 0.12}))
    assert "Larger rivals" not in explain(row("funding", {**sample, "kill_zone": 0.0}))


def test_a_royalty_of_next_to_nothing_is_not_about_less_than_something() -> None:
    tiny = row("hosted", {**LISTING, "camp": "open", "revenue": 0.01})
    assert "8% of the revenue, less than USD 10,000 a quarter." in explain(tiny)


def test_a_lab_back_on_weights_of_its_own_is_not_bound_by_itself() -> None:
    sample = {**SAMPLES["licence_change"][2], "inherited_from": "Dogwood"}
    told = explain(row("licence_change", sample))
    assert "its own licence holds again" in told
    assert "built on weights of Dogwood" not in told
