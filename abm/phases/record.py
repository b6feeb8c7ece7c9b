"""Recording the month and checking that the books close."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abm.market import Market


def record(market: "Market") -> None:
    """Check that the books close, and write the month into the tables."""
    market.ledger.close()
    market.recorder.month(market)
    market.datacollector.collect(market)
