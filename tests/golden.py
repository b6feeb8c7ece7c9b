"""What a few runs were: a change of the model shows here, wanted or not.

``python -m tests.golden`` compares; ``python -m tests.golden --renew "reason"`` plays them anew,
keeps what they are now, and writes the reason into the list of renewals.

Which event happens when and to whom must be the same everywhere. Numbers may differ in their last
digits, because processors with other vector instructions round otherwise: see
`docs/reproducibility.md`. ``--seeds 10`` prints what to compare between two machines.
"""

import argparse
import hashlib
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from abm.market import Market
from abm.record.run import Run
from abm.scenario.loading import load

FOLDER = Path(__file__).parent / "golden_runs"
RECORD = FOLDER / "runs.json"
RENEWALS = FOLDER / "RENEWALS.md"

RUNS = tuple((name, seed, 12) for name in ("classroom", "status-quo-2023") for seed in (1, 2, 3))
"""Scenario, seed and months of each run."""

TOLERANCE = 1e-9
"""Difference allowed, relative to the largest number of the column: nine digits."""

Summary = dict[str, Any]


def play(name: str, seed: int, months: int) -> Run:
    """One of the runs."""
    return Market(load(name, [f"months={months}"]).scenario, seed=seed).run()


def summary(run: Run) -> Summary:
    """What is kept of a run.

    Returns:
        ``events``, a digest of the event log without its fractions; ``kinds``, events by kind;
        ``columns``, the numbers of the market by column, and sums of the events' numbers.
    """
    log = [{**row, "reason": json.loads(row["reason"])} for row in run.events.to_dicts()]
    columns = {f"market.{name}": run.market[name].to_list() for name in run.market.columns}
    sums: dict[str, list[float]] = {}
    for event in log:
        for path, number in fractions(event):
            sums.setdefault(f"{event['kind']}.{path}", []).append(number)
    columns |= {name: [math.fsum(numbers)] for name, numbers in sorted(sums.items())}
    return {
        "events": hashlib.sha256(json.dumps(without_fractions(log)).encode()).hexdigest()[:16],
        "kinds": dict(sorted(Counter(event["kind"] for event in log).items())),
        "columns": columns,
    }


def fractions(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number with a fraction in a table or list, and where it is."""
    if isinstance(value, float):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from fractions(item, f"{path}.{key}".strip("."))
    elif isinstance(value, list):
        for item in value:
            yield from fractions(item, path)


def without_fractions(value: Any) -> Any:
    """The same table or list with a mark in the place of every fraction."""
    if isinstance(value, dict):
        return {key: without_fractions(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_fractions(item) for item in value]
    return "fraction" if isinstance(value, float) else value


def differences(was: Summary, now: Summary) -> list[str]:
    """What is not as it was, in words."""
    found = [
        f"{kind}: {was['kinds'].get(kind, 0)} events, now {now['kinds'].get(kind, 0)}"
        for kind in sorted({*was["kinds"], *now["kinds"]})
        if was["kinds"].get(kind) != now["kinds"].get(kind)
    ]
    if was["events"] != now["events"] and not found:
        found.append("events: as many of each kind, yet others")
    for name in {**was["columns"], **now["columns"]}:
        before, after = (side["columns"].get(name, []) for side in (was, now))
        if not alike(before, after):
            found.append(f"{name}: {before[-1:]} at the end, now {after[-1:]}")
    return found


def alike(before: list[Any], after: list[Any]) -> bool:
    """Whether two columns agree: numbers to nine digits of the largest, the rest exactly."""
    if len(before) != len(after):
        return False
    largest = max((abs(x) for x in before if isinstance(x, float) and x == x), default=0.0)
    return all(
        str(x) == str(y)  # not a number is like itself
        or (isinstance(x, float) and isinstance(y, float) and abs(x - y) <= TOLERANCE * largest)
        for x, y in zip(before, after, strict=True)
    )


def label(name: str, seed: int, months: int) -> str:
    """Name of a run in the record."""
    return f"{name}, seed {seed}, {months} months"


def recorded() -> dict[str, Summary]:
    """What the runs were when they were last renewed."""
    content: dict[str, Summary] = json.loads(RECORD.read_text(encoding="utf-8"))
    return content


def renew(reason: str) -> None:
    """Keep the runs as they are now, and say why."""
    content = {label(*run): summary(play(*run)) for run in RUNS}
    a_column_a_line = re.sub(r"\n {4,}|\n {3}(?=\])", "", json.dumps(content, indent=1))
    FOLDER.mkdir(exist_ok=True)
    RECORD.write_text(a_column_a_line + "\n", encoding="utf-8")
    with RENEWALS.open("a", encoding="utf-8") as file:
        file.write(f"- {datetime.now(UTC):%Y-%m-%d}: {' '.join(reason.split())}\n")


def compare() -> int:
    """Print what differs, run by run; 1 if something does."""
    was, worst = recorded(), 0
    for run in RUNS:
        found = differences(was[label(*run)], summary(play(*run)))
        print(f"{label(*run)}: {'as recorded' if not found else ''}")
        for line in found:
            print(f"  {line}")
        worst = max(worst, int(bool(found)))
    return worst


def print_digests(seeds: int) -> int:
    """One line for each whole run: of its events without fractions, and of all tables to a bit."""
    for name in ("classroom", "status-quo-2023"):
        for seed in range(seeds):
            run = Market(name, seed=seed).run()
            tables = hashlib.sha256()
            for column in (column for table in run.tables.values() for column in table):
                tables.update(column.name.encode() + exact(column))
            events = summary(run)["events"]
            print(f"{name}, seed {seed}: events {events}, tables {tables.hexdigest()[:16]}")
    return 0


def exact(column: pl.Series) -> bytes:
    """A column to the last bit, signed zeros included."""
    if column.dtype.is_numeric():
        return bytes(column.null_count()) + column.to_numpy().tobytes()
    return json.dumps(column.to_list()).encode()


def main() -> int:
    """Compare, renew, or print digests."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("--renew", metavar="REASON", help="keep the runs as they are now")
    parser.add_argument("--seeds", type=int, metavar="N", help="print digests of N whole runs each")
    chosen = parser.parse_args()
    reason = chosen.renew
    if chosen.seeds is not None:
        return print_digests(chosen.seeds)
    if reason is None:
        return compare()
    if not reason.strip():
        parser.error("--renew needs the reason")
    renew(reason)
    return 0


if __name__ == "__main__":
    sys.exit(main())
