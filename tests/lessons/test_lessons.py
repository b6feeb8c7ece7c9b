"""Every lesson runs from top to bottom without a reader, and its exercise has an answer."""

import importlib
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import abm

pytest.importorskip("marimo", reason="the lessons need the extra 'lessons'")

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "lessons"
LESSONS = sorted(FOLDER.glob("lesson_*.py"))
PAIRS = 3
"""Fewer pairs than in class: what is shown runs as it stands, only sooner."""


@pytest.fixture
def prediction(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    module = importlib.import_module("prediction")
    monkeypatch.setattr(module, "PAIRS", PAIRS)
    return module


def test_there_are_six() -> None:
    assert len(LESSONS) == 6


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs(path: Path, prediction: ModuleType) -> None:
    _, defined = importlib.import_module(path.stem).app.run()
    answer, question = defined["answer"], defined["question"]
    assert isinstance(answer, prediction.Answer)
    assert answer.question is question
    assert question.unit
    assert 0 < question.step < question.largest
    assert answer.card.pairs + answer.card.dropped == PAIRS
    assert math.isfinite(answer.card.effect)
    assert answer.card.low <= answer.card.effect <= answer.card.high
    assert answer.guess == 0


def test_a_lesson_is_a_script() -> None:
    """As a reader would start it; a cell that fails ends it with an error."""
    code = (
        "import runpy, sys, abm, prediction; prediction.PAIRS = 2; print(abm.__file__); "
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    # The package that is tested, which a relative path would not lead to from there.
    path = str(Path(abm.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code, str(LESSONS[1])], env=os.environ | {"PYTHONPATH": path},
        cwd=FOLDER, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == abm.__file__


def test_marimo_has_nothing_to_say() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "marimo", "check", "--strict", *map(str, LESSONS)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_line_of_an_equation_looks_like_a_list(path: Path) -> None:
    # Markdown would take it for one, and show the whole equation as it was typed.
    for equation in path.read_text(encoding="utf-8").split("$$")[1::2]:
        assert not re.search(r"(?m)^\s*[-+*] ", equation)
