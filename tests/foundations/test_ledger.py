"""The books: every payment has two sides, and money that moves beside them is found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm.ledger import (
    CUSTOMERS,
    INVESTORS,
    SECTORS,
    VENDORS,
    WORKERS,
    Account,
    ConservationError,
    Ledger,
)

TOLERANCE = 1e-9


def books(labs: int = 3, clouds: int = 2, enabled: bool = True) -> Ledger:
    ledger = Ledger(
        Account("L", np.full(labs, 100.0)),
        Account("C", np.full(clouds, 50.0)),
        enabled,
        TOLERANCE,
    )
    ledger.open()
    return ledger


def cash(account: Account) -> np.ndarray:
    assert account.cash is not None
    return account.cash


def test_a_sector_pays_each_member() -> None:
    ledger = books()
    ledger.pay("api", CUSTOMERS, ledger.labs, np.array([1.0, 2.0, 3.0]))
    assert cash(ledger.labs).tolist() == [101.0, 102.0, 103.0]
    row = dict(zip(SECTORS, ledger.flows["api"], strict=True))
    assert (row["U"], row["L"]) == (-6.0, 6.0)
    ledger.close()


def test_one_member_pays_a_sector() -> None:
    ledger = books()
    ledger.pay("wages", ledger.labs, WORKERS, 5.0, 1)
    assert cash(ledger.labs).tolist() == [100.0, 95.0, 100.0]
    ledger.close()


def test_one_member_pays_another() -> None:
    ledger = books()
    ledger.pay("royalty", ledger.clouds, ledger.labs, 4.0, 1, 2)
    assert cash(ledger.clouds).tolist() == [50.0, 46.0]
    assert cash(ledger.labs).tolist() == [100.0, 100.0, 104.0]
    ledger.close()


def test_members_pay_members_by_a_matrix() -> None:
    ledger = books()
    ledger.pay("royalty", ledger.clouds, ledger.labs, np.arange(6.0).reshape(2, 3))
    assert cash(ledger.clouds).tolist() == [47.0, 38.0]
    assert cash(ledger.labs).tolist() == [103.0, 105.0, 107.0]
    ledger.close()


def test_a_member_named_twice_pays_twice() -> None:
    ledger = books()
    ledger.pay("wages", ledger.labs, WORKERS, np.array([1.0, 2.0]), np.array([0, 0]))
    assert cash(ledger.labs)[0] == 97.0
    ledger.close()


def test_a_payment_of_nothing_leaves_no_row() -> None:
    ledger = books()
    ledger.pay("api", CUSTOMERS, ledger.labs, np.zeros(3))
    assert ledger.flows == {}


def test_flows_that_cancel_still_move_cash() -> None:
    ledger = books()
    ledger.pay("swap", INVESTORS, ledger.labs, np.array([1.0, -1.0, 0.0]))
    assert cash(ledger.labs).tolist() == [101.0, 99.0, 100.0]
    ledger.close()


def test_cash_that_moves_beside_the_books_is_found() -> None:
    ledger = books()
    ledger.pay("api", CUSTOMERS, ledger.labs, np.ones(3))
    cash(ledger.labs)[0] += 1e-6
    with pytest.raises(ConservationError, match=r"labs: cash moved by"):
        ledger.close()


def test_cash_of_clouds_that_moves_beside_the_books_is_found() -> None:
    ledger = books()
    cash(ledger.clouds)[1] -= 1e-6
    with pytest.raises(ConservationError, match="clouds"):
        ledger.close()


def test_a_flow_with_one_side_is_found() -> None:
    ledger = books()
    ledger.pay("api", CUSTOMERS, VENDORS, 1.0)
    ledger.flows["api"][SECTORS.index("H")] = 0.0
    with pytest.raises(ConservationError, match=r"api: payers and payees differ"):
        ledger.close()


def test_cash_that_is_no_number_is_found() -> None:
    ledger = books()
    cash(ledger.labs)[0] = np.nan
    with pytest.raises(ConservationError):
        ledger.close()


def test_opening_forgets_the_last_month() -> None:
    ledger = books()
    ledger.pay("api", CUSTOMERS, ledger.labs, np.ones(3))
    ledger.close()
    ledger.open()
    assert ledger.flows == {}
    ledger.close()


def test_with_the_books_off_cash_moves_and_nothing_is_recorded() -> None:
    ledger = books(enabled=False)
    ledger.pay("api", CUSTOMERS, ledger.labs, np.ones(3))
    cash(ledger.labs)[0] += 7.0
    ledger.close()
    assert cash(ledger.labs).tolist() == [108.0, 101.0, 101.0]
    assert ledger.flows == {}


amounts = st.floats(-1e6, 1e6, allow_nan=False)
payments = st.lists(
    st.tuples(st.sampled_from(["wages", "api", "royalty"]), amounts, st.integers(0, 2)),
    max_size=20,
)


@settings(deadline=None, derandomize=True)
@given(payments)
def test_whatever_is_paid_every_row_sums_to_zero_and_columns_match_cash(
    paid: list[tuple[str, float, int]],
) -> None:
    ledger = books()
    for kind, amount, row in paid:
        if kind == "royalty":
            ledger.pay(kind, ledger.clouds, ledger.labs, amount, row % 2, row)
        elif kind == "api":
            ledger.pay(kind, CUSTOMERS, ledger.labs, amount, None, row)
        else:
            ledger.pay(kind, ledger.labs, WORKERS, amount, row)
    ledger.close()
    flows = np.array(list(ledger.flows.values())).reshape(-1, len(SECTORS))
    gross = max(np.abs(flows).sum(), 1.0)
    assert np.abs(flows.sum(axis=1)).max(initial=0.0) <= TOLERANCE * gross
    moved = cash(ledger.labs).sum() - 300.0
    assert abs(moved - flows[:, SECTORS.index("L")].sum()) <= TOLERANCE * gross
