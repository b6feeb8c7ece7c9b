"""What the owner of a bidder puts into a deal: the part of a bid that counted on its payments."""

from typing import TYPE_CHECKING

from abm.agents.bidding import Bidder
from abm.agents.lab import Lab
from abm.ledger import INVESTORS

if TYPE_CHECKING:
    from abm.market import Market


def means(market: "Market", buyer: Bidder) -> float:
    """What a buyer can lay on the table for a deal, its owner's part included, USD m."""
    return float(buyer.cash) + _backing(market, buyer)


def advance(market: "Market", buyer: Bidder, amount: float) -> None:
    """Let the owner pay what is beyond the share of its cash that the buyer may put into a deal.

    A bid counts on that share and on the same share of a year of the owner's payments, while the
    price is due at once.

    Args:
        market: the market.
        buyer: who is about to pay.
        amount: what it is about to pay, USD m.
    """
    own = market.scenario.acquisition.cash_limit * max(float(buyer.cash), 0.0)
    part = min(max(amount - own, 0.0), _backing(market, buyer))
    if part > 0:
        market.ledger.pay("owner", INVESTORS, market.ledger.labs, part, None, buyer.row)


def _backing(market: "Market", buyer: Bidder) -> float:
    """The most that the owner of a lab pays for one deal, USD m; a cloud pays for itself."""
    if not isinstance(buyer, Lab):
        return 0.0
    return market.scenario.acquisition.cash_limit * 12 * float(buyer.parent_budget)
