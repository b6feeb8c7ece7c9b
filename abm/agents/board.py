"""What boards weigh: another year against an end now, and the price at which they would sell."""

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.agents.columns import Table
from abm.agents.lab import short_of_cash
from abm.agents.stages import LIVE
from abm.mechanisms import capital

if TYPE_CHECKING:
    from abm.agents.cloud import CloudHost
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def ranks(market: "Market") -> Floats:
    """Place of the living in capability weighted by what domains are worth, shape (labs,).

    1 is best, 0 last; 0 also for one that is alone, and for those who are gone.
    """
    labs, living = market.labs, market.living
    order = (labs.theta.take(living, axis=0) @ market.domain_value).argsort(kind="stable")
    place = np.zeros(labs.rows)
    place[living[order]] = np.arange(living.size) / max(living.size - 1, 1)
    return place


def attentive(market: "Market", firms: Table) -> NDArray[np.bool_]:
    """Firms that have agreed on fewer deals in twelve months than they can attend to."""
    if market.scenario.acquisition.deals_a_year == 0:
        return np.zeros(firms.rows, dtype=bool)
    free: NDArray[np.bool_] = firms.deals[:, 0] <= market.month - 12
    return free


def note_deal(buyer: "Lab | CloudHost") -> None:
    """Note that a firm agrees on a deal now, in place of the oldest that it remembers."""
    buyer.deals = [*buyer.deals[1:].tolist(), buyer.model.month]


def lately_bought(market: "Market") -> NDArray[np.bool_]:
    """Labs whose firm has agreed to buy or hire away a lab in twelve months, shape (labs,)."""
    labs, clouds, since = market.labs, market.clouds, market.month - 12
    bought: NDArray[np.bool_] = labs.deals[:, -1] > since
    homes = clouds.own_lab[clouds.deals[:, -1] > since]
    bought[homes[homes >= 0]] = True
    return bought


def round_hazard(market: "Market", rank: Floats) -> Floats:
    """Chance that a round attempt of each lab would close this month, shape (labs,).

    Args:
        market: the market.
        rank: `ranks`.
    """
    labs = market.labs
    growth = labs.revenue_year / np.maximum(labs.revenue_before, 0.1) - 1
    hazard: Floats = capital.success_hazard(
        market.scenario.capital,
        market.climate,
        rank,
        growth,
        labs.product_stage == LIVE,
        labs.renown,
        market.kill_zone,
    )
    return hazard


class Board(NamedTuple):
    """What the board of a lab puts side by side.

    Attributes:
        chance: that investors come in before cash is gone.
        going_on: value to the owners of going on for the coming year, USD m.
        closing: what the owners would get by ending it now, USD m.
        gives_up: whether closing beats going on.
        reserve: lowest price at which it sells, USD m.
    """

    chance: float
    going_on: float
    closing: float
    gives_up: bool
    reserve: float

    def account(self, lab: "Lab") -> dict[str, float]:
        """What the board of a lab that gives up put side by side, for an event's reason."""
        if not self.gives_up:
            return {}
        return {
            "going_on": round(self.going_on, 3),
            "closing": round(self.closing, 3),
            "chance_of_a_round": round(self.chance, 4),
            "value": round(float(lab.value), 3),
        }


def listening(market: "Market") -> Rows:
    """Labs whose boards hear buyers: when cash runs short, and once a year anyway.

    Owned labs have no such choice.
    """
    labs = market.labs
    short = short_of_cash(labs, market.scenario.acquisition.seller_runway)
    rows: Rows = (labs.alive & ~labs.owned & (short | yearly(market))).nonzero()[0]
    return rows


def yearly(market: "Market") -> NDArray[np.bool_]:
    """Whose yearly review falls in this month, shape (labs,); reviews are spread over the year."""
    due: NDArray[np.bool_] = (market.month + market.labs.calendar) % 12 == 0
    return due


def weigh(market: "Market", rows: Rows) -> list[Board]:
    """Let boards weigh another year against an end, and set their prices.

    Without capital markets none weighs a round.

    Args:
        market: the market.
        rows: labs whose boards listen.
    """
    s, outlook = market.scenario, market.outlook
    in_play, ahead = map(np.add.reduce, (outlook.in_play, outlook.in_play_ahead))
    growth = float(ahead) / max(float(in_play), 1e-9) - 1
    # Where investors would not, the state may come in.
    floor = market.rules.now("round_floor", market.labs.closed)
    hazards = np.maximum(market.round_hazard, floor)[rows].tolist()
    boards = []
    for row, hazard in zip(rows.tolist(), hazards, strict=True):
        lab = market.lab_at(row)
        cash, runway = float(lab.cash), lab.runway
        closing, chance = max(cash, 0.0), _chance_of_a_round(hazard, runway)
        team = s.acquisition.assembled_team * s.capital.talent_value * float(lab.researchers)
        going_on = _going_on(market, lab, chance, team, growth)
        if not isfinite(going_on):  # plain numbers do not say so themselves
            raise OverflowError(f"value of going on of {lab.name}")
        gives_up = s.capital.enabled and cash > 0 and going_on < closing
        reserve = closing if gives_up else _reserve(market, lab, closing, runway, team)
        boards.append(Board(chance, going_on, closing, gives_up, reserve))
    return boards


def _reserve(market: "Market", lab: "Lab", cash: float, left: float, team: float) -> float:
    """Price of a firm that could go on.

    With cash in hand the board asks for that and a premium over what investors would value the firm
    at; its preferences fade as cash runs out, down to cash and team.

    Args:
        market: the market.
        lab: the firm.
        cash: what it has, nothing if it owes, USD m.
        left: months that it lasts.
        team: what the team is worth, USD m.
    """
    p = market.scenario.acquisition
    if left >= p.seller_runway:
        return cash + float(lab.value) * (1 + p.control_premium)
    hope = min(left / max(p.seller_runway, 1e-9), 1.0)
    return max(cash + team, hope * p.board_reserve * float(lab.raised))


def _chance_of_a_round(hazard: float, runway: float) -> float:
    """Chance that investors come in before cash is gone, if asked monthly at today's hazard."""
    # With no hazard at all a lab that lasts for ever waits for ever.
    return 1 - (1 - hazard) ** max(runway, 0.0) if hazard > 0 else 0.0


def _going_on(market: "Market", lab: "Lab", chance: float, team: float, growth: float) -> float:
    """Value to the owners of going on for the coming year, USD m.

    The cash that the year leaves, and the firm: worth what investors say if they come in before
    cash is gone or if it earns its way by then, its team if not. Revenue grows with the market.
    """
    burn = float(lab.burn)
    risen = float(lab.revenue_year) / 12 * growth
    left = float(lab.cash) - market.scenario.strategy.horizon * (burn - risen / 2)
    kept = 1.0 if left >= 0 and burn <= risen else chance
    return max(left, 0.0) + kept * float(lab.value) + (1 - kept) * team
