"""How a lab reconsiders its strategy: one dimension a review, projected payoffs, imitation.

The dimensions are the components of disclosure other than weights, the breadth of focus, the
product, the camp (weights or API) and the price stance. Payoffs are changes of the firm's own value
over the planning horizon, rivals' actions frozen (level-0 beliefs), with a forecast error.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import anticipation, projection, support
from abm.mechanisms import capability
from abm.mechanisms import strategy as rule
from abm.mechanisms.disclosure import LEVELS
from abm.scenario.cast import COMPONENTS

if TYPE_CHECKING:
    from abm.agents.lab import Lab

Floats = NDArray[np.float64]
Reason = Callable[[], dict[str, Any]]

BREADTHS = (1, 2, 3, 5, 10)
"""Classes of focus breadth; the widest stands for all domains."""


@dataclass(frozen=True)
class Dimension:
    """One dimension of strategy and where its alternatives sit among the attractions."""

    name: str
    labels: tuple[Any, ...]
    offset: int
    index: int

    @property
    def span(self) -> slice:
        """Where its alternatives sit among the attractions."""
        return slice(self.offset, self.offset + len(self.labels))


def _dimensions() -> tuple[Dimension, ...]:
    levels = tuple(float(x) for x in LEVELS)
    plain = [(c, levels) for c in COMPONENTS if c != "weights"]
    named: list[tuple[str, tuple[Any, ...]]] = [
        *plain,
        ("focus", BREADTHS),
        ("product", ("without", "with")),
        ("camp", ("open", "closed")),
        ("stance", ("penetration", "neutral", "premium")),
    ]
    offset, found = 0, []
    for index, (name, labels) in enumerate(named):
        found.append(Dimension(name, labels, offset, index))
        offset += len(labels)
    return tuple(found)


DIMENSIONS = _dimensions()
ALTERNATIVES = sum(len(dim.labels) for dim in DIMENSIONS)

_DISCLOSURES = tuple(dim for dim in DIMENSIONS if dim.name in COMPONENTS)
_BY_NAME = {dim.name: dim for dim in DIMENSIONS}


def review(lab: "Lab", draws: Floats, errors: Floats) -> None:
    """Draw a dimension, project its alternatives, update attractions, choose, act."""
    p = lab.model.scenario.strategy
    dimension = _drawn(lab, float(draws[0]))
    current = _current(lab, dimension)
    if current is None:
        return
    payoff = _payoffs(lab, dimension)
    span, index = dimension.span, dimension.index
    attraction, experience = lab.attraction[span], lab.experience
    # The error is in the projected change, not in the level of the firm's value.
    change = payoff - payoff[current]
    believed = change * (1 + p.forecast_error * errors[span])
    attraction[:], experience[index] = rule.attract(
        p,
        attraction,
        float(experience[index]),
        rule.weigh(p, believed, float(lab.value), current),
        current,
    )
    choice = rule.choose(p, attraction + _barred(lab, dimension), draws[1])
    copied = _imitated(lab, dimension, draws[2:]) if draws[4] < p.imitation else None
    if copied is not None:
        choice = copied[0]
    if choice == current:
        return

    def reason() -> dict[str, Any]:
        return {
            "dimension": dimension.name,
            "alternatives": {
                str(label): round(x, 3)
                for label, x in zip(dimension.labels, believed.tolist(), strict=True)
            },
            "from": dimension.labels[current],
            "to": dimension.labels[choice],
            "copied_from": None if copied is None else copied[1],
            **lab.snapshot(),
        }

    _act(lab, dimension, choice, reason)


def _drawn(lab: "Lab", draw: float) -> Dimension:
    """Draw what to reconsider: one of five questions, and if it is disclosure, one component.

    A lab whose money runs short asks only what would change its fate: focus, product or camp.
    """
    p = lab.model.scenario.capital
    fate = ("focus", "product", "camp")
    questions = fate if lab.runway < p.trigger_runway else ("disclosure", *fate, "stance")
    place = draw * len(questions)
    question = questions[min(int(place), len(questions) - 1)]
    if question == "disclosure":
        within = (place - int(place)) * len(_DISCLOSURES)
        return _DISCLOSURES[min(int(within), len(_DISCLOSURES) - 1)]
    return _BY_NAME[question]


def _current(lab: "Lab", dimension: Dimension) -> int | None:
    """Index of the alternative in force; None if there is nothing to decide."""
    if dimension.name in COMPONENTS:
        if not lab.model.scenario.disclosure.enabled:
            return None
        level = lab.disclosure[COMPONENTS.index(dimension.name)]
        return int(np.abs(LEVELS - level).argmin())
    if dimension.name == "focus":
        return _class_of(lab.breadth)
    if dimension.name == "product":
        enabled = lab.model.scenario.product.enabled
        return 0 if enabled and lab.product_stage == 0 else None
    if dimension.name == "camp":
        return int(lab.closed)
    return int(lab.stance) + 1


def _payoffs(lab: "Lab", dimension: Dimension) -> Floats:
    """Projected change of the firm's value under each alternative, USD m."""
    if dimension.name in COMPONENTS:
        component = COMPONENTS.index(dimension.name)
        levels = _permitted(lab, component)
        payoff = projection.of_disclosure(lab, component, levels)
        return payoff + support.at_levels(lab, component, levels)
    if dimension.name == "focus":
        return projection.of_focus(lab, best_focuses(lab, BREADTHS))
    if dimension.name == "product":
        return projection.of_product(lab)
    if dimension.name == "camp":
        return projection.of_camp(lab) + anticipation.of_rules(lab)
    return projection.of_stance(lab)


def _permitted(lab: "Lab", component: int) -> Floats:
    """Levels of disclosure that a lab can choose among: none is below what it must show."""
    least = lab.model.rules.disclosure_floor[int(lab.closed), lab.row, component]
    levels: Floats = np.maximum(LEVELS, least)
    return levels


def _barred(lab: "Lab", dimension: Dimension) -> Floats | float:
    """Minus infinity for levels of disclosure that a duty makes the same as the next one."""
    if not lab.model.policies or dimension.name not in COMPONENTS:
        return 0.0
    levels = _permitted(lab, COMPONENTS.index(dimension.name))
    return np.where(np.append(np.diff(levels) > 0, True), 0.0, -np.inf)


def best_focuses(lab: "Lab", breadths: Sequence[int]) -> Floats:
    """Focus weights on the domains in which a lab of each breadth would earn most.

    Domains are ranked by what they are worth and how close the lab would come to the frontier. The
    present breadth keeps the present focus.

    Returns:
        Shape (breadths, domains).
    """
    market, focus = lab.model, lab.focus
    tau, n = market.scenario.capability.transfer, focus.size
    by_rank, narrow = _by_rank(tuple(breadths), n, tau)
    unfocused = lab.theta - np.log10(capability.focus_multiplier(focus, tau))
    x = 10 ** np.minimum(np.maximum(unfocused + narrow - market.frontier, -12), 12)
    rent = market.domain_value * 2 * x / (1 + x)
    weights = np.empty(rent.shape)
    places = np.arange(len(breadths))[:, None]
    weights[places, np.argsort(-rent, kind="stable")] = by_rank
    present = int(lab.breadth)
    if present in breadths and present < min(n, BREADTHS[-1]):
        weights[breadths.index(present)] = focus
    return weights


@lru_cache(maxsize=64)
def _by_rank(breadths: tuple[int, ...], n: int, tau: float) -> tuple[Floats, Floats]:
    """Weights of domains by rank, and the gain from training on that few of them, OOM.

    Args:
        breadths: classes of breadth; the widest stands for all domains.
        n: number of domains.
        tau: share of training that serves every domain.

    Returns:
        Shapes (breadths, domains) and (breadths, 1).
    """
    wide = [n if breadth >= min(n, BREADTHS[-1]) else breadth for breadth in breadths]
    weights = np.stack([capability.focus_weights(list(range(m)), n) for m in wide])
    return weights, np.log10(tau + (1 - tau) * n / np.array(breadths))[:, None]


def _class_of(breadth: int) -> int:
    """Class of a breadth: the first that is as wide."""
    return min(bisect_left(BREADTHS, breadth), len(BREADTHS) - 1)


def _imitated(lab: "Lab", dimension: Dimension, draws: Floats) -> tuple[int, str] | None:
    """Alternative of a better-performing peer, if one is met and believed (Fermi rule)."""
    market, p = lab.model, lab.model.scenario.strategy
    peers = np.flatnonzero(market.labs.alive)
    peers = peers[peers != lab.row]
    if peers.size == 0:
        return None
    peer = market.lab_at(int(peers[min(int(draws[0] * peers.size), peers.size - 1)]))
    own, other = (log(max(float(x.value), 1.0)) for x in (lab, peer))
    example = _current(peer, dimension)
    if dimension.name == "product":
        example = int(peer.product_stage > 0)
    if example is None or draws[1] >= rule.copies(p, own, other):
        return None
    return example, peer.name


def _act(lab: "Lab", dimension: Dimension, choice: int, reason: Reason) -> None:
    """Put a choice into force and record it, with its reason if it is an event."""
    market = lab.model
    if dimension.name in COMPONENTS:
        component = COMPONENTS.index(dimension.name)
        level = float(_permitted(lab, component)[choice])
        if level != lab.disclosure[component]:
            lab.disclosure[component] = level
            market.log("disclosure_change", lab.name, "", level, reason())
    elif dimension.name == "focus":
        refocus(lab, BREADTHS[choice], reason)
    elif dimension.name == "product" and choice == 1:
        market.start_product(lab)
    elif dimension.name == "camp":
        market.change_camp(lab, closed=bool(choice), reason=reason())
    elif dimension.name == "stance":
        lab.stance = choice - 1


def refocus(lab: "Lab", breadth: int, reason: Reason) -> None:
    """Change focus; a fall by two classes of breadth is a pivot in the data."""
    before = _class_of(lab.breadth)
    weights = best_focuses(lab, [breadth])[0]
    lab.focus = weights
    lab.breadth = int((weights > 1e-9).sum())
    after = BREADTHS.index(breadth)
    if before - after >= 2:
        market = lab.model
        names = [market.scenario.domains[i] for i in np.flatnonzero(weights > 1e-9)]
        market.log("pivot", lab.name, "", float(lab.breadth), {**reason(), "domains": names})
