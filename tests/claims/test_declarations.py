"""The claims as they are declared: whole, with thresholds and reasons, one mechanism a change."""

from typing import Any

import pytest

from abm.analysis.claims import changes
from abm.analysis.claims.catalogue import CLAIMS, chosen, worlds_of
from abm.analysis.claims.changes import Change, changed, first_sharer
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.metrics import METRICS
from abm.analysis.claims.regions import REGIONS
from abm.analysis.claims.study import checked
from abm.errors import AbmError
from abm.policy import compose
from abm.scenario import Scenario

ALL = pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
CHANGES = {x.name: x for x in vars(changes).values() if isinstance(x, Change)}


@pytest.fixture(scope="module")
def world() -> Scenario:
    return Scenario.load("status-quo-2023")


def touched(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """What differs: sections of mechanisms, ``labs.field``, or ``labs`` for who is there."""
    found = {key for key in before if key not in ("labs", "clouds") and before[key] != after[key]}
    labs = {lab["name"]: lab for lab in after["labs"]}
    if list(labs) != [lab["name"] for lab in before["labs"]]:
        return found | {"labs"}
    for lab in before["labs"]:
        now = labs[lab["name"]]
        found |= {f"labs.{field}" for field in lab if lab[field] != now[field]}
    return found | ({"clouds"} if before["clouds"] != after["clouds"] else set())


def test_there_are_thirty_in_order() -> None:
    assert list(CLAIMS) == [f"C{n}" for n in range(1, 31)]


def test_they_share_worlds() -> None:
    assert len(worlds_of(CLAIMS.values())) <= 45


@ALL
def test_every_claim_is_whole(claim: Claim) -> None:
    assert claim.statement.endswith(".")
    assert claim.untestable or (claim.terms and claim.effect and claim.ablations)
    assert claim.sesoi > 0
    assert claim.reason
    assert all(term.metric in METRICS for term in claim.terms)


@ALL
def test_a_placebo_is_no_ablation(claim: Claim) -> None:
    assert claim.placebo not in [ablation.change for ablation in claim.ablations]
    assert all(claim.placebo not in term.changes for term in claim.terms)


@ALL
def test_a_direct_ablation_is_labelled_or_accompanied(claim: Claim) -> None:
    """Where the only ablation is nearly the claim itself, the note says so."""
    if all(ablation.direct for ablation in claim.ablations):
        assert "shows" in claim.note


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_switches_exactly_one_thing(change: Change, world: Scenario) -> None:
    parts = touched(world.model_dump(), changed(world, (change,)).model_dump())
    if change.policy:
        assert not parts
        compose(change.policy)
    elif change.touches == "labs":  # endowments, or who is there
        assert parts
        assert all(part.split(".")[0] == "labs" for part in parts)
    else:
        assert parts == {change.touches}


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_a_region_is_one_change_as_well(region: Change, world: Scenario) -> None:
    assert touched(world.model_dump(), changed(world, (region,)).model_dump()) == {region.touches}


def test_a_change_of_two_mechanisms_would_be_seen(world: Scenario) -> None:
    sly = Change(
        "sly", "", "race", cast=lambda w: (w["race"].update(growth=3), w["talent"].update(hiring=0))
    )
    parts = touched(world.model_dump(), changed(world, (sly,)).model_dump())
    assert parts == {"race", "talent"}


def test_equal_labs_are_equal(world: Scenario) -> None:
    labs = [lab for lab in changed(world, (changes.EQUAL_LABS,)).labs if lab.camp == "open"]
    for field in (*changes.ENDOWMENTS, "algorithms", "licence", "focus", "owned", "parent_budget"):
        assert len({str(getattr(lab, field)) for lab in labs}) == 1, field


def test_who_is_taken_out_is_the_richest(world: Scenario) -> None:
    def money(lab: Any) -> float:
        return lab.cash + 12 * lab.parent_budget

    left = changed(world, (changes.NO_RICH_LAB,))
    gone = {lab.name for lab in world.labs} - {lab.name for lab in left.labs}
    richest = max((lab for lab in world.labs if lab.camp == "open"), key=money)
    assert gone == {richest.name}
    assert all(richest.name not in cloud.catalogue for cloud in left.clouds)


def test_one_shares_and_it_is_the_one_that_is_measured(world: Scenario) -> None:
    now = changed(world, (changes.ONE_SHARES,))
    differ = [a.name for a, b in zip(world.labs, now.labs, strict=True) if a != b]
    assert differ == [first_sharer(world)] == [first_sharer(now)]


def test_names_steer_nothing(world: Scenario) -> None:
    """Rules pick the same rows when every lab has another name."""
    values = world.model_dump()
    new = {lab["name"]: f"Lab {place:02d}" for place, lab in enumerate(values["labs"])}
    for lab in values["labs"]:
        lab["name"] = new[lab["name"]]
        lab["builds_on"] = new.get(lab["builds_on"], "")
    for cloud in values["clouds"]:
        cloud["catalogue"] = [new[name] for name in cloud["catalogue"]]
        cloud["own_lab"] = new.get(cloud["own_lab"], "")
    other = Scenario.model_validate(values)
    for change in (changes.NO_RICH_LAB, changes.EQUAL_LABS):
        before, after = changed(world, (change,)), changed(other, (change,))
        assert [new[lab.name] for lab in before.labs] == [lab.name for lab in after.labs]
        assert [lab.cash for lab in before.labs] == [lab.cash for lab in after.labs]


def test_some_are_found_by_name() -> None:
    assert [claim.id for claim in chosen(["c18", "C7"])] == ["C7", "C18"]
    assert len(chosen([])) == 30
    with pytest.raises(AbmError, match=r"'C71'.*did you mean C"):
        chosen(["C71"])


def test_a_world_that_cannot_be_made_is_refused_before_anything_is_played() -> None:
    closed = Scenario.load("classroom").model_dump()
    closed["labs"] = [lab for lab in closed["labs"] if lab["camp"] == "closed"]
    names = {lab["name"] for lab in closed["labs"]}
    for cloud in closed["clouds"]:
        cloud["catalogue"] = [name for name in cloud["catalogue"] if name in names]
    scene = Scenario.model_validate(closed)
    with pytest.raises(AbmError, match="no world 'no rich lab'"):
        checked(scene, [CLAIMS["C18"]])
