"""From claims to findings, in stages: nothing is played that cannot change a verdict any more."""

from collections.abc import Sequence
from itertools import zip_longest

from abm.analysis.claims.catalogue import worlds_of
from abm.analysis.claims.changes import Change, Changes
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.evidence import (
    FIRST_LOOK,
    Seen,
    effects,
    promising,
    seems_futile,
    tests_of,
    weigh,
)
from abm.analysis.claims.inference import presence
from abm.analysis.claims.regions import REGIONS
from abm.analysis.claims.study import Study
from abm.analysis.claims.verdict import Finding
from abm.analysis.sweep import Row


def judge(
    study: Study, claims: Sequence[Claim], regions: Sequence[Change] = REGIONS
) -> list[Finding]:
    """Play and test claims; those that are absent are looked for in the regions.

    Args:
        study: scenario, seeds and store.
        claims: what is tested.
        regions: where absent claims are looked for; nowhere if empty.
    """
    testable = [claim for claim in claims if not claim.untestable]
    found = {one.claim.id: one for one in weigh(testable, _staged(study, testable))}
    absent = [
        claim
        for claim in testable
        if found[claim.id].measured and not (found[claim.id].present or claim.fitted)
    ]
    family = len(regions) * tests_of(absent)
    held = [(region, _held(study, absent, region, family)) for region in regions if absent]
    return [
        Finding(
            claim,
            found.get(claim.id),
            tuple(region.name for region, ids in held if claim.id in ids),
            tuple(region.name for region, _ in held if claim in absent),
        )
        for claim in claims
    ]


def _staged(
    study: Study, claims: Sequence[Claim], *region: Change, tests: int | None = None
) -> Seen:
    """What claims are weighed by: first their effects with all seeds, then what may remove them.

    That only where the effect may be present, and with all seeds only where the first ones leave
    any hope. To stop for want of hope makes no false alarm likelier.
    """
    whole = study.by_seed(_effect_worlds(claims), *region)
    likely = promising(claims, whole, tests)
    few = _joined(whole, study.by_seed(worlds_of(likely), *region, first=FIRST_LOOK))
    hopeful = [claim for claim in likely if not seems_futile(claim, few[:FIRST_LOOK])]
    return _joined(few, study.by_seed(worlds_of(hopeful), *region))


def _effect_worlds(claims: Sequence[Claim]) -> dict[Changes, int]:
    """Worlds of the effects, as long as they are if they also turn up among the ablations."""
    months = worlds_of(claims)
    return {world: months[world] for world in worlds_of(claims, tried=False)}


def _joined(*parts: Seen) -> list[dict[Changes, Row]]:
    """Worlds of all parts by seed; a part may hold only the first seeds."""
    return [
        {world: row for seen in seeds for world, row in seen.items()}
        for seeds in zip_longest(*parts, fillvalue={})
    ]


def _held(study: Study, claims: Sequence[Claim], region: Change, family: int) -> set[str]:
    """Claims that pass all tests in a region.

    After `FIRST_LOOK` seeds only those are looked for that may still show their effect. The
    correction counts the tests of all claims that were looked for, in all regions.
    """
    few = study.by_seed(_effect_worlds(claims), region, first=FIRST_LOOK)
    hopeful = [claim for claim in claims if not _looks_absent(claim, few)]
    evidence = weigh(hopeful, _staged(study, hopeful, region, tests=family), family)
    return {one.claim.id for one in evidence if one.holds}


def _looks_absent(claim: Claim, seen: Seen) -> bool:
    """Whether the interval of the effect lies below what matters."""
    return presence(effects(claim, seen), claim.sesoi, claim.id, binary=claim.binary).absent
