"""What boards weigh: another year against an end now, and the price at which they would sell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.agents.columns import Table
from abm.agents.lab import runways
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

    1 is best, 0 last; 0 also for those who are gone.
    """
    labs, living = market.labs, market.living
    order = (labs.theta[living] @ market.domain_value).argsort(kind="stable")
    place = np.zeros(labs.rows)
    place[living[order]] = np.arange(living.size) / max(living.size - 1, 1)
    return place


def attentive(market: "Market", firms: Table) -> NDArray[np.bool_]:
    """Firms that have closed fewer deals in twelve months than they can attend to."""
    if market.scenario.acquisition.deals_a_year == 0:
        return np.zeros(firms.rows, dtype=bool)
    oldest = np.minimum.reduce(firms.deals, axis=1)
    free: NDArray[np.bool_] = oldest <= market.month - 12
    return free


def note_deal(buyer: "Lab | CloudHost") -> None:
    """Note that a firm closes a deal now, in place of the oldest that it remembers."""
    deals = buyer.deals
    deals[deals.argmin()] = buyer.model.month


def lately_bought(market: "Market") -> NDArray[np.bool_]:
    """Labs whose firm has bought or hired away a lab in the last twelve months, shape (labs,)."""
    labs, clouds, since = market.labs, market.clouds, market.month - 12
    bought: NDArray[np.bool_] = np.maximum.reduce(labs.deals, axis=1) > since
    homes = clouds.own_lab[np.maximum.reduce(clouds.deals, axis=1) > since]
    bought[homes[homes >= 0]] = True
    return bought


def round_hazard(market: "Market", rows: Rows, rank: Floats) -> Floats:
    """Chance that a round attempt closes this month.

    Args:
        market: the market.
        rows: who asks for money, shape (labs,).
        rank: their places in capability, 1 best, 0 last, shape (labs,).
    """
    labs = market.labs
    growth = labs.revenue_year[rows] / np.maximum(labs.revenue_before[rows], 0.1) - 1
    hazard: Floats = capital.success_hazard(
        market.scenario.capital,
        market.climate,
        rank,
        growth,
        labs.product_stage[rows] == LIVE,
        labs.renown[rows],
        market.kill_zone[rows],
    )
    return hazard


@dataclass(frozen=True)
class Boards:
    """What the boards of some labs put side by side in a month, arrays of shape (boards,).

    Attributes:
        chance: that investors come in before cash is gone.
        going_on: value to the owners of going on for the coming year, USD m.
        closing: what the owners would get by ending it now, USD m.
        gives_up: whether closing beats going on.
        reserve: lowest price at which it sells, USD m.
    """

    chance: Floats
    going_on: Floats
    closing: Floats
    gives_up: NDArray[np.bool_]
    reserve: Floats

    def account(self, place: int, lab: "Lab") -> dict[str, float]:
        """What the board of a lab that gives up put side by side, for an event's reason.

        Args:
            place: of the lab among the boards.
            lab: the lab.
        """
        if not self.gives_up[place]:
            return {}
        return {
            "going_on": round(float(self.going_on[place]), 3),
            "closing": round(float(self.closing[place]), 3),
            "chance_of_a_round": round(float(self.chance[place]), 4),
            "value": round(float(lab.value), 3),
        }


def listening(market: "Market") -> Rows:
    """Labs whose boards hear buyers: when cash runs short, and once a year anyway.

    Owned labs have no such choice.
    """
    labs = market.labs
    short = runways(labs) < market.scenario.acquisition.seller_runway
    rows: Rows = (labs.alive & ~labs.owned & (short | yearly(market))).nonzero()[0]
    return rows


def yearly(market: "Market") -> NDArray[np.bool_]:
    """Whose yearly review falls in this month, shape (labs,); reviews are spread over the year."""
    due: NDArray[np.bool_] = (market.month + market.labs.calendar) % 12 == 0
    return due


def weigh(market: "Market", rows: Rows) -> Boards:
    """Let boards weigh another year against an end, and set their prices.

    Without capital markets none weighs a round.

    Args:
        market: the market.
        rows: labs whose boards listen.
    """
    s, labs = market.scenario, market.labs
    left, cash = runways(labs)[rows], labs.cash[rows]
    chance = _chance_of_a_round(market, rows, left)
    team = s.acquisition.assembled_team * s.capital.talent_value * labs.researchers[rows]
    going_on, closing = _going_on(market, rows, chance, team), np.maximum(cash, 0.0)
    gives_up = (cash > 0) & (going_on < closing) & s.capital.enabled
    return Boards(
        chance=chance,
        going_on=going_on,
        closing=closing,
        gives_up=gives_up,
        reserve=np.where(gives_up, closing, _reserve(market, rows, left, team)),
    )


def _reserve(market: "Market", rows: Rows, left: Floats, team: Floats) -> Floats:
    """Price of a firm that could go on.

    With cash in hand the board asks for that and a premium over what investors would value the firm
    at; its preferences fade as cash runs out, down to cash and team.
    """
    p, labs = market.scenario.acquisition, market.labs
    cash = np.maximum(labs.cash[rows], 0.0)
    hope = np.minimum(left / max(p.seller_runway, 1e-9), 1.0)
    pressed = np.maximum(cash + team, hope * p.board_reserve * labs.raised[rows])
    at_ease = cash + labs.value[rows] * (1 + p.control_premium)
    reserve: Floats = np.where(left >= p.seller_runway, at_ease, pressed)
    return reserve


def _chance_of_a_round(market: "Market", rows: Rows, left: Floats) -> Floats:
    """Chance that investors come in before cash is gone, if asked monthly at today's hazard."""
    hazard = round_hazard(market, rows, ranks(market)[rows])
    # Where investors would not, the state may come in.
    hazard = np.maximum(hazard, market.rules.now("round_floor", market.labs.closed)[rows])
    # With no hazard at all a lab that lasts for ever waits for ever.
    months = np.where(hazard > 0, np.maximum(left, 0.0), 0.0)
    chance: Floats = 1 - (1 - hazard) ** months
    return chance


def _going_on(market: "Market", rows: Rows, chance: Floats, team: Floats) -> Floats:
    """Value to the owners of going on for the coming year, USD m.

    The cash that the year leaves, and the firm: worth what investors say if they come in before
    cash is gone or if it earns its way by then, its team if not. Revenue grows with the market.
    """
    labs, outlook = market.labs, market.outlook
    horizon, burn = market.scenario.strategy.horizon, labs.burn[rows]
    growth = float(outlook.in_play_ahead.sum()) / max(float(outlook.in_play.sum()), 1e-9) - 1
    risen = labs.revenue_year[rows] / 12 * growth
    left = labs.cash[rows] - horizon * (burn - risen / 2)
    earns = (left >= 0) & (burn <= risen)
    kept = np.where(earns, 1.0, chance)
    worth: Floats = np.maximum(left, 0.0) + kept * labs.value[rows] + (1 - kept) * team
    return worth
