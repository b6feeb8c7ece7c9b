"""What a lab believes an alternative would do to its own value over the coming year.

Cheap one-firm projections: own price and rivals' actions are frozen, the market is the one of last
month. Each function returns USD m per alternative, relative to an arbitrary common level.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import display, mandates, ruled
from abm.agents.offer import CLOSED, OPEN
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


def long_run_shares(market: "Market") -> Floats:
    """Spend share of each offer once all have reconsidered, (segments, offers)."""
    p, outlook = market.scenario.demand, market.outlook
    relative = p.nest_lineage / p.nest_model
    rest = outlook.lineage_rest
    pull = outlook.odds + rest**relative
    family = np.maximum(pull ** (1 / relative), 1e-300)
    camp = np.maximum(outlook.totals, 1e-300)
    chosen = camp**p.nest_model / (1 + (outlook.totals**p.nest_model).sum(axis=1, keepdims=True))
    nest = np.arange(outlook.odds.shape[1]) % 2
    shares: Floats = (family - rest) / family * pull / camp[:, nest] * chosen[:, nest]
    return shares


def shares_ahead(market: "Market", now: Floats, long_run: Floats) -> Floats:
    """Spend shares at the end of the horizon: only who reconsiders by then moves.

    Args:
        market: the market.
        now: present shares, shape (..., segments).
        long_run: shares once all have reconsidered, broadcastable to the same shape.
    """
    moved = demand.reconsidered_by(market.segments.hazard, market.scenario.strategy.horizon)
    return now + moved * (long_run - now)


def api_profit(market: "Market", theta: Floats, line: int) -> Floats:
    """Yearly gross profit of an API at the end of the horizon, USD m, shape (alternatives,).

    The price is that of a small seller, for a model of the size that the lab has now. Customers of
    a closed model come along when it is opened, and not the other way round.
    """
    profit: Floats = _api_profits(market, theta, line).sum(axis=1)
    return profit


def _api_profits(
    market: "Market", theta: Floats, line: int, fits: NDArray[np.bool_] | None = None
) -> Floats:
    """The same by segment, shape (alternatives, segments).

    Args:
        market: the market.
        theta: capabilities to try, shape (alternatives, domains).
        line: row of the offer.
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.
    """
    nest, outlook = line % 2, market.outlook
    price = fair_price(market, float(market.labs.log_compute[line // 2]))
    now = outlook.shares[:, line] + (outlook.shares[:, line ^ 1] if nest == OPEN else 0.0)
    shares = shares_ahead(market, now, own_shares(market, theta, price, nest, line, fits))
    profit: Floats = 12 * shares * outlook.in_play_ahead * _sold_directly(market, line)
    return profit * (1 - 1 / fair_markup(market))


def _sold_directly(market: "Market", line: int) -> float:
    """Part of the spending on a line that its lab's own API wins, among all ways to get it."""
    direct = float(market.outlook.direct_revenue[line])
    if direct > 0:
        return direct / float(market.offers.spend[line])
    # One's own machines, an unmanaged listing and each cloud compete for an open model.
    return 1.0 if line % 2 == CLOSED else 1 / (2.0 + market.clouds.rows)


def royalties_ahead(market: "Market", lab: int) -> Floats:
    """Yearly royalties at the end of the horizon on open and on closed models, USD m, shape (2,).

    Royalties move with the spending on the models that they are paid for.
    """
    outlook, now = market.outlook, market.outlook.shares.T
    grown = outlook.in_play_ahead / np.maximum(outlook.in_play, 1e-12)
    ahead = shares_ahead(market, now, long_run_shares(market).T)
    risen = grown * np.divide(ahead, now, out=np.zeros_like(now), where=now > 0)
    due = 12 * (outlook.royalties.T * risen).sum(axis=1)
    # What is built on open weights pays the lab at the root; a closed model has its own lab to pay.
    rooted = market.offers.owner[0::2] == lab
    return np.array([due[0::2][rooted].sum(), due[2 * lab + CLOSED]])


def fair_markup(market: "Market") -> float:
    """Price over cost of a small seller alone in its lineage, at an elasticity 1 + alpha/rho_m."""
    p = market.scenario.demand
    return 1 + p.nest_model / p.price


def fair_price(market: "Market", log_compute: float) -> float:
    """Price at the mark-up of a small seller, USD/m tokens."""
    p = market.scenario
    size = 10 ** (p.pricing.cost_exponent * (log_compute - p.pricing.reference_compute))
    cost = p.pricing.reference_cost * size * p.pricing.serving_progress ** (-market.month / 12)
    return float(cost * fair_markup(market))


def product_profit(
    market: "Market", lab: "Lab", theta: Floats, fits: NDArray[np.bool_] | None = None
) -> Floats:
    """Yearly gross profit of a product at the end of the horizon.

    Args:
        market: the market.
        lab: whose product.
        theta: capabilities to try, shape (alternatives, domains).
        fits: segments whose reserved budgets it may serve; as the rules have it if absent.

    Returns:
        USD m, shape (alternatives, segments).
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
    return revenue * (1 - s.product.service_cost)


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
    return float(worth(market, profit, float(market.standing(lab.theta))))


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
    caught_up = np.maximum(gap - behind, 0.0) * learnt
    rivals = caught_up * market.outlook.lab_use * market.cosine[lab.row]
    contest = contested(lab)
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
    """Yearly gross profit from reserved budgets at each level of disclosure, USD m."""
    market, theta = lab.model, lab.theta[None]
    fits = ruled.eligible_at(lab, component, levels, camp)
    everywhere = np.ones(market.segments.count, dtype=np.bool_)

    def profit(able: NDArray[np.bool_]) -> Floats:
        earned: Floats = np.zeros(able.size)
        if camp or lab.product_stage == LIVE:
            earned += _api_profits(market, theta, 2 * lab.row + camp, able)[0]
        if lab.product_stage > 0:
            served = int(lab.product_segment)
            earned[served] += product_profit(market, lab, theta, able)[0, served]
        return earned

    gain: Floats = fits @ (profit(everywhere) - profit(~everywhere))
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
    """Focus alternatives, (alternatives, domains): standing and profit of the next model."""
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
    profit = np.zeros(len(stacked))
    if lab.closed or lab.product_stage == LIVE:
        profit += api_profit(market, theta, lab.line)
    if lab.product_stage > 0:
        profit += product_profit(market, lab, theta)[:, int(lab.product_segment)]
    payoff: Floats = worth(market, profit, market.standing(theta))
    return payoff


def best_segment(lab: "Lab") -> int:
    """Segment in which a product of this lab would earn most."""
    market = lab.model
    return int(np.argmax(product_profit(market, lab, lab.theta[None])[0]))


def of_product(lab: "Lab") -> Floats:
    """Without and with a product: its profit and an API's, against launch cost and staff."""
    market, s = lab.model, lab.model.scenario
    profit = float(product_profit(market, lab, lab.theta[None]).max())
    api = 0.0
    if not lab.closed:
        api = float(api_profit(market, lab.theta[None], lab.line)[0])
    months = s.product.build_months
    staff = s.product.build_staff * float(lab.researchers) * s.talent.wage * months
    gain = float(worth(market, profit + api, 0.0)) - s.product.launch_cost - staff
    return np.array([0.0, gain])


def _earned_by_camp(lab: "Lab") -> tuple[Floats, Floats]:
    """Yearly royalties, and gross profit of an API, with open weights and without; (2,) each."""
    market = lab.model
    api = np.zeros(2)
    for camp in (OPEN, CLOSED):
        # Open labs sell an API of their own once they have a product.
        if camp == CLOSED or lab.product_stage == LIVE:
            api[camp] = api_profit(market, lab.theta[None], 2 * lab.row + camp)[0]
    return royalties_ahead(market, lab.row), api


def camp_revenue(lab: "Lab") -> Floats:
    """Yearly revenue from models with open weights and through an API alone, USD m, shape (2,)."""
    royalties, api = _earned_by_camp(lab)
    return royalties + api / (1 - 1 / fair_markup(lab.model))


def of_camp(lab: "Lab") -> Floats:
    """Open and closed: royalties, fame and contributions against the profit of an API.

    Both are projected alike: to the market of the end of the horizon, and from the customers that
    the lab has to those it would have in the end as far as they reconsider by then.
    """
    market = lab.model
    royalties, api = _earned_by_camp(lab)
    help_ = market.contribution_gain[2 * lab.row].mean()
    fame = worth(market, 0.0, float(market.standing(lab.theta)) * np.log(10) / 2 * help_)
    catch_up = _weights_catch_up(lab)
    openness = _people_kept(lab) + float(fame) - catch_up
    payoff: Floats = worth(market, royalties + api, 0.0) + np.array([openness, 0.0])
    return payoff


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
    profit = _line_profit(lab, lab.theta)
    if market.offers.live[line]:
        standing -= float(market.standing(market.offers.theta[line]))
        profit -= _line_profit(lab, market.offers.theta[line])
    people = 0.0 if lab.closed else _people_kept(lab)
    return float(worth(market, profit, standing)) + people


def _line_profit(lab: "Lab", theta: Floats) -> float:
    """Yearly gross profit of a model through the lab's own API in its camp, USD m."""
    sells = lab.closed or lab.product_stage == LIVE
    return float(api_profit(lab.model, theta[None], lab.line)[0]) if sells else 0.0


def _weights_catch_up(lab: "Lab") -> float:
    """Value lost to rivals who would build on the lab's weights, USD m."""
    market, s = lab.model, lab.model.scenario
    labs = market.labs
    base = float((lab.base * lab.focus).sum()) + np.log10(max(s.capability.base_reuse, 1e-3))
    theirs = (labs.base * lab.focus[None]).sum(axis=1)
    jump = np.where(labs.alive, np.maximum(base - theirs, 0.0), 0.0)
    jump[lab.row] = 0.0
    threat = float((jump * market.outlook.lab_use * market.cosine[lab.row]).sum())
    return float(contested(lab) * (1 - np.exp(-slope(market) * threat)))


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
