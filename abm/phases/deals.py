"""Auctions, mergers, licence-and-hire, closures."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import bidding, board
from abm.agents.bidding import Bidder, Bids
from abm.agents.board import Board
from abm.agents.lab import Lab
from abm.mechanisms import acquisition
from abm.phases import backing, control, exits
from abm.phases.bridging import bridge

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


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


def _hear_buyers(market: "Market", sellers: Rows) -> None:
    """Auction labs whose boards listen, and wind up those that find no buyer and give up."""
    trades, waiting = market.scenario.acquisition.enabled, _under_review(market)
    boards, shading = board.weigh(market, sellers), bidding.shading(market, sellers)
    bids: Bids | None = None
    for place, (row, its_board) in enumerate(zip(sellers.tolist(), boards, strict=True)):
        seller = market.lab_at(row)
        if not seller.alive or row in waiting:
            continue
        if trades:
            bids = bids or _bids(market, sellers, boards, shading)
            if _auction(market, seller, its_board, bids.bidders, bids.amounts[place]):
                bids = None
                continue
        if its_board.gives_up:
            exits.wind_up(market, seller, its_board.account(seller))
            bids = None


def _under_review(market: "Market") -> dict[int, Deal]:
    """Sales that wait for merger control, by row of the seller."""
    return {deal.seller.row: deal for deal in market.pending_deals}


def _bids(market: "Market", sellers: Rows, boards: list[Board], shading: Floats) -> Bids:
    """What firms would pay for labs as things stand: what these are worth, within their funds.

    Args:
        market: the market.
        sellers: rows of the labs.
        boards: what their boards weighed.
        shading: how firms misjudge their worth, shape (sellers, firms).
    """
    reserve = np.array([[its_board.reserve] for its_board in boards])
    funds = bidding.funds(market)
    able = funds >= reserve
    for place, row in enumerate(sellers.tolist()):
        able[place, row] = False
    bidders: Rows = np.logical_or.reduce(able).nonzero()[0]
    if not bidders.size:
        return Bids(bidders, np.zeros((sellers.size, 0)))
    value = bidding.values(market, sellers, bidders) * shading.take(bidders, axis=1)
    # What its cash is worth is in no doubt; the buyer gets it with the firm.
    value += np.maximum(market.labs.cash[sellers], 0.0)[:, None]
    if market.policies:
        homes = bidding.homes(market)[bidders]
        for seller, worth in zip(map(market.lab_at, sellers.tolist()), value, strict=True):
            worth[:] = control.shaded(market, seller, homes, worth)
    offered = np.minimum(value, funds[bidders])
    return Bids(bidders, np.where(able.take(bidders, axis=1), offered, -np.inf))


def _auction(market: "Market", seller: Lab, its_board: Board, bidders: Rows, bids: Floats) -> bool:
    """Hold an ascending auction; the winner buys it, or licenses and hires.

    Args:
        market: the market.
        seller: who is for sale.
        its_board: what its board weighed.
        bidders: places of the firms that bid.
        bids: what they would pay, USD m; minus infinity for those who cannot pay its price.

    Returns:
        Whether it was sold.
    """
    reserve = its_board.reserve
    sale = acquisition.auction(market.scenario.acquisition, bids, reserve)
    if sale is None:
        return False
    who = bidders.tolist()
    top = (-bids).argsort(kind="stable")[:5].tolist()
    reason = {
        **seller.snapshot(),
        "reserve": round(reserve, 3),
        "bids": {
            bidding.firm(market, who[i]).name: round(float(bids[i]), 3)
            for i in top
            if bids[i] > -np.inf
        },
        "runner_up": round(sale.runner_up, 3),
        "failed_rounds": seller.told_rounds(),
        "raised": round(float(seller.raised), 2),
        **its_board.account(seller),
    }
    _choose_route(market, seller, bidding.firm(market, who[sale.winner]), sale.price, reason)
    return True


def _choose_route(
    market: "Market", seller: Lab, buyer: Bidder, price: float, reason: dict[str, Any]
) -> None:
    """Purchase, or licence-and-hire where review would cost more than the rest is worth."""
    p = market.scenario.acquisition
    home = buyer.row if isinstance(buyer, Lab) else int(buyer.own_lab)
    law = control.review(market, seller, home)
    block, risk = float(law.block), float(law.at_risk(price))
    draws = market.streams.few("deal", seller.key, market.month, range(2))
    moved = p.hire_low + (p.hire_high - p.hire_low) * draws[1]
    review_cost = risk * price
    stays = _left_behind(market, seller, moved)
    residual = stays * price
    reason = {
        **reason,
        "hhi": round(law.hhi, 1),
        "delta_hhi": round(float(law.delta), 2),
        "review_cost": round(review_cost, 3),
        "left_behind": round(stays, 4),
        "residual_value": round(residual, 3),
    }
    houses = isinstance(buyer, Lab) or exits.own_lab(market, buyer) not in (None, seller)
    hires = review_cost * (1 - law.hires) > residual and houses
    caught = hires and _caught(market, seller, law.hires)
    if law.hires > 0:
        reason |= {"hires_reviewed": round(law.hires, 3), "caught": caught}
    board.note_deal(buyer)  # once: what clears a review later has taken its attention already
    if hires and not caught:
        exits.hire(market, seller, buyer, (1 - stays) * price, moved, reason)
    elif caught or (price >= law.threshold and draws[0] < p.significant):
        due = market.month + round(law.months)
        market.pending_deals.append(Deal(seller, buyer, price, due, block, reason))
    else:
        exits.buy(market, seller, buyer, price, reason)


def _caught(market: "Market", seller: Lab, share: float) -> bool:
    """Whether merger control reviews a licence-and-hire as if it were a purchase."""
    return share > 0 and market.streams.one("hire review", seller.key, market.month) < share


def _left_behind(market: "Market", seller: Lab, moved: float) -> float:
    """Share of a lab's worth that licence-and-hire leaves behind: all but the people who move."""
    business, people, hardware = map(float, bidding.parts(market, seller.row))
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
            # What was bought has moved the labs' places in capability.
            market.round_hazard = board.round_hazard(market, board.ranks(market))
        else:
            market.log("blocked", seller.name, buyer.name, deal.price, reason)
    market.pending_deals = waiting
