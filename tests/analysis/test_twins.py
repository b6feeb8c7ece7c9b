"""The twin of a run: where two worlds part, and that equal worlds do not."""

from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from test_comparison import publish_data

from abm.analysis.alternatives import Alternative, alternatives
from abm.analysis.twins import KEYS, ROUNDING, chain, event_differences, table_differences, twins
from abm.errors import AbmError
from abm.market import Market
from abm.policy import compose
from abm.record.run import Run
from abm.scenario import Scenario

MONTHS = 20


@pytest.fixture(scope="module")
def run() -> Run:
    return Market(Scenario.load("classroom", [f"months={MONTHS}"]), seed=7).run()


@pytest.fixture(scope="module")
def twin(run: Run) -> Run:
    return twins(run, Alternative("no suits", overrides=("litigation.enabled=false",)))[1]


def test_the_same_world_has_an_identical_twin(run: Run) -> None:
    again, twin = twins(run, Alternative("the same", overrides=("race.growth=2.4",)))
    assert event_differences(again, twin) == []
    assert all(table.month is None for table in table_differences(again, twin))


def test_a_policy_may_be_what_is_changed(run: Run) -> None:
    again, twin = twins(run, Alternative("data", publish_data))
    first = {table.table: table for table in table_differences(again, twin)}["labs"]
    assert (first.month, first.column) == (0, "cash")  # to disclose costs money at once
    assert first.twin < first.here


def near(here: pl.DataFrame, there: pl.DataFrame) -> bool:
    """Whether two tables are the same but for rounding."""
    try:
        assert_frame_equal(here, there, rel_tol=ROUNDING, abs_tol=ROUNDING)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize(("moved", "parts"), [(1 + 4e-16, False), (1 + 1e-9, True)])
def test_worlds_do_not_part_by_rounding(run: Run, moved: float, parts: bool) -> None:
    def off(table: pl.DataFrame) -> pl.DataFrame:
        return table.with_columns(pl.selectors.float() * moved)

    other = replace(run, market=off(run.market), labs=off(run.labs), events=off(run.events))
    assert not run.labs.equals(other.labs)
    found = {table.table: table.month for table in table_differences(run, other)}
    assert [name for name, month in found.items() if month is not None] == (
        ["market", "labs", "events"] if parts else []
    )
    assert bool(event_differences(run, other)) == parts


def test_the_first_difference_of_every_table_is_where_the_rows_say(run: Run, twin: Run) -> None:
    for table in table_differences(run, twin):
        here, there = run.tables[table.table], twin.tables[table.table]
        months = [
            month
            for month in range(MONTHS)
            if not near(here.filter(month=month), there.filter(month=month))
        ]
        assert table.month == (months[0] if months else None), table.table


def test_the_first_difference_names_row_column_and_values(run: Run, twin: Run) -> None:
    found = {table.table: table for table in table_differences(run, twin)}
    labs = found["labs"]
    assert labs.month is not None
    here, there = (
        world.labs.filter(pl.col("month") == labs.month, pl.col("lab") == labs.about)[labs.column]
        for world in (run, twin)
    )
    assert (labs.here, labs.twin) == (here.item(), there.item())
    last = {column: (a, b) for _, column, a, b in found["market"].end}
    for column, (a, b) in last.items():
        assert (a, b) == (run.market[column][-1], twin.market[column][-1])


def test_events_of_one_world_only_are_told_apart(run: Run, twin: Run) -> None:
    found = event_differences(run, twin)
    assert found[0].where == "here"
    assert found[0].event["kind"] == "lawsuit"
    alone = [item for item in found if item.where != "both"]
    lost = sum(item.where == "here" for item in alone)
    assert run.events.height - lost + len(alone) - lost == twin.events.height
    months = [item.event["month"] for item in found]
    assert months == sorted(months)


def test_an_event_in_both_worlds_says_what_is_not_alike(run: Run) -> None:
    changed = run.events.with_columns(
        amount=pl.when(pl.int_range(pl.len()) == 3).then(pl.col("amount") + 1).otherwise("amount")
    )
    (item,) = event_differences(run, replace(run, events=changed))
    before = run.events.row(3, named=True)["amount"]
    assert item.where == "both"
    assert item.changed == {"amount": (before, before + 1)}


def test_events_of_one_kind_in_one_month_are_matched_in_order(run: Run) -> None:
    doubled = pl.concat([run.events.head(1), run.events])
    (item,) = event_differences(run, replace(run, events=doubled))
    assert item.where == "twin"


def test_the_chain_is_the_first_difference_and_what_happened_in_one_world_only(
    run: Run, twin: Run
) -> None:
    found = event_differences(run, twin)
    told = chain(found, 3)
    assert told[0] == found[0]
    assert len(told) <= 3
    assert all(item.where != "both" for item in told[1:])


def test_every_table_has_its_keys_and_they_are_unique(run: Run) -> None:
    assert set(KEYS) == set(run.tables)
    for name, keys in KEYS.items():
        if name != "events":
            assert not run.tables[name].select(keys).is_duplicated().any(), name


def test_a_run_that_this_version_plays_otherwise_is_refused(run: Run) -> None:
    other = replace(run, market=run.market.with_columns(pl.col("frontier") + 1e-9))
    with pytest.raises(AbmError, match="cannot be replayed"):
        twins(other, Alternative("the same"))


def test_a_twin_must_last_as_long(run: Run) -> None:
    with pytest.raises(AbmError, match="changes the months"):
        twins(run, Alternative("shorter", overrides=("months=3",)))


def test_the_twin_of_a_run_under_a_policy_may_be_without_it(run: Run) -> None:
    mandate = compose("mandatory-data-disclosure@2")
    under = Market(run.scenario, seed=run.seed, policies=[mandate]).run()
    here, kept = twins(under, Alternative("the same"))
    assert all(table.month is None for table in table_differences(here, kept))
    _, bare = twins(under, alternatives(["placebo"])[0])
    assert all(bare.tables[name].equals(run.tables[name], null_equal=True) for name in KEYS)


def test_a_function_is_in_no_folder(run: Run) -> None:
    under = Market(run.scenario, seed=run.seed, policies=[lambda _: None]).run()
    with pytest.raises(AbmError, match="under a function"):
        twins(under, Alternative("the same"))
