"""Indices of a design that was played: Morris's elementary effects, Sobol's shares of variance.

A trajectory or a crossed sample in which one run is missing says nothing and is left out whole;
how many were, every row tells.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import t as student

from abm.analysis.sensitivity.designs import LEVELS, LUCK, Method, block, problem

Floats = NDArray[np.float64]

RESAMPLES = 1000
"""Bootstrap samples of an interval."""

LEVEL = 0.95
"""Confidence of the intervals."""


def indices(
    method: Method, parameters: Sequence[str], points: Floats, values: Floats, seed: int = 0
) -> pl.DataFrame:
    """How much each parameter, and luck, moves one outcome.

    Args:
        method: ``morris`` or ``sobol``.
        parameters: dotted keys, without luck.
        points: the design in the unit cube, shape (runs, parameters + 1).
        values: the outcome of each run; NaN where a run failed or had nothing to measure.
        seed: of the bootstrap.

    Returns:
        One row a factor: ``parameter``, ``first`` with ``first_half`` (Morris: mean effect mu over
        the whole range; Sobol: first-order share S1), ``total`` with ``total_half`` (mu*; ST),
        ``sigma`` (Morris only), ``weight`` with ``weight_half`` (mu* in standard deviations of the
        outcome; ST), and ``used`` and ``lost`` blocks. Halves are those of 95% bootstrap
        intervals; of mu, of Student's t.
        Empty if fewer than two blocks are whole.
    """
    size = block(method, parameters)
    whole = np.isfinite(values).reshape(-1, size).all(axis=1)
    used, kept = int(whole.sum()), np.repeat(whole, size)
    if used < 2:
        return pl.DataFrame(schema=_SCHEMA)
    compute = _morris if method == "morris" else _sobol
    columns = compute(parameters, points[kept], values[kept], seed + 1)
    return pl.DataFrame(
        {"parameter": [*parameters, LUCK], **columns, "used": used, "lost": whole.size - used},
        schema=_SCHEMA,
    )


_NUMBERS = ("first", "first_half", "total", "total_half", "sigma", "weight", "weight_half")
_SCHEMA = pl.Schema(
    {"parameter": pl.String}
    | dict.fromkeys(_NUMBERS, pl.Float64)
    | dict.fromkeys(("used", "lost"), pl.Int64)
)


def _morris(parameters: Sequence[str], points: Floats, values: Floats, seed: int) -> dict[str, Any]:
    from SALib.analyze import morris

    found = morris.analyze(
        problem(parameters),
        points,
        values,
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        num_levels=LEVELS,
        seed=seed,
    )
    blocks = values.size // block("morris", parameters)
    total, half = (np.asarray(found[name], dtype=float) for name in ("mu_star", "mu_star_conf"))
    sigma = np.asarray(found["sigma"], dtype=float)
    spread = float(values.std()) or 1.0
    reach = float(student.ppf((1 + LEVEL) / 2, blocks - 1)) / np.sqrt(blocks)
    return {
        "first": np.asarray(found["mu"], dtype=float),
        "first_half": reach * sigma,
        "total": total,
        "total_half": half,
        "sigma": sigma,
        "weight": total / spread,
        "weight_half": half / spread,
    }


def _sobol(parameters: Sequence[str], _: Floats, values: Floats, seed: int) -> dict[str, Any]:
    from SALib.analyze import sobol

    if values.std() == 0:  # nothing moves, and there is no variance to share out
        return dict.fromkeys(_NUMBERS, np.zeros(len(parameters) + 1)) | {"sigma": None}
    found = sobol.analyze(
        problem(parameters),
        values,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        seed=seed,
    )
    return {
        "first": found["S1"],
        "first_half": found["S1_conf"],
        "total": found["ST"],
        "total_half": found["ST_conf"],
        "sigma": None,
        "weight": found["ST"],
        "weight_half": found["ST_conf"],
    }
