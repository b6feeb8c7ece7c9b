"""Metrics on small tables made up by hand, with answers that one can see."""

import json
import math
from typing import Any

import polars as pl
import pytest

from abm.analysis.claims.metrics import HORIZON, METRICS
from abm.analysis.claims.metrics import MONTHS as NEEDED
from abm.market import Market
from abm.record.run import Run, date_labels
from abm.scenario import Scenario

MONTHS = HORIZON
CAST = {
    "Aster": {"camp": "open", "cash": 60.0},
    "Birch": {"camp": "open", "cash": 30.0, "product": "Firms", "seats": 1.0},
    "Cedar": {"camp": "open", "cash": 10.0, "focus": ["chat"]},
    "Dogwood": {"camp": "closed", "cash": 900.0},
    "Elm": {"camp": "open", "cash": 5.0, "owned": True, "parent_budget": 9.0},
}
LAB: dict[str, Any] = {
    "alive": True, "closed": False, "use": 0.0, "value": 10.0, "income": 0.0, "burn": 1.0,
    "product_stage": 0, "parent_budget": 0.0, "seats": 0.0, "breadth": 4, "algorithms": 0.0,
    "capability": 24.0, "base_capability": 24.0, "data_gain": 0.0, "domains_ahead": 0.0,
    "disclosure": 0.2,
}  # fmt: skip
EVENTS = {
    "month": pl.Int64, "date": pl.String, "kind": pl.String, "actor": pl.String,
    "counterpart": pl.String, "amount": pl.Float64, "reason": pl.String,
}  # fmt: skip


def scenario() -> Scenario:
    plain = {"kind": "enterprise", "share": 0.5, "budget": 10.0, "adoption": 0.5, "hazard": 0.1}
    needs = {"needs": {"chat": 1.0}, "requirement": 24.0}
    return Scenario.model_validate(
        {
            "title": "Made up",
            "months": MONTHS,
            "domains": ["chat", "code", "maths", "prose"],
            "labs": [{"name": name, "researchers": 10, **lab} for name, lab in CAST.items()],
            "clouds": [{"name": "North", "cash": 9.0, "customers": 1.0}],
            "segments": [
                {"name": "Firms", **plain, **needs},
                {"name": "Clinics", **plain, **needs, "privacy": 1.0},
            ],
        }
    )


def run(
    labs: dict[str, dict[str, Any]] | None = None,
    events: list[tuple[int, str, str, float, dict[str, Any]]] | None = None,
    releases: list[tuple[int, str]] | None = None,
    hosting: list[tuple[int, str]] | None = None,
    segments: dict[str, float] | None = None,
    **market: Any,
) -> Run:
    """A run; labs are as in `LAB` but for what is said, and a callable gives values by month."""
    world = scenario()
    dates = date_labels(world)

    def at(value: Any, month: int) -> Any:
        return value(month) if callable(value) else value

    rows = [
        {"month": t, "date": dates[t], "lab": lab}
        | {
            key: at(value, t)
            for key, value in {
                **LAB,
                "closed": CAST[lab]["camp"] == "closed",
                "parent_budget": CAST[lab].get("parent_budget", 0.0),
                **(labs or {}).get(lab, {}),
            }.items()
        }
        for t in range(MONTHS)
        for lab in CAST
    ]
    told = [
        (t, dates[t], kind, lab, "North", amount, json.dumps(why))
        for t, kind, lab, amount, why in events or []
    ]
    columns = {name: [at(x, t) for t in range(MONTHS)] for name, x in market.items()}
    return Run(
        scenario=world,
        seed=0,
        market=pl.DataFrame({"month": list(range(MONTHS)), "date": dates, **columns}),
        labs=pl.DataFrame(rows, strict=False),
        releases=pl.DataFrame(
            [(t, camp) for t, camp in releases or []],
            schema={"month": pl.Int64, "camp": pl.String},
            orient="row",
        ),
        events=pl.DataFrame(told, schema=EVENTS, orient="row"),
        hosting=pl.DataFrame(
            [(t, lab, "open") for t, lab in hosting or []],
            schema={"month": pl.Int64, "lab": pl.String, "camp": pl.String},
            orient="row",
        ),
        segments=pl.DataFrame(
            [(t, name, x) for t in range(MONTHS) for name, x in (segments or {}).items()],
            schema={"month": pl.Int64, "segment": pl.String, "open_share": pl.Float64},
            orient="row",
        ),
        edges=pl.DataFrame(),
        flows=pl.DataFrame(),
    )


def measured(metric: str, *arguments: Any, **tables: Any) -> float:
    return float(METRICS[metric].measure(run(*arguments, **tables)))


def test_every_metric_explains_itself() -> None:
    assert all(len(metric.meaning) > 30 and metric.unit for metric in METRICS.values())


def test_open_release_trend() -> None:
    rising = [(t, "open") for t in range(18) for _ in range(t)]
    assert measured("open_release_trend", releases=rising) == pytest.approx(1)
    assert measured("open_release_trend", releases=[(t, "open") for t in range(18)]) == 0
    assert measured("open_release_trend", releases=[(t, "closed") for t, _ in rising]) == 0


def test_one_open_model() -> None:
    split = {"Aster": {"use": lambda t: 0.6 if t % 2 else 0.2}, "Birch": {"use": 0.2}}
    assert measured("one_open_model", split) == pytest.approx(21 / 43)
    assert measured("one_open_model", {"Dogwood": {"use": 1.0}}) == 0


def test_carried_by_pressure() -> None:
    why = {"camp": "open", "net": 1.0, "asked": 9.0, "slot_cost": 0.3}
    events = [
        (3, "hosted", "Aster", 0.0, why),  # 1 - 0.1 x 9 = 0.1: not worth its slot alone
        (4, "hosted", "Birch", 0.0, {**why, "asked": 1.0}),
        (5, "hosted", "Dogwood", 0.0, {**why, "camp": "closed"}),
    ]
    assert measured("carried_by_pressure", events=events) == 0.5
    assert math.isnan(measured("carried_by_pressure"))


def test_listing_gain() -> None:
    why = {"camp": "open", "months_since_first_release": 2, "rank_in_camp": 1}
    jump = {"Aster": {"value": lambda t: 10.0 if t < 10 else 20.0}, "Elm": {"alive": False}}
    found = measured("listing_gain", jump, events=[(10, "hosted", "Aster", 0.0, why)])
    assert found == pytest.approx(math.log(2))
    tide = dict.fromkeys(CAST, jump["Aster"])
    found = measured("listing_gain", tide, events=[(10, "hosted", "Aster", 0.0, why)])
    assert found == pytest.approx(0)


def test_unhosted_share() -> None:
    hosting = [(t, "Aster") for t in range(MONTHS)]
    assert measured("unhosted_share", hosting=hosting) == pytest.approx(0.75)


def test_share_persistence() -> None:
    same = {"Aster": {"use": 0.5}, "Birch": {"use": 0.3}, "Cedar": {"use": 0.1}}
    assert measured("share_persistence", same) == pytest.approx(1)
    turned = {
        lab: {"use": lambda t, x=row["use"]: x if t < 20 else 1 - x} for lab, row in same.items()
    }
    turned["Elm"] = {"use": lambda t: 0.0 if t < 20 else 1.0}
    assert measured("share_persistence", turned) == pytest.approx(-1)
    assert math.isnan(measured("share_persistence"))


def test_log_spend() -> None:
    assert measured("log_spend", api_spend=math.e) == pytest.approx(1)


def test_three_months_best() -> None:
    def best(length: int) -> dict[str, Any]:
        return {
            lab: {"capability": lambda t, n=n: 25.0 if t // length % 2 == n else 24.0}
            for n, lab in enumerate(("Aster", "Birch"))
        }

    assert measured("three_months_best", best(3), best_open=25.0) == 1
    assert measured("three_months_best", best(12), best_open=25.0) == 0


def test_late_open_share() -> None:
    assert measured("late_open_share", open_spend_share=lambda t: float(t >= 36)) == 1


def test_private_open_gap() -> None:
    assert measured("private_open_gap", segments={"Firms": 0.2, "Clinics": 0.5}) == pytest.approx(
        0.3
    )


def test_self_financing_gap() -> None:
    labs = {"Birch": {"product_stage": 2, "income": 3.0, "burn": 1.0}}
    assert measured("self_financing_gap", labs) == pytest.approx(0.75)


def test_equity_share() -> None:
    labs = {"Aster": {"income": lambda t: float(t == 5)}}
    events = [(7, "funding", "Aster", 3.0, {}), (7, "funding", "Dogwood", 99.0, {})]
    assert measured("equity_share", labs, events) == pytest.approx(0.75)


EXITS = [(20, "acquisition", "Aster", 5.0, {}), (40, "shutdown", "Birch", 0.0, {})]
LEFT = {
    "Aster": {"alive": lambda t: t < 20},
    "Birch": {"alive": lambda t: t < 40},
}


def test_who_is_left_and_who_is_sold() -> None:
    assert measured("open_survival", LEFT, EXITS) == pytest.approx(2 / 3)
    assert measured("product_survival_gap", LEFT, EXITS) == pytest.approx(1 - 1 / 2)
    assert measured("sold_share", LEFT, EXITS) == pytest.approx(1 / 4)


def test_product_helps_survival() -> None:
    labs = {**LEFT, "Cedar": {"seats": 5.0}, "Dogwood": {"seats": 9.0}}
    assert measured("product_helps_survival", labs, EXITS) == pytest.approx(1)
    assert measured("product_helps_survival") == 0


def test_pivot_share() -> None:
    events = [
        (5, "pivot", "Aster", 1.0, {}),
        (45, "pivot", "Birch", 1.0, {}),
        (5, "pivot", "Cedar", 1.0, {}),
    ]
    assert measured("pivot_share", events=events) == pytest.approx(1 / 3)


def test_disclosure() -> None:
    shown = {"data_disclosure_open": lambda t: 0.25 if t == 24 else 1.0 if t > 24 else 0.0}
    assert measured("weights_without_data", **shown) == 0.75
    assert measured("data_shown", **shown) == pytest.approx((0.25 + 23) / 24)


def test_data_variance_share() -> None:
    data = {
        lab: {"data_gain": x, "capability": 24.0}
        for lab, x in zip(CAST, (0.1, 0.2, 0.3, 0, 0), strict=True)
    }
    assert measured("data_variance_share", data) == pytest.approx(1)
    skill = {lab: {"algorithms": row["data_gain"]} for lab, row in data.items()}
    assert measured("data_variance_share", skill) == pytest.approx(0)


def test_lags_are_means_around_three_years() -> None:
    assert measured("independent_lag", median_independent_lag=lambda t: float(t)) == 36
    assert measured("best_open_lag", best_open_lag=lambda t: float(30 <= t <= 42)) == 1


def test_capability_of_the_open_and_of_the_sharer() -> None:
    labs = {
        "Aster": {"capability": 26.0},
        "Birch": {"capability": 25.0, "disclosure": lambda t: 0.5 if t else 1.0},
    }
    assert measured("open_capability", labs) == 25
    assert measured("sharer_capability", labs) == 25  # Birch is the middle one of three
    assert measured("sharer_keeps", labs) == 0.5


def test_post_training_gap() -> None:
    labs = {"Dogwood": {"capability": lambda t: 24.0 + 0.6 * (t >= 36)}}
    assert measured("post_training_gap", labs) == pytest.approx(0.6)


def test_leaves_the_frontier() -> None:
    labs = {"Dogwood": {"capability": lambda t: 24.0 + (t > 30)}}
    assert measured("leaves_the_frontier", labs) == 3  # all independents but the one ahead


def test_niche_pace() -> None:
    fast = {"breadth": 1, "product_stage": 2, "capability": lambda t: 24.0 + t / 12}
    slow = {"breadth": 2, "capability": lambda t: 24.0 + t / 24}
    assert measured("niche_pace", {"Aster": fast, "Cedar": slow}) == pytest.approx(0.5)
    assert math.isnan(measured("niche_pace", {"Cedar": slow}))


def test_specialists_win_a_slice() -> None:
    def ahead(share: float) -> dict[str, Any]:
        return {"Cedar": {"breadth": 1, "domains_ahead": share}}

    assert [measured("specialists_win_a_slice", ahead(x)) for x in (0.0, 0.25, 0.75)] == [0, 1, 0]
    assert measured("specialists_win_a_slice") == 0


def test_closing_up() -> None:
    able = dict(zip(CAST, (1, 2, 3, 4, 5), strict=True))
    labs = {
        lab: {"capability": 24.0 + x, "disclosure": lambda t, x=x: x / 10 if t < 20 else 1 - x / 10}
        for lab, x in able.items()
    }
    assert measured("closing_up", labs) == pytest.approx(2)


@pytest.fixture(scope="module")
def played() -> dict[int, Run]:
    """The same run, over as many months as some metric looks at."""
    return {
        months: Market(Scenario.load("classroom", [f"months={months}"]), seed=3).run()
        for months in sorted(set(NEEDED.values()))
    }


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_looks_no_further_than_it_says(name: str, played: dict[int, Run]) -> None:
    measure, needed = METRICS[name].measure, NEEDED[name]
    runs = [run for months, run in played.items() if months >= needed]
    assert len({repr(measure(run)) for run in runs}) == 1  # NaN is NaN
    assert runs[-1].market.height == HORIZON


def test_a_metric_that_looked_further_would_be_seen(played: dict[int, Run]) -> None:
    measure = METRICS["late_open_share"].measure
    assert measure(played[37]) != measure(played[HORIZON])
