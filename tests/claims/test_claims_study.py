"""Worlds are played once for all claims, and absent claims are looked for in the regions."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.claims import evidence, judging, study
from abm.analysis.claims.catalogue import CLAIMS, worlds_of
from abm.analysis.claims.changes import NO_RESALE, SCARCE_MONEY, Change, Changes
from abm.analysis.claims.data import as_data
from abm.analysis.claims.evidence import FIRST_LOOK, weigh
from abm.analysis.claims.judging import judge
from abm.analysis.claims.metrics import METRICS
from abm.analysis.claims.places import places
from abm.analysis.claims.regions import REGIONS
from abm.analysis.claims.study import Study
from abm.analysis.claims.verdict import Verdict
from abm.errors import AbmError
from abm.experiment.specs import RunSpec
from abm.experiment.worker import Failure
from abm.market import Market
from abm.scenario import Scenario, scenario_hash

REGION = REGIONS[1]

ENSEMBLE = Ensemble(
    pl.DataFrame(
        {
            "member": [0, 1, 2],
            "implausibility": [1.0, 2.0, 2.5],
            "plausible": [True, True, True],
            "demand.network": [0.1, 0.2, 0.3],
        }
    ),
    {},
)


@pytest.fixture
def scene() -> Scenario:
    return Scenario.load("classroom", ["months=3"])


def test_every_world_is_played_once_a_seed(scene: Scenario, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    one = Study(scene, [3, 4], tmp_path, progress=lambda *counts: told.append(counts))
    found = one.by_seed(dict.fromkeys([(), (SCARCE_MONEY,), (NO_RESALE,)], 3))
    assert [set(seed) for seed in found] == [{(), (SCARCE_MONEY,), (NO_RESALE,)}] * 2
    assert told[-1] == (6, 6)
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 6
    again = Study(scene, [3, 4, 5], tmp_path).by_seed({(): 3})
    assert repr(again[0][()]) == repr(found[0][()])  # NaN is NaN
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 7


def test_each_seed_plays_its_worlds_with_the_next_member_of_an_ensemble(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[RunSpec] = []

    def rows(specs: list[RunSpec], *_: object, **__: object) -> list[dict[str, float]]:
        asked.extend(specs)
        return [dict.fromkeys(METRICS, spec.scenario.demand.network) for spec in specs]

    monkeypatch.setattr(study, "sweep", rows)
    found = Study(scene, range(5), tmp_path, ensemble=ENSEMBLE).by_seed({(): 3, (SCARCE_MONEY,): 3})
    values = [0.1, 0.2, 0.3, 0.1, 0.2]
    assert [seed[()]["listing_gain"] for seed in found] == values
    assert [seed[SCARCE_MONEY,]["listing_gain"] for seed in found] == values
    assert [spec.seed for spec in asked] == [0, 1, 2, 3, 4] * 2
    assert {spec.world for spec in asked} == {
        scenario_hash(study.changed(made, world))
        for made in ENSEMBLE.worlds(scene)
        for world in ((), (SCARCE_MONEY,))
    }


def test_a_folder_is_for_one_ensemble() -> None:
    scene, other = Scenario.load("classroom"), ENSEMBLE.table.head(2)
    plans = [study.plan_of(scene, one) for one in (None, ENSEMBLE, Ensemble(other, {}))]
    assert len({str(plan) for plan in plans}) == 3


def test_where_an_effect_is_large_enough_is_told_by_the_parameter_that_makes_it_so() -> None:
    network = [i / 100 for i in range(60)]
    table = pl.DataFrame(
        {"member": range(60), "implausibility": 0.0, "plausible": True, "demand.network": network}
    )
    ensemble = Ensemble(table, {})
    seen = [{(): dict.fromkeys(METRICS, float(x > 0.395))} for x in network]
    claim = replace(CLAIMS["C1"], sesoi=0.5)
    [found] = weigh([claim], seen)
    told = places(range(60), ensemble, found)
    assert told["share"] == pytest.approx(1 / 3)
    assert told["box"].startswith("demand.network above 0.3")
    assert told["density"] > 0.8
    assert told["coverage"] == 1
    nothing = places(range(60), ensemble, replace(found, claim=replace(claim, sesoi=2.0)))
    assert nothing == {"share": 0.0, "box": None, "density": None, "coverage": None}


def test_a_run_that_fails_is_named(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Failure("abc", "running", "ValueError: no")
    monkeypatch.setattr(study, "sweep", lambda specs, *_, **__: [lost] * len(specs))
    with pytest.raises(AbmError, match="run abc failed while running: ValueError: no"):
        Study(scene, [0], tmp_path).by_seed({(): 3})


def pretend(
    monkeypatch: pytest.MonkeyPatch, scene: Scenario, trend: dict[Changes, float]
) -> list[RunSpec]:
    """Let worlds have a trend of releases instead of playing them; what would have been played."""
    made = {scenario_hash(study.changed(scene, world)): x for world, x in trend.items()}
    asked: list[RunSpec] = []

    def rows(specs: list[RunSpec], *_: object, **__: object) -> list[dict[str, float]]:
        asked.extend(specs)
        plain = dict.fromkeys(METRICS, 0.0)
        return [
            {**plain, "open_release_trend": made.get(spec.world, 0.0) + 0.001 * (spec.seed % 7)}
            for spec in specs
        ]

    monkeypatch.setattr(study, "sweep", rows)
    return asked


def held_in(*region: Change) -> dict[Changes, float]:
    return {region: 0.6, (*region, CLAIMS["C1"].placebo): 0.6}


def test_a_claim_that_holds_in_a_region_only_is_conditional(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, scene, held_in(REGION))
    finding = judge(Study(scene, range(40), tmp_path), [CLAIMS["C1"]])[0]
    assert finding.verdict is Verdict.CONDITIONAL
    assert finding.regions == (REGION.name,)
    assert finding.searched == tuple(region.name for region in REGIONS)


def test_a_claim_that_holds_is_looked_for_nowhere_else(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = pretend(monkeypatch, scene, held_in())
    finding = judge(Study(scene, range(40), tmp_path), [CLAIMS["C1"]])[0]
    assert finding.verdict is Verdict.EMERGES
    assert finding.searched == ()
    assert len({spec.world for spec in asked}) == 3  # as it is, ablation, placebo


def test_an_effect_with_another_cause_is_looked_for_nowhere_else(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ablated = (CLAIMS["C1"].ablations[0].change,)
    pretend(monkeypatch, scene, {**held_in(), ablated: 0.6})
    finding = judge(Study(scene, range(40), tmp_path), [CLAIMS["C1"]])[0]
    assert finding.verdict is Verdict.NOT
    assert finding.searched == ()


def test_what_could_remove_an_effect_is_not_played_where_there_is_none(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = pretend(monkeypatch, scene, {})
    [finding] = judge(Study(scene, range(40), tmp_path), [CLAIMS["C1"]])
    assert len({spec.world for spec in asked}) == 1 + len(REGIONS)
    assert finding.evidence is not None
    assert finding.evidence.tried == 0
    assert finding.evidence.effects.keys() == {()}
    assert not finding.evidence.present
    assert finding.evidence.removed == (False,) * len(CLAIMS["C1"].ablations)
    assert not finding.evidence.kept


def test_ablations_are_given_up_early_where_one_of_them_is_lost(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ablated = (CLAIMS["C1"].ablations[0].change,)
    asked = pretend(monkeypatch, scene, {**held_in(), ablated: 0.6})
    [finding] = judge(Study(scene, range(40), tmp_path), [CLAIMS["C1"]])
    seeds = {
        world: {x.seed for x in asked if x.world == world} for world in {x.world for x in asked}
    }
    base = scenario_hash(study.changed(scene, ()))
    assert seeds.pop(base) == set(range(40))
    assert list(seeds.values()) == [set(range(FIRST_LOOK))] * 2  # ablation, placebo
    assert finding.evidence is not None
    assert finding.evidence.given_up


def test_a_study_that_gave_up_and_was_cut_off_comes_to_the_same(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (evidence, judging):
        monkeypatch.setattr(module, "FIRST_LOOK", 8)
    claims = [CLAIMS["C9"]]

    def told(folder: Path) -> dict[str, Any]:
        one = Study(scene, range(12), folder)
        return as_data(one, judge(one, claims, ()), ())

    whole, cut = tmp_path / "whole", tmp_path / "cut"
    for folder in (whole, cut):
        folder.mkdir()
    expected = told(whole)
    assert expected["claims"][0]["given_up_after"] == 8
    assert [row["seeds"] for row in expected["played"]] == [12, 8]
    lines = (whole / "runs.jsonl").read_bytes().splitlines(keepends=True)
    for kept in (3, 20):  # in the first stage, and in the second
        (cut / "runs.jsonl").write_bytes(b"".join(lines[:kept]) + lines[kept][:40])
        assert told(cut) == expected
        again = (cut / "runs.jsonl").read_bytes()
        assert again.count(b'"finished"') - (b'"finished"' in lines[kept][:40]) == len(lines)


def test_a_world_is_played_no_further_than_somebody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scenario.load("classroom", ["months=60"])
    asked = pretend(monkeypatch, scene, held_in())
    one = Study(scene, range(2), tmp_path)
    one.by_seed({(): 18})
    one.by_seed({(): 12})  # known
    one.by_seed({(): 99, (SCARCE_MONEY,): 24})
    assert [spec.scenario.months for spec in asked] == [18, 18, 60, 60, 24, 24]
    assert worlds_of([CLAIMS["C8"]])[()] == 24
    assert worlds_of([CLAIMS["C8"], CLAIMS["C21"]])[()] == 49


def test_what_a_run_is_too_short_for_has_no_number(scene: Scenario) -> None:
    run = Market(scene).run()
    assert all(math.isnan(x) for x in study.reduced(run).values())
    row = study.reduced(run, horizon=3)
    assert math.isfinite(row["log_spend"])
    assert list(row) == list(METRICS)


def test_regions_are_given_up_early_where_the_effect_is_less_than_what_matters(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = pretend(monkeypatch, scene, {(REGION,): CLAIMS["C1"].sesoi - 0.001})
    judge(Study(scene, range(40), tmp_path), [CLAIMS["C1"]])
    played = {
        region.name: {spec.seed for spec in asked if is_of(spec, region)} for region in REGIONS
    }
    assert played.pop(REGION.name) == set(range(40))  # not settled by then
    assert all(seeds == set(range(FIRST_LOOK)) for seeds in played.values())


def is_of(spec: RunSpec, region: Change) -> bool:
    mechanism = getattr(spec.scenario, region.touches)
    return all(getattr(mechanism, name) == value for name, value in region.values)
