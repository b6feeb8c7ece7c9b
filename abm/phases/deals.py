"""Distress, auctions, mergers, licence-and-hire, shutdowns."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm import streams as keyed
from abm.agents.cloud import CloudHost
from abm.agents.lab import Lab
from abm.agents.offer import CLOSED
from abm.agents.stages import LIVE
from abm.agents.strategy import refocus
from abm.ledger import INVESTORS, VENDORS, Account
from abm.mechanisms import acquisition

if TYPE_CHECKING:
    from abm.market import Market

Bidder = Lab | CloudHost
Floats = NDArray[np.float64]


@dataclass
class Deal:
    """A purchase that waits for merger control."""

    seller: Lab
    buyer: Bidder
    price: float
    due: int
    block: float
    reason: dict[str, Any]


def clear(market: "Market") -> None:
    """Decide pending mergers, auction labs that run dry, close those that nobody buys."""
    if market.scenario.acquisition.enabled:
        _decide_pending(market)
        for row in market.living.tolist():
            lab = market.lab_at(row)
            if _for_sale(market, lab):
                _auction(market, lab)
    for row in market.living.tolist():
        lab = market.lab_at(row)
        if lab.cash < 0 and not lab.owned:
            _shut_down(market, lab)
    _cover_owned(market)


def _for_sale(market: "Market", lab: Lab) -> bool:
    pending = any(deal.seller.row == lab.row for deal in market.pending_deals)
    return not pending and lab.hears_offers()


def _auction(market: "Market", seller: Lab) -> None:
    """Hold an ascending auction; the winner buys it, or licenses and hires."""
    p = market.scenario.acquisition
    reserve = seller.reserve()
    bidders = [
        b
        for b in market.bidders()
        if b is not seller and b.funds() >= reserve and _may_bid(market, b)
    ]
    if not bidders:
        return
    kinds = np.array([isinstance(b, CloudHost) for b in bidders], dtype=np.uint64)
    keys = np.array([b.key for b in bidders], dtype=np.uint64) * np.uint64(2) + kinds
    noise = market.streams.normal(
        "bid", keyed.pair(keys, keyed.as_keys(seller.key) * np.uint64(2)), market.month
    )
    shading = np.exp(p.valuation_noise * noise - p.valuation_noise**2 / 2)
    value = _values(market, seller, bidders) * shading
    bids = np.minimum(value, [b.funds() for b in bidders])
    sale = acquisition.auction(p, bids, reserve)
    if sale is None:
        return
    top = np.argsort(-bids, kind="stable")[:5].tolist()
    reason = {
        **seller.snapshot(),
        "reserve": round(reserve, 3),
        "bids": {bidders[i].name: round(float(bids[i]), 3) for i in top},
        "runner_up": round(sale.runner_up, 3),
        "failed_rounds": list(seller.failed_rounds),
        "raised": round(float(seller.raised), 2),
    }
    _choose_route(market, seller, bidders[sale.winner], sale.price, reason)


def _values(market: "Market", seller: Lab, bidders: list[Bidder]) -> Floats:
    """What the lab is worth to each bidder before noise, USD m.

    Business, people and hardware are worth the same to all; its capability is worth what it adds to
    the bidder's own.
    """
    c, p = market.scenario.capital, market.scenario.acquisition
    own = np.stack([b.capability() for b in bidders])
    added = market.standing(np.maximum(own, seller.theta)) - market.standing(own)
    synergy = p.capability_synergy * c.option_value * market.climate * np.maximum(added, 0.0)
    business = p.business_synergy * c.revenue_multiple * market.climate * float(seller.revenue_year)
    people = p.talent_synergy * c.talent_value * float(seller.researchers)
    hardware = 12 * float(seller.gpu_farm)
    worth: Floats = (1 - p.integration) * (business + people + hardware + synergy)
    return worth + _foreclosure(market, seller, bidders)


def _foreclosure(market: "Market", seller: Lab, bidders: list[Bidder]) -> Floats:
    """Value of a rival less to sellers of models, USD m: its closed users choose again.

    Its open weights stay downloadable, so they free no users; a bidder wins them in proportion to
    its own revenue.
    """
    c = market.scenario.capital
    freed = float(market.offers.use[2 * seller.row + CLOSED])
    revenue = np.array([b.revenue_year if isinstance(b, Lab) else 0.0 for b in bidders])
    gained: Floats = c.revenue_multiple * market.climate * revenue * freed / (1 - min(freed, 0.9))
    return gained


def _may_bid(market: "Market", bidder: Bidder) -> bool:
    """Attention binds: so many deals in twelve months; nobody in distress bids."""
    p = market.scenario.acquisition
    recent = sum(1 for month in bidder.deals if market.month - month < 12)
    solvent = isinstance(bidder, CloudHost) or bidder.owned or bidder.runway >= p.seller_runway
    return recent < p.deals_a_year and bool(solvent)


def _choose_route(
    market: "Market", seller: Lab, buyer: Bidder, price: float, reason: dict[str, Any]
) -> None:
    """Purchase, or licence-and-hire where review would cost more than the rest is worth."""
    p = market.scenario.acquisition
    shares = _shares(market)
    hhi = float((shares**2).sum())
    buyer_row = buyer.row if isinstance(buyer, Lab) else int(buyer.own_lab)
    delta = 2 * shares[seller.row] * (shares[buyer_row] if buyer_row >= 0 else 0.0)
    notifiable = price >= p.notification
    block = acquisition.block_probability(p, hhi, float(delta))
    # Delay kills: a seller without the cash to wait may fail before the review ends.
    wait = min(1.0, p.review_months / max(seller.runway, 0.5))
    risk = p.significant * (block + (1 - block) * 0.5 * wait) if notifiable else 0.0
    draws = market.streams.uniform("deal", seller.key, market.month, np.arange(3))
    moved = p.hire_low + (p.hire_high - p.hire_low) * float(draws[1])
    review_cost = risk * price
    stays = _left_behind(market, seller, moved)
    residual = stays * price
    reason = {
        **reason,
        "hhi": round(hhi, 1),
        "delta_hhi": round(float(delta), 2),
        "review_cost": round(review_cost, 3),
        "left_behind": round(stays, 4),
        "residual_value": round(residual, 3),
    }
    houses = isinstance(buyer, Lab) or _own_lab(market, buyer) is not None
    if review_cost > residual and houses:
        _hire(market, seller, buyer, (1 - stays) * price, moved, reason)
    elif notifiable and draws[0] < p.significant:
        market.pending_deals.append(
            Deal(seller, buyer, price, market.month + p.review_months, block, reason)
        )
        buyer.deals.append(market.month)
    else:
        _buy(market, seller, buyer, price, reason)


def _left_behind(market: "Market", seller: Lab, moved: float) -> float:
    """Share of a lab's worth that licence-and-hire leaves behind: business, farm, who stays."""
    c, p = market.scenario.capital, market.scenario.acquisition
    business = p.business_synergy * c.revenue_multiple * market.climate * float(seller.revenue_year)
    kept = business + 12 * float(seller.gpu_farm)
    people = p.talent_synergy * c.talent_value * float(seller.researchers)
    return (kept + (1 - moved) * people) / max(kept + people, 1e-9)


def _shares(market: "Market") -> Floats:
    """Shares of the labs in what customers pay for models and products, in percent."""
    labs = market.labs
    segment = np.maximum(labs.product_segment, 0)
    products = labs.seats * market.segments.arpu[segment] * (labs.product_stage == LIVE)
    spend = market.offers.spend[0::2] + market.offers.spend[1::2] + products
    total = float(spend.sum())
    return 100 * spend / total if total > 0 else np.zeros(labs.rows)


def _decide_pending(market: "Market") -> None:
    """Close or block the mergers whose review ends."""
    waiting = []
    for deal in market.pending_deals:
        seller, buyer = market.lab_at(deal.seller.row), deal.buyer
        if isinstance(buyer, Lab):
            buyer = market.lab_at(buyer.row)
        gone = not seller.alive or (isinstance(buyer, Lab) and not buyer.alive)
        if not gone and market.month < deal.due:
            waiting.append(deal)
            continue
        draw = market.streams.uniform("merger", seller.key, market.month)[0]
        if gone or buyer.cash < deal.price:
            outcome = "lapsed"
        else:
            outcome = "blocked" if draw < deal.block else "cleared"
        reason = {**deal.reason, "outcome": outcome, "block_probability": round(deal.block, 4)}
        if outcome == "cleared":
            _buy(market, seller, buyer, deal.price, reason)
        else:
            market.log("blocked", seller.name, buyer.name, deal.price, reason)
    market.pending_deals = waiting


def _account(market: "Market", party: Bidder) -> Account:
    ledger = market.ledger
    return ledger.labs if isinstance(party, Lab) else ledger.clouds


def _buy(
    market: "Market", seller: Lab, buyer: Bidder, price: float, reason: dict[str, Any]
) -> None:
    """Purchase: the price goes to the seller's investors, people and knowledge to the buyer."""
    p, ledger = market.scenario.acquisition, market.ledger
    # Creditors come first, investors get the rest.
    owed = min(max(-float(seller.cash), 0.0), price)
    account = _account(market, buyer)
    ledger.pay("acquisition", account, ledger.labs, owed, buyer.row, seller.row)
    ledger.pay("acquisition", account, INVESTORS, price - owed, buyer.row)
    leak = p.talent_leak * float(seller.researchers)
    buyer.deals.append(market.month)
    node = net.lab_node if isinstance(buyer, Lab) else net.cloud_node
    market.network.add_edge(node(buyer.row), net.lab_node(seller.row), key=net.OWNS, weight=1.0)
    market.founders += leak
    market.exits += _good_news(price, seller)
    market.log("acquisition", seller.name, buyer.name, price, reason)
    seller.researchers -= leak
    home = buyer if isinstance(buyer, Lab) else _own_lab(market, buyer)
    if home is None:
        if isinstance(buyer, CloudHost):
            _become_own_lab(seller, buyer)
        return
    home.researchers += float(seller.researchers)
    home.staff += float(seller.staff)
    _absorb(market, home, seller)
    if seller.cash > 0:
        ledger.pay("merged_cash", ledger.labs, ledger.labs, seller.cash, seller.row, home.row)
    _leave(market, seller)


def _good_news(price: float, seller: Lab) -> float:
    """What an exit tells investors: what came back over what went in, as a bounded log."""
    return float(np.clip(np.log(max(price, 1e-3) / max(float(seller.raised), 1e-3)), -1.0, 1.0))


def _become_own_lab(seller: Lab, cloud: CloudHost) -> None:
    """A cloud without a lab keeps the one it buys: it goes on under its owner's budget."""
    cloud.own_lab = seller.row
    seller.owned = True
    seller.exclusive = cloud.row
    seller.parent_base = seller.parent_budget = max(float(seller.burn), 0.0)
    seller.failed_rounds = []


def _own_lab(market: "Market", cloud: CloudHost) -> Lab | None:
    row = int(cloud.own_lab)
    return market.lab_at(row) if row >= 0 and market.labs.alive[row] else None


def _absorb(market: "Market", home: Lab, seller: Lab) -> None:
    """The buyer takes the better of each stock, the product, the farm and the seller's edges."""
    home.algorithms = max(float(home.algorithms), float(seller.algorithms))
    home.data = np.maximum(home.data, seller.data)
    home.comparisons = np.maximum(home.comparisons, seller.comparisons)
    home.gpu_farm += float(seller.gpu_farm)
    home.suit_left = max(int(home.suit_left), int(seller.suit_left))
    size = market.domain_value
    if float(seller.base @ size) > float(home.base @ size):
        for name in ("base", "log_compute", "model_cost", "model_base"):
            setattr(home, name, getattr(seller, name))
        home.theta = market.post_trained(home.base, home.comparisons, home.focus)
    use, line = market.communities.use, 2 * seller.row + CLOSED
    if market.offers.live[home.line]:
        use[:, home.line] += use[:, line]
    arpu = market.segments.arpu
    worth = [
        float(x.seats) * arpu[x.product_segment] * (x.product_stage > 0) for x in (seller, home)
    ]
    if seller.product_segment == home.product_segment >= 0:
        home.seats += float(seller.seats)
    elif worth[0] > worth[1] or (seller.product_stage > 0 and home.product_stage == 0):
        # One product a lab: the larger goes on, the smaller is closed.
        for name in ("product_stage", "product_left", "product_segment", "seats", "moat"):
            setattr(home, name, getattr(seller, name))
    network, node = market.network, net.lab_node(seller.row)
    if network.has_node(node):
        for _, teacher, key, weight in list(
            network.out_edges(node, keys=True, data="weight", default=1.0)
        ):
            if key == net.KNOWS:
                network.link(home.row, network.nodes[teacher]["row"], weight)


def _hire(
    market: "Market",
    seller: Lab,
    buyer: Bidder,
    price: float,
    moved: float,
    reason: dict[str, Any],
) -> None:
    """Licence-and-hire: most people go, a licence is paid for, a shell stays and narrows."""
    ledger = market.ledger
    account = _account(market, buyer)
    repaid = min(price, float(seller.raised))
    ledger.pay("licence", account, INVESTORS, repaid, buyer.row)
    ledger.pay("licence", account, ledger.labs, price - repaid, buyer.row, seller.row)
    home = buyer if isinstance(buyer, Lab) else _own_lab(market, buyer)
    people = moved * float(seller.researchers)
    if home is not None:
        home.researchers += people
        home.algorithms = max(float(home.algorithms), float(seller.algorithms))
        home.data = np.maximum(home.data, seller.data)
        home.comparisons = np.maximum(home.comparisons, seller.comparisons)
    seller.researchers -= people
    seller.raised -= repaid
    seller.staff *= 1 - moved
    seller.burn *= 1 - moved
    seller.failed_rounds = []
    buyer.deals.append(market.month)
    market.exits += _good_news(price, seller)
    reason = {**reason, "moved": round(moved, 3), "people": round(people, 1)}
    market.log("licence_and_hire", seller.name, buyer.name, price, reason)
    # The shell narrows to what it can still do; the event says that it was forced to.
    refocus(seller, 1, {**reason, "from": int(seller.breadth), "to": 1, "forced": True})


def _shut_down(market: "Market", lab: Lab) -> None:
    """Close a lab without cash, round or buyer; its debts are written off by its suppliers."""
    market.log(
        "shutdown",
        lab.name,
        "",
        float(lab.cash),
        {
            **lab.snapshot(),
            "failed_rounds": list(lab.failed_rounds),
            "raised": round(float(lab.raised), 2),
            "revenue": round(float(lab.revenue_year), 3),
        },
    )
    market.founders += float(lab.researchers)
    market.exits -= 1.0
    _leave(market, lab)


def _leave(market: "Market", lab: Lab) -> None:
    """Take a lab out of business: books closed, API off, weights stay downloadable."""
    ledger, row = market.ledger, lab.row
    cash = float(lab.cash)
    if cash > 0:
        ledger.pay("liquidation", ledger.labs, INVESTORS, cash, row)
    elif cash < 0:
        ledger.pay("default", VENDORS, ledger.labs, -cash, None, row)
    market.withdraw(2 * row + CLOSED)
    market.offers.price[2 * row] = 0.0
    lab.alive = False
    for name in (
        "researchers",
        "staff",
        "seats",
        "gpu_farm",
        "run_left",
        "suit_left",
        "product_stage",
        "parent_base",
        "parent_budget",
        "credit",
    ):
        setattr(lab, name, 0)
    lab.product_segment = -1
    market.refresh_distillation(row)
    lab.remove()


def _cover_owned(market: "Market") -> None:
    """Let owners cover the shortfall of the labs that they control."""
    labs, ledger = market.labs, market.ledger
    short = np.where(labs.alive & labs.owned, np.maximum(-labs.cash, 0.0), 0.0)
    ledger.pay("owner", INVESTORS, ledger.labs, short)
