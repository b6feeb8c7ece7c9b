"""What a lab believes an alternative would do to its own value over the coming year.

Cheap one-firm projections: own price and rivals' actions are frozen, the market is the one of last
month. Each function returns USD m per alternative, relative to an arbitrary common level.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import display, mandates, ruled
from abm.agents.stages import LIVE
from abm.mechanisms import capability, demand, litigation, post_training
from abm.mechanisms import disclosure as d

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]


def own_shares(
    market: "Market",
    theta: Floats,
    price: float,
    nest: int,
    line: int,
    fits: NDArray[np.bool_] | None = None,
) -> Floats:
    """Spend share that an offer would win in each segment against last month's market.

    Args:
        market: the market.
        theta: capabilities to try, shape (alternatives, domains).
        price: price of the offer, USD/m tokens.
        nest: 0 open, 1 closed.
        line: offer row that it replaces (its present pull is taken out first).
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.

    Returns:
        Shares, shape (alternatives, segments).
    """
    p, seg, outlook = market.scenario.demand, market.segments, market.outlook
    kappa = market.scenario.pricing.cost_exponent
    delta = demand.right_size(
        p, seg.needs @ theta.T, seg.requirement, seg.price_taste, kappa, market.month
    )
    fit = demand.fitness(p, theta, seg.requirement, market.month, delta)
    value = p.quality * np.log(np.einsum("sad,sd->as", fit, seg.needs))
    log_price = np.log(max(price, 1e-6)) - kappa * np.log(10) * delta.T
    value += p.support - p.price * seg.price_taste * log_price
    # A model built on another's base shares its lineage's customers.
    relative = p.nest_lineage / p.nest_model
    clone = market.labs.model_base[line // 2] >= 0
    rest = (outlook.lineage_rest[:, line] if clone else np.zeros(seg.count))[None, :]
    added = (rest + np.exp(value / p.nest_lineage)) ** relative - rest**relative
    own = outlook.odds[:, [line]] * (np.arange(2) == nest)
    shares = _won(market, added, np.maximum(outlook.totals - own, 0.0), nest)
    if not mandates.in_force(market):
        return shares
    eligible = mandates.eligible(market)
    among = np.where(mandates.by_offer(eligible), outlook.odds, 0.0)
    among[:, line] = 0.0
    rivals = np.stack([among[:, 0::2].sum(axis=1), among[:, 1::2].sum(axis=1)], axis=1)
    able = eligible[line % 2, line // 2] if fits is None else fits
    rules = market.rules
    reserved = rules.reserved_share * able * _won(market, added, rivals, nest)
    served: Floats = (1 - rules.local_share) * ((1 - rules.reserved_share) * shares + reserved)
    return served


def _won(market: "Market", added: Floats, totals: Floats, nest: int) -> Floats:
    """Shares that pulls win against those of others.

    Args:
        market: the market.
        added: what an offer adds to its camp's pull, shape (alternatives, segments).
        totals: pull of all others by camp, shape (segments, 2).
        nest: camp of the offer.
    """
    p = market.scenario.demand
    nested = np.maximum(totals[None, :, nest] + added, 1e-300)
    weight = nested**p.nest_model
    rival = totals[:, 1 - nest] ** p.nest_model
    shares: Floats = added / nested * weight / (1 + weight + rival)
    return shares


def api_revenue(market: "Market", theta: Floats, price: float, line: int) -> Floats:
    """Yearly revenue of a closed API at the end of the horizon, USD m, shape (alternatives,)."""
    shares = own_shares(market, theta, price, 1, line)
    revenue: Floats = 12 * shares @ market.outlook.in_play_ahead
    return revenue


def fair_price(market: "Market", log_compute: float) -> float:
    """Price at the mark-up of a small seller, USD/m tokens."""
    p = market.scenario
    size = 10 ** (p.pricing.cost_exponent * (log_compute - p.pricing.reference_compute))
    cost = p.pricing.reference_cost * size * p.pricing.serving_progress ** (-market.month / 12)
    # A small seller alone in its lineage faces an elasticity of alpha / rho_m.
    return float(cost * (1 + p.demand.nest_model / p.demand.price))


def product_revenue(
    market: "Market", lab: "Lab", theta: Floats, fits: NDArray[np.bool_] | None = None
) -> Floats:
    """Yearly product revenue at the end of the horizon, USD m, (alternatives, segments).

    Args:
        market: the market.
        lab: whose product.
        theta: capabilities to try, shape (alternatives, domains).
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.
    """
    s, seg = market.scenario, market.segments
    fit = demand.fitness(s.demand, theta, seg.requirement, market.month)
    fitness = np.einsum("sad,sd->as", fit, seg.needs)
    size = np.maximum(seg.seats, 1e-9)
    building = 0 if lab.product_stage == LIVE else s.product.build_months
    months = max(s.strategy.horizon - building, 0.0)
    pool = np.maximum(size - market.seats_taken, 0.0)
    pull = s.product.innovation + s.product.imitation * float(lab.seats) / size
    stay: Floats | float = 1.0
    if market.policies:
        pool *= ruled.product_access(lab, fits)
        stay = ruled.product_retention(lab, months)
    revenue: Floats = 12 * stay * (float(lab.seats) + months * pull * pool * fitness) * seg.arpu
    return revenue


def worth(market: "Market", revenue: Floats | float, standing: Floats | float) -> Any:
    """Value of revenue and of standing at the frontier, USD m (investors' own yardstick)."""
    c = market.scenario.capital
    return market.climate * (c.revenue_multiple * revenue + c.option_value * standing)


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
    market, s = lab.model, lab.model.scenario
    p, labs, rules = s.knowledge, market.labs, market.rules
    horizon = s.strategy.horizon
    own = (int(lab.closed) if camp is None else camp, lab.row)
    teaches, level, rate_factor = channel(market, component)
    partner = _partner(component)
    fixed = 0.0 if partner is None else float(lab.disclosure[partner])
    shown = levels if partner is None else (levels + fixed) / 2
    absorptive = market.ability
    access = market.access()
    ease = market.ease
    gap = np.where(labs.alive, level[lab.row] - level, 0.0)

    others = teaches(display.seen_by(market, lab.row))
    returned = p.reciprocity * others + 1 - p.reciprocity
    heard = display.audience(market, lab.row, component)
    taught = shown[:, None] ** p.disclosure_exponent * (returned * heard)[None, :]
    rate = access[:, lab.row] * absorptive * ease[:, lab.row] * rate_factor
    learnt = 1 - (1 - np.minimum(rate * (p.recipe_rate - p.leak) * taught, 0.99)) ** horizon
    rivals = (
        np.maximum(gap - behind, 0.0) * learnt * market.outlook.lab_use * market.cosine[lab.row]
    )
    contest = worth(market, float(lab.revenue_year), float(market.standing(lab.theta)))
    lost = contest * (1 - np.exp(-slope(market) * rivals.sum(axis=1)))

    reach = access[lab.row] * absorptive[lab.row] * ease[lab.row] * rate_factor
    only = p.reciprocity * shown[:, None] * (others**p.disclosure_exponent)[None, :] * labs.alive
    taught_back = np.minimum(reach * (p.recipe_rate - p.leak) * only, 0.99)
    learnt_back = (1 - (1 - taught_back) ** horizon) * np.maximum(-gap, 0.0)
    # Pieces of knowledge overlap: the best single teacher bounds what the lab can count on.
    back = contest * (1 - np.exp(-slope(market) * learnt_back.max(axis=1)))

    work = horizon * s.disclosure.preparation_cost * levels
    suits: Floats | float = 0.0
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
        suits = litigation.expected_cost(
            s.litigation, rate_of_suits, float(lab.cash), float(rules.damages_cap[own])
        )
    payoff: Floats = back - lost - work - suits
    if rules.reserved_share.any():
        payoff += worth(market, _procured(lab, component, levels, own[0]), 0.0)
    return payoff


def _procured(lab: "Lab", component: int, levels: Floats, camp: int) -> Floats:
    """Yearly revenue from reserved budgets at each level of disclosure, USD m."""
    market, theta = lab.model, lab.theta[None]
    fits = ruled.eligible_at(lab, component, levels, camp)
    everywhere = np.ones(market.segments.count, dtype=np.bool_)

    def revenue(able: NDArray[np.bool_]) -> Floats:
        api: Floats = np.zeros(able.size)
        if camp or lab.product_stage == LIVE:
            price = fair_price(market, float(lab.log_compute))
            shares = own_shares(market, theta, price, camp, 2 * lab.row + camp, able)[0]
            ways = 1.0 if camp else _ways(market)
            api = 12 * shares * market.outlook.in_play_ahead / ways
        if lab.product_stage > 0:
            served = int(lab.product_segment)
            api[served] += product_revenue(market, lab, theta, able)[0, served]
        return api

    gain: Floats = fits @ (revenue(everywhere) - revenue(~everywhere))
    return gain


def _partner(component: int) -> int | None:
    """The other component of the pair that teaches the same thing."""
    pairs = {d.CODE: d.RECIPE, d.RECIPE: d.CODE, d.DATA: d.DOCUMENTATION, d.DOCUMENTATION: d.DATA}
    return pairs.get(component)


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
    """Focus alternatives, (alternatives, domains): standing and revenue of the next model."""
    market, s = lab.model, lab.model.scenario
    tau = s.capability.transfer
    current = np.log10(capability.focus_multiplier(lab.focus, tau))
    niche = post_training.niche_gain(s.post_training, s.capability, lab.comparisons, lab.focus)
    core = lab.theta - current - niche
    stock = lab.comparisons.mean() * stacked * stacked.shape[1] / 2 + lab.comparisons / 2
    theta = (
        core
        + np.log10(capability.focus_multiplier(stacked, tau))
        + post_training.niche_gain(s.post_training, s.capability, stock, stacked)
    )
    revenue = np.zeros(len(stacked))
    if lab.closed or lab.product_stage == LIVE:
        revenue += api_revenue(market, theta, fair_price(market, lab.log_compute), lab.line)
    if lab.product_stage > 0:
        revenue += product_revenue(market, lab, theta)[:, int(lab.product_segment)]
    payoff: Floats = worth(market, revenue, market.standing(theta))
    return payoff


def best_segment(lab: "Lab") -> int:
    """Segment in which a product of this lab would earn most."""
    market = lab.model
    return int(np.argmax(product_revenue(market, lab, lab.theta[None])[0]))


def of_product(lab: "Lab") -> Floats:
    """Without and with a product: revenue and that of its API, against launch cost and staff."""
    market, s = lab.model, lab.model.scenario
    revenue = float(product_revenue(market, lab, lab.theta[None]).max())
    api = 0.0
    if not lab.closed:
        api = _open_revenue(market, lab, lab.theta)
    months = s.product.build_months
    staff = s.product.build_staff * float(lab.researchers) * s.talent.wage * months
    gain = float(worth(market, revenue + api, 0.0)) - s.product.launch_cost - staff
    return np.array([0.0, gain])


def _open_revenue(market: "Market", lab: "Lab", theta: Floats) -> float:
    """Yearly revenue of selling an open model of its own through its own API, USD m."""
    price = fair_price(market, float(lab.log_compute))
    shares = own_shares(market, theta[None], price, 0, 2 * lab.row)
    return float(12 * (shares[0] @ market.outlook.in_play_ahead) / _ways(market))


def _ways(market: "Market") -> float:
    """Ways to get an open model, of which a lab's own API is one; it wins its part among them."""
    return 2.0 + market.clouds.rows


def camp_revenue(lab: "Lab") -> Floats:
    """Yearly revenue from models with open weights and through an API alone, USD m, shape (2,)."""
    market = lab.model
    price = fair_price(market, float(lab.log_compute))
    closed = float(api_revenue(market, lab.theta[None], price, 2 * lab.row + 1)[0])
    hosted = 12 * float(market.outlook.royalty_income[lab.row])
    own_api = _open_revenue(market, lab, lab.theta) if lab.product_stage == LIVE else 0.0
    return np.array([hosted + own_api, closed])


def of_camp(lab: "Lab") -> Floats:
    """Open and closed: royalties, fame and contributions against the revenue of an API."""
    market = lab.model
    opened, closed = worth(market, camp_revenue(lab), 0.0).tolist()
    help_ = market.contribution_gain[2 * lab.row].mean()
    fame = worth(market, 0.0, float(market.standing(lab.theta)) * np.log(10) / 2 * help_)
    catch_up = _weights_catch_up(lab)
    return np.array([opened + _people_kept(lab) + float(fame) - catch_up, closed])


def _people_kept(lab: "Lab") -> float:
    """Value of the researchers who stay for the renown of an open release, USD m."""
    s = lab.model.scenario
    kept = 1 - np.exp(-s.talent.quit_renown * s.talent.open_renown)
    stay = s.strategy.horizon * s.talent.quits * kept * s.talent.enabled
    return float(s.capital.talent_value * float(lab.researchers) * stay)


def of_release(lab: "Lab") -> float:
    """Value of putting its best model on the market in its camp, over what is there, USD m."""
    market, line = lab.model, lab.line
    standing = float(market.standing(lab.theta))
    revenue = _line_revenue(lab, lab.theta)
    if market.offers.live[line]:
        standing -= float(market.standing(market.offers.theta[line]))
        revenue -= _line_revenue(lab, market.offers.theta[line])
    people = 0.0 if lab.closed else _people_kept(lab)
    return float(worth(market, revenue, standing)) + people


def _line_revenue(lab: "Lab", theta: Floats) -> float:
    """Yearly revenue of a model in the lab's camp, USD m."""
    market = lab.model
    if lab.closed:
        price = fair_price(market, float(lab.log_compute))
        return float(api_revenue(market, theta[None], price, lab.line)[0])
    return _open_revenue(market, lab, theta) if lab.product_stage == LIVE else 0.0


def _weights_catch_up(lab: "Lab") -> float:
    """Value lost to rivals who would build on the lab's weights, USD m."""
    market, s = lab.model, lab.model.scenario
    labs = market.labs
    base = float((lab.base * lab.focus).sum()) + np.log10(max(s.capability.base_reuse, 1e-3))
    theirs = (labs.base * lab.focus[None]).sum(axis=1)
    jump = np.where(labs.alive, np.maximum(base - theirs, 0.0), 0.0)
    jump[lab.row] = 0.0
    threat = float((jump * market.outlook.lab_use * market.cosine[lab.row]).sum())
    contest = worth(market, float(lab.revenue_year), float(market.standing(lab.theta)))
    return float(contest * (1 - np.exp(-slope(market) * threat)))


def of_stance(lab: "Lab") -> Floats:
    """Penetration, neutral, premium: value of share won against margin given up."""
    market, s = lab.model, lab.model.scenario
    row = lab.line
    revenue = 12 * float(market.outlook.direct_revenue[row])
    share = float(market.offers.use[row])
    step = s.pricing.stance_step * (np.array([-1, 0, 1]) - float(lab.stance))
    sold = revenue * np.exp(-s.demand.price * (1 - share) * step)
    price = float(market.offers.price[row])
    cost = float(market.offers.unit_cost[row]) / max(price, 1e-9)
    profit = sold * (1 - cost * np.exp(-step))
    payoff: Floats = worth(market, profit, 0.0)
    return payoff
