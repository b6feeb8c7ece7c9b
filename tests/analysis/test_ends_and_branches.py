"""Ends, groups and early signs, on made data where the answer is known."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from abm.analysis.futures.branches import predicted, ranked
from abm.analysis.futures.clusters import Gap, best, first_component, gaps
from abm.analysis.futures.dip import DipTest
from abm.analysis.futures.findings import Findings, Modes
from abm.analysis.futures.maps import EARLY, EARLY_NAMES, HOME, Atlas, early, named
from abm.analysis.futures.regimes import REGIMES, Thresholds, regime
from abm.analysis.outcomes import OUTCOMES
from abm.errors import AbmError
from abm.market import Market
from abm.scenario import Scenario


def end(lag: float = 0.0, share: float = 0.5, survival: float = 0.8) -> dict[str, float]:
    return {"best_open_lag": lag, "open_workload_share": share, "starters_surviving": survival}


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (end(), "shared-progress"),
        (end(lag=6.0, share=0.2, survival=0.5), "shared-progress"),
        (end(survival=0.49), "few-givers"),
        (end(lag=6.1), "living-behind"),
        (end(share=0.19), "living-behind"),
        (end(lag=20, survival=0.1), "musical-chairs"),
        (end(lag=float("nan"), survival=0.1), "musical-chairs"),
    ],
)
def test_two_questions_make_four_ends(row: dict[str, float], name: str) -> None:
    found = regime(row)
    assert found is not None
    assert found.name == name


def test_a_world_without_independents_has_no_end_of_these() -> None:
    assert regime(end(survival=float("nan"))) is None


def test_a_threshold_moves_the_end() -> None:
    found = regime(end(lag=9.0), Thresholds(lag=12.0))
    assert found is not None
    assert found.name == "shared-progress"


def clusters(centres: list[tuple[float, float]], each: int = 40) -> Any:
    rng = np.random.default_rng(3)
    return np.concatenate([rng.normal(centre, 1.0, (each, 2)) for centre in centres])


@pytest.mark.parametrize(
    ("centres", "number"),
    [([(0, 0)], 1), ([(0, 0), (9, 9)], 2), ([(0, 0), (9, 0), (4, 9)], 3)],
)
def test_the_gap_statistic_counts_groups(centres: list[tuple[float, float]], number: int) -> None:
    assert best(gaps(clusters(centres), references=15)) == number


def test_the_gap_statistic_refuses_gaps_and_few_points() -> None:
    with pytest.raises(ValueError, match="more than 4 finite points"):
        gaps(np.ones((4, 2)))
    with pytest.raises(ValueError, match="finite points"):
        gaps(np.full((20, 2), np.nan))


def test_the_first_component_follows_what_differs_most() -> None:
    x = np.linspace(0, 1, 30)
    scores = first_component(np.column_stack([x, 2 * x, np.cos(40 * x)]))
    assert abs(np.corrcoef(scores, x)[0, 1]) > 0.95


def test_a_verdict_needs_groups_and_a_valley() -> None:
    two = [Gap(1, 0.1, 0.1), Gap(2, 0.9, 0.1), Gap(3, 0.7, 0.1)]
    one = [Gap(1, 0.5, 0.1), Gap(2, 0.2, 0.1)]
    sure, unsure = ({"first component": DipTest(0.1, p, 80)} for p in (0.001, 0.5))
    assert Modes("", two, sure, 0).verdict == "2 groups, and more than one mode"
    assert "a continuum" in Modes("", two, unsure, 0).verdict
    assert Modes("", one, unsure, 0).verdict == "one continuum"
    assert Modes("", [], {}, 0).verdict == "too few runs to tell"


def test_the_area_under_the_curve_is_the_known_one() -> None:
    rng = np.random.default_rng(5)
    seeds = list(range(300))
    ends_so = rng.random(300) < 0.4
    score = ends_so + rng.normal(size=300).round(1)  # with ties
    found = ranked(score, ends_so, seeds)
    assert found.auc == pytest.approx(roc_auc_score(ends_so, score))
    # Two normals one standard deviation apart: Phi(1 / sqrt 2).
    assert found.low < 0.7602 < found.high
    noise = ranked(rng.normal(size=300), ends_so, seeds)
    assert noise.low < 0.5 < noise.high


def test_seeds_that_tell_the_end_by_heart_tell_nothing_of_other_seeds() -> None:
    rng = np.random.default_rng(6)
    seeds = np.repeat(np.arange(40), 10)
    luck = rng.normal(size=(40, 8))[seeds]  # a fingerprint of each seed
    ends_so = (rng.random(40) < 0.5)[seeds]
    score = predicted(luck, ends_so, seeds.tolist())
    assert abs(ranked(score, ends_so, seeds.tolist()).auc - 0.5) < 0.25
    signal = luck.copy()
    signal[:, 0] = ends_so + 0.5 * rng.normal(size=400)
    signal[::7, 1] = np.nan
    score = predicted(signal, ends_so, seeds.tolist())
    assert ranked(score, ends_so, seeds.tolist()).auc > 0.85


def test_nothing_is_told_apart_where_all_end_alike() -> None:
    with pytest.raises(ValueError, match="all runs end alike"):
        ranked(np.arange(5.0), np.ones(5, bool), range(5))


def test_early_variables_know_nothing_of_what_comes_later() -> None:
    short = Market(Scenario.load("classroom", [f"months={EARLY + 1}"]), seed=4).run()
    long = Market(Scenario.load("classroom", ["months=20"]), seed=4).run()
    assert early(short) == pytest.approx(early(long), nan_ok=True)


def test_every_cell_changes_its_dials_and_nothing_else() -> None:
    base = Scenario.load("classroom", ["months=14"])
    atlas = Atlas(base, ("cost",), seeds=1, home_seeds=1, steps=2)
    cells = atlas.cells()
    assert [cell["map"] for cell in cells] == [HOME, *["cost"] * 4]
    specs = [atlas.spec(cell) for cell in cells]
    assert [spec.policy for spec in specs] == ["", "", "open-full-disclosure*1"] * 1 + [
        "",
        "open-full-disclosure*1",
    ]
    assert [spec.scenario.race.growth for spec in specs[1:]] == [2.0, 2.0, 5.0, 5.0]
    assert len({spec.run_id for spec in specs}) == 5


def test_an_unknown_map_is_refused() -> None:
    with pytest.raises(AbmError, match=r"map 'cots': .*allowed: cost, capital"):
        named(["cots"])


def test_findings_on_made_runs() -> None:
    """Half of the seeds end well, and early openness tells which."""
    rng = np.random.default_rng(7)
    rows = []
    for seed in range(40):
        good = seed % 2 == 0
        row = dict.fromkeys([*OUTCOMES, *EARLY_NAMES], 0.0)
        row |= end(lag=rng.normal(0 if good else 20, 1), survival=0.8 if good else 0.2)
        row |= {"open_spend_share": rng.normal(0.7 if good else 0.2, 0.03)}
        row |= {"hhi_labs": rng.normal(2000 if good else 4000, 100)}
        row |= {"early_public_knowledge": rng.normal(1.0 if good else 0.0, 0.3)}
        rows.append({"map": HOME, "across": 0.0, "up": 0.0, "seed": seed} | row)
    base = Scenario.load("classroom")
    found = Findings(Atlas(base, (), 1, 40), pl.DataFrame(rows), [])
    shares = dict(found.shares.select("regime", "share").iter_rows())
    assert shares == dict.fromkeys([item.name for item in REGIMES], 0.0) | {
        "shared-progress": 0.5,
        "musical-chairs": 0.5,
    }
    assert found.modes[0].verdict == "2 groups, and more than one mode"
    told = found.branches.filter(predictor="early_public_knowledge")["auc"].to_list()
    assert min(told) > 0.95
