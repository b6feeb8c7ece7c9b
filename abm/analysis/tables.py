"""The tables of a comparison: effects, interactions, and what becomes of each lab."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from abm.analysis import intervals
from abm.analysis.alternatives import BASELINE, Alternative
from abm.analysis.effects import EffectCard, effect_card, interaction, mean
from abm.analysis.observations import Observations, Observed
from abm.analysis.outcomes import Outcome
from abm.analysis.samples import paired


def cards(
    seen: Observations, names: Iterable[str], outcomes: Sequence[Outcome], level: float
) -> dict[tuple[str, str], EffectCard]:
    """Effect cards by policy and outcome."""
    return {
        (name, outcome.name): effect_card(
            seen.outcome(BASELINE, outcome.name),
            seen.outcome(name, outcome.name),
            f"{name} {outcome.name}",
            level,
        )
        for name in names
        for outcome in outcomes
    }


def card_table(
    found: Mapping[tuple[str, str], EffectCard], outcomes: Iterable[Outcome]
) -> pl.DataFrame:
    """Effect cards as a frame: one row a policy and outcome."""
    known = {outcome.name: outcome for outcome in outcomes}
    rows = [
        {
            "policy": policy,
            "outcome": name,
            "unit": known[name].unit,
            "window": known[name].window,
            "better": known[name].better,
            "verdict": card.verdict,
            **asdict(card),
        }
        for (policy, name), card in found.items()
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def interactions(
    seen: Observations,
    compared: Sequence[Alternative],
    outcomes: Sequence[Outcome],
    level: float,
) -> pl.DataFrame:
    """What combined policies do beyond the sum of their parts: one row a policy and outcome.

    Only where every part was compared on its own as well.
    """
    singles = {item.name for item in compared if not item.parts}
    combined = [item for item in compared if item.parts and singles.issuperset(item.parts)]
    rows = []
    for item in combined:
        for outcome in outcomes:
            base, joint = (seen.outcome(name, outcome.name) for name in (BASELINE, item.name))
            parts = [seen.outcome(part, outcome.name) for part in item.parts]
            expected = interaction(base, parts)
            card = effect_card(expected, joint, f"interaction {item.name} {outcome.name}", level)
            rows.append(
                {
                    "policy": item.name,
                    "outcome": outcome.name,
                    "unit": outcome.unit,
                    "pairs": card.pairs,
                    "dropped": card.dropped,
                    "sum_of_parts": mean(paired(base, expected).differences),
                    "interaction": card.effect,
                    "low": card.low,
                    "high": card.high,
                    "verdict": card.verdict,
                }
            )
    return pl.DataFrame(rows, schema=INTERACTIONS)


INTERACTIONS = {
    "policy": pl.String,
    "outcome": pl.String,
    "unit": pl.String,
    "pairs": pl.Int64,
    "dropped": pl.Int64,
    "sum_of_parts": pl.Float64,
    "interaction": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "verdict": pl.String,
}


# -- who wins and who loses ------------------------------------------------------------------------


def labs(seen: Observations, names: Iterable[str], level: float) -> pl.DataFrame:
    """Change of each lab's survival and worth: one row a policy and lab of the first month."""
    first = next(iter(seen.runs[BASELINE].values()))[0].fates
    return pl.DataFrame(
        [
            {"policy": name, "lab": fate.lab, "camp": fate.camp, **_lab(seen, name, i, level)}
            for name in names
            for i, fate in enumerate(first)
        ],
        infer_schema_length=None,
    )


def _lab(seen: Observations, name: str, place: int, level: float) -> dict[str, Any]:
    def survives(one: Observed) -> float:
        return float(one.fates[place].fate == "alive")

    def of(one: Observed, what: str) -> float:
        return float(getattr(one.fates[place], what))

    alive = paired(seen.sample(BASELINE, survives), seen.sample(name, survives))
    binary = bool(np.isin([alive.base, alive.policy], (0, 1)).all())
    key = f"{name} lab {place}"
    change = (
        intervals.of_share_change(alive.base, alive.policy, level)
        if binary
        else intervals.of_mean(alive.differences, key, level)
    )
    row = {
        "survival_baseline": mean(alive.base),
        "survival_policy": mean(alive.policy),
        "survival_change": mean(alive.differences),
        "survival_low": change.low,
        "survival_high": change.high,
    }
    for what in ("value", "revenue"):
        number = partial(of, what=what)
        card = effect_card(seen.sample(BASELINE, number), seen.sample(name, number), key, level)
        row |= {
            f"{what}_baseline": card.baseline,
            f"{what}_change": card.effect,
            f"{what}_low": card.low,
            f"{what}_high": card.high,
        }
    return row
