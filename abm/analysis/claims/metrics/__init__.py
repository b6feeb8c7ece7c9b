"""Every metric that a claim rests on: one number of a run, from its tables alone."""

from abm.analysis.claims.metrics import firms, knowledge, market
from abm.analysis.outcomes import Outcome

_MEASURES = (
    ("1", market.open_release_trend),
    ("1", market.one_open_model),
    ("1", market.carried_by_pressure),
    ("log", market.listing_gain),
    ("1", market.unhosted_share),
    ("1", market.share_persistence),
    ("log", market.log_spend),
    ("1", market.three_months_best),
    ("1", market.late_open_share),
    ("1", market.private_open_gap),
    ("1", firms.self_financing_gap),
    ("1", firms.equity_share),
    ("1", firms.open_survival),
    ("1", firms.product_survival_gap),
    ("1", firms.sold_share),
    ("1", firms.product_helps_survival),
    ("1", firms.pivot_share),
    ("1", knowledge.weights_without_data),
    ("1", knowledge.data_shown),
    ("1", knowledge.data_variance_share),
    ("months", knowledge.independent_lag),
    ("months", knowledge.best_open_lag),
    ("OOM", knowledge.open_capability),
    ("OOM", knowledge.sharer_capability),
    ("1", knowledge.sharer_keeps),
    ("1", knowledge.post_training_gap),
    ("labs", knowledge.leaves_the_frontier),
    ("OOM/year", knowledge.niche_pace),
    ("1", knowledge.specialists_win_a_slice),
    ("1", knowledge.closing_up),
)

METRICS: dict[str, Outcome] = {
    measure.__name__: Outcome(
        measure.__name__, unit, "", (measure.__doc__ or "").split("\n\n")[0].strip(), measure
    )
    for unit, measure in _MEASURES
}
"""Metrics by name; each is explained where it is computed."""
