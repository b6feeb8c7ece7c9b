"""Exits: what changes hands when a lab is bought, hired away or closed."""

from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from abm import network as net
from abm.agents import board
from abm.agents.bidding import Bidder
from abm.agents.cloud import CloudHost
from abm.agents.lab import Lab
from abm.agents.offer import CLOSED
from abm.agents.strategy import best_focuses, refocus
from abm.ledger import INVESTORS, VENDORS, Account
from abm.phases import backing

if TYPE_CHECKING:
    from abm.market import Market


def buy(market: "Market", seller: Lab, buyer: Bidder, price: float, reason: dict[str, Any]) -> None:
    """Purchase: the price goes to the seller's investors, people and knowledge to the buyer."""
    p, ledger = market.scenario.acquisition, market.ledger
    # Creditors come first, investors get the rest.
    owed = min(max(-float(seller.cash), 0.0), price)
    account = _account(market, buyer)
    backing.advance(market, buyer, price)
    ledger.pay("acquisition", account, ledger.labs, owed, buyer.row, seller.row)
    rest = _after_the_state(market, seller, account, price - owed, buyer.row)
    ledger.pay("acquisition", account, INVESTORS, rest, buyer.row)
    seller.returned = rest
    leak = p.talent_leak * float(seller.researchers)
    node = net.lab_node if isinstance(buyer, Lab) else net.cloud_node
    market.network.buy_stake(node(buyer.row), net.lab_node(seller.row), 1.0)
    _let_go(market, seller.row)
    market.founders += leak
    market.exits += _good_news(price, seller)
    market.log("acquisition", seller.name, buyer.name, price, reason)
    seller.researchers -= leak
    home = buyer if isinstance(buyer, Lab) else own_lab(market, buyer)
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


def _become_own_lab(seller: Lab, cloud: CloudHost) -> None:
    """A cloud without a lab keeps the one it buys: it goes on under its owner's budget."""
    cloud.own_lab = seller.row
    seller.owned, seller.public_stake, seller.founders_share = True, 0.0, 0.0
    seller.exclusive = cloud.row
    seller.parent_base = seller.parent_budget = max(float(seller.burn), 0.0)
    seller.failed_rounds = []


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
        _take_over_lineage(market, home)
    if market.offers.live[home.line]:
        market.hand_users(2 * seller.row + CLOSED, home.line)
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
    access = market.access()
    new = (access[seller.row] > access[home.row]).nonzero()[0].tolist()
    for teacher in new:
        market.network.link(home.row, teacher, float(access[seller.row, teacher]))


def _take_over_lineage(market: "Market", home: Lab) -> None:
    """Let a model that was bought stand on its base in its new home as well.

    What the seller built on the buyer's own weights goes back to what these stand on.
    """
    if home.model_base // 2 == home.row:
        home.model_base = market.offers.built_on[home.model_base]
    base = int(home.model_base)
    if base >= 0:
        nodes = net.lab_node(home.row), net.lab_node(base // 2)
        market.network.set_edge(*nodes, net.BUILDS_ON, there=True)


def hire(
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
    backing.advance(market, buyer, price)
    repaid = min(price, float(seller.raised))
    rest = _after_the_state(market, seller, account, repaid, buyer.row)
    ledger.pay("licence", account, INVESTORS, rest, buyer.row)
    ledger.pay("licence", account, ledger.labs, price - repaid, buyer.row, seller.row)
    home = buyer if isinstance(buyer, Lab) else own_lab(market, buyer)
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
    market.exits += _good_news(price, seller)
    reason = {**reason, "moved": round(moved, 3), "people": round(people, 1)}
    market.log("licence_and_hire", seller.name, buyer.name, price, reason)
    # The shell narrows to what it can still do; the event says that it was forced to.
    forced = {**reason, "from": int(seller.breadth), "to": 1, "forced": True}
    refocus(seller, best_focuses(seller, [1])[0], lambda: forced)


def shut_down(market: "Market", lab: Lab, under_review: dict[str, Any]) -> None:
    """Close a lab without cash, round or buyer; its debts are written off by its suppliers.

    Args:
        market: the market.
        lab: who closes.
        under_review: its sale that merger control still looks into, if there is one.
    """
    _close(market, lab, -1.0, {"voluntary": False, **under_review})


def wind_up(market: "Market", lab: Lab, weighed: dict[str, float]) -> None:
    """Close a lab that is worth less to its owners than its cash, which they take."""
    news = _good_news(float(lab.cash), lab)
    _close(market, lab, news, {"voluntary": True, **weighed})


def _close(market: "Market", lab: Lab, news: float, why: dict[str, Any]) -> None:
    """Record a closure and its reasons, free the founders, and settle the books."""
    market.log(
        "shutdown",
        lab.name,
        "",
        float(lab.cash),
        {
            **why,
            **lab.snapshot(),
            "failed_rounds": lab.told_rounds(),
            "raised": round(float(lab.raised), 2),
            "revenue": round(float(lab.revenue_year), 3),
        },
    )
    market.founders += float(lab.researchers)
    market.exits += news
    _leave(market, lab)


def _leave(market: "Market", lab: Lab) -> None:
    """Take a lab out of business: books closed, API off, weights stay downloadable."""
    ledger, row = market.ledger, lab.row
    cash = float(lab.cash)
    if cash > 0:
        rest = _after_the_state(market, lab, ledger.labs, cash, row)
        ledger.pay("liquidation", ledger.labs, INVESTORS, rest, row)
        lab.returned += rest
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
        "public_stake",
        "founders_share",
    ):
        setattr(lab, name, 0)
    lab.product_segment = -1
    _let_go(market, row)
    market.refresh_distillation(row)
    lab.remove()


def review_owned(market: "Market") -> None:
    """Let owners ask once a year whether a lab is worth what covering it for a year would cost.

    Against the shortfall of the coming year at today's burn stand its use in the owner's products
    and what investors would pay for it. An owner that gives up keeps to its budget and no more.
    """
    labs, horizon = market.labs, market.scenario.strategy.horizon
    for row in (labs.alive & labs.owned & board.yearly(market)).nonzero()[0].tolist():
        lab = market.lab_at(row)
        short = max(float(horizon * lab.burn - lab.cash), 0.0)
        use, value = float(horizon * (lab.parent_budget - lab.parent_base)), float(lab.value)
        if short > use + value:
            lab.owned = False
            _let_go(market, row)
            told = {"shortfall": short, "use": use, "value": value}
            reason = {name: round(amount, 3) for name, amount in told.items()}
            market.log("divestment", lab.name, "", short, reason)


def _let_go(market: "Market", row: int) -> None:
    """End the control of a lab by a cloud's owner."""
    market.clouds.own_lab[market.clouds.own_lab == row] = -1


def cover_owned(market: "Market") -> None:
    """Let owners cover the shortfall of the labs that they control."""
    labs, ledger = market.labs, market.ledger
    short = np.where(labs.alive & labs.owned, np.maximum(-labs.cash, 0.0), 0.0)
    ledger.pay("owner", INVESTORS, ledger.labs, short)


def own_lab(market: "Market", cloud: CloudHost) -> Lab | None:
    """The lab that a cloud's owner controls, if it has one that lives."""
    row = int(cloud.own_lab)
    return market.lab_at(row) if row >= 0 and market.labs.alive[row] else None


def _after_the_state(market: "Market", lab: Lab, payer: Account, amount: float, row: int) -> float:
    """Pay the state its part of what a lab's owners get, USD m, and return the rest."""
    part = float(lab.public_stake) * amount
    if part == 0:
        return amount
    market.collect_public("public_equity", payer, part, row)
    return amount - part


def _account(market: "Market", party: Bidder) -> Account:
    ledger = market.ledger
    return ledger.labs if isinstance(party, Lab) else ledger.clouds


def _good_news(price: float, seller: Lab) -> float:
    """What an exit tells investors: what came back over what went in, as a bounded log."""
    return min(max(log(max(price, 1e-3) / max(float(seller.raised), 1e-3)), -1.0), 1.0)
