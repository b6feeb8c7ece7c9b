"""How policies fare over worlds that may be: signs, regret, and the box where they fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from abm.analysis.alternatives import BASELINE
from abm.analysis.intervals import of_share
from abm.analysis.observations import Observations
from abm.analysis.prim import Box, find_box
from abm.analysis.uncertainty import Design

Floats = NDArray[np.float64]

REGRET = 90.0
"""Percentile of the regret over worlds that is reported."""


@dataclass(frozen=True)
class Robustness:
    """How policies fare over uncertain worlds.

    Attributes:
        title: what is uncertain.
        summary: a row a policy and outcome: share of worlds with the expected sign and its
            interval, with the other sign, with no effect; 90th percentile of the regret against
            the best of all policies compared, doing nothing among them; the box of failures.
        worlds: a row a world, policy and outcome: the parameters, the effect, the regret.
    """

    title: str
    summary: pl.DataFrame
    worlds: pl.DataFrame


def robustness(drawn: Design, seen: Observations, names: Sequence[str]) -> Robustness:
    """Reckon how policies fare over drawn worlds.

    A policy fails in a world where the outcome does not move as expected. Regret is how far the
    policy falls short of the best in that world, in the outcome's unit.
    """
    summary, worlds = [], []
    for outcome, way in drawn.expected.items():
        sign = 1.0 if way == "up" else -1.0
        levels = np.array([seen.outcome(name, outcome).values for name in (BASELINE, *names)])
        regret = (sign * levels).max(axis=0) - sign * levels
        for place, name in enumerate(names, start=1):
            effect = levels[place] - levels[0]
            summary.append(
                {
                    "policy": name,
                    "outcome": outcome,
                    "expected": way,
                    **_signs(sign * effect),
                    "regret_90": _percentile(regret[place]),
                    **_described(drawn, sign * effect),
                }
            )
            worlds += _rows(drawn, name, outcome, effect, regret[place])
    return Robustness(
        drawn.title,
        pl.DataFrame(summary, infer_schema_length=None),
        pl.DataFrame(worlds, infer_schema_length=None),
    )


def _signs(gain: Floats) -> dict[str, float | int]:
    """Shares of the worlds by sign, among those in which the effect exists."""
    exists = gain[~np.isnan(gain)]
    n, hits = exists.size, int((exists > 0).sum())
    found = of_share(hits, n)
    return {
        "worlds": n,
        "dropped": int(gain.size - n),
        "expected_sign": hits / n if n else float("nan"),
        "expected_low": found.low,
        "expected_high": found.high,
        "other_sign": float((exists < 0).mean()) if n else float("nan"),
        "no_effect": float((exists == 0).mean()) if n else float("nan"),
    }


def _percentile(regret: Floats) -> float:
    exists = regret[~np.isnan(regret)]
    return float(np.percentile(exists, REGRET)) if exists.size else float("nan")


def _described(drawn: Design, gain: Floats) -> dict[str, Any]:
    """The box of failures in words and numbers."""
    exists = ~np.isnan(gain)
    box = find_box(drawn.points[exists], gain[exists] <= 0)
    if box is None:
        return {"box": None, "box_coverage": None, "box_density": None, "box_worlds": None}
    return {
        "box": in_words(drawn.parameters, box),
        "box_coverage": box.coverage,
        "box_density": box.density,
        "box_worlds": box.worlds,
    }


def in_words(parameters: Sequence[str], box: Box) -> str:
    """Limits of a box: ``race.growth above 3.4 and knowledge.access from 0.1 to 0.3``."""
    limits = []
    for name, low, high in zip(parameters, box.low, box.high, strict=True):
        if np.isfinite(low) and np.isfinite(high):
            limits.append(f"{name} from {low:.3g} to {high:.3g}")
        elif np.isfinite(low):
            limits.append(f"{name} above {low:.3g}")
        elif np.isfinite(high):
            limits.append(f"{name} below {high:.3g}")
    return " and ".join(limits)


def _rows(
    drawn: Design, name: str, outcome: str, effect: Floats, regret: Floats
) -> list[dict[str, Any]]:
    return [
        {
            "world": world,
            "policy": name,
            "outcome": outcome,
            **dict(zip(drawn.parameters, point.tolist(), strict=True)),
            "effect": float(effect[world]),
            "regret": float(regret[world]),
        }
        for world, point in enumerate(drawn.points)
    ]
