"""What a study says: intervals, verdicts, who is listed, sold, shut, narrowed."""

import math
from dataclasses import replace
from typing import Any

import pytest
from made_up_run import event, listing, run, scenario

from abm.analysis import targets_report as c
from abm.analysis.incidents import Exit, exits, listings, starting_runways
from abm.analysis.study import Observation, Study
from abm.analysis.targets import targets

NOTHING = {target.id: math.nan for target in targets()}


def study(*observations: Observation) -> Study:
    return Study(scenario(), list(observations))


def seen(seed: int, *events: Any, **measures: float) -> Observation:
    found = run(events=events)
    return Observation(seed, NOTHING | measures, listings(found), exits=exits(found), pivots=[])


# ------------------------------------------------------------------------------------- verdicts --


def test_a_target_is_met_if_the_median_lies_in_its_band() -> None:
    values = [2.0, 2.5, 3.0, 4.0, 5.0]
    growth = c.compare(study(*(seen(i, T01=x) for i, x in enumerate(values))))[0]
    assert (growth.median, growth.inside, growth.seeds) == (3.0, 0.6, 5)
    assert growth.low == pytest.approx(2.1)
    assert growth.high == pytest.approx(4.8)
    assert growth.verdict == "in"


def test_a_median_outside_the_band_is_a_miss() -> None:
    assert c.compare(study(seen(0, T01=3.6)))[0].verdict == "MISS"


def test_seeds_without_a_number_are_left_out_and_counted() -> None:
    growth = c.compare(study(seen(0), seen(1, T01=2.4)))[0]
    assert (growth.median, growth.inside, growth.seeds) == (2.4, 1.0, 1)


def test_what_no_seed_yields_is_not_measured() -> None:
    growth = c.compare(study(seen(0)))[0]
    assert growth.verdict == c.NOT_MEASURED
    assert math.isnan(growth.median)


# ------------------------------------------------------------------------------- distributions --


def test_who_is_listed_counts_new_listings_once_a_seed() -> None:
    one = seen(
        0,
        listing(0, "Mistral AI", "North"),  # there from the start
        listing(3, "Mistral AI", "South", wait=4),
        listing(5, "Adept", "South", wait=6),
        listing(6, "Adept", "North", wait=7),
    )
    two = seen(1, listing(7, "Adept", "South", wait=8))
    table = c.who_is_listed(study(one, two))
    assert table.rows() == [
        ("Adept", "open", 1.0, 6.0, 7.0, 1.5),
        ("Mistral AI", "open", 0.5, 3.0, 4.0, 1.0),
    ]


def test_waits_part_the_first_cloud_from_further_ones() -> None:
    one = seen(
        0,
        listing(3, "Mistral AI", "South", wait=4),  # North has it from the start
        listing(5, "Adept", "South", wait=6),
        listing(6, "Adept", "North", wait=7),
    )
    table = c.waits(study(one, seen(1)))
    assert table.filter(listings="open, first cloud").row(0)[1:] == (1, 0.5, 6.0, 6.0, 6.0)
    assert table.filter(listings="open, further clouds").row(0)[1:] == (2, 0.5, 4.75, 5.5, 6.25)
    assert table.filter(listings="closed, first cloud")["n"].item() == 0


def test_counts_and_shares_of_exits() -> None:
    one = seen(0, event(2, "acquisition", "Adept"), event(4, "shutdown", "Reka AI"))
    two = seen(1, event(6, "licence_and_hire", "Adept"), event(8, "shutdown", "Adept"))
    found = study(one, two)
    counts = {row["kind"]: row for row in c.counts(found).to_dicts()}
    assert counts["acquisition"]["median"] == 0.5
    assert counts["shutdown"]["median_month"] == 4  # the second of a lab counts no more
    assert counts["all sales and closures"]["median"] == 1.5
    assert c.who_is_sold(found).rows() == [("Adept", 1.0, 4.0)]
    assert c.who_is_shut(found).rows() == [("Reka AI", 0.5, 4.0)]
    assert c.tallies(one)["acquisition"] == 1


def test_events_after_the_last_window_do_not_count() -> None:
    late = Exit(20, "2025-06", "Adept", "shutdown", 3.0)
    found = study(replace(seen(0), exits=[late]))
    assert c.who_is_shut(found).height == 0
    assert c.runway_effect(found).exits == 0


# -------------------------------------------------------------------------------------- runways --


def test_runway_is_starting_cash_over_the_mean_burn_of_the_first_months() -> None:
    def row(month: int, lab: str, burn: float, alive: bool = True) -> dict[str, object]:
        return {"month": month, "lab": lab, "burn": burn, "alive": alive}

    found = run(
        labs=[
            *(row(month, "Mistral AI", burn) for month, burn in enumerate((2.0, 3, 4, 99))),
            row(0, "Reka AI", 5.0, alive=False),  # sold in its first month
            row(1, "Reka AI", 0.0, alive=False),
            row(0, "Aster", -1.0),
            row(2, "Entrant 1", 1.0),
        ]
    )
    assert starting_runways(found) == {"Mistral AI": 20.0, "Reka AI": 2.0, "Aster": math.inf}


def test_the_effect_of_runway_is_pooled_and_by_lab() -> None:
    def left(month: int, lab: str, runway: float) -> Exit:
        return Exit(month, "2024-01", lab, "shutdown", runway)

    one = replace(seen(0), exits=[left(1, "A", 1.0), left(5, "B", 9.0), left(9, "C", math.inf)])
    two = replace(seen(1), exits=[left(3, "A", 2.0), left(4, "Entrant 1", math.nan)])
    effect = c.runway_effect(study(one, two))
    assert (effect.rho, effect.rho_labs) == (pytest.approx(1.0), pytest.approx(1.0))
    assert (effect.exits, effect.labs, effect.entrants) == (4, 3, 1)


def test_rank_correlation_of_too_little_is_not_a_number() -> None:
    assert math.isnan(c.spearman([1.0, 2.0], [1.0, 2.0]))
    assert math.isnan(c.spearman([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))
    assert c.spearman([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == pytest.approx(-1.0)
