"""What a lab believes an alternative would do to its own value over the coming year.

Cheap one-firm projections: own price and rivals' actions are frozen, the market is the one of last
month. Each function returns USD m per alternative, relative to an arbitrary common level.
"""

from math import exp, fsum, log, log10
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import display, ruled, sales
from abm.agents.offer import CLOSED, OPEN
from abm.agents.stages import LIVE
from abm.mechanisms import capability, litigation, post_training
from abm.mechanisms import disclosure as d

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]
_PARTNER = {d.CODE: d.RECIPE, d.RECIPE: d.CODE, d.DATA: d.DOCUMENTATION, d.DOCUMENTATION: d.DATA}
"""The other component of a pair that teaches the same thing."""
_STANCES = (-1, 0, 1)


def worth(market: "Market", profit: Floats | float, standing: Floats | float) -> Any:
    """Value of yearly gross profit and of standing at the frontier, USD m.

    Investors, who see no more than revenue, put their multiple on that (`capital.valuation`). A lab
    knows what serving costs it and counts what is left, at the same multiple: a dollar of
    royalties, which cost nothing to serve, is worth to it what investors pay, and a dollar of sales
    at cost is worth nothing. On revenue alone it would take any sale for a gain.
    """
    c = market.scenario.capital
    return market.climate * (c.revenue_multiple * profit + c.option_value * standing)


def contested(lab: "Lab") -> float:
    """What a lab has to lose to rivals who catch up: its gross profit and standing, USD m."""
    market = lab.model
    profit = float(lab.revenue_year * lab.gross_margin)
    return float(worth(market, profit, float(market.standings[lab.row])))


def slope(market: "Market") -> float:
    """Semi-elasticity of demand in capability at half fitness, 1/OOM."""
    p = market.scenario.demand
    return p.quality * p.fitness_slope / 2 / p.nest_model


def of_disclosure(
    lab: "Lab", component: int, levels: Floats, camp: int | None = None, behind: float = 0.0
) -> Floats:
    """Disclosure of one component at each level: reciprocity, minus catch-up, suits and work.

    Rivals who learn take customers in proportion to their own use and to the overlap of focus;
    what others pass on only in return comes back as the lab's own gain.

    Args:
        lab: the lab.
        component: what would be disclosed.
        levels: levels to try, shape (alternatives,).
        camp: camp in which it would release, 0 open, 1 closed; as it does now if absent.
        behind: by how much what it would show falls short of what it knows, OOM.
    """
    market, s, row = lab.model, lab.model.scenario, lab.row
    p, labs, rules = s.knowledge, market.labs, market.rules
    horizon = s.strategy.horizon
    own = (int(lab.closed) if camp is None else camp, row)
    teaches, level, rate_factor = channel(market, component)
    partner = _PARTNER.get(component)
    shown = levels if partner is None else (levels + float(lab.disclosure[partner])) / 2
    others = teaches(display.seen_by(market, row))
    access, ability = market.access(), market.ability
    lead = (level[row] - level) * labs.alive
    pace = market.ease[row] * ((p.recipe_rate - p.leak) * rate_factor)

    def learnt(rate: Floats) -> Floats:
        missed = 1 - np.minimum(rate, 0.99)
        missed **= horizon
        return 1 - missed

    # What rivals win who learn from the lab; the others take nothing from it.
    told = access[:, row] * ability * pace
    told *= 1 - p.reciprocity + p.reciprocity * others
    if (heard := display.audience(market, row, component)) is not None:
        told *= heard
    at_stake = np.maximum(lead - behind, 0.0) * market.outlook.lab_use * market.cosine[row]
    rivals = (told * at_stake).nonzero()[0]
    opened = (shown**p.disclosure_exponent)[:, None] * told.take(rivals)
    caught_up = learnt(opened) @ at_stake.take(rivals)
    # Pieces of knowledge overlap: the best single teacher bounds what the lab can count on.
    returned = access[row] * pace * (float(ability[row]) * p.reciprocity)
    teachers = (np.minimum(lead, 0.0) * returned * others).nonzero()[0]
    returned = returned.take(teachers) * others.take(teachers) ** p.disclosure_exponent
    seen = learnt(shown[:, None] * returned) * -lead.take(teachers)
    gained = np.maximum.reduce(seen, axis=1, initial=0.0)
    steep = slope(market)

    work = horizon * s.disclosure.preparation_cost * levels
    won: Floats = contested(lab) * (np.exp(-steep * caught_up) - np.exp(-steep * gained))
    payoff = won - work
    if component == d.DATA and s.litigation.enabled:
        rate_of_suits = litigation.hazard(
            s.litigation,
            levels,
            lab.encumbered,
            lab.revenue_year,
            market.pending_suits,
            market.legal_regime,
            rules.exposure[own],
            rules.suits[own],
        )
        payoff -= litigation.expected_cost(
            s.litigation, rate_of_suits, float(lab.cash), float(rules.damages_cap[own])
        )
    if market.policies and np.count_nonzero(rules.reserved_share):
        payoff += worth(market, _procured(lab, component, levels, own[0]), 0.0)
    return payoff


def _procured(lab: "Lab", component: int, levels: Floats, camp: int) -> Floats:
    """Yearly gross profit from reserved budgets at each level of disclosure, USD m."""
    market, theta = lab.model, lab.theta
    fits = ruled.eligible_at(lab, component, levels, camp)
    everywhere = np.ones(market.segments.count, dtype=np.bool_)

    def profit(able: NDArray[np.bool_]) -> Floats:
        earned: Floats = np.zeros(able.size)
        if camp or lab.product_stage == LIVE:
            earned += sales.api_profits(market, theta, 2 * lab.row + camp, able)
        if lab.product_stage > 0:
            served = int(lab.product_segment)
            earned[served] += sales.product_profit(market, lab, theta, able)[served]
        return earned

    gain: Floats = fits @ (profit(everywhere) - profit(~everywhere))
    return gain


def channel(market: "Market", component: int) -> tuple[Any, Floats, float]:
    """What a component teaches: its disclosure, the level it acts on in OOM, and the rate."""
    if component in (d.CODE, d.RECIPE):
        return d.teaches_algorithms, market.labs.algorithms, 1.0
    if component in (d.DATA, d.DOCUMENTATION):
        return d.teaches_data, market.data_quality, 1.0
    return (
        d.teaches_post_training,
        market.post_training_gain,
        market.scenario.post_training.stickiness,
    )


def of_focus(lab: "Lab", stacked: Floats) -> Floats:
    """Focus alternatives, (alternatives, domains): standing and profit of the next model."""
    market, s = lab.model, lab.model.scenario
    # The present focus comes last.
    focuses, known = np.concatenate([stacked, lab.focus[None]]), lab.comparisons
    # Half of what it knows from feedback would move along with the focus.
    stock = (np.add.reduce(known) * focuses + known) / 2
    stock[-1] = known
    gain = np.log10(capability.focus_multiplier(focuses, s.capability.transfer))
    gain += post_training.niche_gain(s.post_training, s.capability, stock, focuses)
    theta = (lab.theta - gain[-1]) + gain[:-1]
    profit = np.zeros(len(stacked))
    stage = int(lab.product_stage)
    if lab.closed or stage == LIVE:
        profit += sales.api_profit(market, theta, lab.line)
    if stage > 0:
        profit += sales.product_profit(market, lab, theta)[:, int(lab.product_segment)]
    payoff: Floats = worth(market, profit, market.standing(theta))
    return payoff


def of_product(lab: "Lab", profits: Floats) -> Floats:
    """Without and with a product: its profit and an API's, against launch cost and staff.

    Args:
        lab: the lab.
        profits: yearly gross profit of its product in each segment, USD m, shape (segments,).
    """
    market, s = lab.model, lab.model.scenario
    profit = float(profits.max())
    api = 0.0
    if not lab.closed:
        api = float(sales.api_profit(market, lab.theta, lab.line))
    months = s.product.build_months
    staff = s.product.build_staff * float(lab.researchers) * s.talent.wage * months
    gain = float(worth(market, profit + api, 0.0)) - s.product.launch_cost - staff
    return np.array([0.0, gain])


def _earned_by_camp(lab: "Lab") -> tuple[Floats, Floats]:
    """Yearly royalties, and gross profit of an API, with open weights and without; (2,) each."""
    # Open labs sell an API of their own once they have a product.
    camps = sales.BOTH if lab.product_stage == LIVE else CLOSED
    return np.array(sales.royalties_ahead(lab.model, lab.row)), sales.profit_by_camp(lab, camps)


def camp_revenue(lab: "Lab") -> Floats:
    """Yearly revenue from models with open weights and through an API alone, USD m, shape (2,)."""
    royalties, api = _earned_by_camp(lab)
    return royalties + api / (1 - 1 / sales.fair_markup(lab.model))


def of_camp(lab: "Lab") -> Floats:
    """Open and closed: royalties, fame and contributions against the profit of an API.

    Both are projected alike: to the market of the end of the horizon, and from the customers that
    the lab has to those it would have in the end as far as they reconsider by then.
    """
    market = lab.model
    royalties, api = _earned_by_camp(lab)
    gained = market.contribution_gain[2 * lab.row].tolist()
    help_ = fsum(gained) / len(gained)
    fame = worth(market, 0.0, float(market.standings[lab.row]) * log(10) / 2 * help_)
    catch_up = contested(lab) * _lost_to_builders(lab)
    payoff: Floats = worth(market, royalties + api, 0.0)
    payoff[OPEN] += _people_kept(lab) + fame - catch_up
    return payoff


def _people_kept(lab: "Lab") -> float:
    """Value of the researchers who stay for the renown of an open release, USD m."""
    s = lab.model.scenario
    kept = 1 - exp(-s.talent.quit_renown * s.talent.open_renown)
    stay = s.strategy.horizon * s.talent.quits * kept * s.talent.enabled
    return s.capital.talent_value * float(lab.researchers) * stay


def of_release(lab: "Lab") -> float:
    """Value of putting its best model on the market in its camp, over what is there, USD m."""
    market, line = lab.model, lab.line
    standing = float(market.standing(lab.theta))
    profit = _line_profit(lab, lab.theta)
    if market.offers.live[line]:
        standing -= float(market.standing(market.offers.theta[line]))
        profit -= _line_profit(lab, market.offers.theta[line])
    people = 0.0 if lab.closed else _people_kept(lab)
    return float(worth(market, profit, standing)) + people


def _line_profit(lab: "Lab", theta: Floats) -> float:
    """Yearly gross profit of a model through the lab's own API in its camp, USD m."""
    sells = lab.closed or lab.product_stage == LIVE
    return float(sales.api_profit(lab.model, theta, lab.line)) if sells else 0.0


def _lost_to_builders(lab: "Lab") -> float:
    """Part of what a lab has to lose that rivals would win who build on its weights, 1."""
    market, row = lab.model, lab.row
    labs, focus = market.labs, lab.focus
    base = float(lab.base @ focus) + log10(max(market.scenario.capability.base_reuse, 1e-3))
    jump = labs.alive * np.maximum(base - labs.base @ focus, 0.0)
    jump[row] = 0.0
    threat = float((jump * market.outlook.lab_use) @ market.cosine[row])
    return 1 - exp(-slope(market) * threat)


def of_stance(lab: "Lab") -> list[float]:
    """Penetration, neutral, premium: value of share won against margin given up."""
    market, s, line, present = lab.model, lab.model.scenario, lab.line, int(lab.stance)
    offers = market.offers
    revenue = 12 * float(market.outlook.direct_revenue[line])
    steep = s.demand.price * (1 - float(offers.use[line]))
    cost = float(offers.unit_cost[line]) / max(float(offers.price[line]), 1e-9)
    steps = [s.pricing.stance_step * (stance - present) for stance in _STANCES]
    profits = [revenue * exp(-steep * step) * (1 - cost * exp(-step)) for step in steps]
    return [float(worth(market, profit, 0.0)) for profit in profits]
