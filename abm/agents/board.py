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


def capability_rank(labs: Table, rows: NDArray[np.int64], size: Floats) -> Floats:
    """Place of labs in capability weighted by what domains are worth, 1 best, 0 last."""
    worth = labs.theta[rows] @ size
    order = np.argsort(np.argsort(worth, kind="stable"), kind="stable")
    return order / max(rows.size - 1, 1)


def recent_deals(buyer: "Lab | CloudHost") -> int:
    """Labs that a firm has bought or hired away in the last twelve months."""
    since = buyer.model.month - 12
    return sum(month > since for month in buyer.deals)


def lately_bought(market: "Market") -> NDArray[np.bool_]:
    """Labs whose firm has bought or hired away a lab in the last twelve months, shape (labs,)."""
    bought, since = np.zeros(market.labs.rows, dtype=bool), market.month - 12
    for lab in map(market.lab_at, range(len(market.names))):
        if lab.deals and lab.deals[-1] > since:
            bought[lab.row] = True
    for host in market.hosts:
        if host.deals and host.deals[-1] > since and host.own_lab >= 0:
            bought[host.own_lab] = True
    return bought


def round_hazard(market: "Market", rows: NDArray[np.int64], rank: Floats) -> Floats:
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
    """What the boards of all labs put side by side in a month, arrays of shape (labs,).

    Attributes:
        chance: that investors come in before cash is gone.
        going_on: value to the owners of going on for the coming year, USD m.
        closing: what the owners would get by ending it now, USD m.
        gives_up: whether closing beats going on.
        listens: whether the board hears buyers.
        reserve: lowest price at which it sells, USD m.
    """

    chance: Floats
    going_on: Floats
    closing: Floats
    gives_up: NDArray[np.bool_]
    listens: NDArray[np.bool_]
    reserve: Floats

    def account(self, lab: "Lab") -> dict[str, float]:
        """What the board of a lab that gives up put side by side, for an event's reason."""
        if not self.gives_up[lab.row]:
            return {}
        told = {name: getattr(self, name)[lab.row] for name in ("going_on", "closing")}
        return {
            **{name: round(float(value), 3) for name, value in told.items()},
            "chance_of_a_round": round(float(self.chance[lab.row]), 4),
            "value": round(float(lab.value), 3),
        }


def weigh(market: "Market") -> Boards:
    """Let every board weigh another year against an end, and set its price.

    Owned labs have no such choice, and without capital markets none weighs a round.
    """
    s, labs = market.scenario, market.labs
    left = runways(labs)
    chance = _chance_of_a_round(market, left)
    team = s.acquisition.assembled_team * s.capital.talent_value * labs.researchers
    going_on, closing = _going_on(market, chance, team), np.maximum(labs.cash, 0.0)
    weighs = labs.alive & ~labs.owned & (labs.cash > 0) & s.capital.enabled
    gives_up = weighs & (going_on < closing)
    return Boards(
        chance=chance,
        going_on=going_on,
        closing=closing,
        gives_up=gives_up,
        listens=_listens(market, left),
        reserve=np.where(gives_up, closing, _reserve(market, left, team)),
    )


def _listens(market: "Market", left: Floats) -> NDArray[np.bool_]:
    """Boards hear buyers when cash runs short, and once a year anyway."""
    labs = market.labs
    short = left < market.scenario.acquisition.seller_runway
    listens: NDArray[np.bool_] = labs.alive & ~labs.owned & (short | yearly(market))
    return listens


def yearly(market: "Market") -> NDArray[np.bool_]:
    """Whose yearly review falls in this month, shape (labs,); reviews are spread over the year."""
    due: NDArray[np.bool_] = (market.month + market.labs.calendar) % 12 == 0
    return due


def _reserve(market: "Market", left: Floats, team: Floats) -> Floats:
    """Price of a firm that could go on.

    With cash in hand the board asks for that and a premium over what investors would value the firm
    at; its preferences fade as cash runs out, down to cash and team.
    """
    p, labs = market.scenario.acquisition, market.labs
    cash = np.maximum(labs.cash, 0.0)
    hope = np.minimum(left / max(p.seller_runway, 1e-9), 1.0)
    pressed = np.maximum(cash + team, hope * p.board_reserve * labs.raised)
    at_ease = cash + labs.value * (1 + p.control_premium)
    reserve: Floats = np.where(left >= p.seller_runway, at_ease, pressed)
    return reserve


def _chance_of_a_round(market: "Market", left: Floats) -> Floats:
    """Chance that investors come in before cash is gone, if asked monthly at today's hazard."""
    labs, rows = market.labs, market.living
    chance = np.zeros(labs.rows)
    hazard = round_hazard(market, rows, capability_rank(labs, rows, market.domain_value))
    # Where investors would not, the state may come in.
    hazard = np.maximum(hazard, market.rules.now("round_floor", labs.closed)[rows])
    # With no hazard at all a lab that lasts for ever waits for ever.
    months = np.where(hazard > 0, np.maximum(left[rows], 0.0), 0.0)
    chance[rows] = 1 - (1 - hazard) ** months
    return chance


def _going_on(market: "Market", chance: Floats, team: Floats) -> Floats:
    """Value to the owners of going on for the coming year, USD m.

    The cash that the year leaves, and the firm: worth what investors say if they come in before
    cash is gone or if it earns its way by then, its team if not. Revenue grows with the market.
    """
    labs, outlook = market.labs, market.outlook
    horizon = market.scenario.strategy.horizon
    growth = float(outlook.in_play_ahead.sum()) / max(float(outlook.in_play.sum()), 1e-9) - 1
    risen = labs.revenue_year / 12 * growth
    left = labs.cash - horizon * (labs.burn - risen / 2)
    earns = (left >= 0) & (labs.burn <= risen)
    kept = np.where(earns, 1.0, chance)
    worth: Floats = np.maximum(left, 0.0) + kept * labs.value + (1 - kept) * team
    return worth
