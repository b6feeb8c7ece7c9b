"""Every metric that a claim rests on: one number of a run, from its tables alone."""

from abm.analysis.claims.metrics import firms, knowledge, market
from abm.analysis.claims.metrics.panel import SEEN
from abm.analysis.outcomes import Outcome

HORIZON = 49
"""Months that are played unless said otherwise: no metric looks beyond the fourth year."""

TO_SEEN = SEEN + 1
"""Months up to the one at which most claims are judged."""

_MEASURES = (
    ("1", market.open_release_trend, market.FROTH),
    ("1", market.one_open_model, HORIZON),
    ("1", market.carried_by_pressure, HORIZON),
    ("log", market.listing_gain, HORIZON),
    ("1", market.unhosted_share, HORIZON),
    ("1", market.share_persistence, TO_SEEN),
    ("log", market.log_spend, 24),
    ("1", market.three_months_best, HORIZON),
    ("1", market.late_open_share, TO_SEEN + 12),
    ("1", market.private_open_gap, HORIZON),
    ("1", firms.self_financing_gap, 24),
    ("1", firms.equity_share, HORIZON),
    ("1", firms.open_survival, TO_SEEN),
    ("1", firms.product_survival_gap, TO_SEEN),
    ("1", firms.sold_share, TO_SEEN),
    ("1", firms.product_helps_survival, HORIZON),
    ("1", firms.pivot_share, TO_SEEN),
    ("1", knowledge.weights_without_data, 25),
    ("1", knowledge.data_shown, 48),
    ("1", knowledge.data_variance_share, 25),
    ("months", knowledge.independent_lag, TO_SEEN + 6),
    ("months", knowledge.best_open_lag, TO_SEEN + 6),
    ("OOM", knowledge.open_capability, 25),
    ("OOM", knowledge.sharer_capability, 25),
    ("1", knowledge.sharer_keeps, TO_SEEN),
    ("1", knowledge.post_training_gap, TO_SEEN),
    ("labs", knowledge.leaves_the_frontier, TO_SEEN),
    ("OOM/year", knowledge.niche_pace, TO_SEEN),
    ("1", knowledge.specialists_win_a_slice, TO_SEEN),
    ("1", knowledge.closing_up, TO_SEEN + 11),
)

METRICS: dict[str, Outcome] = {
    measure.__name__: Outcome(
        measure.__name__, unit, "", (measure.__doc__ or "").split("\n\n")[0].strip(), measure
    )
    for unit, measure, _ in _MEASURES
}
"""Metrics by name; each is explained where it is computed."""

MONTHS: dict[str, int] = {measure.__name__: months for _, measure, months in _MEASURES}
"""Months that a run must have for each metric; `HORIZON` for one that looks at them all."""
