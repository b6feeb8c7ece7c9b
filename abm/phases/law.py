"""Suits over training data."""

from typing import TYPE_CHECKING

import numpy as np

from abm import streams as keyed
from abm.agents import display
from abm.ledger import RIGHTSHOLDERS, WORKERS
from abm.mechanisms import disclosure as d
from abm.mechanisms import litigation as m

if TYPE_CHECKING:
    from abm.market import Market


def litigate(market: "Market") -> None:
    """File new suits, pay for the defence of old ones, and end those whose time has come."""
    s, labs, ledger = market.scenario, market.labs, market.ledger
    p = s.litigation
    if not p.enabled:
        return
    _resolve_law(market)
    sued = labs.alive & (labs.suit_left > 0)
    if np.count_nonzero(labs.suit_left):
        ledger.pay("defence", ledger.labs, WORKERS, p.defence * sued)
        labs.suit_left = (labs.suit_left - 1) * sued
        for row in (sued & (labs.suit_left == 0)).nonzero()[0].tolist():
            _end(market, row)
    shown = display.on_display(market)[:, d.DATA]
    ruled = ("exposure", "suits") if market.policies else ()
    rate = m.hazard(
        p,
        shown,
        labs.encumbered,
        labs.revenue_year,
        market.pending_suits,
        market.legal_regime,
        *(market.rules.now(name, labs.closed) for name in ruled),
    )
    draw = market.luck["suit"]
    # Only who has a model on the market can be sued over what it was trained on.
    exposed = labs.alive & ~sued & (market.offers.live[0::2] | market.offers.live[1::2])
    for row in (exposed & (draw < rate)).nonzero()[0].tolist():
        labs.suit_left[row] = p.duration
        market.log(
            "lawsuit",
            market.names[row],
            "rightsholders",
            0.0,
            {
                "hazard": round(float(rate[row]), 5),
                "data_disclosure": float(shown[row]),
                "encumbered": float(labs.encumbered[row]),
                "revenue": round(float(labs.revenue_year[row]), 3),
                "regime": m.REGIMES[market.legal_regime],
            },
        )


def _resolve_law(market: "Market") -> None:
    """Settle the legal question for all, once."""
    p = market.scenario.litigation
    if market.legal_regime != m.OPEN:
        return
    key, month = keyed.name_key("law"), market.month
    if market.streams.one("law", key, month) < p.resolution:
        draw = market.streams.few("law", key, month, (1,))[0]
        market.legal_regime = m.CLEARED if draw < p.cleared else m.ADVERSE
        market.log(
            "ruling",
            "",
            "",
            0.0,
            {"regime": m.REGIMES[market.legal_regime]},
        )


def _end(market: "Market", row: int) -> None:
    """End a suit, by payment or dismissal."""
    p, labs, ledger = market.scenario.litigation, market.labs, market.ledger
    lost = market.streams.one("verdict", labs.key[row], market.month) < p.settle
    cap = float(market.rules.damages_cap[int(labs.closed[row]), row])
    paid = m.damages(p, float(labs.cash[row]), cap) if lost else 0.0
    ledger.pay("damages", ledger.labs, RIGHTSHOLDERS, paid, row)
    market.log(
        "settlement",
        market.names[row],
        "rightsholders",
        paid,
        {"paid": round(paid, 4), "outcome": "payment" if lost else "dismissed"},
    )
