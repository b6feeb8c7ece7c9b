"""Fractions are added by `math.fsum` or numpy: what `sum` returns hangs on the version of Python.

From Python 3.12 on, `sum` carries the error along; before, it does not. One last bit of an upkeep
is enough for two worlds that differ.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "abm"
ROOMS = ("agents", "mechanisms", "phases", "policy", "record", "scenario")
"""Rooms, beside the modules at the top level, of which a run's numbers come."""


def doubtful(source: str) -> list[int]:
    """Lines that call `sum` on anything but truths and lengths, which are whole numbers."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "sum"
        and not _whole(node.args[0])
    ]


def _whole(added: ast.expr) -> bool:
    if not isinstance(added, ast.GeneratorExp):
        return False
    called = added.elt.func if isinstance(added.elt, ast.Call) else None
    return isinstance(added.elt, ast.Compare) or (
        isinstance(called, ast.Name) and called.id == "len"
    )


def test_no_fractions_are_added_by_sum() -> None:
    files = [*PACKAGE.glob("*.py"), *(f for room in ROOMS for f in (PACKAGE / room).rglob("*.py"))]
    found = {str(file): doubtful(file.read_text(encoding="utf-8")) for file in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source", ["sum(pull)", "sum(cost(n) for n in s)", "sum([x.a for x in y])"]
)
def test_a_doubtful_sum_would_be_seen(source: str) -> None:
    assert doubtful(source) == [1]


@pytest.mark.parametrize("source", ["sum(x > 1 for x in y)", "sum(len(x) for x in y)", "fsum(y)"])
def test_counting_is_none(source: str) -> None:
    assert doubtful(source) == []
