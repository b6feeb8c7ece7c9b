"""Auctions, mergers, licence-and-hire, closures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm import streams as keyed
from abm.agents import bidding, board
from abm.agents.bidding import Bidder, Field
from abm.agents.board import Board
from abm.agents.lab import Lab
from abm.agents.offer import CLOSED
from abm.mechanisms import acquisition, capital
from abm.phases import backing, control, exits
from abm.phases.bridging import bridge

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]


@dataclass
class Deal:
    """A purchase that waits for merger control.

    Attributes:
        seller: who is sold.
        buyer: who buys it.
        price: agreed price, USD m.
        due: month in which the review ends.
        block: chance that it is blocked.
        reason: what the event will say.
        lent: bridge loans so far, USD m.
    """

    seller: Lab
    buyer: Bidder
    price: float
    due: int
    block: float
    reason: dict[str, Any]
    lent: float = 0.0

    def told(self) -> dict[str, Any]:
        """What the event of another end says of the sale that was waiting."""
        return {
            "pending_buyer": self.buyer.name,
            "pending_price": round(self.price, 3),
            "due": self.due,
        }


def clear(market: "Market") -> None:
    """Decide pending mergers, auction labs whose boards listen, close those that cannot go on."""
    trades = market.scenario.acquisition.enabled
    if trades:
        _decide_pending(market)
        exits.review_owned(market)
    if (sellers := board.listening(market)).size:
        _hear_buyers(market, sellers)
    bridge(market)
    broke = (market.labs.alive & (market.labs.cash < 0)).nonzero()[0].tolist()
    waiting = _under_review(market)
    for row in broke:
        lab = market.lab_at(row)
        if not lab.owned:
            exits.shut_down(market, lab, waiting[row].told() if row in waiting else {})
    if broke:
        exits.cover_owned(market)


def _hear_buyers(market: "Market", sellers: NDArray[np.int64]) -> None:
    """Auction labs whose boards listen, and wind up those that find no buyer and give up."""
    trades, waiting = market.scenario.acquisition.enabled, _under_review(market)
    boards, shading = board.weigh(market, sellers), _shading(market, sellers)
    field: Field | None = None
    for row, its_board, factors in zip(sellers.tolist(), boards, shading, strict=True):
        seller = market.lab_at(row)
        if not seller.alive or row in waiting:
            continue
        if trades:
            field = field or bidding.field(market)
            if _auction(market, seller, its_board, field, factors):
                field = None
                continue
        if its_board.gives_up:
            exits.wind_up(market, seller, its_board.account(seller))
            field = None


def _under_review(market: "Market") -> dict[int, Deal]:
    """Sales that wait for merger control, by row of the seller."""
    return {deal.seller.row: deal for deal in market.pending_deals}


def _shading(market: "Market", sellers: NDArray[np.int64]) -> Floats:
    """How firms misjudge what labs are worth to them, factors of mean one, (labs, firms)."""
    spread, keys = market.scenario.acquisition.valuation_noise, bidding.keys(market)
    pairs = keyed.pair(keys[sellers, None], keys)
    noise = market.streams.normal("bid", pairs, market.month)
    shading: Floats = np.exp(spread * noise - spread**2 / 2)
    return shading


def _auction(
    market: "Market", seller: Lab, its_board: Board, field: Field, shading: Floats
) -> bool:
    """Hold an ascending auction; the winner buys it, or licenses and hires.

    Args:
        market: the market.
        seller: who is for sale.
        its_board: what its board weighed.
        field: who may bid.
        shading: how firms misjudge its worth, shape (firms,).

    Returns:
        Whether it was sold.
    """
    p, reserve = market.scenario.acquisition, its_board.reserve
    able = ((field.funds >= reserve) & (field.place != seller.row)).nonzero()[0]
    if able.size == 0:
        return False
    # What its cash is worth is in no doubt; the buyer gets it with the firm.
    value = _values(market, seller, field)[able] * shading[field.place[able]]
    value += max(float(seller.cash), 0.0)
    bidders = [field.who[i] for i in able.tolist()]
    value = control.shaded(market, seller, bidders, value)
    bids = np.minimum(value, field.funds[able])
    sale = acquisition.auction(p, bids, reserve)
    if sale is None:
        return False
    top = (-bids).argsort(kind="stable")[:5].tolist()
    reason = {
        **seller.snapshot(),
        "reserve": round(reserve, 3),
        "bids": {bidders[i].name: round(float(bids[i]), 3) for i in top},
        "runner_up": round(sale.runner_up, 3),
        "failed_rounds": seller.told_rounds(),
        "raised": round(float(seller.raised), 2),
        **its_board.account(seller),
    }
    _choose_route(market, seller, bidders[sale.winner], sale.price, reason)
    return True


def _values(market: "Market", seller: Lab, field: Field) -> Floats:
    """What the lab is worth to each bidder before noise and without its cash, USD m.

    Its parts are worth the same to all; its capability is worth what it adds to the bidder's own.
    """
    c, p = market.scenario.capital, market.scenario.acquisition
    near = np.maximum(field.near, capital.nearness(seller.theta, market.frontier))
    added = capital.standing(near, market.domain_value) - field.standing
    synergy = p.capability_synergy * c.option_value * market.climate * np.maximum(added, 0.0)
    business, people, hardware = _parts(market, seller)
    worth: Floats = (1 - p.integration) * (business + people + hardware + synergy)
    return worth + _foreclosure(market, seller, field)


def _parts(market: "Market", seller: Lab) -> tuple[float, float, float]:
    """What a lab's business, people and hardware are worth to any buyer, USD m.

    The business is worth its gross profit at the multiple of revenue: who takes it over goes on
    paying for what it costs to serve.
    """
    c, p = market.scenario.capital, market.scenario.acquisition
    profit = float(seller.revenue_year * seller.gross_margin)
    business = p.business_synergy * c.revenue_multiple * market.climate * profit
    people = p.talent_synergy * c.talent_value * float(seller.researchers)
    return business, people, 12 * float(seller.gpu_farm)


def _foreclosure(market: "Market", seller: Lab, field: Field) -> Floats:
    """Value of a rival less to sellers of models, USD m: its closed users choose again.

    Its open weights stay downloadable, so they free no users; a bidder wins them in proportion to
    its own business.
    """
    c = market.scenario.capital
    freed = float(market.offers.use[2 * seller.row + CLOSED])
    multiple = c.revenue_multiple * market.climate
    gained: Floats = multiple * field.profit * freed / (1 - min(freed, 0.9))
    return gained


def _choose_route(
    market: "Market", seller: Lab, buyer: Bidder, price: float, reason: dict[str, Any]
) -> None:
    """Purchase, or licence-and-hire where review would cost more than the rest is worth."""
    p = market.scenario.acquisition
    law = control.review(market, seller, [buyer])
    block, risk = float(law.block[0]), float(law.at_risk(price)[0])
    draws = market.streams.few("deal", seller.key, market.month, range(3))
    moved = p.hire_low + (p.hire_high - p.hire_low) * draws[1]
    review_cost = risk * price
    stays = _left_behind(market, seller, moved)
    residual = stays * price
    reason = {
        **reason,
        "hhi": round(law.hhi, 1),
        "delta_hhi": round(float(law.delta[0]), 2),
        "review_cost": round(review_cost, 3),
        "left_behind": round(stays, 4),
        "residual_value": round(residual, 3),
    }
    houses = isinstance(buyer, Lab) or exits.own_lab(market, buyer) not in (None, seller)
    hires = review_cost * (1 - law.hires) > residual and houses
    caught = hires and _caught(market, seller, law.hires)
    if law.hires > 0:
        reason |= {"hires_reviewed": round(law.hires, 3), "caught": caught}
    if hires and not caught:
        exits.hire(market, seller, buyer, (1 - stays) * price, moved, reason)
    elif caught or (price >= law.threshold and draws[0] < p.significant):
        due = market.month + round(law.months)
        market.pending_deals.append(Deal(seller, buyer, price, due, block, reason))
        board.note_deal(buyer)
    else:
        exits.buy(market, seller, buyer, price, reason)


def _caught(market: "Market", seller: Lab, share: float) -> bool:
    """Whether merger control reviews a licence-and-hire as if it were a purchase."""
    return share > 0 and market.streams.one("hire review", seller.key, market.month) < share


def _left_behind(market: "Market", seller: Lab, moved: float) -> float:
    """Share of a lab's worth that licence-and-hire leaves behind: all but the people who move."""
    business, people, hardware = _parts(market, seller)
    kept = business + hardware + max(float(seller.cash), 0.0)
    return float((kept + (1 - moved) * people) / max(kept + people, 1e-9))


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
        draw = market.streams.one("merger", seller.key, market.month)
        # The loans are the buyer's own claims: it pays the rest.
        owed = deal.price - deal.lent
        if gone or backing.means(market, buyer) < owed:
            outcome = "lapsed"
        else:
            outcome = "blocked" if draw < deal.block else "cleared"
        reason = {**deal.reason, "outcome": outcome, "block_probability": round(deal.block, 4)}
        if deal.lent > 0:
            reason["bridged"] = round(deal.lent, 3)
        if outcome == "cleared":
            exits.buy(market, seller, buyer, owed, reason)
        else:
            market.log("blocked", seller.name, buyer.name, deal.price, reason)
    market.pending_deals = waiting
