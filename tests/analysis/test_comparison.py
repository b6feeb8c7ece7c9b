"""Comparing worlds: pairs of real runs, small and few."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import abm
from abm.analysis.alternatives import Alternative
from abm.analysis.comparison import Comparison, compare
from abm.analysis.split import TOTAL
from abm.errors import AbmError, ScenarioError
from abm.experiment.runner import RunFailedError
from abm.mechanisms.disclosure import DATA
from abm.policy import available
from abm.scenario import Scenario, varied

MONTHS = 8


def placebo(market: Any) -> None:
    """Look and do nothing."""
    market.labs.cash.sum()


def publish_data(market: Any) -> None:
    """Every lab shows all of its data."""
    shown = market.labs.disclosure[:, DATA]
    np.maximum(shown, 1.0, out=shown, where=market.labs.alive)


def pay_labs(market: Any) -> None:
    """The state gives every lab a million a month."""
    from abm.ledger import GOVERNMENT

    given = np.where(market.labs.alive, 1.0, 0.0)
    market.ledger.pay("grant", GOVERNMENT, market.ledger.labs, given)


def ease(market: Any) -> None:
    """Half of what keeps customers goes."""
    market.rules.friction[...] = 0.5


def both(market: Any) -> None:
    """Show the data, and pay."""
    publish_data(market)
    pay_labs(market)


POLICIES = [
    placebo,
    Alternative("data", publish_data),
    Alternative("grant", pay_labs),
    Alternative("data+grant", both),
    "race.growth=4",
]


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare("classroom", POLICIES, replicates=5, months=MONTHS)


# ------------------------------------------------------------------------------------ the tables --


def test_a_placebo_is_exactly_nothing_everywhere(found: Comparison) -> None:
    nothing = found.cards.filter(policy="placebo")
    assert nothing.height > 30
    for column in ("effect", "median", "low", "high"):
        measured = nothing.filter(pl.col("pairs") > 0)
        assert (measured[column] == 0.0).all(), column
    assert (nothing["pairs"] == nothing["unchanged"]).all()
    assert (nothing.filter(pl.col("pairs") > 0)["verdict"] == "none").all()
    labs = found.labs.filter(policy="placebo")
    welfare = found.welfare.filter(policy="placebo")
    for table in (labs, welfare):
        changes = [name for name in table.columns if name.endswith("change")]
        for column in [*changes, *({"money", "financing"} & set(table.columns))]:
            assert (table[column].drop_nulls() == 0.0).all(), column


def test_no_strength_is_exactly_nothing_in_every_number_of_every_pair() -> None:
    """Every shipped policy at strength zero, in force for some months, and two of them together."""
    idle = [f"{listing.name}*0" for listing in available()]
    idle.append("+".join(idle[:2]))
    still = compare("classroom", idle, replicates=2, months=9)
    runs = still.runs.sort("policy", "seed")
    base = runs.filter(policy="baseline").drop("policy")
    for policy in idle:
        assert runs.filter(policy=policy).drop("policy").equals(base, null_equal=True), policy
    assert set(still.cards["verdict"].filter(still.cards["pairs"] > 0)) == {"none"}
    assert (still.cards["effect"].drop_nans() == 0.0).all()
    assert (still.interactions["interaction"].drop_nans() == 0.0).all()
    assert still.interactions.height
    for table in (still.labs, still.welfare):
        for column in table.select(pl.selectors.ends_with("change")).iter_columns():
            assert (column.drop_nulls() == 0.0).all(), column.name


def test_there_is_a_row_for_every_policy_and_outcome(found: Comparison) -> None:
    names = ("placebo", "data", "grant", "data+grant", "race.growth=4")
    assert found.policies == names
    assert found.cards.height == len(names) * len(found.outcomes)
    assert found.labs.height == len(names) * len(found.scenario.labs)
    assert found.runs.height == 5 * (1 + len(names))
    assert found.pairs == 5


def test_a_card_rests_on_the_runs_of_equal_seeds(found: Comparison) -> None:
    runs = found.runs.sort("seed")
    base, treated = (runs.filter(policy=name)["data_disclosure"] for name in ("baseline", "data"))
    card = found.card("data_disclosure", "data")
    assert card.effect == pytest.approx(float((treated - base).mean()))  # type: ignore[arg-type]
    assert card.verdict == "up" or card.pairs < 6
    assert card.treated > 0.9  # labs that enter late in a month show nothing yet


def test_interactions_are_the_joint_effect_less_its_parts(found: Comparison) -> None:
    assert found.interactions["policy"].unique().to_list() == ["data+grant"]
    rows = {row["outcome"]: row for row in found.interactions.iter_rows(named=True)}
    for outcome in ("api_spend", "funding", "data_disclosure"):
        parts = [found.card(outcome, name).effect for name in ("data", "grant")]
        joint = found.card(outcome, "data+grant").effect
        scale = max(abs(found.card(outcome, "data").baseline), 1.0)
        assert rows[outcome]["interaction"] == pytest.approx(joint - sum(parts), abs=1e-9 * scale)
        assert rows[outcome]["sum_of_parts"] == pytest.approx(sum(parts), abs=1e-9 * scale)


def test_money_of_the_split_sums_to_nothing(found: Comparison) -> None:
    for policy in found.policies:
        split = found.welfare.filter(policy=policy)
        for column in ("money", "financing"):
            moved = split[column].drop_nulls()
            assert moved.len() == 8
            assert abs(moved.sum()) <= 1e-9 * max(float(moved.abs().sum()), 1.0)


def test_the_sum_is_that_of_the_counted_lines_with_the_cost_of_funds(found: Comparison) -> None:
    split = found.welfare.filter(policy="grant")
    counted = split.filter("counted")
    total = split.filter(group=TOTAL)["change"].to_list()
    state = counted.filter(group="public money")["change"].item()
    assert state < -1.0
    assert total[0] == pytest.approx(float(counted["change"].sum()))
    assert total[1] == pytest.approx(total[0] + 0.25 * state)


def test_what_is_counted_for_customers_is_not_bent_by_levers_on_switching() -> None:
    """Friction moves the pull of what others use and with it one version only, at once."""
    split = compare("classroom", [Alternative("eased", ease)], replicates=2, months=1).welfare
    rows = split.filter(group="customers").select("assumption", "counted", "change").rows()
    assert [(told, counted) for told, counted, _ in rows[:2]] == [
        ("price weights of the scenario", True),
        ("with the pull of what others use", False),
    ]
    assert rows[0][2] == 0.0
    assert rows[1][2] < -1.0


def test_a_grant_is_paid_by_the_state_and_received_by_labs(found: Comparison) -> None:
    split = {
        (row["group"], row["assumption"]): row
        for row in found.welfare.filter(policy="grant").iter_rows(named=True)
    }
    paid = split["public money", "cost of public funds 1"]["money"]
    labs = len(found.scenario.labs)
    assert -paid == pytest.approx(labs * sum(1.04 ** (-t / 12) for t in range(MONTHS)), rel=0.5)
    assert split["public money", "cost of public funds 1.25"]["change"] == pytest.approx(
        1.25 * paid
    )


# ------------------------------------------------------------------------------- how it is asked --


def test_the_package_offers_it_in_few_lines() -> None:
    found = abm.compare(
        Scenario.load("classroom"), [publish_data], replicates=2, months=3, outcomes=["sales"]
    )
    assert found.card("sales").pairs == 2
    assert found.cards.height == 1


def test_workers_change_nothing() -> None:
    arguments: dict[str, Any] = {"replicates": 3, "months": 8, "outcomes": ["data_disclosure"]}
    policies = ["mandatory-data-disclosure", "race.growth=4"]
    alone = compare("classroom", policies, **arguments)
    together = compare("classroom", policies, workers=2, **arguments)
    assert alone.runs.equals(together.runs, null_equal=True)
    assert alone.to_json() == together.to_json()


def test_a_run_that_fails_stops_the_comparison_and_says_where() -> None:
    def breaks(_market: Any) -> None:
        raise ZeroDivisionError("the policy divides by nothing")

    with pytest.raises(RunFailedError, match="the policy divides by nothing"):
        compare("classroom", [breaks], replicates=2, months=2, outcomes=["sales"])


def test_changes_of_all_worlds_and_the_first_seed_are_heeded() -> None:
    found = compare(
        "classroom", [placebo], replicates=2, months=3, first_seed=40, outcomes=["sales"],
        overrides=["entry.enabled=false"],
    )  # fmt: skip
    assert found.runs["seed"].unique().sort().to_list() == [40, 41]
    assert not found.scenario.entry.enabled
    assert found.scenario.months == 3


def test_progress_counts_the_runs() -> None:
    steps: list[tuple[int, int]] = []
    compare(
        "classroom", [placebo], replicates=3, months=2, outcomes=["sales"],
        progress=lambda done, planned: steps.append((done, planned)),
    )  # fmt: skip
    assert steps == [(done, 6) for done in range(1, 7)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"policies": []}, "nothing to compare with"),
        ({"policies": [placebo, placebo]}, "two worlds of one name: placebo"),
        ({"policies": [Alternative("baseline")]}, "two worlds of one name: baseline"),
        ({"policies": ["no-such-policy"]}, "no-such-policy"),
        ({"policies": ["months=3"]}, "changes the months"),
        ({"policies": ["start=2024-01"]}, "changes the months"),
        ({"policies": ["drop_labs=['Fir']"]}, "changes the labs"),
        ({"policies": ["drop_segments=['tinkerers']"]}, "segments"),
        ({"outcomes": ["sale"]}, "did you mean sales"),
        ({"replicates": 1}, "at least two pairs"),
        ({"until_precise": {"sales": 0.0}}, "must be above zero"),
        ({"until_precise": {"sals": 1.0}}, "did you mean sales"),
        ({"until_precise": {"sales": 1.0}, "outcomes": ["pivots"]}, "not among those measured"),
        ({"until_precise": {"sales": 1.0}, "maximum": 3}, "at most 3 pairs are fewer"),
        ({"uncertain": "pace-and-law", "until_precise": {"sales": 1.0}}, "not both"),
        ({"uncertain": "pace-and-law", "replicates": 0}, "needs at least one"),
        ({"uncertain": "pace-and-low"}, "did you mean pace-and-law"),
        ({"uncertain": "pace-and-law", "outcomes": ["sales"]}, "not among those measured"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_played(
    monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], says: str
) -> None:
    monkeypatch.setattr("abm.analysis.replicates.play", lambda *_: pytest.fail("played"))
    asked = {"policies": [placebo], "replicates": 4, **arguments}
    with pytest.raises(AbmError, match=says):
        compare("classroom", **asked)


def test_a_change_of_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean race\.growth"):
        compare("classroom", ["race.grwth=4"])


@pytest.mark.parametrize("uncertain", [None, "pace-and-law"])
def test_a_policy_about_a_segment_that_is_not_there_is_refused_before_anything_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uncertain: str | None
) -> None:
    monkeypatch.setattr("abm.analysis.replicates.play", lambda *_: pytest.fail("played"))
    law = tmp_path / "law.toml"
    law.write_text('title = "A law"\n[[levers]]\nkind = "interoperability"\nsegments = ["firm"]\n')
    with pytest.raises(ScenarioError, match=r"no such segment; did you mean firms\?"):
        compare("classroom", ["placebo", str(law)], uncertain=uncertain)


def test_a_card_that_is_not_there_is_refused(found: Comparison) -> None:
    with pytest.raises(AbmError, match="which policy"):
        found.card("sales")
    with pytest.raises(AbmError, match="no card of 'sals'"):
        found.card("sals", "data")
    with pytest.raises(AbmError, match="no card of 'sales' and 'dato'"):
        found.card("sales", "dato")


# -------------------------------------------------------------------------------- until precise --


def test_pairs_are_doubled_until_precise_and_the_error_is_spent_over_all_looks() -> None:
    # How much the lag moves is known from the pairs themselves: no fixed width would do.
    only = ["log_price_index"]
    first = compare("classroom", ["race.growth=4"], replicates=4, months=10, outcomes=only)
    wanted = 0.9 * first.card("log_price_index").half_width
    found = compare(
        "classroom", ["race.growth=4"], replicates=4, months=10, outcomes=only,
        until_precise={"log_price_index": wanted}, maximum=17,
    )  # fmt: skip
    assert found.level == pytest.approx(1 - 0.05 / 3)
    assert [look.pairs for look in found.looks][:2] == [4, 8]
    assert not found.looks[0].precise  # wider than the plain interval, which was too wide already
    assert found.pairs == found.looks[-1].pairs
    assert found.looks[-1].half_widths["log_price_index"] == pytest.approx(
        found.card("log_price_index").half_width
    )


def test_no_more_is_played_once_it_is_precise() -> None:
    found = compare(
        "classroom", [placebo], replicates=2, months=3, outcomes=["sales"],
        until_precise={"sales": 0.1}, maximum=64,
    )  # fmt: skip
    assert found.pairs == 2
    assert [look.precise for look in found.looks] == [True]


def test_what_does_not_exist_is_never_precise() -> None:
    found = compare(
        "classroom", [placebo], replicates=2, months=3, outcomes=["litigation_transfers"],
        overrides=["ledger.enabled=false"], until_precise={"litigation_transfers": 1.0}, maximum=4,
    )  # fmt: skip
    assert [look.precise for look in found.looks] == [False, False]
    assert found.card("litigation_transfers").dropped == 4


# --------------------------------------------------------------------------- as data and on disk --


def test_json_holds_every_table_and_no_nan(found: Comparison) -> None:
    data = json.loads(found.to_json(), parse_constant=lambda name: pytest.fail(name))
    assert data["policies"] == list(found.policies)
    assert data["seeds"] == [0, 1, 2, 3, 4]
    assert len(data["cards"]) == found.cards.height
    assert len(data["welfare"]) == found.welfare.height
    assert data == found.to_dict()


def test_a_folder_holds_all_of_it_whole_or_not_at_all(found: Comparison, tmp_path: Path) -> None:
    folder = found.write(tmp_path / "comparison")
    for name in ("cards", "labs", "welfare", "interactions", "runs"):
        table = pl.read_parquet(folder / f"{name}.parquet")
        assert table.equals(getattr(found, name), null_equal=True), name
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["format"] == "abm-comparison"
    assert set(manifest["tables"]) == {"cards", "labs", "welfare", "interactions", "runs"}
    assert (folder / "figures" / "forest.png").stat().st_size > 10_000
    with pytest.raises(AbmError, match="holds a comparison already; add --force"):
        found.write(folder)
    found.write(folder, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["comparison"]


def test_another_folder_is_not_overwritten(found: Comparison, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(AbmError, match="holds something that is no comparison"):
        found.write(tmp_path, force=True)


def test_a_failure_leaves_nothing_half_written(
    found: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("full")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fail)
    with pytest.raises(AbmError, match="cannot be written: full"):
        found.write(tmp_path / "comparison")
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_does_not_exist_is_dropped_in_pairs() -> None:
    """Closed labs alone: nothing open has a lag, and the card says how often."""
    changes = [f"labs[{lab.name}].camp=closed" for lab in Scenario.load("classroom").labs]
    found = compare(
        "classroom", [placebo], replicates=2, months=2, outcomes=["best_open_lag"],
        overrides=[*changes, "entry.enabled=false", "strategy.enabled=false"],
    )  # fmt: skip
    card = found.card("best_open_lag")
    assert (card.pairs, card.dropped) == (0, 2)
    assert math.isnan(card.effect)


def test_a_single_text_is_one_policy_and_one_change() -> None:
    found = compare("classroom", "placebo", replicates=2, months=2, overrides="race.growth=3")
    assert found.policies == ("placebo",)
    assert found.scenario.race.growth == 3
    assert Scenario.load("classroom", "race.growth=3").race.growth == 3
    assert varied(Scenario.load("classroom"), "race.growth=3").race.growth == 3
