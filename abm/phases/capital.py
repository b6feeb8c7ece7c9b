"""The capital climate and financing rounds."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm import streams as keyed
from abm.agents import board
from abm.agents.lab import Attempt, Lab, runways
from abm.ledger import INVESTORS
from abm.mechanisms import capital, release

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def climate(market: "Market") -> None:
    """Move the capital climate with the news of last month."""
    p = market.scenario.capital
    if not p.enabled:
        return
    shock = market.streams.one_normal("climate", keyed.name_key("climate"), market.month)
    market.climate = capital.next_climate(p, market.climate, _news(market), shock)
    market.exits = 0.0


def _news(market: "Market") -> float:
    """News of the month: exits at a price, a frontier ahead of trend, revenue short of hopes.

    Exits count by the mean of the living labs, and one exit among the cast of the first month is
    one unit: more labs do not make a wilder climate.
    """
    s, labs = market.scenario, market.labs
    level = float(market.frontier @ market.domain_value)
    market.frontier_path = [*market.frontier_path[-12:], level]
    ahead = capital.surprise(market.frontier_path, s.frontier_trend)
    alive = labs.alive.astype(np.float64)
    # Until the memory is full it holds no whole earlier year to compare with.
    known = market.month >= labs.revenue_path.shape[1]
    before = float(alive @ labs.revenue_before) if known else 0.0
    now = float(alive @ labs.revenue_year)
    missed = capital.disappointment(s.capital, market.climate, now, before)
    exits = market.exits * len(s.labs) / max(int(np.count_nonzero(labs.alive)), 1)
    return exits + ahead - missed


def fund(market: "Market") -> None:
    """Let labs that need or merit money try to raise a round."""
    labs, p = market.labs, market.scenario.capital
    rank = board.ranks(market)
    market.round_hazard = board.round_hazard(market, rank)
    if not p.enabled:
        return
    left = runways(labs)
    rows = _seeking(market, left)
    if not rows.size:
        return
    shadow = p.kill_zone * market.kill_zone
    floor = market.rules.now("round_floor", labs.closed)
    seen = np.array([market.luck["round"], market.round_hazard, floor, rank, shadow, left])
    asked = zip(rows.tolist(), *seen.take(rows, axis=1).tolist(), strict=True)
    for row, draw, private, public, place, shade, months in asked:
        lab = market.lab_at(row)
        attempt = Attempt(market.month, private, market.climate, place, shade, months)
        if draw < private:
            _raise(market, lab, attempt.told())
        elif draw < public:
            _raise(market, lab, {**attempt.told(), "floor": round(public, 4)}, public=True)
        else:
            lab.failed_rounds.append(attempt)


def _seeking(market: "Market", left: Floats) -> Rows:
    """Labs that go out and raise: their runway runs short, or a release impressed."""
    p, labs = market.scenario.capital, market.labs
    moved = (left < p.trigger_runway) | (labs.last_gain >= p.trigger_gain)
    rows: Rows = (labs.alive & ~labs.owned & moved).nonzero()[0]
    return rows


def _raise(market: "Market", lab: Lab, attempt: dict[str, object], *, public: bool = False) -> None:
    """Settle the size of a round: what the lab plans to burn, within the largest dilution.

    The state buys at the price that investors would pay, up to what it puts into a round.
    """
    burn, value = max(float(lab.burn), _planned_burn(market, lab)), float(lab.value)
    amount = capital.round_size(market.scenario.capital, burn, value)
    if public:
        amount = min(amount, float(market.rules.public_round[int(lab.closed), lab.row]))
    if amount > 0:
        _close(market, lab, amount, value, attempt, public=public)


def _planned_burn(market: "Market", lab: Lab) -> float:
    """What the lab would spend in a month if it ran at the frontier, USD m."""
    s = market.scenario
    payroll = s.talent.wage * lab.wage * lab.researchers + s.talent.staff_wage * lab.staff
    ticket = market.ticket if np.isfinite(market.ticket) else float(lab.last_cost)
    months = int(release.run_months(s.release, np.array(ticket)))
    return float(payroll + (1 + s.race.experiments) * ticket / months)


def _close(
    market: "Market",
    lab: Lab,
    amount: float,
    value: float,
    attempt: dict[str, object],
    *,
    public: bool,
) -> None:
    """Close a round: equity for cash; a cloud that leads binds part of it to its own compute."""
    p, ledger, node = market.scenario.capital, market.ledger, net.lab_node(lab.row)
    dilution = amount / (value + amount)
    lead = None if public else _strategic_lead(market, lab, amount)
    if public:
        market.pay_public("public_equity", ledger.labs, amount, lab.row)
    elif lead is None:
        ledger.pay("equity", INVESTORS, ledger.labs, amount, None, lab.row)
    else:
        ledger.pay("equity", ledger.clouds, ledger.labs, amount, lead, lab.row)
        lab.credit += p.compute_credit * amount
        lab.supplier = lead
    market.network.buy_stake(None if lead is None else net.cloud_node(lead), node, dilution)
    lab.founders_share *= 1 - dilution
    lab.public_stake = lab.public_stake * (1 - dilution) + dilution * public
    lab.raised += amount
    name = "venture capital" if lead is None else market.scenario.clouds[lead].name
    name = "the state" if public else name
    market.log(
        "funding",
        lab.name,
        name,
        amount,
        {
            **attempt,
            "pre_money": round(value, 2),
            "dilution": round(dilution, 4),
            "failed_before": len(lab.failed_rounds),
            "compute_credit": round(float(p.compute_credit * amount), 2) if lead is not None else 0,
        },
    )
    lab.failed_rounds = []
    lab.last_gain = 0.0


def _strategic_lead(market: "Market", lab: Lab, amount: float) -> int | None:
    """Cloud that leads the round, if one does: with funds, and preferably a host already."""
    p, clouds = market.scenario.capital, market.clouds
    if clouds.rows == 0:
        return None
    draw = market.streams.few("round lead", lab.key, market.month, range(2))
    if draw[0] >= p.strategic_share:
        return None
    able = clouds.cash * market.scenario.acquisition.cash_limit >= amount
    if lab.exclusive >= 0:
        able &= np.arange(clouds.rows) == lab.exclusive
    hosts = market.offers.listed[2 * lab.row : 2 * lab.row + 2].any(axis=0)
    ladder = (able * (1.0 + hosts)).cumsum()
    if ladder[-1] <= 0:
        return None
    return int(ladder.searchsorted(draw[1] * ladder[-1]))
