"""Worlds are played once for all claims, and absent claims are looked for in the regions."""

from pathlib import Path

import pytest

from abm.analysis.claims import study
from abm.analysis.claims.catalogue import CLAIMS
from abm.analysis.claims.changes import NO_RESALE, SCARCE_MONEY, Change, Changes
from abm.analysis.claims.metrics import METRICS
from abm.analysis.claims.regions import REGIONS
from abm.analysis.claims.study import Study, judge
from abm.analysis.claims.verdict import Verdict
from abm.errors import AbmError
from abm.experiment.specs import RunSpec
from abm.experiment.worker import Failure
from abm.scenario import Scenario, scenario_hash

REGION = REGIONS[1]


@pytest.fixture
def scene() -> Scenario:
    return Scenario.load("classroom", ["months=3"])


def test_every_world_is_played_once_a_seed(scene: Scenario, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    one = Study(scene, [3, 4], tmp_path, progress=lambda *counts: told.append(counts))
    found = one.by_seed([(), (SCARCE_MONEY,), (NO_RESALE,)])
    assert [set(seed) for seed in found] == [{(), (SCARCE_MONEY,), (NO_RESALE,)}] * 2
    assert told[-1] == (6, 6)
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 6
    again = Study(scene, [3, 4, 5], tmp_path).by_seed([()])
    assert repr(again[0][()]) == repr(found[0][()])  # NaN is NaN
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 7


def test_a_run_that_fails_is_named(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Failure("abc", "running", "ValueError: no")
    monkeypatch.setattr(study, "sweep", lambda specs, *_, **__: [lost] * len(specs))
    with pytest.raises(AbmError, match="run abc failed while running: ValueError: no"):
        Study(scene, [0], tmp_path).by_seed([()])


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


def test_ablations_are_not_played_in_regions_without_an_effect(
    scene: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = pretend(monkeypatch, scene, {})
    judge(Study(scene, range(40), tmp_path), [CLAIMS["C1"]])
    assert len({spec.world for spec in asked}) == 3 + len(REGIONS)
