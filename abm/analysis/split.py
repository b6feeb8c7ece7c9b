"""The welfare split of a comparison: who gains, who pays, and that the money adds up."""

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from abm.analysis.alternatives import BASELINE
from abm.analysis.effects import EffectCard, effect_card, mean
from abm.analysis.observations import Observations, Observed
from abm.analysis.samples import Sample, aligned, paired
from abm.analysis.welfare import ALPHAS, COSTS_OF_FUNDS, GROUPS, equivalent_variation

TOTAL = "sum of what is counted"
"""Name of the split's last lines."""

WELFARE = {
    "policy": pl.String,
    "group": pl.String,
    "assumption": pl.String,
    "counted": pl.Boolean,
    "pairs": pl.Int64,
    "dropped": pl.Int64,
    "baseline": pl.Float64,
    "change": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "money": pl.Float64,
    "financing": pl.Float64,
    "meaning": pl.String,
}
"""Columns of the split."""


def welfare(seen: Observations, names: Iterable[str], level: float) -> pl.DataFrame:
    """The split by group: one row a policy, group and assumption, present values in USD m.

    ``change`` is what the group gains; ``money`` the change of its net receipts, of which
    ``financing`` is for claims on firms. Both of these sum to zero over the groups.
    """
    return pl.DataFrame(
        [row for name in names for row in _split(seen, name, level)], schema=WELFARE
    )


def _split(seen: Observations, name: str, level: float) -> Iterator[dict[str, Any]]:
    gained: dict[str, Sample] = {}
    for group in GROUPS:
        for assumption, base, policy, counted in _lines(seen, name, group.name):
            card = effect_card(base, policy, f"{name} {group.name}", level)
            if group.counted and counted:
                gained[group.name] = _difference(base, policy)
            yield {
                "policy": name,
                "group": group.name,
                "assumption": assumption,
                "counted": group.counted and counted,
                **_moved(card, group.name == "customers"),
                **(_money(seen, name, group.name) if counted else {}),
                "meaning": group.meaning,
            }
    for cost in COSTS_OF_FUNDS:
        total = _sum(gained, cost)
        card = effect_card(seen.zeros(), total, f"{name} sum", level)
        yield {
            "policy": name,
            "group": TOTAL,
            "assumption": _funds(cost),
            "counted": False,
            **_moved(card, True),
            "meaning": "the counted lines, with public money at this cost",
        }


def _lines(seen: Observations, name: str, group: str) -> Iterator[tuple[str, Sample, Sample, bool]]:
    """Assumption, baseline, policy, and whether the line is the one that is counted."""
    if group == "customers":
        # The pull of what others use is what levers on switching change: a yardstick that they bend
        # measures nothing, so that the counted line is without it, for all policies alike.
        own = partial(_variation, alpha=None, taste=True)
        yield "price weights of the scenario", *_against(seen, name, own), True
        network = partial(_variation, alpha=None, taste=False)
        yield "with the pull of what others use", *_against(seen, name, network), False
        for alpha in ALPHAS:
            yield (
                f"price weight {alpha:g}",
                *_against(seen, name, partial(_variation, alpha=alpha, taste=True)),
                False,
            )
        return
    costs = COSTS_OF_FUNDS if group == "public money" else (None,)
    for cost in costs:
        number = partial(_value, group=group, cost=cost or 1.0)
        text = "" if cost is None else _funds(cost)
        yield text, seen.sample(BASELINE, number), seen.sample(name, number), cost in (None, 1.0)


def _funds(cost: float) -> str:
    return f"cost of public funds {cost:g}"


def _against(seen: Observations, name: str, number: Any) -> tuple[Sample, Sample]:
    return seen.zeros(), seen.against_baseline(name, number)


def _variation(base: Observed, policy: Observed, alpha: float | None, taste: bool) -> float:
    before, after = base.books, policy.books
    worth = equivalent_variation(before, after, alpha=alpha, taste=taste)
    gained = worth + after.compensation - before.compensation
    return gained if math.isfinite(gained) else math.nan


def _value(one: Observed, group: str, cost: float) -> float:
    return cost * one.books.value(group)


def _difference(base: Sample, policy: Sample) -> Sample:
    return Sample.of(base.keys, np.subtract(aligned(base, policy), base.values))


def _sum(gained: Mapping[str, Sample], cost: float) -> Sample:
    keys = gained["customers"].keys
    total = sum(
        (cost if group == "public money" else 1.0) * np.array(sample.values)
        for group, sample in gained.items()
    )
    return Sample.of(keys, total)


def _moved(card: EffectCard, relative: bool) -> dict[str, Any]:
    return {
        "pairs": card.pairs,
        "dropped": card.dropped,
        "baseline": None if relative else card.baseline,
        "change": card.effect,
        "low": card.low,
        "high": card.high,
    }


def _money(seen: Observations, name: str, group: str) -> dict[str, float]:
    """Mean change of net receipts, and of those for claims on firms."""
    return {
        what: mean(
            paired(
                seen.sample(BASELINE, partial(_booked, what=what, group=group)),
                seen.sample(name, partial(_booked, what=what, group=group)),
            ).differences
        )
        for what in ("money", "financing")
    }


def _booked(one: Observed, what: str, group: str) -> float:
    return float(getattr(one.books, what)[group])
