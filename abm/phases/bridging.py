"""Bridge loans: a buyer keeps alive what it agreed to buy while merger control looks into it."""

from typing import TYPE_CHECKING

from abm.agents.lab import Lab
from abm.phases import backing

if TYPE_CHECKING:
    from abm.market import Market


def bridge(market: "Market") -> None:
    """Let buyers lend what labs under review lack.

    A buyer goes on for as long as all that it lent is less than the price that it risks losing the
    firm for, (1 - chance of a block) price, and as long as it can still pay. What it lent is set
    off against the price; if the sale is blocked or lapses, it is lost.
    """
    ledger = market.ledger
    for deal in market.pending_deals:
        seller, buyer = market.lab_at(deal.seller.row), deal.buyer
        short = -float(seller.cash)
        if not seller.alive or seller.owned or short <= 0:
            continue
        if isinstance(buyer, Lab):
            buyer = market.lab_at(buyer.row)
            if not buyer.alive:
                continue
        worth = (1 - deal.block) * deal.price
        if deal.lent + short > worth or backing.means(market, buyer) < deal.price - deal.lent:
            continue
        account = ledger.labs if isinstance(buyer, Lab) else ledger.clouds
        backing.advance(market, buyer, short)
        ledger.pay("bridge", account, ledger.labs, short, buyer.row, seller.row)
        deal.lent += short
