"""What clouds expect of a listing, and how they revise their catalogues."""

import numpy as np
import pytest
from worlds import CALM, changed, closed_lab, cloud, lab, segment, world

from abm.ledger import SECTORS
from abm.market import Market
from abm.mechanisms import hosting as h
from abm.mechanisms.demand import GARDEN
from abm.phases import bargaining, hosting, pressure
from abm.scenario import Scenario

CLOUD = 0


def growing(adoption: float) -> Scenario:
    firms = [lab("Open"), closed_lab("Listed"), closed_lab("Other")]
    customers = segment("firms", adoption=adoption, requirement=23.0)
    return world(firms, [cloud("X", catalogue=["Listed"])], [customers], months=3, **CALM)


def first_month(scenario: Scenario) -> Market:
    market = Market(scenario, seed=1)
    market.step()
    return market


def test_clouds_reckon_with_the_growth_of_the_market() -> None:
    outlook = first_month(growing(0.05)).outlook
    sold = outlook.cloud_spend[CLOUD] > 0
    assert (outlook.cloud_ahead[CLOUD, sold] > 1.2 * outlook.cloud_spend[CLOUD, sold]).all()
    ripe = first_month(growing(1.0)).outlook
    assert ripe.cloud_ahead == pytest.approx(ripe.cloud_spend)


def test_a_cloud_that_looks_no_further_sees_last_months_spending() -> None:
    outlook = first_month(changed(growing(0.05), {"strategy.horizon": 0.1})).outlook
    assert outlook.cloud_ahead == pytest.approx(outlook.cloud_spend, rel=0.01)


def captured(market: Market, price: bargaining.Floats) -> bargaining.Floats:
    """Share of its customers' use of each model that the cloud would serve."""
    listed = market.offers.listed
    others = listed.sum(axis=1, dtype=np.float64) - listed[:, CLOUD]
    return bargaining._capture(market, price, others)


def test_a_listing_that_is_new_is_expected_to_win_use() -> None:
    market, other = first_month(growing(1.0)), 5
    if market.offers.listed[other, CLOUD]:
        market.unlist(CLOUD, other)
    new = bargaining.bargain(market, CLOUD).revenue[other]
    market.list_offer(CLOUD, other)
    old = bargaining.bargain(market, CLOUD).revenue[other]
    price = np.maximum(market.offers.price, 1e-3)
    capture = captured(market, price)[other]
    won, _ = h.listing_effects(market.scenario.demand, capture, market.offers.use[other])
    moved = (
        market.outlook.cloud_reconsidered[CLOUD, other] / market.outlook.cloud_ahead[CLOUD, other]
    )
    assert won > 0.05
    assert 0 < moved < 1
    assert new / old == pytest.approx(1 + moved * won)


def test_a_new_listing_adds_to_the_competition_that_sets_its_price() -> None:
    """Where use is never reconsidered, an open model earns as much before its listing as after."""
    firms = [lab("A"), closed_lab("B")]
    market = first_month(world(firms, [cloud("X"), cloud("Y")], months=3, **CALM))
    line = 0
    for k in (0, 1):
        if market.offers.listed[line, k]:
            market.unlist(k, line)
    market.outlook.cloud_reconsidered[:] = 0.0
    market.list_offer(1, line)
    new = bargaining.bargain(market, CLOUD)
    market.list_offer(CLOUD, line)
    old = bargaining.bargain(market, CLOUD)
    assert new.revenue[line] > 0
    for name in ("revenue", "margin"):
        before, after = getattr(new, name)[line], getattr(old, name)[line]
        assert before == pytest.approx(after), name


def test_customers_see_the_catalogue_as_it_is() -> None:
    market = first_month(growing(1.0))
    before = int(market.clouds.slots[CLOUD])
    line = int(market.offers.listed[:, CLOUD].argmax())
    market.withdraw(line)
    assert market.clouds.slots[CLOUD] == before - 1


def test_a_slot_is_judged_by_what_the_last_one_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two listings that three slots are too dear for: dropping one makes room for the other."""
    market = first_month(changed(growing(1.0), {"hosting.hysteresis": 0.0}))
    p = market.scenario.hosting
    lines = [0, 3, 5]
    for line in lines:
        market.list_offer(CLOUD, line)
    market.offers.listed_since[:] = -12
    net = np.zeros(market.offers.rows)
    net[lines] = [2.9 * p.slot_cost, 10 * p.slot_cost, 2.5 * p.slot_cost]
    terms = bargaining.bargain(market, CLOUD)._replace(net=net)
    monkeypatch.setattr(hosting, "bargain", lambda *_: terms)
    hosting._drop(market, CLOUD, terms, bargaining.Prospects.of(market, CLOUD))
    assert np.flatnonzero(market.offers.listed[:, CLOUD]).tolist() == [0, 3]


def pressed(requests: float) -> tuple[Market, float]:
    """A market whose communities all ask for each open model, and the budget in play."""
    firms = [lab("A"), lab("B"), lab("C"), lab("D")]
    market = first_month(world(firms, [cloud("X"), cloud("Y")], months=3, **CALM))
    market.scenario = changed(
        market.scenario,
        {f"pressure.{rate}": 0.0 for rate in ("manager_rate", "decider_rate", "forgetting")},
    )
    market.communities.request[:, :4] = requests
    pressure.press(market)
    table = market.communities
    return market, float(table.budget @ market.segments.adoption[table.segment])


def test_no_budget_presses_for_more_than_itself() -> None:
    market, at_stake = pressed(1.0)
    assert market.pressure.sum() == pytest.approx(at_stake)
    assert market.pressure.sum(axis=0)[:4] == pytest.approx(at_stake / 4)


def test_few_requests_press_in_full() -> None:
    market, at_stake = pressed(0.2)
    assert market.pressure.sum() == pytest.approx(0.8 * at_stake)


def garden(enforceability: float, licence: str = "restricted") -> Market:
    """A month after which one open model stands in the garden of a cloud that lists nothing."""
    firms = [lab("A", licence=licence), lab("B")]
    values = {"hosting.slot_cost": 1e6, "hosting.enforceability": enforceability}
    return first_month(world(firms, [cloud("X", customers=1.0)], months=3, **CALM | values))


def test_a_restricted_licence_earns_in_the_garden_what_it_can_enforce() -> None:
    market = garden(0.6)
    assert not market.offers.listed.any()
    spend = market.outlook.way_spend[0, GARDEN]
    p = market.scenario
    # One host: price = cost (1 + margin), so that its gross margin is m / (1 + m).
    margin = p.pricing.host_margin / (1 + p.pricing.host_margin)
    due = p.hosting.bargaining * 0.6 * margin * spend
    assert due > 0
    assert market.ledger.flows["royalty"][SECTORS.index("L")] == pytest.approx(due)
    assert market.labs.income[0] == pytest.approx(due)
    assert market.outlook.royalties[:, 0].sum() == pytest.approx(due)


@pytest.mark.parametrize(("enforceability", "licence"), [(0.0, "restricted"), (0.6, "permissive")])
def test_what_cannot_be_claimed_is_not_paid(enforceability: float, licence: str) -> None:
    market = garden(enforceability, licence)
    assert market.outlook.way_spend[0, GARDEN] > 0
    assert not np.any(market.ledger.flows.get("royalty", 0.0))
    assert market.labs.income[0] == 0


# -- what a closed lab could do without the cloud -------------------------------------------------


def of_lab(market: Market, line: int = 3) -> tuple[float, float, float]:
    """Royalty, capture and gross margin of a closed model at the cloud."""
    capture = captured(market, np.maximum(market.offers.price, 1e-3))[line]
    margin = 1 - float(market.offers.unit_cost[line] / market.offers.price[line])
    return float(bargaining.bargain(market, CLOUD).royalty[line]), float(capture), margin


def test_taking_a_listing_away_undoes_what_adding_it_did() -> None:
    p = growing(1.0).demand
    capture, use = np.array([0.1, 0.5, 0.9]), np.array([0.05, 0.3, 0.6])
    won, _ = h.listing_effects(p, capture, use)
    assert (won > 0).all()
    _, lost = h.listing_effects(p, capture, (1 + won) * use)
    assert 1 - lost == pytest.approx(1 / (1 + won))


def test_a_lab_whose_customers_would_all_come_to_it_keeps_the_profit() -> None:
    """Nobody reconsiders the model, and it is to be had from its lab alone."""
    market = first_month(growing(1.0))
    market.outlook.cloud_reconsidered[:] = 0.0
    royalty, _, margin = of_lab(market)
    assert 0 < royalty == pytest.approx(margin)


def test_the_outside_option_is_direct_sales_less_those_beside_the_listing() -> None:
    market, line = first_month(growing(1.0)), 3
    royalty, capture, margin = of_lab(market, line)
    outlook, p = market.outlook, market.scenario
    ahead, moved = (3 * x[CLOUD, line] for x in (outlook.cloud_ahead, outlook.cloud_reconsidered))
    lost = moved * h.listing_effects(p.demand, capture, market.offers.use[line])[1]
    profit = margin * ahead * capture
    outside = margin * (ahead - lost - ahead * (1 - capture))
    assert outside < profit
    cover = profit * bargaining.bargain(market, CLOUD).similarity[line]
    split = outside + p.hosting.bargaining * max(profit - outside - cover, 0.0)
    assert royalty * ahead * capture == pytest.approx(split)


def test_a_cloud_that_wins_customers_for_the_lab_keeps_more() -> None:
    market = first_month(growing(1.0))
    none, some, all_of_them = (0.0, 0.3, 1.0)
    royalties = []
    for part in (none, some, all_of_them):
        market.outlook.cloud_reconsidered[:] = part * market.outlook.cloud_ahead
        royalties.append(of_lab(market)[0])
    assert royalties == sorted(royalties, reverse=True)
    assert royalties[0] > royalties[-1]


def test_what_is_dropped_at_a_review_is_not_taken_back_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market, line = first_month(growing(1.0)), 5
    if not market.offers.listed[line, CLOUD]:
        market.list_offer(CLOUD, line)
    market.offers.listed_since[:] = -12
    real = bargaining.bargain

    def good_only_from_outside(at: Market, k: int, *_: object) -> bargaining.Terms:
        net = np.where(at.offers.listed[:, k], 10.0, -10.0)
        net[line] = -1.0 if at.offers.listed[line, k] else 100.0
        return real(at, k)._replace(net=net)

    monkeypatch.setattr(hosting, "bargain", good_only_from_outside)
    market.clouds.calendar[:] = 0
    market.month = market.scenario.hosting.review_months
    hosting.revise_catalogues(market)
    assert not market.offers.listed[line, CLOUD]
    market.month += market.scenario.hosting.review_months
    hosting.revise_catalogues(market)
    assert market.offers.listed[line, CLOUD]
