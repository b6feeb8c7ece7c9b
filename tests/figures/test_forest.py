"""The forest plot: every effect where it is, told apart without colour, zero in sight."""

import io
import math
from typing import Any

import polars as pl
import pytest

from abm.figures.forest import MARKS, fig, tone
from abm.figures.style import BLUE, GREY, ORANGE


def card(policy: str, outcome: str, effect: float, **changes: Any) -> dict[str, Any]:
    """One row of a comparison's cards, with an interval of one to each side."""
    low, high = effect - 1, effect + 1
    verdict = "up" if low > 0 else "down" if high < 0 else "unclear"
    plain = {
        "policy": policy, "outcome": outcome, "unit": "months", "better": "", "verdict": verdict,
        "pairs": 40, "dropped": 0, "effect": effect, "low": low, "high": high, "level": 0.95,
    }  # fmt: skip
    return plain | changes


CARDS = pl.DataFrame(
    [
        card("one", "lag", -3.0, better="down"),
        card("two", "lag", 2.0, better="down", dropped=4, pairs=36),
        card("one", "sales", 0.5),
        card("two", "sales", 0.0, low=0.0, high=0.0, verdict="none"),
        card("one", "price", math.nan, low=math.nan, high=math.nan, pairs=0, verdict="unclear"),
        card("two", "price", 5.0),
    ]
)


def panels(outcomes: list[str], cards: pl.DataFrame = CARDS) -> dict[str, Any]:
    """Panels by title."""
    figure = fig(cards, outcomes)
    figure.savefig(io.BytesIO(), dpi=40)
    return {axes.get_title(loc="left"): axes for axes in figure.axes if axes.get_title(loc="left")}


def drawn(axes: Any) -> list[tuple[float, float, str]]:
    """Place and face of every mean that a panel shows."""
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]), str(line.get_markerfacecolor()))
        for line in axes.lines
        if line.get_marker() not in ("None", None, "")
    ]


def test_every_outcome_has_a_panel_and_every_policy_a_line_in_it() -> None:
    found = panels(["lag", "sales"])
    assert list(found) == ["lag", "sales"]
    assert drawn(found["lag"]) == [(-3.0, 1.0, BLUE), (2.0, 0.0, ORANGE)]
    assert drawn(found["sales"]) == [(0.5, 1.0, GREY), (0.0, 0.0, "white")]
    assert [text.get_text() for text in found["lag"].get_yticklabels()] == ["two", "one"]
    assert found["lag"].get_xlabel() == "months"


def test_intervals_reach_from_low_to_high() -> None:
    spans = [
        tuple(map(float, line.get_xdata()))
        for line in panels(["lag"])["lag"].lines
        if line.get_marker() == "None" and len(set(line.get_ydata())) == 1
    ]
    assert spans == [(-4.0, -2.0), (1.0, 3.0)]


@pytest.mark.parametrize("outcome", ["lag", "sales", "price"])
def test_zero_is_always_in_sight(outcome: str) -> None:
    low, high = panels([outcome])[outcome].get_xlim()
    assert low < 0 < high


def test_missing_pairs_and_missing_effects_are_said() -> None:
    texts = {name: [text.get_text() for text in axes.texts] for name, axes in
             panels(["lag", "price"]).items()}  # fmt: skip
    assert texts["lag"] == ["36 pairs"]
    assert texts["price"] == [" not measured"]


def test_names_of_policies_are_wrapped_and_never_cut() -> None:
    names = ["mandatory-data-disclosure+data-commons*0.5@12", "mandatory-data-disclosure@24"]
    cards = pl.DataFrame([card(name, "lag", 1.0) for name in names])
    labels = [text.get_text() for text in panels(["lag"], cards)["lag"].get_yticklabels()]
    assert labels == [
        "mandatory-data-\ndisclosure@24",
        "mandatory-data-disclosure\n+data-commons*0.5@12",
    ]


def test_the_title_says_how_many_pairs_and_how_sure() -> None:
    assert fig(CARDS, ["lag"]).get_suptitle() == (
        "Effects against the baseline: 40 pairs, 95% intervals"
    )


def test_marks_differ_in_shape_or_fill_as_well_as_in_colour() -> None:
    looks = [(marker, colour == "white") for colour, marker, _ in MARKS.values()]
    assert len(set(looks)) == len(MARKS)


@pytest.mark.parametrize(
    ("verdict", "better", "called"),
    [
        ("up", "up", "better"),
        ("up", "down", "worse"),
        ("down", "", "down"),
        ("unclear", "up", "unclear"),
        ("none", "up", "none"),
    ],
)
def test_better_and_worse_are_said_only_where_nobody_disputes_it(
    verdict: str, better: str, called: str
) -> None:
    assert tone({"verdict": verdict, "better": better}) == called


def test_outcomes_without_a_card_leave_no_panel() -> None:
    assert list(panels(["lag", "nothing"])) == ["lag"]
    assert panels(["nothing"]) == {}
