"""The kinds of payment in the ledger, read from the source that makes them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from abm import ledger
from abm.ledger import SECTOR_NAMES, Account

_PACKAGE = Path(ledger.__file__).parent


class Payment(NamedTuple):
    """One kind of payment: its row in the flow matrix, who pays whom, and which module books it."""

    kind: str
    payer: str
    payee: str
    module: str


def payments() -> list[Payment]:
    """Every ``ledger.pay("kind", payer, payee, ...)`` of the package, and of public money, once."""
    paths = [path for path in sorted(_PACKAGE.rglob("*.py")) if "reference" not in path.parts]
    return sorted({found for path in paths for found in _in_module(path)})


def _in_module(path: Path) -> Iterator[Payment]:
    module = ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr == "pay" and len(node.args) > 2:
            kind, payer, payee = node.args[0], _sector(node.args[1]), _sector(node.args[2])
        elif node.func.attr == "pay_public":
            kind, payer, payee = node.args[0], SECTOR_NAMES["G"], _sector(node.args[1])
        elif node.func.attr == "collect_public":
            kind, payer, payee = node.args[0], _sector(node.args[1]), SECTOR_NAMES["G"]
        else:
            continue
        if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
            yield Payment(kind.value, payer, payee, module)


def _sector(node: ast.expr) -> str:
    """Sector of an account as the source names it; a bidder's is that of a lab or a cloud."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    account = getattr(ledger, name, None)
    if isinstance(account, Account):
        return SECTOR_NAMES[account.sector]
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return SECTOR_NAMES[str(node.args[0].value)]
    return {"labs": "labs", "clouds": "clouds"}.get(name, "labs or clouds")
