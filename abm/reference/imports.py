"""Which room of the package imports which, read from the source."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).resolve().parents[1]


class Imports(NamedTuple):
    """Rooms that a room imports: when it is loaded, and later, where they are used."""

    loaded: set[str]
    deferred: set[str]


def imports() -> dict[str, Imports]:
    """For every room (a folder or a module at the top) the rooms that it imports.

    Imports for type checkers alone do not count.
    """
    found: dict[str, Imports] = defaultdict(lambda: Imports(set(), set()))
    for path in sorted(_PACKAGE.rglob("*.py")):
        room = _room(path.relative_to(_PACKAGE).with_suffix("").parts)
        entry = found[room]
        for target, deferred in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            if target != room:
                (entry.deferred if deferred else entry.loaded).add(target)
    return {
        room: Imports(entry.loaded, entry.deferred - entry.loaded) for room, entry in found.items()
    }


def _imported(tree: ast.AST, deferred: bool = False) -> Iterator[tuple[str, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from abm import network` names a room; `from abm.agents.lab import Lab` does not.
            own = node.module == "abm"
            names = [f"abm.{a.name}" for a in node.names] if own else [node.module]
        else:
            inside = deferred or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _imported(node, inside)
            continue
        for name in names:
            if name.startswith("abm."):
                yield _room(tuple(name.split(".")[1:])), deferred


def _room(parts: tuple[str, ...]) -> str:
    """First part of a module's name inside the package: a folder, or a module at the top."""
    first = parts[0]
    if first == "__init__" or not _exists(first):
        return "abm"  # the package itself: its own module, or a name that it offers
    return first


def _exists(room: str) -> bool:
    return (_PACKAGE / room).is_dir() or (_PACKAGE / f"{room}.py").is_file()
