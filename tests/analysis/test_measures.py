"""Every measure on a run made up by hand, with the answer known."""

import math

import pytest
from made_up_run import CAST, YEAR, event, listing, run

from abm.analysis import measures as m
from abm.analysis.targets import targets
from abm.analysis.windows import Window

DECEMBER = Window("2023-12", "2023-12")
NINE_MONTHS = Window("2023-10", "2024-06")
TWO_QUARTERS = Window("2023-10", "2024-03")


def test_every_target_has_a_measure() -> None:
    assert list(m.MEASURES) == [target.id for target in targets()]


# ---------------------------------------------------------------------------- the market table --


def test_cost_growth_runs_from_release_to_release() -> None:
    # The dearest model of the start, at 40, is two months old; four months on a run costs twice
    # as much, and nothing dearer follows.
    seen = run(frontier_run_cost=[40.0, 40, 50, 50, 80, 80, 80, 80, 80, 90, 90, 90])
    assert m.frontier_cost_growth(seen, Window("2023-10", "2024-04")) == pytest.approx(4.0)
    # From the record of December, at 50, to that of July, at 90.
    later = m.frontier_cost_growth(seen, Window("2024-01", "2024-09"))
    assert later == pytest.approx(1.8 ** (12 / 7))


def test_without_a_dearer_run_costs_have_not_grown() -> None:
    seen = run(frontier_run_cost=[40.0] * 12)
    assert m.frontier_cost_growth(seen, DECEMBER) == 1.0


@pytest.mark.parametrize(
    ("measure", "column", "factor"),
    [
        (m.frontier_cost, "frontier_run_cost", 1),
        (m.open_workloads, "open_workload_share", 100),
        (m.workload_concentration, "hhi_workloads", 1),
        (m.enterprise_spend, "enterprise_api_spend", 12),
        (m.catalogue, "providers_hosted", 1),
    ],
)
def test_a_state_is_read_in_the_last_month_of_the_window(
    measure: m.Measure, column: str, factor: float
) -> None:
    seen = run(**{column: [float(month) for month in range(12)]})
    assert measure(seen, DECEMBER) == pytest.approx(2 * factor)
    assert measure(seen, Window("2023-10", "2023-12")) == pytest.approx(2 * factor)


def test_hosted_share_is_the_mean_of_monthly_ratios() -> None:
    seen = run(3, providers_hosted=[5.0, 6.0, 6.0], labs_with_model=[20.0, 24.0, 12.0])
    assert m.hosted_share(seen, DECEMBER) == pytest.approx(0.5)
    assert m.hosted_share(seen, YEAR) == pytest.approx((0.25 + 0.25 + 0.5) / 3)


def test_the_arena_gap_follows_the_stated_slope() -> None:
    closed = [26.0, 26.5, math.inf, 27.0]
    seen = run(4, best_closed=closed, best_open=[25.0, 26.0, 26.0, 26.0])
    mean_gap = (1.0 + 0.5 + 1.0) / 3
    assert m.arena_gap(seen, YEAR) == pytest.approx(m.ELO_PER_OOM * mean_gap)


def test_the_lag_leaves_out_months_without_a_number() -> None:
    seen = run(3, best_open_lag=[4.0, math.nan, 8.0])
    assert m.open_lag(seen, YEAR) == pytest.approx(6.0)


def test_prices_that_halve_in_half_a_year_fall_fourfold_in_a_year() -> None:
    seen = run(7, price_index=[1.0, 0.9, 0.9, 0.8, 0.7, 0.6, 0.5])
    assert m.price_decline(seen, YEAR) == pytest.approx(4.0)


def test_prices_that_rise_give_a_decline_below_one() -> None:
    seen = run(7, price_index=[1.0, 1, 1, 1, 1, 1, 2])
    assert m.price_decline(seen, YEAR) == pytest.approx(0.25)


# ----------------------------------------------------------------------------------------- fates --


def test_absorbed_counts_labs_of_the_cohort_once_and_within_the_window() -> None:
    seen = run(
        events=[
            event(0, "acquisition", "Aster"),  # not of the cohort
            event(1, "licence_and_hire", "Adept"),
            event(3, "acquisition", "Adept"),
            event(2, "shutdown", "Mistral AI"),  # not absorbed
            event(9, "acquisition", "Reka AI"),  # too late
        ]
    )
    assert m.absorbed(seen, NINE_MONTHS) == 1
    assert m.absorbed(seen, YEAR) == 2


def test_without_the_cohort_its_fates_are_not_measured() -> None:
    seen = run(cast={"Aster": CAST["Aster"]})
    assert math.isnan(m.absorbed(seen, YEAR))
    assert math.isnan(m.left_general_training(seen, YEAR))


@pytest.mark.parametrize("kind", ["pivot", "acquisition", "licence_and_hire", "shutdown"])
def test_a_lab_that_narrows_or_leaves_no_longer_trains_general_models(kind: str) -> None:
    seen = run(events=[event(3, kind, "Adept"), event(3, kind, "Reka AI")])
    assert m.left_general_training(seen, YEAR) == 1  # Reka was not open first
    assert m.left_general_training(seen, DECEMBER) == 0  # not yet


def test_a_lab_that_builds_on_another_counts_until_it_trains_from_scratch_again() -> None:
    seen = run(
        events=[event(2, "base_reuse", "Mistral AI", "Aster"), event(4, "base_reuse", "Adept")],
        releases=[
            (1, "Mistral AI", ""),
            (2, "Mistral AI", "Aster"),
            (6, "Mistral AI", ""),
        ],
    )
    assert m.left_general_training(seen, DECEMBER) == 1
    assert m.left_general_training(seen, Window("2024-03", "2024-03")) == 2  # Adept too
    assert m.left_general_training(seen, YEAR) == 1  # Mistral is back


def test_a_second_release_on_the_same_base_counts_without_an_event() -> None:
    seen = run(releases=[(1, "Adept", ""), (5, "Adept", "Aster")])
    assert m.left_general_training(seen, YEAR) == 1


def test_a_silent_lab_does_not_count() -> None:
    assert m.left_general_training(run(), YEAR) == 0


# --------------------------------------------------------------------------------------- hosting --


def test_the_delay_is_that_of_leading_open_models_newly_listed() -> None:
    seen = run(
        events=[
            listing(0, "Mistral AI", "North", wait=9),  # there from the start
            listing(1, "Mistral AI", "South", wait=2),
            listing(4, "Mistral AI", "South", wait=5),  # listed again
            listing(2, "Adept", "South", wait=6, rank=3),
            listing(2, "Adept", "North", wait=30, rank=4),  # not leading
            listing(2, "Reka AI", "North", "closed", wait=30),
            listing(10, "Aster", "North", wait=30),  # too late
        ]
    )
    assert m.listing_delay(seen, NINE_MONTHS) == 4
    assert m.listing_delay(seen, YEAR) == 6


def test_without_a_listing_there_is_no_delay() -> None:
    assert math.isnan(m.listing_delay(run(), YEAR))


# ------------------------------------------------------------------------------------- best open --


def lab_month(
    month: int, lab: str, capability: float, *, closed: bool = False
) -> dict[str, object]:
    return {"month": month, "lab": lab, "capability": capability, "closed": closed}


def test_spells_at_best_open_are_by_lab() -> None:
    best = [25.0, 25.1, 25.2, 25.3, 25.4, 25.5]
    holders = ["A", "A", "A", "B", "A", "A"]
    rows = []
    for month, (level, holder) in enumerate(zip(best, holders, strict=True)):
        rows.append(lab_month(month, holder, level))
        rows.append(lab_month(month, "B" if holder == "A" else "A", level - 0.5))
        rows.append(lab_month(month, "C", level, closed=True))
        rows.append(lab_month(month, "D", math.nan))
    seen = run(6, labs=rows, best_open=best)
    assert m.best_open_labs(seen)["lab"].to_list() == holders
    assert m.best_open_spell(seen, YEAR) == 2  # of 3, 1, 2
    assert m.best_open_spell(seen, Window("2023-10", "2024-01")) == 2  # of 3, 1


def test_a_holder_whose_own_best_is_kept_back_goes_on() -> None:
    rows = [
        lab_month(0, "A", 25.0),
        lab_month(1, "A", 25.4),  # a better one, not released
        lab_month(1, "B", 24.5),
        lab_month(2, "B", 25.5),
    ]
    seen = run(3, labs=rows, best_open=[25.0, 25.0, 25.5])
    assert m.best_open_labs(seen)["lab"].to_list() == ["A", "A", "B"]


# ---------------------------------------------------------------------------- releases, openness --


def test_gaps_between_releases_end_in_the_window_and_count_the_starting_model() -> None:
    seen = run(
        months=12,
        releases=[
            (1, "Aster", ""),  # three months after the model of August
            (1, "Aster", ""),
            (5, "Aster", ""),  # four months later
            (3, "Adept", ""),  # the first: no gap
            (11, "Adept", ""),  # eight months later
        ],
    )
    assert m.release_gap(seen, NINE_MONTHS) == pytest.approx(3.5)
    assert m.release_gap(seen, YEAR) == 4


def test_without_two_releases_there_is_no_gap() -> None:
    assert math.isnan(m.release_gap(run(), YEAR))


def test_labs_that_release_are_counted_by_full_quarters() -> None:
    seen = run(
        7,
        releases=[(0, "Aster", ""), (2, "Aster", ""), (2, "Adept", ""), (6, "Reka AI", "")],
    )
    assert m.releasing_labs(seen, TWO_QUARTERS) == 1  # two labs, then none
    assert m.releasing_labs(seen, YEAR) == 1  # April alone is no quarter
    assert math.isnan(m.releasing_labs(seen, DECEMBER))


def test_transparency_is_the_mean_over_labs_in_business_then_over_months() -> None:
    def row(month: int, lab: str, disclosure: float, alive: bool) -> dict[str, object]:
        return {"month": month, "lab": lab, "disclosure": disclosure, "alive": alive}

    seen = run(
        2,
        labs=[
            row(0, "A", 0.2, True),
            row(0, "B", 0.6, True),
            row(0, "C", 1.0, False),
            row(1, "A", 0.2, True),
            row(1, "B", 0.6, False),
        ],
    )
    assert m.transparency(seen, YEAR) == pytest.approx(30.0)


# ----------------------------------------------------------------------------------- all of them --


def test_what_a_run_does_not_reach_is_not_measured() -> None:
    seen = run(1, frontier_run_cost=[40.6])
    found = m.measure(seen)
    assert found["T02"] == 40.6
    assert {name for name, value in found.items() if not math.isnan(value)} == {"T02"}


def test_one_run_has_one_measure_to_the_last_bit() -> None:
    """Months in another order would add up to another last digit."""
    levels = [0.1 + month / 7 + month**2 / 300 for month in range(12)]
    rows = [
        {"month": month, "lab": "A", "disclosure": level % 1, "alive": True}
        for month, level in enumerate(levels)
    ]
    seen = run(labs=rows)
    assert len({m.transparency(seen, YEAR) for _ in range(40)}) == 1
