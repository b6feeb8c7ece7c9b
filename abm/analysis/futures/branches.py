"""What tells early how a run will end: areas under the curve, no seed on both sides of a fit."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from abm.errors import extra
from abm.streams import name_key

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 5
"""Parts of the seeds, each predicted from the others."""


class Auc(NamedTuple):
    """How well an end is told apart from all others.

    Attributes:
        auc: chance that a run that ends so is ranked above one that does not; 0.5 is a coin.
        low: lower end of the 95% bootstrap interval over seeds.
        high: upper end.
        n: runs.
    """

    auc: float
    low: float
    high: float
    n: int


def ranked(score: Floats, ends_so: Flags, seeds: Sequence[int], resamples: int = 400) -> Auc:
    """The area under the curve of a score.

    Runs of one seed share their luck, so that seeds are drawn again and not runs.

    Args:
        score: of each run; NaN ranks in the middle.
        ends_so: whether it ends so, with and without at least once.
        seeds: of each run.
        resamples: bootstrap samples.

    Raises:
        ValueError: if all runs end alike.
    """
    if ends_so.all() or not ends_so.any():
        raise ValueError("all runs end alike: there is nothing to tell apart")
    known = np.isfinite(score)
    filled = np.where(known, score, np.median(score[known]) if known.any() else 0.0)
    groups = [np.flatnonzero(np.asarray(seeds) == seed) for seed in sorted(set(seeds))]
    rng = np.random.default_rng(name_key("bootstrap of seeds"))
    drawn = []
    for _ in range(resamples):
        rows = np.concatenate([groups[i] for i in rng.integers(len(groups), size=len(groups))])
        if 0 < ends_so[rows].sum() < rows.size:
            drawn.append(_area(filled[rows], ends_so[rows]))
    low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (np.nan, np.nan)
    return Auc(_area(filled, ends_so), float(low), float(high), int(score.size))


def _area(score: Floats, ends_so: Flags) -> float:
    """Mann and Whitney's statistic over all pairs, ties counted half."""
    hits = int(ends_so.sum())
    above = float(rankdata(score)[ends_so].sum()) - hits * (hits + 1) / 2
    return above / (hits * (score.size - hits))


def predicted(variables: Floats, ends_so: Flags, seeds: Sequence[int]) -> Floats:
    """Score of each run by a logistic regression fitted to runs of other seeds.

    Args:
        variables: shape (runs, variables); NaN is filled with the median of the fitted runs.
        ends_so: whether each run ends so.
        seeds: of each run; no seed is on both sides of a fold.

    Returns:
        Log odds, shape (runs,).

    Raises:
        ValueError: if there are fewer seeds than folds, or all runs of a fold's others end alike.
        AbmError: if scikit-learn is not installed.
    """
    with extra("study"):
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GroupKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

    model = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(max_iter=1000),
    )
    scores: Floats = cross_val_predict(
        model, variables, ends_so, groups=seeds, cv=GroupKFold(FOLDS), method="decision_function"
    )
    return scores
