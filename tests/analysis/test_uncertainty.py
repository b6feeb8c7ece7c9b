"""Files of uncertain parameters, the worlds drawn from them, and how policies fare there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_comparison import placebo, publish_data

from abm.analysis.comparison import compare
from abm.analysis.observations import Observations, Observed
from abm.analysis.robustness import robustness
from abm.analysis.uncertainty import Design, design, read
from abm.analysis.welfare import Books
from abm.errors import AbmError, ScenarioError
from abm.scenario import Scenario, scenario_folder
from abm.scenario.declared import field_at, plausible_range
from abm.scenario.notation import parse_key

FILE = """
title = "Pace"
worlds = 16
[expected]
sales = "down"
[parameters]
race.growth = { low = 2.0, high = 4.5, scale = "log" }
"knowledge.access" = { low = 0.5, high = 0.9 }
"acquisition.review_months" = { low = 3, high = 12 }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pace.toml"
    path.write_text(FILE)
    return path


def test_keys_may_be_nested_or_quoted(file: Path) -> None:
    assert list(read(file).parameters) == [
        "race.growth",
        "knowledge.access",
        "acquisition.review_months",
    ]


def test_every_parameter_has_one_world_in_each_sixteenth_of_its_span(file: Path) -> None:
    drawn = design(file, Scenario.load("classroom"), seed=0)
    assert drawn.points.shape == (16, 3)
    places = {
        0: np.log(drawn.points[:, 0] / 2.0) / np.log(4.5 / 2.0),
        1: (drawn.points[:, 1] - 0.5) / 0.4,
    }
    for place in places.values():
        assert sorted(np.floor(16 * place).astype(int)) == list(range(16))
    assert (drawn.points[:, 2] == np.round(drawn.points[:, 2])).all()


def test_worlds_are_what_the_design_says_and_leave_the_rest_alone(file: Path) -> None:
    base = Scenario.load("classroom")
    drawn = design(file, base, seed=0)
    for point, scenario in zip(drawn.points, drawn.scenarios, strict=True):
        assert (scenario.race.growth, scenario.knowledge.access) == tuple(point[:2])
        assert scenario.acquisition.review_months == point[2]
        same = {"race", "knowledge", "acquisition"}
        assert scenario.model_dump(exclude=same) == base.model_dump(exclude=same)


def test_equal_seeds_draw_equal_worlds(file: Path) -> None:
    base = Scenario.load("classroom")
    one, two, three = (design(file, base, seed).points for seed in (1, 1, 2))
    assert (one == two).all()
    assert (one != three).any()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("low = 2.0", "low = 5.0", "low 5 must be below high 4.5"),
        ("low = 2.0", "low = -1.0", "must be above zero on a log scale"),
        ('"log"', '"cubic"', "'linear' or 'log'"),
        ("worlds = 16", "worlds = 3", "greater than or equal to 10"),
        ("worlds = 16", "wolrds = 16", "wolrds: Extra inputs"),
        ('sales = "down"', 'sales = "sideways"', "'up' or 'down'"),
        ('sales = "down"', 'sals = "down"', "did you mean sales"),
        ('sales = "down"', "", "at least 1 item"),
        ("race.growth", "race.grwth", "names no number of a scenario; did you mean race.growth"),
        ("race.growth", "race.enabled", "'race.enabled' names no number"),
        ('"knowledge.access"', '"knowledge.access["', "names no number"),
        ("high = 4.5", "hihg = 4.5", "parameters.race.growth.high: Field required"),
        ('title = "Pace"', "", "title: Field required"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(file: Path, old: str, new: str, says: str) -> None:
    file.write_text(FILE.replace(old, new))
    with pytest.raises(AbmError, match=says):
        design(file, Scenario.load("classroom"), seed=0)


def test_a_world_that_cannot_be_played_is_refused(file: Path) -> None:
    file.write_text(FILE.replace("high = 0.9", "high = 7.0"))
    with pytest.raises(ScenarioError, match=r"knowledge\.access"):
        design(file, Scenario.load("classroom"), seed=0)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AbmError, match="shipped: pace-and-law"):
        read(tmp_path / "none.toml")


@pytest.mark.parametrize("path", sorted((scenario_folder() / "uncertainty").glob("*.toml")))
def test_shipped_files_stay_within_the_plausible_ranges(path: Path) -> None:
    for key, span in read(path.stem).parameters.items():
        low, high = plausible_range(field_at(parse_key(key)[0])) or (np.nan, np.nan)
        assert low <= span.low < span.high <= high, key
    assert design(path.stem, Scenario.load("status-quo-2023"), seed=0).scenarios


# -------------------------------------------------------------------------------- how they fare --


def seen(sales: dict[str, list[float]]) -> Observations:
    """Made-up runs, one a world, in which only sales differ."""
    books = Books({}, {}, 0.0, *[np.zeros((1, 1))] * 3, np.ones(1))
    return Observations(
        {
            name: {key: [Observed(key, {"sales": x}, books, [])] for key, x in enumerate(values)}
            for name, values in sales.items()
        }
    )


@pytest.fixture
def drawn() -> Design:
    growth = np.arange(20.0)[:, None]
    return Design("Made up", {"sales": "down"}, ("race.growth",), growth, ())


def test_signs_regret_and_the_box_of_failures(drawn: Design) -> None:
    base = [5.0] * 20
    good = [4.0] * 12 + [6.0] * 7 + [5.0]  # fails where growth is 12 or more
    bold = [1.0] * 20
    found = robustness(
        drawn, seen({"baseline": base, "good": good, "bold": bold}), ["good", "bold"]
    )
    rows = {row["policy"]: row for row in found.summary.iter_rows(named=True)}
    assert rows["good"]["expected_sign"] == 12 / 20
    assert (rows["good"]["other_sign"], rows["good"]["no_effect"]) == (7 / 20, 1 / 20)
    assert rows["good"]["expected_low"] < 0.6 < rows["good"]["expected_high"]
    assert rows["good"]["box"].startswith("race.growth above 1")
    assert (rows["good"]["box_coverage"], rows["good"]["box_density"]) == (1.0, 1.0)
    assert rows["bold"]["expected_sign"] == 1.0
    assert rows["bold"]["box"] is None
    assert rows["bold"]["regret_90"] == 0.0
    assert rows["good"]["regret_90"] == pytest.approx(np.percentile(np.array(good) - 1, 90))
    assert found.worlds.height == 40
    assert found.worlds.filter(policy="good", world=19)["effect"].item() == 0.0


def test_doing_nothing_is_one_of_the_choices_that_regret_counts(drawn: Design) -> None:
    found = robustness(drawn, seen({"baseline": [3.0] * 20, "bad": [5.0] * 20}), ["bad"])
    assert found.summary["regret_90"].item() == 2.0


def test_worlds_without_a_number_are_dropped_and_counted(drawn: Design) -> None:
    sales = [float("nan")] * 4 + [4.0] * 16
    found = robustness(drawn, seen({"baseline": [5.0] * 20, "good": sales}), ["good"])
    row = found.summary.row(0, named=True)
    assert (row["worlds"], row["dropped"], row["expected_sign"]) == (16, 4, 1.0)


def test_a_comparison_over_worlds_has_one_number_a_world(file: Path) -> None:
    file.write_text(FILE.replace("worlds = 16", "worlds = 10"))
    arguments: dict[str, Any] = {"months": 3, "outcomes": ["sales", "data_disclosure"]}
    found = compare("classroom", [placebo, publish_data], replicates=2, uncertain=file, **arguments)
    assert found.robustness is not None
    assert found.pairs == 10
    assert found.runs.height == 3 * 10 * 2
    assert found.runs.filter(policy="baseline")["seed"].to_list() == list(range(20))
    assert found.card("sales", "placebo").unchanged == 10
    assert found.card("data_disclosure", "publish_data").pairs == 10
    row = found.robustness.summary.filter(policy="placebo").row(0, named=True)
    assert (row["no_effect"], row["regret_90"], row["expected_sign"]) == (1.0, 0.0, 0.0)
    assert set(found.robustness.worlds.columns) >= {"race.growth", "knowledge.access", "effect"}


def test_the_pairs_of_a_world_make_one_number_together() -> None:
    books = Books({}, {}, 0.0, *[np.zeros((1, 1))] * 3, np.ones(1))
    base, policy = (
        [Observed(seed, {"sales": x}, books, []) for seed, x in enumerate(values)]
        for values in ((1.0, 4.0), (2.0, 9.0))
    )
    found = Observations({"baseline": {0: base}, "policy": {0: policy}})
    assert found.outcome("baseline", "sales").values == (2.5,)
    apart = found.against_baseline("policy", lambda b, p: p.outcomes["sales"] - b.outcomes["sales"])
    assert apart.values == (3.0,)
    assert found.zeros().values == (0.0,)
