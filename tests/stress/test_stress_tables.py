"""Every check of a run's tables sees a cell that cannot be."""

from collections.abc import Callable

import polars as pl
import pytest

from abm.record.run import Run
from tests.stress import tables
from tests.stress.draw import World
from tests.stress.judge import watch


@pytest.fixture(scope="module")
def run() -> Run:
    market = World(0, "classroom", ("months=6",), "", 1).market()
    watch(market)
    finished = market.recorder.finish(market)
    tables.check_tables(finished)
    return finished


def with_cell(run: Run, table: str, column: str, value: object) -> Run:
    """The run with another value in the last row of a column."""
    frame = run.tables[table]
    last = pl.int_range(pl.len()) == pl.len() - 1
    changed = frame.with_columns(pl.when(last).then(pl.lit(value)).otherwise(column).alias(column))
    return Run(**{**vars(run), table: changed.cast({column: frame.schema[column]})})


CELLS: list[tuple[str, str, object, Callable[[Run], None]]] = [
    ("market", "month", 9, tables.check_months),
    ("market", "date", "2020-01", tables.check_months),
    ("labs", "month", 0, tables.check_months),
    ("labs", "month", 9, tables.check_months),
    ("market", "hhi_labs", float("inf"), tables.check_numbers),
    ("market", "hhi_labs", float("nan"), tables.check_numbers),
    ("labs", "cash", None, tables.check_numbers),
    ("market", "open_spend_share", 1.1, tables.check_shares),
    ("market", "hhi_labs", 10_001.0, tables.check_shares),
    ("labs", "moat", -0.1, tables.check_shares),
    ("labs", "use", 1.0, tables.check_shares),
    ("hosting", "royalty", 1.1, tables.check_shares),
    ("segments", "open_share", 1.1, tables.check_shares),
    ("edges", "weight", 1.1, tables.check_shares),
    ("flows", "U", -1e6, tables.check_money),
    ("releases", "lab", "Nobody", tables.check_counts),
    ("market", "releases", 9.0, tables.check_counts),
    ("market", "labs_active", 9.0, tables.check_counts),
    ("hosting", "cloud", "Nowhere", tables.check_counts),
    ("events", "reason", '{"gain": NaN}', tables.check_reasons),
    ("events", "reason", "[]", tables.check_reasons),
    ("events", "reason", "{}", tables.check_reasons),
]


@pytest.mark.parametrize(("table", "column", "value", "check"), CELLS)
def test_a_cell_that_cannot_be_is_seen(
    run: Run, table: str, column: str, value: object, check: Callable[[Run], None]
) -> None:
    doctored = with_cell(run, table, column, value)
    with pytest.raises(AssertionError):
        check(doctored)
    with pytest.raises(AssertionError):
        tables.check_tables(doctored)
