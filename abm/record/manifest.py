"""The manifest: what made a run, and how to tell whether its tables are what it made."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from abm.scenario import scenario_hash

if TYPE_CHECKING:
    from abm.record.run import Run

FORMAT = "abm-run"
"""What a manifest calls itself; a folder without it is not a run folder."""

DISTRIBUTIONS = {
    "abm": "abm-llm-market",
    "mesa": "mesa",
    "numpy": "numpy",
    "networkx": "networkx",
    "polars": "polars",
    "scipy": "scipy",
}
"""Packages that shape the numbers, and the names under which they are installed."""

_CHECKOUT = Path(__file__).resolve().parents[2]


def manifest(
    run: "Run",
    *,
    name: str = "",
    wall_seconds: float | None = None,
    command: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Describe a run.

    Args:
        run: the run.
        name: name of the scenario, for the reader.
        wall_seconds: how long it took to play; nothing if nobody looked.
        command: the command line that made it; by default that of this process.
    """
    return {
        "format": FORMAT,
        "name": name,
        "title": run.scenario.title,
        "scenario_hash": scenario_hash(run.scenario),
        "seed": run.seed,
        "policy": "+".join(policy["name"] for policy in run.policies),
        "policies": list(run.policies),
        "months": run.market.height,
        "command": list(command_line() if command is None else command),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": None if wall_seconds is None else round(wall_seconds, 3),
        "versions": versions(),
        **git_state(),
        "tables": {
            table: {"rows": frame.height, "sha256": content_hash(frame)}
            for table, frame in run.tables.items()
        },
        "scenario": run.scenario.model_dump(mode="json"),
    }


def as_text(content: dict[str, Any]) -> str:
    """The manifest as it stands in its file."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def command_line() -> list[str]:
    """The command line of this process; of the program its name, not where it lies."""
    return [Path(sys.argv[0]).name, *sys.argv[1:]]


def versions() -> dict[str, str | None]:
    """Versions of Python and of the packages that shape the numbers."""
    return {"python": platform.python_version()} | {
        name: _version(distribution) for name, distribution in DISTRIBUTIONS.items()
    }


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def git_state(checkout: Path = _CHECKOUT) -> dict[str, Any]:
    """Commit of the checkout that holds the package, and whether the files differ from it.

    An installed package is in no checkout, even where its environment lies inside one.
    """
    git = shutil.which("git")
    if git is None or not (checkout / ".git").exists():
        return {"commit": None, "modified": None}
    commit = _git(git, checkout, "rev-parse", "HEAD")
    changes = _git(git, checkout, "status", "--porcelain", "--", "abm", "scenarios")
    return {
        "commit": commit or None,
        "modified": None if commit is None or changes is None else bool(changes),
    }


def _git(git: str, checkout: Path, *arguments: str) -> str | None:
    """What git prints; nothing if it fails."""
    # Fixed words and our own folder only: nothing that a user wrote reaches this command.
    done = subprocess.run(  # noqa: S603
        [git, "-C", str(checkout), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
    )
    return done.stdout.strip() if done.returncode == 0 else None


def content_hash(frame: pl.DataFrame) -> str:
    """SHA-256 of a table's names, types and values, in hexadecimal digits.

    It is one of the content, not of a file: compression, and the version that wrote it, are no part
    of it.
    """
    digest = hashlib.sha256()
    for column in frame:
        digest.update(f"{column.name}\0{column.dtype}\0{column.len()}\0".encode())
        digest.update(_bytes(column))
    return digest.hexdigest()


def _bytes(column: pl.Series) -> bytes:
    """Values of a column, one way of writing each of them."""
    if not column.dtype.is_numeric():
        return json.dumps(column.to_list(), separators=(",", ":"), default=str).encode()
    missing = bytes(-(-column.len() // 8))
    if column.null_count():
        missing = np.packbits(column.is_null().to_numpy()).tobytes()
        column = column.fill_null(0)
    values = column.to_numpy()
    if column.dtype.is_float():
        # One NaN of many, and no minus zero.
        values = np.where(np.isnan(values), np.nan, values) + 0.0
    little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    return little.tobytes() + missing
