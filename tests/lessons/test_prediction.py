"""What a guess is told, and that the answer stays hidden until it is asked for."""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

marimo = pytest.importorskip("marimo", reason="the lessons need the extra 'lessons'")

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "lessons"
RISES = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3.0, 4.1, 4.9, 6.0, 7.1, 7.9])
UNSETTLED = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.0, 3.0, 2.0, 5.0, 4.0, 7.0])


@pytest.fixture
def prediction(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("prediction")


def answered(
    prediction: ModuleType, sign: str, size: float, pairs: tuple[list[float], list[float]] = RISES
) -> Any:
    question = prediction.Question("How?", "months", 10, 0.5)
    return prediction.Answer.to(question, {"sign": sign, "size": size}, prediction.card(*pairs))


@pytest.mark.parametrize(
    ("sign", "size", "said"),
    [
        ("it rises", 2.0, "inside the interval"),
        ("it rises", 8.0, "4.0 times too large"),
        ("it rises", 0.5, "4.0 times too small"),
        ("it falls", 2.0, "your sign was another"),
        ("no clear change", 5.0, "your sign was another"),
        ("it rises", 0.0, "your sign was another"),
    ],
)
def test_the_guess_is_held_against_the_effect(
    prediction: ModuleType, sign: str, size: float, said: str
) -> None:
    answer = answered(prediction, sign, size)
    assert answer.sign == 1
    assert said in answer.in_words


def test_an_interval_with_zero_settles_nothing(prediction: ModuleType) -> None:
    assert answered(prediction, "it rises", 1.0, UNSETTLED).sign == 0
    assert "expected a clear change" in answered(prediction, "it rises", 1.0, UNSETTLED).in_words
    right = answered(prediction, "no clear change", 0.0, UNSETTLED)
    assert right.in_words.endswith("do not settle the sign.")


def test_the_figure_shows_both(prediction: ModuleType) -> None:
    figure = answered(prediction, "it falls", 3.0).figure()
    at = {line.get_label(): line.get_xdata()[0] for line in figure.axes[0].lines}
    assert at["your guess"] == -3.0
    assert at["the model's mean"] == pytest.approx(2.0)


@pytest.mark.parametrize(("mode", "on"), [("script", True), ("run", False), ("edit", False)])
def test_a_reader_turns_the_switch(
    prediction: ModuleType, monkeypatch: pytest.MonkeyPatch, mode: str, on: bool
) -> None:
    meta = type("Meta", (), {"mode": mode})
    monkeypatch.setattr(prediction.mo, "app_meta", meta)
    assert prediction.reveal().value is on


def test_questions_show_their_unit(prediction: ModuleType) -> None:
    form = prediction.ask(prediction.Question("How many?", "months", 10, 0.5))
    assert form.value == {"sign": "no clear change", "size": 0}
    assert "months" in form.text
    assert "How many?" in form.text
