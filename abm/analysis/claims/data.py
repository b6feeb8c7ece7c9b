"""A study of claims as plain data: all that pages and tables are made of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.claims.changes import Change, title
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.evidence import Evidence
from abm.analysis.claims.places import places
from abm.analysis.claims.regions import REGIONS
from abm.analysis.claims.study import Study
from abm.analysis.claims.verdict import FAILURES_FIRST, RULES, Finding
from abm.analysis.targets import targets
from abm.experiment.specs import model_version
from abm.record.manifest import git_state
from abm.record.plain import plain
from abm.scenario import scenario_hash


def as_data(
    study: Study, findings: Sequence[Finding], regions: Sequence[Change] = REGIONS
) -> dict[str, Any]:
    """Everything but the single runs; what does not exist is None.

    Args:
        study: the study.
        findings: what it came to.
        regions: where absent claims were looked for.
    """
    claims = [finding.claim for finding in findings]
    counts = Counter(finding.verdict for finding in findings)
    data = {
        "title": study.scenario.title,
        "scenario_hash": scenario_hash(study.scenario),
        "ensemble": None if study.ensemble is None else _ensemble(study.ensemble),
        "months": study.scenario.months,
        "seeds": list(study.seeds),
        "date": datetime.now(UTC).date().isoformat(),
        "model": model_version(),
        **git_state(),
        "played": [{"seeds": n, "worlds": worlds} for n, worlds in study.played.items()],
        "rules": list(RULES),
        "regions": [{"name": region.name, "what": region.what} for region in regions],
        "counts": {verdict.value: counts[verdict] for verdict in FAILURES_FIRST},
        "claims": _claims(study, findings),
        "overlaps": _overlaps(claims),
    }
    finite: dict[str, Any] = plain(data)
    return finite


def _claims(study: Study, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    told, ensemble = [_claim(finding) for finding in findings], study.ensemble
    if ensemble is None:
        return told
    return [
        row | {"places": places(study.seeds, ensemble, one.evidence)} if one.evidence else row
        for row, one in zip(told, findings, strict=True)
    ]


def _ensemble(ensemble: Ensemble) -> dict[str, Any]:
    return {
        "name": ensemble.name,
        "members": ensemble.table.height,
        "label": ensemble.label,
        "parameters": ensemble.parameters,
        "model": ensemble.about.get("model"),
        "fingerprint": ensemble.fingerprint,
    }


def _claim(finding: Finding) -> dict[str, Any]:
    claim = finding.claim
    return {
        "id": claim.id,
        "statement": claim.statement,
        "verdict": finding.verdict.value,
        "tested": finding.tested.value,
        "why": finding.why,
        "effect": claim.effect,
        "unit": claim.unit,
        "metrics": {metric.name: metric.meaning for metric in claim.metrics},
        "worlds": [title(world) for world in claim.worlds()],
        "sesoi": claim.sesoi,
        "reason": claim.reason,
        "note": claim.note,
        "regions": list(finding.regions),
        "overlaps": [target.id for target in claim.overlaps],
        **({} if finding.evidence is None else _evidence(finding.evidence)),
    }


def _evidence(found: Evidence) -> dict[str, Any]:
    seen, claim = found.presence, found.claim
    return {
        "measured": seen.seeds,
        "estimate": seen.estimate,
        "low": seen.interval.low,
        "high": seen.interval.high,
        "method": seen.interval.method,
        "p": seen.p,
        "p_holm": found.corrected[0],
        "present": found.present,
        "power": seen.power,
        "seeds_needed": seen.seeds_needed,
        "given_up_after": found.tried if found.given_up else None,
        "ablations": [
            {
                **_change(ablation.change),
                "direct": ablation.direct,
                "left": removed.left,
                "shrink": removed.shrink,
                "p": removed.p,
                "p_holm": p,
                "passes": passed,
            }
            for ablation, removed, p, passed in zip(
                claim.ablations,
                found.removals,
                found.corrected[1:-1],
                found.passed[:-1],
                strict=True,
            )
        ],
        "placebo": {
            **_change(claim.placebo),
            "left": found.keeping.left,
            "kept": found.keeping.kept,
            "p": found.keeping.p,
            "p_holm": found.corrected[-1],
            "passes": found.passed[-1],
        },
    }


def _change(change: Change) -> dict[str, str]:
    return {"name": change.name, "what": change.what, "touches": change.touches}


def _overlaps(claims: Sequence[Claim]) -> list[dict[str, str]]:
    ids = {claim.id for claim in claims}
    return [
        {"claim": t.overlaps_claim, "target": t.id, "measure": t.measure, "use": t.use}
        for t in targets()
        if t.overlaps_claim in ids
    ]


def by_verdict(claims: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Claims with the failures first, in order within a verdict."""
    order = {verdict.value: place for place, verdict in enumerate(FAILURES_FIRST)}
    return sorted(claims, key=lambda claim: order[claim["verdict"]])


def claim_table(data: dict[str, Any]) -> pl.DataFrame:
    """One row a claim, without what is nested."""
    nested = (dict, list)
    rows = [
        {key: value for key, value in claim.items() if not isinstance(value, nested)}
        | {"ablations_pass": all(x["passes"] for x in claim.get("ablations", ()))}
        | {"placebo_passes": claim.get("placebo", {}).get("passes")}
        for claim in data["claims"]
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def effect_table(study: Study, findings: Sequence[Finding]) -> pl.DataFrame:
    """One row a claim, seed, and what was taken away: the effect that the tests rest on.

    Columns: claim, seed, under (empty, an ablation's name or the placebo's), effect.
    """
    rows = [
        (evidence.claim.id, seed, "".join(change.name for change in more), effect)
        for evidence in (one.evidence for one in findings)
        if evidence is not None
        for more, found in evidence.effects.items()
        for seed, effect in zip(study.seeds, found.tolist(), strict=False)
    ]
    schema = {"claim": pl.String, "seed": pl.Int64, "under": pl.String, "effect": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
