"""What labs expect of an alternative: how far customers move, and what they leave as profit."""

import numpy as np
import pytest
from worlds import CALM, closed_lab, cloud, lab, segment, world

from abm.agents import projection, sales
from abm.agents.offer import CLOSED, OPEN
from abm.market import Market
from abm.mechanisms import diffusion, pricing
from abm.phases import books

HORIZON = 12
NOBODY = 1e-12
"""Hazard at which nobody reconsiders (it must be above zero)."""


def market_of(hazard: float, **changes: float) -> Market:
    """A month after which an open lab earns royalties, and a closed one sells its model."""
    firms = [lab("Open", licence="restricted"), closed_lab("Shut")]
    customers = segment("firms", hazard=hazard, requirement=23.0)
    scenario = world(firms, [cloud("X", catalogue=["Open"])], [customers], **CALM | changes)
    market = Market(scenario, seed=1)
    market.step()
    return market


def api(market: Market, line: int) -> float:
    """Projected yearly sales of an API before the cost of serving, USD m."""
    profit = sales.api_profit(market, market.labs.theta[line // 2][None], line)
    return float(profit[0]) / margin(market)


def margin(market: Market) -> float:
    """Gross margin of a seller whose demand has the elasticity 1 + alpha/rho_m."""
    p = market.scenario.demand
    return 1 / (1 + p.price / p.nest_model)


def test_reconsidered_by_a_month_is_one_less_what_was_kept() -> None:
    hazard = np.array([0.0, 0.1, 1.0])
    assert diffusion.reconsidered_by(hazard, 2) == pytest.approx([0.0, 0.19, 1.0])
    # The mean over a horizon lies below the share at its end.
    assert (diffusion.reconsidered(hazard, 12) <= diffusion.reconsidered_by(hazard, 12)).all()


def of_all_offers(market: Market) -> np.ndarray:
    """Their shares once all have reconsidered."""
    return sales.long_run_shares(market, list(range(market.offers.rows)))


def test_long_run_shares_are_those_of_the_nested_logit() -> None:
    """Communities without spread that all reconsider at once stand at their long-run shares."""
    market = market_of(1.0, **{"demand.network": 0.0})
    assert of_all_offers(market) == pytest.approx(market.outlook.shares, rel=1e-6)
    assert market.outlook.shares.sum() > 0.1


def test_shares_of_clones_add_up_to_what_their_lineage_wins() -> None:
    market = market_of(1.0, **{"demand.network": 0.0})
    market.labs.model_base[1] = 2 * 0 + OPEN
    market.change_camp(market.lab_at(1), closed=False, reason={})
    market.step()
    assert market.offers.owner[2] == 0
    assert of_all_offers(market) == pytest.approx(market.outlook.shares, rel=1e-6)


def test_an_api_wins_only_customers_who_reconsider() -> None:
    line, none_moves = 2 * 0 + CLOSED, market_of(NOBODY)
    assert api(none_moves, line) == pytest.approx(0.0, abs=1e-6)
    slow, quick = market_of(0.05), market_of(1.0)
    price = sales.fair_price(slow, float(slow.labs.log_compute[0]))
    share = sales.own_shares(slow, slow.labs.theta[:1], price, line // 2, CLOSED)[0]
    reached = 12 * share @ slow.outlook.in_play_ahead
    assert api(slow, line) == pytest.approx((1 - 0.95**HORIZON) * reached)
    share = sales.own_shares(quick, quick.labs.theta[:1], price, line // 2, CLOSED)[0]
    assert api(quick, line) == pytest.approx(12 * share @ quick.outlook.in_play_ahead, rel=0.01)


def test_customers_who_never_reconsider_stay_and_grow_with_the_market() -> None:
    market, line = market_of(NOBODY), 2 * 1 + CLOSED
    market.outlook.shares[:, line] = 0.3
    kept = 12 * 0.3 * market.outlook.in_play_ahead.sum()
    kept *= market.outlook.direct_revenue[line] / market.offers.spend[line] or 1.0
    assert api(market, line) == pytest.approx(kept)


def test_both_camps_weighed_at_once_are_each_one_by_itself() -> None:
    market = market_of(0.05)
    for row in (0, 1):
        firm = market.lab_at(row)
        each = [sales.api_profit(market, firm.theta, 2 * row + camp) for camp in (OPEN, CLOSED)]
        assert sales.profit_by_camp(firm, sales.BOTH) == pytest.approx(each)
        assert sales.profit_by_camp(firm, CLOSED) == pytest.approx([0.0, each[CLOSED]])


def test_royalties_grow_with_the_market_and_with_those_who_come() -> None:
    market = market_of(0.05)
    outlook = market.outlook
    royalties = outlook.royalties[:, OPEN]
    assert royalties.sum() > 0
    now, long_run = outlook.shares[:, OPEN], sales.long_run_shares(market, [OPEN])[:, 0]
    ahead = now + (1 - 0.95**HORIZON) * (long_run - now)
    grown = outlook.in_play_ahead / outlook.in_play
    assert (grown > 1).all()
    expected = 12 * (royalties * grown * ahead / now).sum()
    assert sales.royalties_ahead(market, 0) == pytest.approx([expected, 0.0])
    # What others build on its weights pays it too.
    market.offers.owner[2 + OPEN] = 0
    outlook.shares[:, 2 + OPEN], outlook.royalties[:, 2 + OPEN] = 0.1, 1.0
    assert sales.royalties_ahead(market, 0)[OPEN] > expected


def test_royalties_on_a_closed_model_end_with_it() -> None:
    market = market_of(NOBODY)
    outlook, line = market.outlook, 2 + CLOSED
    outlook.shares[:, line], outlook.royalties[:, line] = 0.1, 2.0
    due = 24 * (outlook.in_play_ahead / outlook.in_play).sum()
    assert sales.royalties_ahead(market, 1) == pytest.approx([0.0, due])


def test_the_fair_margin_is_the_inverse_of_the_elasticity_of_demand() -> None:
    market = market_of(0.05)
    price = sales.fair_price(market, float(market.labs.log_compute[1]))
    cost = pricing.unit_cost(market.scenario.pricing, market.labs.log_compute[1:2], market.month)
    assert margin(market) == pytest.approx(1 - float(cost[0]) / price)


def test_a_sale_at_cost_is_worth_nothing_and_a_royalty_what_investors_pay() -> None:
    market = market_of(0.05)
    c = market.scenario.capital
    assert projection.worth(market, 10.0, 0.0) == pytest.approx(
        market.climate * c.revenue_multiple * 10
    )
    free, dear = (market_of(0.05, **{"product.service_cost": cost}) for cost in (0.0, 1.0))
    one = [m.lab_at(1) for m in (free, dear)]
    profits = [sales.product_profit(x.model, x, x.theta[None])[0, 0] for x in one]
    assert profits[0] > 0 == profits[1]


def test_the_gross_margin_of_the_books_is_what_serving_leaves() -> None:
    market = market_of(0.05)
    served, line = market.outlook.direct_revenue[3], 3
    assert served > 0
    left = 1 - market.offers.unit_cost[line] / market.offers.price[line]
    assert market.labs.gross_margin[1] == pytest.approx(left)
    # Royalties cost their lab nothing to serve.
    assert market.labs.income[0] > 0
    assert market.labs.gross_margin[0] == 1


def test_who_serves_below_cost_has_no_margin_and_who_sells_nothing_keeps_the_last() -> None:
    market = market_of(0.05)
    market.labs.income[:3] = [10.0, 10.0, 0.0]
    market.labs.gross_margin[2] = 0.4
    served = np.zeros(market.labs.rows)
    served[:2] = [15.0, 2.0]
    books._gross_margin(market, served)
    assert market.labs.gross_margin[:3].tolist() == [0.0, 0.8, 0.4]


def test_a_lab_has_only_its_profit_to_lose() -> None:
    market = market_of(0.05)
    firm = market.lab_at(1)
    firm.revenue_year, firm.gross_margin = 100.0, 0.0
    lost = projection.contested(firm)
    firm.gross_margin = 0.5
    multiple = market.climate * market.scenario.capital.revenue_multiple
    assert projection.contested(firm) - lost == pytest.approx(50 * multiple)
