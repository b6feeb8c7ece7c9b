"""The welfare split: the money adds up, and customers' gain has its closed form."""

import math
from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl
import pytest

from abm.analysis.observations import Observed
from abm.analysis.split import _variation
from abm.analysis.welfare import (
    DISCOUNT,
    FINANCING,
    GROUPS,
    Books,
    equivalent_variation,
    weights,
)
from abm.ledger import SECTORS
from abm.market import Market
from abm.record.run import Run
from abm.reference.payments import payments
from abm.scenario import Scenario


@pytest.fixture(scope="module")
def played() -> Run:
    return Market(Scenario.load("classroom", ["months=20"]), seed=7).run()


@pytest.fixture(scope="module")
def books(played: Run) -> Books:
    return Books.of(played)


def customers(log_sum: float, months: int = 24, taste: float = 0.0) -> Books:
    """Two segments with USD 10m and 30m a month at stake, price weights 0.5 and 1."""
    nothing = dict.fromkeys((group.name for group in GROUPS), 0.0)
    shape = (months, 2)
    return Books(
        money=nothing,
        financing=nothing,
        equity=0.0,
        in_play=np.tile([10.0, 30.0], (months, 1)),
        log_sum=np.full(shape, log_sum),
        log_sum_taste=np.full(shape, taste),
        alpha=np.array([0.5, 1.0]),
    )


# -------------------------------------------------------------------------------- money adds up --


def test_the_money_of_all_groups_sums_to_nothing(books: Books) -> None:
    gross = sum(map(abs, books.money.values()))
    assert gross > 1000
    assert abs(sum(books.money.values())) < 1e-9 * gross
    assert abs(sum(books.financing.values())) < 1e-9 * gross


def test_money_is_the_discounted_flows_of_the_sector(played: Run, books: Books) -> None:
    paid = played.flows.select("month", "U").to_numpy()
    expected = sum(amount * (1 + DISCOUNT) ** (-month / 12) for month, amount in paid)
    assert books.money["customers"] == pytest.approx(expected)
    assert {group.sector for group in GROUPS} == set(SECTORS)


def test_every_payment_between_firms_and_their_owners_is_financing() -> None:
    """Investors are party to financing only, and financing to no one but firms and investors."""
    kinds = {p.kind for p in payments() if "investors" in (p.payer, p.payee)}
    assert kinds <= set(FINANCING)
    sides = {side for p in payments() if p.kind in FINANCING for side in (p.payer, p.payee)}
    assert sides <= {"labs", "clouds", "labs or clouds", "investors", "hardware vendors"}
    unmet = [p for p in payments() if p.kind in FINANCING and "hardware vendors" in p]
    assert [(p.kind, p.payer) for p in unmet] == [("default", "hardware vendors")]


def test_profit_leaves_financing_out_and_investors_own_what_labs_are_worth(
    played: Run, books: Books
) -> None:
    operating = played.flows.filter(~pl.col("kind").is_in(FINANCING))
    worth = weights(20)[operating["month"].to_numpy()]
    assert books.value("labs") == pytest.approx(float(worth @ operating["L"].to_numpy()))
    last = played.labs.filter(pl.col("month") == 19, pl.col("alive"))
    owned = float(last["value"].sum() + last["cash"].sum())
    assert books.equity == pytest.approx(owned * weights(20)[-1])
    assert books.value("investors") == books.money["investors"] + books.equity


def with_flow(run: Run, kind: str, **amounts: float) -> Run:
    """The run with one more payment in its first month."""
    row = run.flows.head(1).with_columns(
        pl.lit(kind).alias("kind"),
        pl.lit(0, dtype=run.flows["month"].dtype).alias("month"),
        *[pl.lit(amounts.get(side, 0.0)).alias(side) for side in SECTORS],
    )
    tables = {**run.tables, "flows": pl.concat([run.flows, row])}
    return Run(scenario=run.scenario, seed=run.seed, **tables)


def test_a_bill_that_is_never_paid_is_no_profit(played: Run, books: Books) -> None:
    unpaid = Books.of(with_flow(played, "default", L=7.0, H=-7.0))
    assert unpaid.value("labs") == pytest.approx(books.value("labs"))
    assert unpaid.value("hardware vendors") == pytest.approx(books.value("hardware vendors") - 7)


def test_compute_costs_the_same_whoever_sells_it(played: Run, books: Books) -> None:
    """A dollar of it is a dollar less in the sum, from a vendor or from an investor's cloud."""

    def counted(found: Books) -> float:
        return sum(found.value(group.name) for group in GROUPS[1:] if group.counted)

    for side in ("H", "C"):
        bought = Books.of(with_flow(played, "compute", **{"L": -7.0, side: 7.0}))
        assert counted(bought) - counted(books) == pytest.approx(-7.0)


def test_damages_to_customers_are_theirs(played: Run, books: Books) -> None:
    paid = Books.of(with_flow(played, "liability", L=-7.0, U=7.0))
    assert books.compensation == 0.0
    assert paid.compensation == pytest.approx(7.0)
    assert paid.value("labs") == pytest.approx(books.value("labs") - 7.0)
    gain = _variation(_seen(books), _seen(paid), alpha=None, taste=False)
    assert gain == pytest.approx(7.0)


def _seen(books: Books) -> Observed:
    return cast("Observed", SimpleNamespace(books=books))


def test_without_books_there_is_no_money_to_split() -> None:
    scenario = Scenario.load("classroom", ["months=3", "ledger.enabled=false"])
    found = Books.of(Market(scenario, seed=1).run())
    assert all(math.isnan(x) for x in found.money.values())


# ------------------------------------------------------------------------------------- customers --


def test_equivalent_variation_has_its_closed_form() -> None:
    gain = 0.2
    value = equivalent_variation(customers(1.0), customers(1.0 + gain))
    monthly = 10 * math.expm1(gain / 0.5) + 30 * math.expm1(gain / 1.0)
    assert value == pytest.approx(monthly * weights(24).sum())


def test_small_gains_are_spending_over_the_price_weight() -> None:
    value = equivalent_variation(customers(1.0), customers(1.0 + 1e-6))
    assert value == pytest.approx((10 / 0.5 + 30) * 1e-6 * weights(24).sum(), rel=1e-4)


def test_all_prices_up_by_a_tenth_cost_what_a_tenth_of_the_money_buys() -> None:
    """Utilities fall by alpha ln 1.1 where everything, the outside option too, costs more."""
    before, after = customers(1.0), customers(1.0)
    dearer = after.log_sum - after.alpha * math.log(1.1)
    value = equivalent_variation(before, Books(**{**vars(after), "log_sum": dearer}))
    assert value == pytest.approx(40 * (1 / 1.1 - 1) * weights(24).sum())


def test_the_same_world_is_worth_nothing_and_a_better_one_something() -> None:
    assert equivalent_variation(customers(1.0), customers(1.0)) == 0.0
    assert equivalent_variation(customers(1.0), customers(0.9)) < 0


def test_smaller_price_weights_make_more_of_the_same_gain() -> None:
    values = [
        equivalent_variation(customers(1.0), customers(1.2), alpha=alpha) for alpha in (0.3, 0.5, 1)
    ]
    assert values == sorted(values, reverse=True)


def test_the_pull_of_what_others_use_can_be_left_out() -> None:
    before, after = customers(1.0, taste=2.0), customers(1.5, taste=2.0)
    assert equivalent_variation(before, after, taste=True) == 0.0


# ------------------------------------------------------------------- what the tables must record --


def test_log_sums_are_those_of_the_markets_surplus(played: Run) -> None:
    p, segments = played.scenario.demand, played.scenario.segments
    alpha = {segment.name: p.price * segment.price_taste for segment in segments}
    total = (
        played.segments.with_columns(alpha=pl.col("segment").replace_strict(alpha))
        .with_columns(worth=pl.col("in_play") / pl.col("alpha") * pl.col("log_sum"))
        .group_by("month", maintain_order=True)
        .agg(pl.col("worth").sum())["worth"]
    )
    assert total.to_list() == pytest.approx(played.market["customer_surplus"].to_list())


@pytest.mark.parametrize("weight", [0.0, 0.3])
def test_taste_is_all_there_is_without_a_network_term(weight: float) -> None:
    run = Market(Scenario.load("classroom", ["months=4", f"demand.network={weight}"]), seed=1).run()
    same = run.segments["log_sum"] == run.segments["log_sum_taste"]
    assert same.all() == (weight == 0)


def test_a_month_without_demand_has_log_sums_of_nothing() -> None:
    scenario = Scenario.load("classroom", ["months=2", "demand.enabled=false"])
    run = Market(scenario, seed=1).run()
    assert run.segments["log_sum"].to_list() == [0.0] * run.segments.height
