"""Opening the books and settling the month's payments."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import display, support
from abm.agents.stages import LIVE
from abm.ledger import CUSTOMERS, INVESTORS, RIGHTSHOLDERS, VENDORS, WORKERS
from abm.mechanisms import compute
from abm.mechanisms import demand as d
from abm.phases import bargaining

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]


def open_books(market: "Market") -> None:
    """Open the month's books and read the state of the market."""
    labs = market.labs
    market.ledger.open()
    labs.opening_cash = labs.cash
    labs.income = 0.0
    market.clouds.income = 0.0
    market.fiscal_cost = 0.0
    market.derive()


def settle(market: "Market") -> None:
    """Settle every payment of the month: use, royalties, products, payroll, farms, owners."""
    served = _use(market) + _products(market)
    _gross_margin(market, served)
    _payroll(market)
    _farms(market)
    _owners(market)
    _state(market)


def _use(market: "Market") -> Floats:
    """Customers pay for use; sellers pay royalties and the cost of serving.

    Returns:
        What labs pay to serve, USD m, shape (labs,).
    """
    ledger, spend = market.ledger, market.outlook.way_spend
    serving = spend * _cost_shares(market)

    direct = _by_lab(spend[:, d.DIRECT])
    ledger.pay("api", CUSTOMERS, ledger.labs, direct)
    served = _by_lab(serving[:, d.DIRECT])
    ledger.pay("serving", ledger.labs, VENDORS, served)
    market.labs.income += direct

    ledger.pay("self_hosting", CUSTOMERS, VENDORS, spend[:, d.SELF].sum())
    if market.clouds.rows:
        _hosted(market, spend, serving)
    return served


def _gross_margin(market: "Market", served: Floats) -> None:
    """Note what serving leaves of a lab's revenue; without sales the last margin stands.

    A firm that serves at a loss can stop serving, so that no margin is below zero.
    """
    labs = market.labs
    sells = labs.income > 0
    margin = 1 - served[sells] / labs.income[sells]
    labs.gross_margin[sells] = np.maximum(margin, 0.0)


def _hosted(market: "Market", spend: np.ndarray, serving: np.ndarray) -> None:
    """Listings pay the lab its share: as bargained if managed, what a licence can claim if not."""
    ledger, offers = market.ledger, market.offers
    managed = spend[:, d.FIRST_CLOUD :]
    home = market.outlook.cloud_spend.sum(axis=1)
    total = float(home.sum())
    weight = home / total if total > 0 else np.full(home.size, 1 / home.size)
    income = managed.sum(axis=0) + float(spend[:, d.GARDEN].sum()) * weight
    ledger.pay("hosting", CUSTOMERS, ledger.clouds, income)
    market.clouds.income = income
    cost = serving[:, d.FIRST_CLOUD :].sum(axis=0) + float(serving[:, d.GARDEN].sum()) * weight
    ledger.pay("serving", ledger.clouds, VENDORS, cost)

    payees, alive = bargaining.payees(market), market.labs.alive
    unmanaged = spend[:, d.GARDEN] * bargaining.garden_royalty(market, market.outlook)
    royalties = managed * offers.royalty + unmanaged[:, None] * weight
    paid = [np.bincount(payees, weights=owed, minlength=alive.size) for owed in royalties.T]
    by_pair = np.array(paid) * alive
    ledger.pay("royalty", ledger.clouds, ledger.labs, by_pair)
    market.labs.income += by_pair.sum(axis=0)


def _cost_shares(market: "Market") -> Floats:
    """What serving costs by offer and way, as a share of the price there; at most twice that."""
    rows, price = market.outlook.rows, market.outlook.hosts.price
    share = np.zeros(price.shape)
    np.divide(market.offers.unit_cost[rows, None], price, out=share, where=price > 0)
    shares = np.zeros(market.outlook.way_spend.shape)
    shares[rows] = np.minimum(share, 2.0)
    return shares


def _by_lab(per_offer: np.ndarray) -> np.ndarray:
    """Add up the two lines of each lab."""
    total: np.ndarray = per_offer[0::2] + per_offer[1::2]
    return total


def _products(market: "Market") -> Floats:
    """Users pay for products, and labs pay to serve them.

    Returns:
        What labs pay to serve, USD m, shape (labs,).
    """
    s, labs, ledger = market.scenario, market.labs, market.ledger
    if not s.product.enabled:
        return np.zeros(labs.rows)
    revenue = labs.seats * market.segments.arpu[labs.product_segment] * (labs.product_stage == LIVE)
    ledger.pay("subscriptions", CUSTOMERS, ledger.labs, revenue)
    served: Floats = revenue * s.product.service_cost
    ledger.pay("serving", ledger.labs, VENDORS, served)
    labs.income += revenue
    return served


def _payroll(market: "Market") -> None:
    """Labs pay researchers and staff, and the work of disclosure."""
    s, labs, ledger = market.scenario, market.labs, market.ledger
    alive = labs.alive
    wages = s.talent.wage * labs.wage * labs.researchers + s.talent.staff_wage * labs.staff
    ledger.pay("wages", ledger.labs, WORKERS, wages * alive)
    if s.disclosure.enabled:
        work = s.disclosure.preparation_cost * display.on_display(market)[:, 1:].sum(axis=1)
        ledger.pay("disclosure", ledger.labs, WORKERS, work * alive)


def _farms(market: "Market") -> None:
    """GPU farms cost money whether used or not; idle capacity is resold."""
    s, labs, ledger = market.scenario, market.labs, market.ledger
    p = s.compute
    farm = labs.gpu_farm * labs.alive
    ledger.pay("farm", ledger.labs, VENDORS, p.running_cost * farm)
    if p.enabled:
        resold = compute.resale(p, farm, market.farm_use, market.month)
        ledger.pay("resale", VENDORS, ledger.labs, resold)
        labs.income += resold
    labs.gpu_farm *= 1 - p.depreciation


def _state(market: "Market") -> None:
    """Pay what policies in force grant and charge."""
    if not market.policies:
        return
    labs, ledger, rules = market.labs, market.ledger, market.rules
    ledger.pay("compliance", ledger.labs, WORKERS, rules.now("admin", labs.closed))
    market.pay_public("compliance", WORKERS, rules.now("public_admin", labs.closed).sum())
    market.pay_public("public_work", WORKERS, rules.public_spending.sum())
    market.pay_public("grant", ledger.labs, market.granted * labs.alive)
    market.pay_public("tax_credit", ledger.labs, support.credit_rates(market) * labs.training_spend)
    owed = rules.now("levy", labs.closed) * labs.income
    ledger.pay("statutory_royalty", ledger.labs, RIGHTSHOLDERS, owed)


def _owners(market: "Market") -> None:
    """Owners and groups fund their labs and clouds."""
    labs, ledger = market.labs, market.ledger
    _owners_reward(market)
    ledger.pay("owner", INVESTORS, ledger.labs, labs.parent_budget * labs.alive)
    if market.clouds.rows:
        ledger.pay("group", INVESTORS, ledger.clouds, market.clouds.inflow)


def _owners_reward(market: "Market") -> None:
    """Set owners' budgets by what the lab's best model is worth in the owner's own products.

    Worth is what capability gained over what counts as good enough, since users' demands rise too:
    budget = base + value x users x (theta - reference - growth of requirements) / 12. USD a user
    and OOM and year times million users gives USD m a year.
    """
    s, labs = market.scenario, market.labs
    if not s.product.enabled:
        return
    risen = s.demand.requirement_growth * market.month / 12
    gained = np.maximum(labs.theta @ market.domain_value - labs.parent_reference - risen, 0.0)
    reward = s.product.owner_value * labs.parent_users * gained / 12
    labs.parent_budget = (labs.parent_base + reward) * labs.alive


def reckon(market: "Market") -> None:
    """Add up each lab's revenue of the year and its burn, suits included, before it seeks money."""
    labs = market.labs
    path = labs.revenue_path
    path[:, market.month % path.shape[1]] = labs.income
    recent = (market.month - np.arange(12)) % path.shape[1]
    labs.revenue_year = path[:, recent].sum(axis=1)
    labs.revenue_before = path.sum(axis=1) - labs.revenue_year
    spent = labs.opening_cash - labs.cash
    weight = 1 / 3 if market.month > 0 else 1.0
    labs.burn = (labs.burn + (spent - labs.burn) * weight) * labs.alive
