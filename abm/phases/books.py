"""Opening the books and settling the month's payments."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents import display, support
from abm.agents.stages import LIVE
from abm.ledger import CUSTOMERS, INVESTORS, RIGHTSHOLDERS, VENDORS, WORKERS
from abm.mechanisms import compute
from abm.mechanisms import demand as d
from abm.mechanisms.disclosure import TAKES_WORK
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
    ledger, labs, rows = market.ledger, market.labs, market.outlook.rows
    spend = market.outlook.way_spend.take(rows, axis=0)
    serving = spend * _cost_shares(market)
    spent, cost = np.add.reduce(spend), np.add.reduce(serving)

    lab = market.lab_of_line[rows]
    direct = np.bincount(lab, weights=spend[:, d.DIRECT], minlength=labs.rows)
    served: np.ndarray = np.bincount(lab, weights=serving[:, d.DIRECT], minlength=labs.rows)
    ledger.pay("api", CUSTOMERS, ledger.labs, direct)
    ledger.pay("serving", ledger.labs, VENDORS, served)
    labs.income += direct

    ledger.pay("self_hosting", CUSTOMERS, VENDORS, float(spent[d.SELF]))
    if market.clouds.rows:
        home = np.add.reduce(market.outlook.cloud_spend, axis=1)
        total = float(np.add.reduce(home))
        weight = home / total if total > 0 else np.full(home.size, 1 / home.size)
        _host(market, *(way[d.FIRST_CLOUD :] + way[d.GARDEN] * weight for way in (spent, cost)))
        _royalties(market, spend, weight)
    return served


def _gross_margin(market: "Market", served: Floats) -> None:
    """Note what serving leaves of a lab's revenue; without sales the last margin stands.

    A firm that serves at a loss can stop serving, so that no margin is below zero.
    """
    labs = market.labs
    sells = labs.income > 0
    margin = 1 - served[sells] / labs.income[sells]
    labs.gross_margin[sells] = np.maximum(margin, 0.0)


def _host(market: "Market", income: Floats, cost: Floats) -> None:
    """Customers pay clouds for use, and clouds pay to serve it, USD m, shape (clouds,)."""
    ledger = market.ledger
    ledger.pay("hosting", CUSTOMERS, ledger.clouds, income)
    ledger.pay("serving", ledger.clouds, VENDORS, cost)
    market.clouds.income = income


def _royalties(market: "Market", spend: Floats, weight: Floats) -> None:
    """Listings pay the lab its share: as bargained if managed, what a licence can claim if not.

    Args:
        market: the market.
        spend: by offer on sale and way, USD m.
        weight: share of each cloud in what is not managed.
    """
    ledger, labs, rows = market.ledger, market.labs, market.outlook.rows
    garden = bargaining.garden_royalty(market, market.outlook)[rows] * spend[:, d.GARDEN]
    royalties = spend[:, d.FIRST_CLOUD :] * market.offers.royalty.take(rows, axis=0)
    royalties += garden[:, None] * weight
    payees = bargaining.payees(market)[rows]
    paid = [np.bincount(payees, weights=owed, minlength=labs.rows) for owed in royalties.T]
    by_pair = np.array(paid) * labs.alive
    ledger.pay("royalty", ledger.clouds, ledger.labs, by_pair)
    labs.income += np.add.reduce(by_pair)


def _cost_shares(market: "Market") -> Floats:
    """What serving offers on sale costs by way, as a share of the price there; at most twice that.

    Twice also where nothing is sold.
    """
    price = market.outlook.hosts.price
    cost = market.offers.unit_cost[market.outlook.rows][:, None]
    shares: Floats = cost / np.maximum(price, np.maximum(cost / 2, 1e-300))
    return shares


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
        cost = s.disclosure.preparation_cost * TAKES_WORK
        work = display.on_display(market) @ cost
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
    place = market.month % path.shape[1]
    path[:, place] = labs.income
    labs.revenue_year, labs.revenue_before = _years(place, path.shape[1]) @ path.T
    spent = labs.opening_cash - labs.cash
    weight = 1 / 3 if market.month > 0 else 1.0
    labs.burn = (labs.burn + (spent - labs.burn) * weight) * labs.alive


@lru_cache
def _years(place: int, months: int) -> Floats:
    """Which of the months of a path are the last twelve, and which went before, (2, months).

    Args:
        place: of the present month on the path, which goes round.
        months: how many the path has.
    """
    recent = (place - np.arange(months)) % months < 12
    years = np.array([recent, ~recent], dtype=np.float64)
    years.flags.writeable = False
    return years
