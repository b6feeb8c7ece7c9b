"""What the state pays a lab for its training, as it discloses and releases now or otherwise."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms import disclosure as d
from abm.mechanisms import support

if TYPE_CHECKING:
    from abm.agents.lab import Lab
    from abm.market import Market

Floats = NDArray[np.float64]


def grants(market: "Market") -> Floats:
    """Training grants of the month, USD m, shape (labs,)."""
    labs = market.labs
    index = d.index(labs.disclosure)
    return np.where(labs.alive, support.granted(market.rules.now("grant", labs.closed), index), 0.0)


def credit_rates(market: "Market") -> Floats:
    """Share of training spending that is refunded, shape (labs,)."""
    labs, rules = market.labs, market.rules
    return support.credit_rate(
        rules.now("credit", labs.closed),
        rules.now("credit_by_disclosure", labs.closed),
        d.index(labs.disclosure),
    )


def promised(lab: "Lab", shown: Floats, camp: int) -> Floats:
    """Grants and refunds that a lab would get over its horizon, USD m.

    Args:
        lab: the lab.
        shown: disclosures to try, shape (alternatives, components).
        camp: camp in which it would release, 0 open, 1 closed.
    """
    market, rules = lab.model, lab.model.rules
    own = (camp, lab.row)
    if not _offered(lab, camp):
        return np.zeros(len(shown))
    shown = shown.copy()
    shown[:, d.WEIGHTS] = 1.0 - camp
    index = d.index(shown)
    grant = support.granted(rules.grant[own], index)
    rate = support.credit_rate(rules.credit[own], rules.credit_by_disclosure[own], index)
    total: Floats = market.scenario.strategy.horizon * (grant + rate * float(lab.training_spend))
    return total


def _offered(lab: "Lab", camp: int) -> bool:
    """Whether the state pays anything to a lab that releases in a camp."""
    rules, own = lab.model.rules, (camp, lab.row)
    paid = (
        np.count_nonzero(rules.grant[own]) or rules.credit[own] or rules.credit_by_disclosure[own]
    )
    return bool(paid)


def at_levels(lab: "Lab", component: int, levels: Floats) -> Floats:
    """The same at each level of one component, the others as they are, in the lab's camp."""
    if not _offered(lab, int(lab.closed)):
        return np.zeros(levels.size)
    shown = np.repeat(np.asarray(lab.disclosure)[None], levels.size, axis=0)
    shown[:, component] = levels
    return promised(lab, shown, int(lab.closed))
