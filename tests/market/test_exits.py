"""When a board ends a lab that could still pay its bills, and what becomes of the money."""

import json
from typing import Any

import numpy as np
import pytest
from worlds import CALM, changed, closed_lab, cloud, events, lab, world

from abm.agents import bidding, board
from abm.ledger import SECTORS
from abm.market import Market
from abm.phases import backing, bridging, capital, deals, entry, exits
from abm.phases.deals import Deal
from abm.scenario import Scenario

RICH_AND_IDLE = {"cash": 300.0, "researchers": 12, "staff": 400, "raised": 320.0}
"""A firm that investors value at far less than the cash which it is about to burn."""
NO_RACE = {**CALM, "capital.option_value": 0.0, "capital.hazard": 0.01}


@pytest.fixture
def scenario() -> Scenario:
    firms = [closed_lab("Idle", **RICH_AND_IDLE), lab("Other", cash=1e4)]
    return world(firms, [cloud("X", cash=1e4)], **NO_RACE)


FIRST = np.array([0])
"""Row of the lab whose board is asked."""


def settled(scenario: Scenario, **changes: Any) -> Market:
    """The market after three months, before any board listens, and the first lab's agent."""
    market = Market(changed(scenario, {"acquisition.enabled": False, **changes}), seed=1)
    market.labs.owned[0] = True
    for _ in range(3):
        market.step()
    market.labs.owned[0] = False
    return market


def exits_of(market: Market, name: str) -> list[Any]:
    kinds = ("acquisition", "licence_and_hire", "shutdown")
    return [e for kind in kinds for e in events(market, kind) if e.actor == name]


def test_going_on_is_the_cash_of_next_year_and_the_hope_of_a_round(scenario: Scenario) -> None:
    market = settled(scenario)
    firm = market.lab_at(0)
    firm.revenue_year = 0.0
    (weighed,) = board.weigh(market, FIRST)
    chance = weighed.chance
    assert 0 < chance < 1
    kept = max(float(firm.cash - 12 * firm.burn), 0.0)
    p = market.scenario
    team = p.acquisition.assembled_team * p.capital.talent_value * float(firm.researchers)
    hope = chance * float(firm.value) + (1 - chance) * team
    assert weighed.going_on == pytest.approx(kept + hope)
    assert weighed.closing == firm.cash


def test_who_needs_no_round_is_worth_its_cash_and_what_investors_say(scenario: Scenario) -> None:
    market = settled(scenario)
    firm = market.lab_at(0)
    firm.burn, firm.revenue_year = -2.0, 0.0
    (weighed,) = board.weigh(market, FIRST)
    assert weighed.going_on == pytest.approx(float(firm.cash + 24 + firm.value))
    assert not weighed.gives_up
    assert weighed.account(firm) == {}


def test_a_sure_round_comes_and_no_round_never_does(scenario: Scenario) -> None:
    for hazard, expected in ((1.0, 1.0), (0.0, 0.0)):
        market = settled(scenario, **{"capital.hazard": hazard})
        assert board.weigh(market, FIRST)[0].chance == pytest.approx(expected, abs=1e-3)


def test_the_more_a_year_costs_the_sooner_a_board_gives_up(scenario: Scenario) -> None:
    market = settled(scenario)
    given_up = []
    for burn in (0.1, 1.0, 10.0, 20.0):
        market.labs.burn[0] = burn
        (weighed,) = board.weigh(market, FIRST)
        given_up.append(weighed.gives_up)
        assert weighed.gives_up == (weighed.going_on < weighed.closing)
    assert given_up == sorted(given_up)
    assert given_up[0] is False
    assert given_up[-1] is True


def test_owned_labs_and_labs_in_debt_have_no_such_choice(scenario: Scenario) -> None:
    market = settled(scenario)
    firm = market.lab_at(0)
    firm.burn = 20.0
    assert board.weigh(market, FIRST)[0].gives_up
    firm.cash = -1.0
    assert not board.weigh(market, FIRST)[0].gives_up
    assert 0 in board.listening(market)
    firm.owned = True
    assert 0 not in board.listening(market)


def test_without_capital_no_board_weighs_a_round(scenario: Scenario) -> None:
    market = settled(scenario, **{"capital.enabled": False})
    market.labs.burn[0] = 20.0
    assert not board.weigh(market, FIRST)[0].gives_up


def test_without_a_buyer_it_closes_and_its_investors_take_the_cash(scenario: Scenario) -> None:
    market = Market(changed(scenario, {"acquisition.enabled": False}), seed=1)
    while market.labs.alive[0]:
        market.step()
    (closed,) = exits_of(market, "Idle")
    assert closed.kind == "shutdown"
    assert closed.reason["voluntary"]
    assert closed.reason["going_on"] < closed.reason["closing"] == round(closed.amount, 3)
    assert closed.amount > 0
    assert market.labs.cash[0] == 0
    flow = dict(zip(SECTORS, market.ledger.flows["liquidation"], strict=True))
    assert flow["V"] == -flow["L"] == pytest.approx(closed.amount)


def test_who_has_closed_bids_for_nobody(
    monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    """Every board gives up in one month, and no bid reaches what it asks."""
    market = settled(scenario)
    market.scenario = changed(market.scenario, {"acquisition.enabled": True})
    fields: list[tuple[int, list[int]]] = []

    def no_sale(_: Market, seller: Any, weighed: board.Board, bidders: Any, *__: Any) -> bool:
        assert weighed.gives_up
        fields.append((seller.row, bidders.tolist()))
        return False

    everybody = market.living
    given_up = [one._replace(gives_up=True, reserve=0.0) for one in board.weigh(market, everybody)]
    monkeypatch.setattr(deals, "_auction", no_sale)
    monkeypatch.setattr(board, "listening", lambda _: everybody)
    monkeypatch.setattr(board, "weigh", lambda *_: given_up)
    deals.clear(market)
    (first, _), (_, last) = fields
    assert first not in last


def test_with_buyers_it_is_sold_for_no_less_than_an_end_brings(scenario: Scenario) -> None:
    market = Market(scenario, seed=1)
    market.run()
    (sold,) = exits_of(market, "Idle")
    assert sold.kind == "acquisition"
    assert sold.reason["going_on"] < sold.reason["closing"] == sold.reason["reserve"]
    assert sold.amount >= sold.reason["closing"]
    json.dumps(sold.reason)


def test_who_runs_dry_does_not_close_of_its_own_accord() -> None:
    broke = {**CALM, "capital.enabled": False, "acquisition.enabled": False}
    market = Market(world([lab("Poor", cash=3.0), lab("Other", cash=1e4)], **broke), seed=1)
    market.run()
    (closed,) = exits_of(market, "Poor")
    assert closed.reason["voluntary"] is False
    assert closed.amount < 0


def waiting(scenario: Scenario) -> Market:
    """The market after three months, with the first lab's sale under review for a year."""
    market = settled(scenario)
    first, buyer = market.lab_at(0), market.hosts[-1]
    market.pending_deals = [Deal(first, buyer, 200.0, market.month + 12, 0.1, {})]
    return market


def test_a_buyer_bridges_a_review_as_long_as_it_is_worth_it(scenario: Scenario) -> None:
    market = waiting(scenario)
    (deal,), buyer = market.pending_deals, market.hosts[-1]
    market.labs.cash[0], before = -5.0, float(buyer.cash)
    bridging.bridge(market)
    assert market.labs.cash[0] == 0
    assert float(buyer.cash) == before - 5.0
    assert deal.lent == 5.0
    market.labs.cash[0] = -176.0  # with the 5 more than 0.9 of the price of 200
    bridging.bridge(market)
    assert market.labs.cash[0] == -176.0
    market.labs.cash[0], buyer.cash = -5.0, 194.0  # cannot pay the 195 that are left
    bridging.bridge(market)
    assert market.labs.cash[0] == -5.0


def test_what_was_lent_comes_off_the_price(scenario: Scenario) -> None:
    market = waiting(scenario)
    (deal,) = market.pending_deals
    deal.lent, deal.block, deal.due = 50.0, 0.0, market.month
    deals._decide_pending(market)
    (sold,) = events(market, "acquisition")
    assert sold.amount == 150.0
    assert sold.reason["bridged"] == 50.0


def test_a_lab_that_runs_dry_during_a_review_names_the_buyer(scenario: Scenario) -> None:
    market = waiting(scenario)
    market.hosts[-1].cash = 0.0
    market.labs.cash[0] = -5.0
    market.step()
    (closed,) = events(market, "shutdown")
    assert closed.reason["pending_buyer"] == "X"
    assert closed.reason["pending_price"] == 200.0
    assert closed.reason["due"] == 15


def test_no_board_gives_up_while_its_sale_is_under_review(scenario: Scenario) -> None:
    market = waiting(scenario)
    for _ in range(9):
        market.labs.burn[0] = 20.0
        market.step()
    assert board.weigh(market, FIRST)[0].gives_up
    assert market.labs.alive[0]


def test_a_lab_that_closes_without_a_sale_under_review_names_nobody(scenario: Scenario) -> None:
    market = settled(scenario)
    market.labs.cash[0] = -5.0
    market.step()
    (closed,) = events(market, "shutdown")
    assert "pending_buyer" not in closed.reason


def test_an_incumbent_that_buys_casts_its_shadow_from_the_next_month(scenario: Scenario) -> None:
    market = settled(scenario)
    assert not market.kill_zone.any()
    larger, smaller = np.argsort(-market.outlook.lab_use[:2]).tolist()
    board.note_deal(market.lab_at(larger))
    market.step()
    market.derive()
    assert market.kill_zone[smaller] > 0
    assert market.kill_zone[larger] == 0


def test_buyers_pay_for_what_serving_leaves_of_the_revenue(scenario: Scenario) -> None:
    market = settled(scenario)
    seller, bidders = market.lab_at(0), np.array([1])
    seller.revenue_year = 100.0
    worth, left = [], []
    for margin in (0.0, 0.5, 1.0):
        seller.gross_margin = margin
        worth.append(bidding.values(market, FIRST, bidders)[0])
        left.append(deals._left_behind(market, seller, moved=0.8))
    a, c = market.scenario.acquisition, market.scenario.capital
    half = (1 - a.integration) * a.business_synergy * c.revenue_multiple * market.climate * 50
    assert worth[1] - worth[0] == pytest.approx(half)
    assert worth[2] - worth[1] == pytest.approx(half)
    # A business without profit is no reason to prefer a purchase over hiring the team away.
    assert left == sorted(left)
    assert left[0] < left[-1]


def test_a_rivals_customers_are_worth_the_bidders_own_margin_on_them(scenario: Scenario) -> None:
    market = settled(scenario)
    row = 1
    market.offers.use[1], market.labs.revenue_year[row] = 0.2, 100.0
    gained = []
    for margin in (0.0, 0.5):
        market.labs.gross_margin[row] = margin
        gained.append(float(bidding._foreclosure(market, FIRST, np.array([row]))[0, 0]))
    multiple = market.scenario.capital.revenue_multiple * market.climate
    assert gained == pytest.approx([0.0, multiple * 50 * 0.2 / 0.8])


def test_an_exit_is_news_in_proportion_to_the_labs_that_there_are(scenario: Scenario) -> None:
    twice = changed(scenario, {"labs": [*scenario.model_dump()["labs"], lab("C"), lab("D")]})
    for cast in (scenario, twice):
        market = Market(cast, seed=1)
        market.exits = 0.0
        quiet = capital._news(market)
        market.exits = -1.0
        assert capital._news(market) - quiet == pytest.approx(-1.0)
    market.labs.alive[:2] = False
    assert capital._news(market) - quiet == pytest.approx(-2.0)


# -- what founders go by --------------------------------------------------------------------------


def test_founders_go_by_what_recent_entrants_became_worth(scenario: Scenario) -> None:
    market = settled(scenario)
    labs = market.labs
    labs.value[:2], labs.raised[:2] = [50.0, 30.0], [100.0, 60.0]
    assert entry._prospect(market) == pytest.approx(np.log(80 / 160))
    labs.born[0] = 0
    assert entry._prospect(market) == pytest.approx(np.log(50 / 100))
    market.month = 30
    labs.born[:2] = [0, 10]
    assert entry._prospect(market) == pytest.approx(np.log(30 / 60))


def test_how_entrants_ended_counts_with_what_came_back(scenario: Scenario) -> None:
    market = settled(scenario)
    labs = market.labs
    labs.born[:2] = 0
    labs.value[:2], labs.raised[:2] = [50.0, 30.0], [100.0, 60.0]
    labs.cash[0] = 7.0
    exits.wind_up(market, market.lab_at(0), {})
    assert labs.returned[0] == 7.0
    assert entry._prospect(market) == pytest.approx(np.log((7 + 30) / 160))
    labs.cash[1] = -20.0
    exits.shut_down(market, market.lab_at(1), {})
    assert labs.returned[1] == 0.0
    assert entry._prospect(market) == pytest.approx(np.log(7 / 160))


def test_a_sale_counts_with_what_creditors_leave_of_the_price(scenario: Scenario) -> None:
    market = settled(scenario)
    firm = market.lab_at(0)
    firm.cash = -10.0
    exits.buy(market, firm, market.lab_at(1), 90.0, {})
    assert market.labs.returned[0] == 80.0


# -- what owners put up with ----------------------------------------------------------------------


def owned(scenario: Scenario, burn: float) -> Market:
    """A market whose first lab belongs to the owner of the cloud, in the month of its review."""
    market = settled(scenario)
    labs = market.labs
    labs.owned[0], labs.cash[0], labs.burn[0], labs.value[0] = True, 0.0, burn, 100.0
    market.clouds.own_lab[0] = 0
    while not board.yearly(market)[0]:
        market.month += 1
    return market


def test_an_owner_lets_go_of_a_lab_that_costs_more_than_it_is_worth(scenario: Scenario) -> None:
    cheap, dear = owned(scenario, 100 / 12 - 0.1), owned(scenario, 100 / 12 + 0.1)
    for market in (cheap, dear):
        exits.review_owned(market)
    assert cheap.labs.owned[0]
    assert not events(cheap, "divestment")
    assert not dear.labs.owned[0]
    assert dear.clouds.own_lab[0] == -1
    (let_go,) = events(dear, "divestment")
    assert let_go.reason == {"shortfall": 101.2, "use": 0.0, "value": 100.0}


def test_use_in_its_own_products_and_cash_in_hand_keep_an_owner(scenario: Scenario) -> None:
    for name, worth in (("parent_budget", 1.0), ("cash", 12.0)):
        market = owned(scenario, 100 / 12 + 0.5)
        getattr(market.labs, name)[0] += worth
        exits.review_owned(market)
        assert market.labs.owned[0], name


def test_an_owner_reviews_a_lab_once_a_year(scenario: Scenario) -> None:
    market = owned(scenario, 1000.0)
    market.month += 1
    exits.review_owned(market)
    assert market.labs.owned[0]


def test_a_lab_let_go_without_cash_closes_unless_it_is_bought(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deals, "_auction", lambda *_: False)
    market = owned(scenario, 1000.0)
    market.scenario = scenario
    market.labs.cash[0] = -5.0
    deals.clear(market)
    assert [e.kind for e in exits_of(market, "Idle")] == ["shutdown"]
    kept = owned(scenario, 1.0)
    kept.scenario = scenario
    kept.labs.cash[0] = -5.0
    deals.clear(kept)
    assert kept.labs.alive[0]
    assert kept.labs.cash[0] == 0.0


@pytest.fixture
def backed() -> Market:
    """The market after three months, with a buyer whose owner pays ten times its cash in a year."""
    market = settled(world([lab("Small"), lab("Backed", owned=True)], [cloud("X")], **NO_RACE))
    market.labs.cash[1], market.labs.parent_budget[1] = 100.0, 1000 / 12
    return market


def test_an_owner_pays_what_a_bid_counted_on(backed: Market) -> None:
    market, limit = backed, backed.scenario.acquisition.cash_limit
    buyer = market.lab_at(1)
    assert backing.means(market, buyer) == pytest.approx(100 + 1000 * limit)
    backing.advance(market, buyer, 100 * limit)
    assert buyer.cash == 100, "within the share of its cash it pays alone"
    backing.advance(market, buyer, 1100 * limit)
    assert buyer.cash == pytest.approx(100 + 1000 * limit)
    backing.advance(market, buyer, 1e6)
    assert buyer.cash == pytest.approx(100 + 2000 * limit), "and no more than a bid counts on"


def test_who_bids_all_that_it_may_is_not_closed_by_the_price(backed: Market) -> None:
    market, (seller, buyer) = backed, (backed.lab_at(0), backed.lab_at(1))
    market.labs.owned[1] = False
    funds = float(bidding.funds(market)[buyer.row])
    left = float(buyer.cash) * (1 - market.scenario.acquisition.cash_limit)
    gains = max(float(seller.cash), 0.0)
    assert funds > buyer.cash
    exits.buy(market, seller, buyer, funds, {})
    assert buyer.cash == pytest.approx(left + gains)


def test_a_cloud_pays_for_itself(backed: Market) -> None:
    (host,) = backed.hosts
    before = float(host.cash)
    assert backing.means(backed, host) == before
    backing.advance(backed, host, 2 * before)
    assert float(host.cash) == before


@pytest.mark.parametrize(("most", "deals", "months", "free"), [
    (0, 0, 5, False),  # who digests none never bids
    (2, 1, 5, True),
    (2, 2, 5, False),
    (2, 2, 11, False),
    (2, 2, 12, True),  # the first of them is twelve months ago
])  # fmt: skip
def test_attention_is_free_again_after_twelve_months(
    most: int, deals: int, months: int, free: bool
) -> None:
    firms = [lab("Buyer", cash=1e4), lab("Other", cash=1e4)]
    market = Market(world(firms, **{**CALM, "acquisition.deals_a_year": most}), seed=1)
    for _ in range(deals):
        board.note_deal(market.lab_at(0))
    market.month += months
    assert board.attentive(market, market.labs)[:2].tolist() == [free, most > 0]
    assert board.lately_bought(market)[0] == (deals > 0 and months < 12)


def test_a_deal_under_review_takes_a_buyers_attention_once() -> None:
    reviewed = {"acquisition.significant": 1.0, "acquisition.notification": 50.0}
    market = Market(world([lab("Sold")], [cloud("X")], **{**CALM, **reviewed}), seed=1)
    (buyer,), price = market.hosts, 100.0
    buyer.cash, never = 2 * price, buyer.deals.copy()
    deals._choose_route(market, market.lab_at(0), buyer, price, {})
    (deal,), agreed = market.pending_deals, buyer.deals.copy()
    assert (agreed != never).sum() == 1
    deal.block, market.month = 0.0, deal.due
    deals._decide_pending(market)
    assert len(events(market, "acquisition")) == 1
    assert buyer.deals.tolist() == agreed.tolist()


def test_a_base_that_passes_nothing_on_can_be_computed() -> None:
    firms = [lab("A"), lab("B"), lab("C")]
    market = Market(world(firms, **{**CALM, "capability.base_reuse": 0.0}), seed=1)
    market.run()
    assert market.labs.alive.any()
