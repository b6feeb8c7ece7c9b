"""No lab's name and no calendar date steers the model: a reading of the syntax tree of abm/.

A name may stand in a docstring, in the ``source=`` of a parameter, where a publication or an
observation is cited, and in the ``epilog=`` of a command, whose example has to run; nowhere else. A
date may be a label; nothing compares with one.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import abm
from abm.scenario import Scenario
from abm.scenario.loading import available

PACKAGE = Path(abm.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
STEERING = (
    "market.py",
    "population.py",
    "endowments.py",
    "agents/",
    "mechanisms/",
    "phases/",
    "policy/",
)
"""What decides; the rest of the package describes worlds, records them and shows them."""

DATE = re.compile(r"\b(19|20)\d{2}(-\d{2})?\b")
CLOCKS = {"datetime", "time", "calendar"}


def shipped_names() -> set[str]:
    """Names of labs and clouds of every shipped scenario, and both parts of ``Firm (Model)``."""
    names: set[str] = set()
    for listing in available():
        scenario = Scenario.load(listing.name)
        for firm in (*scenario.labs, *scenario.clouds):
            names.add(firm.name)
            names.update(part.strip() for part in re.split(r"[()]", firm.name) if part.strip())
    return names


def names_in(text: str, names: set[str]) -> list[str]:
    """Names that a text contains as whole words."""
    return sorted(n for n in names if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", text))


def docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Constants that stand alone as statements: docstrings, also those below a variable."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def citations(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything inside the ``source=`` of a `param` and the ``epilog=`` of a `command`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            for keyword in node.keywords:
                if (called, keyword.arg) in (("param", "source"), ("command", "epilog")):
                    yield from ast.walk(keyword.value)


def named(tree: ast.AST, names: set[str]) -> list[str]:
    """Where a literal names a firm, as ``line: name``."""
    free = {id(node) for node in (*docstrings(tree), *citations(tree))}
    return [
        f"{node.lineno}: {name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in free
        for name in names_in(node.value, names)
    ]


def is_date(node: ast.expr) -> bool:
    """Whether an expression is a literal date or year."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(is_date(item) for item in node.elts)
    if not isinstance(node, ast.Constant):
        return False
    if isinstance(node.value, str):
        return DATE.search(node.value) is not None
    return type(node.value) is int and 1900 <= node.value < 2100


def is_month(node: ast.expr) -> bool:
    """Whether an expression is the month itself, not a difference of months."""
    return getattr(node, "id", getattr(node, "attr", "")) == "month"


def is_late(node: ast.expr) -> bool:
    """Whether an expression is a literal month other than the first."""
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value > 0


def dated(tree: ast.AST) -> list[int]:
    """Lines that compare with a date, a year, or a fixed month after the first."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            fixed = any(map(is_month, sides)) and any(map(is_late, sides))
            if fixed or any(map(is_date, sides)):
                lines.append(node.lineno)
        elif isinstance(node, ast.match_case):
            values = [x for x in ast.walk(node.pattern) if isinstance(x, ast.expr)]
            lines += [value.lineno for value in values if is_date(value)]
    return lines


def clocks(tree: ast.AST) -> list[int]:
    """Lines that import a clock or read the scenario's calendar."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            lines += [node.lineno for alias in node.names if alias.name.split(".")[0] in CLOCKS]
        elif isinstance(node, ast.ImportFrom):
            lines += [node.lineno] if (node.module or "").split(".")[0] in CLOCKS else []
        elif isinstance(node, ast.Attribute) and node.attr == "start":
            owner = node.value
            if getattr(owner, "attr", getattr(owner, "id", "")) in ("scenario", "s"):
                lines.append(node.lineno)
    return lines


def short(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


NAMES = shipped_names()
TREES = {short(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
DECIDING = [name for name in TREES if name.startswith(STEERING)]


def test_the_reading_covers_the_package_and_the_cast() -> None:
    assert {"OpenAI", "MosaicML", "Databricks", "Microsoft Azure", "Aster", "Harbour"} <= NAMES
    assert {"market.py", "agents/lab.py", "phases/deals.py"} <= set(DECIDING)


@pytest.mark.parametrize("module", TREES)
def test_no_literal_names_a_firm(module: str) -> None:
    assert named(TREES[module], NAMES) == []


@pytest.mark.parametrize("module", TREES)
def test_no_date_is_compared(module: str) -> None:
    assert dated(TREES[module]) == []


@pytest.mark.parametrize("module", DECIDING)
def test_what_decides_has_no_clock(module: str) -> None:
    assert clocks(TREES[module]) == []


@pytest.mark.parametrize(
    "code",
    [
        "if lab.name == 'OpenAI': pass",
        "chosen = names.index('Meta AI')",
        "favourites = {'Databricks': 2.0}",
        "text = f'{x} beats Mistral AI'",
        "def f():\n    'A docstring.'\n    return 'Aster, of course'",
        "x: float = param(1.0, 'Cash of Anthropic.', unit='1', low=0, high=1, source='press')",
        "x = other(1.0, source='OpenAI')",
        "command('run', help='Run OpenAI.')",
    ],
)
def test_a_name_in_the_code_is_found(code: str) -> None:
    assert len(named(ast.parse(code), NAMES)) == 1


@pytest.mark.parametrize(
    "code",
    [
        '"""OpenAI is an example."""',
        "x = 1\n'What OpenAI would pay.'",
        "x: float = param(1.0, 'Cash.', unit='1', low=0, high=1, source='OpenAI, ' 'press')",
        "app.command(epilog='Example: abm run --set labs.OpenAI.cash=1')(run)",
        "x = 'adept at metaphors, a rewriter of first drafts'",
    ],
)
def test_a_citation_is_no_name_in_the_code(code: str) -> None:
    assert named(ast.parse(code), NAMES) == []


@pytest.mark.parametrize(
    "code",
    [
        "if date >= '2024-03': pass",
        "x = 2024 if year < 2024 else 0",
        "y = label in ('2023-10', '2023-11')",
        "if market.month > 24: pass",
        "z = 12 <= month",
        "match label:\n    case '2024-01':\n        pass",
    ],
)
def test_a_comparison_with_a_date_is_found(code: str) -> None:
    assert len(dated(ast.parse(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "if market.month - deal.month < 12: pass",
        "if market.month > 0: pass",
        "if market.month % p.review_months == 0: pass",
        "cited = 'Bass 1969'",
        "if hhi > 2500: pass",
    ],
)
def test_spells_and_cycles_are_no_dates(code: str) -> None:
    assert dated(ast.parse(code)) == []


@pytest.mark.parametrize(
    "code", ["import datetime", "from time import time", "x = market.scenario.start"]
)
def test_a_clock_is_found(code: str) -> None:
    assert len(clocks(ast.parse(code))) == 1
