"""The model is what it was; whoever changes it says so with ``python -m tests.golden --renew``."""

import copy
from math import nan
from pathlib import Path
from typing import Any

import pytest

from tests import golden


@pytest.mark.parametrize("run", golden.RUNS, ids=lambda run: f"{run[0]}-{run[1]}")
def test_a_run_is_as_recorded(run: tuple[str, int, int]) -> None:
    was = golden.recorded()[golden.label(*run)]
    found = golden.differences(was, golden.summary(golden.play(*run)))
    advice = 'if the model was meant to change: python -m tests.golden --renew "why"'
    assert not found, f"{golden.label(*run)}: {'; '.join(found[:8])}; {advice}"


def test_another_event_is_seen() -> None:
    was = next(iter(golden.recorded().values()))
    now = copy.deepcopy(was)
    now["events"] = "0"
    assert golden.differences(was, now) == ["events: as many of each kind, yet others"]
    now["kinds"]["release"] = 0
    (line,) = golden.differences(was, now)
    assert line == f"release: {was['kinds']['release']} events, now 0"


@pytest.mark.parametrize("name", ["market.frontier", "entry.amount"])
def test_a_change_of_the_eighth_digit_is_seen_and_of_the_eleventh_is_none(name: str) -> None:
    was = golden.recorded()["classroom, seed 1, 12 months"]
    for factor, lines in ((1 + 1e-8, 1), (1 + 1e-11, 0)):
        now = copy.deepcopy(was)
        now["columns"][name][-1] *= factor
        assert len(golden.differences(was, now)) == lines


@pytest.mark.parametrize(
    ("before", "after", "alike"),
    [
        ([1.0, nan], [1.0, nan], True),
        ([1.0, nan], [1.0, 2.0], False),
        ([1.0, None], [1.0, 0.0], False),
        ([1.0], [1.0, 1.0], False),
        ([1e6, 1e-5], [1e6, 2e-5], True),
        ([3, "2024-01"], [3, "2024-02"], False),
    ],
)
def test_columns_are_alike_to_nine_digits_of_their_largest(
    before: list[Any], after: list[Any], alike: bool
) -> None:
    assert golden.alike(before, after) is alike


def test_of_an_event_all_but_the_fractions_is_compared_exactly() -> None:
    event = {"kind": "funding", "amount": 1.5, "reason": {"lead": "A", "pre": [2.5, 3]}}
    assert list(golden.fractions(event)) == [("amount", 1.5), ("reason.pre", 2.5)]
    reason = {"lead": "A", "pre": ["fraction", 3]}
    assert golden.without_fractions(event)["reason"] == reason


def test_renewing_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    monkeypatch.setattr(golden, "RECORD", tmp_path / "runs.json")
    monkeypatch.setattr(golden, "RENEWALS", tmp_path / "RENEWALS.md")
    monkeypatch.setattr(golden, "RUNS", (("classroom", 1, 2),))
    golden.renew("the law\nhas changed")
    assert (tmp_path / "RENEWALS.md").read_text().endswith(": the law has changed\n")
    assert golden.compare() == 0
