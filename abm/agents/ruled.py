"""What the rules in force leave to a lab: in its product's market, in tenders, in its next run."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import mandates
from abm.agents.stages import LIVE
from abm.mechanisms import diffusion, race, release
from abm.mechanisms import disclosure as d

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def product_access(lab: "Lab", fits: Mask | None = None) -> Floats:
    """Share of each segment's demand for products that the lab may serve, shape (segments,).

    Args:
        lab: whose product.
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.
    """
    market = lab.model
    able = mandates.eligible(market)[int(lab.closed), lab.row] if fits is None else fits
    return mandates.open_to(market, able)


def product_retention(lab: "Lab", months: float) -> Floats:
    """Share of a product's users that lower friction lets it keep, shape (segments,).

    The moat takes `moat_strength` of churn away, and friction below one gives part of that back:
    (1 - churn strength (1 - friction) moat)^months, at the mean moat of those months.

    Args:
        lab: whose product.
        months: how long it is on the market within the planning horizon.
    """
    p, rules = lab.model.scenario.product, lab.model.rules
    moat = float(lab.moat) if lab.product_stage == LIVE else 0.0
    grown = float(diffusion.reconsidered(np.array(p.moat_rate), max(months, 1.0)))
    mean_moat = moat + (1 - moat) * grown
    lost = p.churn * p.moat_strength * (1 - rules.friction) * mean_moat
    kept: Floats = (1 - lost) ** months
    return kept


def eligible_at(lab: "Lab", component: int, levels: Floats, camp: int) -> Floats:
    """Whether the lab could serve reserved budgets if it disclosed a component at each level.

    Returns:
        One or zero, shape (levels, segments).
    """
    shown = np.tile(lab.disclosure, (levels.size, 1))
    shown[:, d.WEIGHTS] = 1.0 - camp
    shown[:, component] = levels
    least = lab.model.rules.reserved_from[camp, lab.row]
    able: Floats = (d.index(shown)[:, None] >= least - mandates.EXACT).astype(np.float64)
    return able


def permitted_runs(
    market: "Market", rows: Rows, camp: Mask, budget: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Runs within the cap, licensed or just below the threshold.

    Args:
        market: the market.
        rows: labs that plan.
        camp: in which they would release: true behind an API, shape of `rows`.
        budget: cost of the runs that they would plan, USD m.

    Returns:
        Cost of the runs, USD m, and which of them take a licence.
    """
    s, own = market.scenario, (camp.astype(np.int64), rows)
    cap, above, fee, wait = (
        getattr(market.rules, name)[own]
        for name in ("flop_cap", "licence_above", "licence_fee", "licence_months")
    )
    months = np.round(wait)
    # Hardware gets cheaper until the run is done, and the run is measured then.
    done = (release.run_months(s.release, budget) + months) / 12
    flop = market.flop_per_musd[rows] * 10 ** (s.capability.hardware_progress * done)
    return race.licensed_run(
        np.minimum(budget, cap / flop),
        flop,
        above,
        fee,
        months * s.frontier_trend,
        np.maximum(market.labs.cash[rows], 0.0),
    )


def compute_withheld(lab: "Lab", camp: int) -> tuple[float, float]:
    """What the rules would take from a run like the last in a camp.

    Returns:
        Training compute, OOM (with what the frontier gains while a licence is awaited), and the
        fee, USD m.
    """
    market, own = lab.model, (camp, lab.row)
    budget = np.array([max(float(lab.last_cost), 1e-9)])
    cost, licensed = permitted_runs(market, np.array([lab.row]), np.array([bool(camp)]), budget)
    short = float(np.log10(budget[0] / max(float(cost[0]), 1e-9)))
    if not licensed[0]:
        return short, 0.0
    months = float(np.round(market.rules.licence_months[own]))
    return short + months * market.scenario.frontier_trend, float(market.rules.licence_fee[own])
