"""What holds for the tables of every finished run."""

import json
from typing import NoReturn

import numpy as np
import polars as pl

from abm import network as net
from abm.record.run import Run
from tests.market.invariants import SMALL

SHARES = (
    "open_spend_share",
    "open_token_share",
    "open_workload_share",
    "outside_share",
    "mean_disclosure_open",
    "data_disclosure_open",
)
INDICES = ("hhi_labs", "hhi_workloads", "hhi_hosting")
MAY_BE_MISSING = {
    "market": {
        "frontier",
        "best_closed",
        "best_open",
        "best_open_lag",
        "median_independent_lag",
        "price_index",
        "mean_disclosure_open",
        "data_disclosure_open",
        "public_knowledge",
    },
    "labs": {"capability"},
}
"""Columns that hold no number where there is nothing to measure."""


def check_months(run: Run) -> None:
    """Months go on one by one in the market's table, and never back in any other."""
    months = run.scenario.months
    assert run.market["month"].to_list() == list(range(months))
    assert (run.market["date"].str.to_date("%Y-%m").diff().drop_nulls().dt.total_days() > 0).all()
    for name, table in run.tables.items():
        assert table["month"].is_between(0, months - 1).all(), name
        assert table["month"].is_sorted(), name


def check_numbers(run: Run) -> None:
    """Every number is finite, or missing where there is nothing to measure."""
    for name, table in run.tables.items():
        for column in table.select(pl.col(pl.Float64)):
            place = f"{name}.{column.name}"
            assert not column.is_null().any(), place
            assert not column.is_infinite().any(), place
            known = column.name in MAY_BE_MISSING.get(name, ())
            assert known or not column.is_nan().any(), place


def check_shares(run: Run) -> None:
    """Shares are shares, and the use of all labs and of none is that of everybody."""
    market = run.market.fill_nan(0.0)
    for name in SHARES:
        assert market[name].is_between(-SMALL, 1 + SMALL).all(), name
    for name in INDICES:
        assert market[name].is_between(0, 10_000 * (1 + SMALL)).all(), name
    for name in ("use", "disclosure", "data_disclosure", "moat", "founders_share", "domains_ahead"):
        assert run.labs[name].is_between(0, 1 + SMALL).all(), name
    assert (run.labs.group_by("month").agg(pl.col("use").sum())["use"] <= 1 + 1e-5).all()
    assert run.hosting["royalty"].is_between(0, 1 + SMALL).all()
    assert run.segments["open_share"].is_between(0, 1 + SMALL).all()
    assert run.edges["weight"].is_between(0, 1).all()


def check_money(run: Run) -> None:
    """Payers pay what payees get, in every kind of payment."""
    sectors = run.flows.drop("month", "kind")
    off = sectors.sum_horizontal().abs()
    gross = sectors.select(pl.all().abs()).sum_horizontal()
    assert (off <= SMALL * np.maximum(gross, 1.0)).all()


def check_counts(run: Run) -> None:
    """The tables count what the events tell."""
    month = pl.col("month")
    released = run.events.filter(kind="release")
    assert released.select("month", "actor").rows() == run.releases.select("month", "lab").rows()
    counted = {t: n for t, n in run.market.select(month, "releases").rows() if n}
    assert counted == dict(released.group_by("month").len().rows())
    living = run.labs.filter("alive").group_by("month").len()
    assert dict(living.rows()) == {
        t: n for t, n in run.market.select(month, "labs_active").rows() if n
    }
    clouds = {net.cloud_node(k): cloud.name for k, cloud in enumerate(run.scenario.clouds)}
    labs = {net.lab_node(row): name for row, name in run.labs.select("row", "lab").unique().rows()}
    edges = run.edges.filter(kind="hosts").select("month", "source", "target").rows()
    listed = set(run.hosting.select("month", "cloud", "lab").rows())
    assert {(t, clouds[u], labs[v]) for t, u, v in edges} == listed


def check_reasons(run: Run) -> None:
    """Every event has a reason that any reader of JSON can read."""
    for text in run.events["reason"].to_list():
        reason = json.loads(text, parse_constant=_no_number)
        assert isinstance(reason, dict), text
        assert reason, text


def _no_number(name: str) -> NoReturn:
    raise AssertionError(f"{name} is no number in JSON")


CHECKS = (check_months, check_numbers, check_shares, check_money, check_counts, check_reasons)


def check_tables(run: Run) -> None:
    """All of them."""
    for check in CHECKS:
        check(run)
