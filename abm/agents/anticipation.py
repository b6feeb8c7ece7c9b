"""What the rules in force would bring a lab in each camp: what makes policies backfire.

Amounts are USD m over the planning horizon, for open weights and for an API alone. Each term is
exactly zero under neutral rules.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import club, display, projection, ruled, support
from abm.agents.archive import STOCKS
from abm.mechanisms import capability, litigation, post_training, release
from abm.mechanisms import disclosure as d
from abm.mechanisms import support as public

if TYPE_CHECKING:
    from abm.agents.lab import Lab

Floats = NDArray[np.float64]


def of_rules(lab: "Lab") -> Floats:
    """What the rules in force would bring in each camp, USD m, shape (2,)."""
    if not lab.model.policies:
        return np.zeros(2)
    revenue = projection.camp_revenue(lab)
    return np.array([_in_camp(lab, camp, float(revenue[camp])) for camp in (0, 1)])


def _in_camp(lab: "Lab", camp: int, revenue: float) -> float:
    """The same in one camp, in which the lab would earn so much a year."""
    return (
        _duty_to_disclose(lab, camp)
        + _duty_to_disclose_later(lab, camp)
        + _support(lab, camp)
        + _commons(lab, camp)
        + _law(lab, camp)
        + max(club.worth(lab, camp), 0.0)  # nobody has to join
        - _dues(lab, camp, revenue)
        - _withheld_compute(lab, camp)
    )


def _duty_to_disclose(lab: "Lab", camp: int) -> float:
    """What the duties of a camp take from the best that the lab could do without them.

    Set against that, and not against what it shows now, they weigh on who obeys already as well: it
    would show less again where it is free to.
    """
    floor = lab.model.rules.disclosure_floor[camp, lab.row]
    total = 0.0
    for i in np.flatnonzero(floor).tolist():
        levels = np.append(d.LEVELS, floor[i])
        payoff = projection.of_disclosure(lab, i, levels, camp)
        total += float(payoff[levels >= floor[i]].max() - payoff.max())
    return total


def _duty_to_disclose_later(lab: "Lab", camp: int) -> float:
    """Value of what it would have to disclose of its past work beyond all that."""
    rules, own = lab.model.rules, (camp, lab.row)
    at_once = np.maximum(lab.disclosure, rules.disclosure_floor[own])
    later = np.where(rules.delayed_floor[own] > at_once, rules.delayed_floor[own], 0.0)
    return _raised(lab, camp, later, lambda component: _behind(lab, camp, component))


def _raised(lab: "Lab", camp: int, floor: Floats, behind: Callable[[int], float]) -> float:
    """Value of raising what is shown of each component to a floor."""
    shown = lab.disclosure
    total = 0.0
    for i in np.flatnonzero(floor > shown).tolist():
        rise = np.array([shown[i], floor[i]])
        before, after = projection.of_disclosure(lab, i, rise, camp, behind(i)).tolist()
        total += after - before
    return total


def _behind(lab: "Lab", camp: int, component: int) -> float:
    """By how much a lab's past work falls short of its present in what a component teaches, OOM."""
    market, s = lab.model, lab.model.scenario
    delay = np.full(market.labs.rows, market.rules.delay[camp, lab.row, component])
    name = STOCKS[_channel_of(component)]
    older, known = market.archive.older(market, name, delay)
    then, now = older[lab.row], getattr(market.labs, name)[lab.row]
    if not known[lab.row]:
        return float("inf")  # there is nothing yet that would be shown
    gains: dict[str, Callable[[Any], Any]] = {
        "algorithms": lambda level: level,
        "data": lambda stock: capability.data_gain(s.capability, stock),
        "comparisons": lambda stock: post_training.gain(s.post_training, stock),
    }
    return float(np.mean(gains[name](now) - gains[name](then)))


def _channel_of(component: int) -> int:
    """Place in `STOCKS` of what a component teaches."""
    return {d.CODE: 0, d.RECIPE: 0, d.DATA: 1, d.DOCUMENTATION: 1}.get(component, 2)


def _support(lab: "Lab", camp: int) -> float:
    """Grants and refunds, at what the lab would have to disclose."""
    shown = np.maximum(lab.disclosure, lab.model.rules.disclosure_floor[camp, lab.row])
    return float(support.promised(lab, shown[None], camp)[0])


def _commons(lab: "Lab", camp: int) -> float:
    """Value of public data and feedback that would reach the lab."""
    market, s, own = lab.model, lab.model.scenario, (camp, lab.row)
    money, bought = market.rules.commons_data[own], market.rules.commons_feedback[own]
    if not (money.any() or bought.any()):
        return 0.0
    horizon, taken = s.strategy.horizon, np.array([float(lab.curated)])
    data = lab.data + horizon * public.curated(s.capability, s.talent, money[None], taken)[0]
    stock = lab.comparisons + horizon * public.labelled(s.post_training, bought[None])[0]
    gained = capability.data_gain(s.capability, data) - capability.data_gain(s.capability, lab.data)
    gained += post_training.gain(s.post_training, stock)
    gained -= post_training.gain(s.post_training, lab.comparisons)
    contest = projection.contested(lab)
    return contest * float(1 - np.exp(-projection.slope(market) * (gained @ lab.focus)))


def _law(lab: "Lab", camp: int) -> float:
    """Suits that the rules spare the lab, at what it shows of its data now."""
    market, s, rules, own = lab.model, lab.model.scenario, lab.model.rules, (camp, lab.row)
    if not s.litigation.enabled:
        return 0.0
    shown = display.on_display(market)[lab.row, d.DATA]

    def cost(exposure: float, suits: float, cap: float) -> float:
        rate = litigation.hazard(
            s.litigation,
            shown,
            lab.encumbered,
            lab.revenue_year,
            market.pending_suits,
            market.legal_regime,
            exposure,
            suits,
        )
        return float(litigation.expected_cost(s.litigation, rate, float(lab.cash), cap))

    ruled = cost(float(rules.exposure[own]), float(rules.suits[own]), float(rules.damages_cap[own]))
    return cost(1.0, 1.0, np.inf) - ruled


def _withheld_compute(lab: "Lab", camp: int) -> float:
    """Value of what caps and licences would take from the lab's runs in a camp."""
    market = lab.model
    short, fee = ruled.compute_withheld(lab, camp)
    contest = projection.contested(lab)
    lost = contest * float(1 - np.exp(-projection.slope(market) * short))
    return lost + fee * _runs_ahead(lab, float(market.rules.licence_months[camp, lab.row]))


def _runs_ahead(lab: "Lab", wait: float = 0.0) -> float:
    """Runs like the last within the planning horizon, each after a wait in months."""
    s = lab.model.scenario
    months = float(release.run_months(s.release, np.asarray(float(lab.last_cost))))
    return s.strategy.horizon / (months + wait)


def _dues(lab: "Lab", camp: int, revenue: float) -> float:
    """What complying, royalties and answering for releases would cost.

    A royalty takes part of the revenue that a camp is weighed by, for as long as there is any, and
    so counts at the same multiple.
    """
    market, rules, own = lab.model, lab.model.rules, (camp, lab.row)
    levied = projection.worth(market, float(rules.levy[own]) * revenue, 0.0)
    complying = market.scenario.strategy.horizon * rules.admin[own]
    return float(levied + complying + _runs_ahead(lab) * rules.liability[own])
