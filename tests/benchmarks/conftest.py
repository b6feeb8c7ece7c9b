"""Where the benchmarks write what they measured."""

import platform
from collections.abc import Iterator
from pathlib import Path

import pytest
from timing import Results, write_block

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


@pytest.fixture(scope="session")
def adoption() -> Iterator[Results]:
    """Rounds of the adoption step; written into the page at the end."""
    results = Results()
    yield results
    from bench_adoption import MESA

    _write("adoption", results, MESA)


@pytest.fixture(scope="session")
def month() -> Iterator[Results]:
    """Rounds of the whole month; written into the page at the end."""
    results = Results()
    yield results
    from bench_adoption import MESA

    _write("month", results, MESA)


@pytest.fixture(scope="session")
def batch() -> Iterator[Results]:
    """Rounds of a batch of runs; written into the page at the end."""
    results = Results()
    yield results
    from bench_batch import ALONE

    _write("batch", results, ALONE)


def _write(name: str, results: Results, baseline: str) -> None:
    python = f"Python {platform.python_version()}"
    rounds = min(len(r) for by_size in results.rounds.values() for r in by_size.values())
    said = f"{python}, medians of {rounds} interleaved rounds. {' '.join(results.notes)}"
    write_block(PAGE, name, f"{results.table(baseline)}\n\n{said.strip()}")
