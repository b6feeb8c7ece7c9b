"""Outcomes of one run: declared once, one number each, from the tables alone."""

import math

import numpy as np
import polars as pl
import pytest
from made_up_run import event, run

from abm.analysis.fates import fates
from abm.analysis.outcomes import HEADLINES, OUTCOMES, chosen, measure
from abm.errors import AbmError
from abm.market import Market
from abm.record.run import Run
from abm.scenario import Scenario


@pytest.fixture(scope="module")
def played() -> Run:
    return Market(Scenario.load("classroom", ["months=20"]), seed=7).run()


def value(made_up: Run, name: str) -> float:
    return OUTCOMES[name].measure(made_up)


def test_a_run_gives_one_number_for_every_outcome(played: Run) -> None:
    found = measure(played)
    assert list(found) == list(OUTCOMES)
    assert all(isinstance(x, float) for x in found.values())
    assert sum(map(math.isnan, found.values())) == 0
    assert set(HEADLINES) <= set(OUTCOMES)


def test_every_outcome_says_what_it_is() -> None:
    for outcome in OUTCOMES.values():
        assert outcome.unit
        assert outcome.window
        assert outcome.meaning
        assert outcome.better in ("up", "down", "")


def test_the_last_year_is_the_mean_of_twelve_months_in_which_it_exists() -> None:
    lags = [99.0, 99.0, *map(float, range(11)), math.nan]
    assert value(run(months=14, best_open_lag=lags), "best_open_lag") == 5.0
    assert value(run(months=2, best_open_lag=[2.0, 4.0]), "best_open_lag") == 3.0
    assert math.isnan(value(run(months=2, best_open_lag=[math.nan] * 2), "best_open_lag"))


def test_what_stands_at_the_end_what_adds_up_and_what_grows() -> None:
    made_up = run(
        months=13,
        labs_active=[float(x) for x in range(13)],
        funding=[2.0] * 13,
        frontier=[24 + 0.1 * x for x in range(13)],
        price_index=[1.0] * 12 + [0.01],
    )
    assert value(made_up, "labs_active") == 12.0
    assert value(made_up, "funding") == 26.0
    assert value(made_up, "frontier_progress") == pytest.approx(1.2)
    assert value(made_up, "log_price_index") == pytest.approx(-2 / 12)
    assert math.isnan(value(run(months=1, frontier=[24.0]), "frontier_progress"))


def test_releases_a_month_are_all_releases_over_all_months(played: Run) -> None:
    assert value(played, "releases_a_month") == pytest.approx(played.releases.height / 20)


def test_events_are_counted_by_kind(played: Run) -> None:
    made_up = run(
        events=[
            event(1, "acquisition", "Adept"),
            event(2, "licence_and_hire", "Mistral AI"),
            event(3, "shutdown", "Reka AI"),
        ]
    )
    assert [value(made_up, name) for name in ("sales", "shutdowns", "pivots")] == [2.0, 1.0, 0.0]
    closed = played.events.filter((pl.col("kind") == "camp_change") & (pl.col("amount") > 0))
    assert value(played, "turned_closed") == closed.height


def test_disclosure_is_the_mean_of_the_labs_in_business(played: Run) -> None:
    last = played.labs.filter(pl.col("month") >= 8, pl.col("alive"))
    by_month = last.group_by("month").agg(pl.col("disclosure").mean())["disclosure"]
    assert value(played, "mean_disclosure") == pytest.approx(float(np.mean(by_month.to_numpy())))


def test_damages_are_those_of_the_books_and_nothing_without_books() -> None:
    for kept in (True, False):
        changes = ["months=3", f"ledger.enabled={str(kept).lower()}"]
        made = Market(Scenario.load("classroom", changes), seed=1).run()
        assert math.isnan(value(made, "litigation_transfers")) != kept


def worth(month: int, lab: str, value: float, alive: bool = True) -> dict[str, object]:
    return {"month": month, "lab": lab, "value": value, "alive": alive, "income": 2.0}


def test_fates_of_the_labs_of_the_first_month() -> None:
    made_up = run(
        months=2,
        events=[
            (0, "acquisition", "Adept", "North", 40.0, "{}"),
            (0, "licence_and_hire", "Reka AI", "Aster", 7.0, "{}"),
            (1, "shutdown", "Mistral AI", "", 0.0, "{}"),
        ],
        labs=[
            *(worth(m, "Adept", 90.0) for m in (0, 1)),  # lives on under its buyer
            *(worth(m, "Reka AI", 5.0) for m in (0, 1)),
            *(worth(m, "Aster", 800.0) for m in (0, 1)),
            worth(0, "Mistral AI", 60.0),
            worth(1, "Mistral AI", 60.0, alive=False),
            worth(1, "Entrant 1", 9.0),
        ],
    )
    found = {fate.lab: fate for fate in fates(made_up)}
    assert list(found) == ["Mistral AI", "Adept", "Reka AI", "Aster"]
    assert [fate.fate for fate in found.values()] == ["closed", "sold", "hired away", "alive"]
    assert [fate.month for fate in found.values()] == [1, 0, 0, None]
    assert [fate.value for fate in found.values()] == [0.0, 40.0, 12.0, 800.0]
    assert [fate.revenue for fate in found.values()] == [4.0] * 4
    assert value(made_up, "starters_surviving") == 0.25
    assert value(made_up, "open_starters_surviving") == 0.0
    assert value(made_up, "months_to_exit") == pytest.approx((1 + 0 + 0 + 2) / 4)


def test_labs_with_an_owner_are_no_independents() -> None:
    cast = {
        "Mistral AI": {"cash": 9.0},
        "Big": {"cash": 9.0, "parent_budget": 5.0},
        "Held": {"cash": 9.0, "owned": True},
    }
    made_up = run(
        events=[event(1, "shutdown", "Big"), event(1, "shutdown", "Held")],
        labs=[worth(0, "Mistral AI", 1.0)],
        cast=cast,
    )
    assert value(made_up, "starters_surviving") == 1.0


def test_an_unknown_outcome_is_named_with_the_nearest() -> None:
    with pytest.raises(AbmError, match="did you mean best_open_lag"):
        chosen(["best_open_lagg"])
    with pytest.raises(AbmError, match="allowed: open_spend_share"):
        chosen(["zzz"])
    with pytest.raises(AbmError, match="named twice"):
        chosen(["sales", "sales"])
