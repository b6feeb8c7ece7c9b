"""How a lab reconsiders its strategy: one dimension a review, projected payoffs, imitation.

The dimensions are the components of disclosure other than weights, the breadth of focus, the
product, the camp (weights or API) and the price stance. Payoffs are changes of the firm's own value
over the planning horizon, rivals' actions frozen (level-0 beliefs), with a forecast error.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import inf, isfinite, log
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.agents import anticipation, projection, sales, support
from abm.mechanisms import capability
from abm.mechanisms import strategy as rule
from abm.mechanisms.disclosure import LEVELS
from abm.scenario.cast import COMPONENTS

if TYPE_CHECKING:
    from abm.agents.lab import Lab

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Reason = Callable[[], dict[str, Any]]

BREADTHS = (1, 2, 3, 5, 10)
"""Classes of focus breadth; the widest stands for all domains."""
_LEVELS = tuple(LEVELS.tolist())
_NONE = np.zeros(0)


@dataclass(frozen=True)
class Dimension:
    """One dimension of strategy and where its alternatives sit among the attractions.

    Attributes:
        name: its name.
        labels: names of its alternatives.
        span: where they sit among the attractions.
        index: its place among the dimensions.
        component: what of disclosure it decides, as its place in `COMPONENTS`; none otherwise.
    """

    name: str
    labels: tuple[Any, ...]
    span: slice
    index: int
    component: int | None


def _dimensions() -> tuple[Dimension, ...]:
    plain = [(c, _LEVELS) for c in COMPONENTS if c != "weights"]
    named: list[tuple[str, tuple[Any, ...]]] = [
        *plain,
        ("focus", BREADTHS),
        ("product", ("without", "with")),
        ("camp", ("open", "closed")),
        ("stance", ("penetration", "neutral", "premium")),
    ]
    offset, found = 0, []
    for index, (name, labels) in enumerate(named):
        component = COMPONENTS.index(name) if name in COMPONENTS else None
        span = slice(offset, offset + len(labels))
        found.append(Dimension(name, labels, span, index, component))
        offset = span.stop
    return tuple(found)


DIMENSIONS = _dimensions()
ALTERNATIVES = sum(len(dim.labels) for dim in DIMENSIONS)

_DISCLOSURES = tuple(dim for dim in DIMENSIONS if dim.component is not None)
_BY_NAME = {dim.name: dim for dim in DIMENSIONS}
_FATE = ("focus", "product", "camp")
_QUESTIONS = ("disclosure", *_FATE, "stance")


def review(lab: "Lab", draws: list[float], errors: list[float]) -> None:
    """Draw a dimension, project its alternatives, update attractions, choose, act."""
    market = lab.model
    p, labs, row = market.scenario.strategy, market.labs, lab.row
    dimension = _drawn(lab, draws[0])
    current = _current(lab, dimension)
    if current is None:
        return
    options = _options(lab, dimension)
    payoff = _payoffs(lab, dimension, options)
    span, index, kept = dimension.span, dimension.index, payoff[current]
    # The error is in the projected change, not in the level of the firm's value.
    miss = p.forecast_error
    believed = [
        (x - kept) * (1 + miss * error) for x, error in zip(payoff, errors[span], strict=True)
    ]
    attraction, experience = rule.attract(
        p,
        labs.attraction[row, span].tolist(),
        float(labs.experience[row, index]),
        rule.weigh(p, believed, float(labs.value[row]), current),
        current,
    )
    if not all(map(isfinite, attraction)):  # plain numbers do not say so themselves
        raise OverflowError("attractions of a lab's alternatives")
    labs.attraction[row, span], labs.experience[row, index] = attraction, experience
    if market.policies and dimension.component is not None:
        attraction = _each_once(attraction, options)
    copied = _imitated(lab, dimension, draws[2:]) if draws[4] < p.imitation else None
    choice = rule.choose(p, attraction, draws[1]) if copied is None else copied[0]
    if choice == current:
        return

    def reason() -> dict[str, Any]:
        return {
            "dimension": dimension.name,
            "alternatives": {
                str(label): round(x, 3) for label, x in zip(dimension.labels, believed, strict=True)
            },
            "from": dimension.labels[current],
            "to": dimension.labels[choice],
            "copied_from": None if copied is None else copied[1],
            **lab.snapshot(),
        }

    _act(lab, dimension, choice, options, reason)


def _drawn(lab: "Lab", draw: float) -> Dimension:
    """Draw what to reconsider: one of five questions, and if it is disclosure, one component.

    A lab whose money runs short asks only what would change its fate: focus, product or camp.
    """
    short = lab.runway < lab.model.scenario.capital.trigger_runway
    questions = _FATE if short else _QUESTIONS
    place = draw * len(questions)
    question = questions[min(int(place), len(questions) - 1)]
    if question == "disclosure":
        within = (place - int(place)) * len(_DISCLOSURES)
        return _DISCLOSURES[min(int(within), len(_DISCLOSURES) - 1)]
    return _BY_NAME[question]


def _current(lab: "Lab", dimension: Dimension) -> int | None:
    """Index of the alternative in force; None if there is nothing to decide."""
    if dimension.component is not None:
        if not lab.model.scenario.disclosure.enabled:
            return None
        level = float(lab.disclosure[dimension.component])
        off = [abs(x - level) for x in _LEVELS]
        return off.index(min(off))
    if dimension.name == "focus":
        return _class_of(lab.breadth)
    if dimension.name == "product":
        enabled = lab.model.scenario.product.enabled
        return 0 if enabled and lab.product_stage == 0 else None
    if dimension.name == "camp":
        return int(lab.closed)
    return int(lab.stance) + 1


def _options(lab: "Lab", dimension: Dimension) -> Floats:
    """What the alternatives come to for the lab, if their labels do not say it.

    Returns:
        Levels of a component, shape (alternatives,), focus weights, shape (alternatives, domains),
        yearly profits of a product, USD m, shape (segments,), or nothing.
    """
    if dimension.component is not None:
        return _permitted(lab, dimension.component)
    if dimension.name == "focus":
        return best_focuses(lab, BREADTHS)
    if dimension.name == "product":
        return sales.product_profit(lab.model, lab, lab.theta)
    return _NONE


def _payoffs(lab: "Lab", dimension: Dimension, options: Floats) -> list[float]:
    """Projected change of the firm's value under each alternative, USD m."""
    if dimension.name == "stance":
        return projection.of_stance(lab)
    ruled = bool(lab.model.policies)
    if dimension.component is not None:
        payoff = projection.of_disclosure(lab, dimension.component, options)
        if ruled:
            payoff += support.at_levels(lab, dimension.component, options)
    elif dimension.name == "focus":
        payoff = projection.of_focus(lab, options)
    elif dimension.name == "product":
        payoff = projection.of_product(lab, options)
    else:
        payoff = projection.of_camp(lab)
        if ruled:
            payoff += anticipation.of_rules(lab)
    found: list[float] = payoff.tolist()
    return found


def _permitted(lab: "Lab", component: int) -> Floats:
    """Levels of disclosure that a lab can choose among: none is below what it must show."""
    least = lab.model.rules.disclosure_floor[int(lab.closed), lab.row, component]
    levels: Floats = np.maximum(LEVELS, least)
    return levels


def _each_once(attraction: list[float], levels: Floats) -> list[float]:
    """Attractions, but minus infinity for levels that a duty makes the same as the next one."""
    same = [low == high for low, high in pairwise(levels.tolist())]
    return [-inf if double else x for x, double in zip(attraction, [*same, False], strict=True)]


def best_focuses(lab: "Lab", breadths: Sequence[int]) -> Floats:
    """Focus weights on the domains in which a lab of each breadth would earn most.

    Domains are ranked by what they are worth and how close the lab would come to the frontier. The
    present breadth keeps the present focus.

    Returns:
        Shape (breadths, domains).
    """
    market, focus = lab.model, lab.focus
    tau, n = market.scenario.capability.transfer, focus.size
    by_rank, narrow, first = _by_rank(tuple(breadths), n, tau)
    short = market.frontier - lab.theta + np.log10(capability.focus_multiplier(focus, tau))
    # Whoever is far behind everywhere still tells domains apart by what they are worth.
    times = 10 ** np.minimum(np.maximum(short - narrow, -12.0), 12.0)
    rent = market.domain_value / (1 + times)
    weights = np.empty(rent.shape)
    weights.put((-rent).argsort(kind="stable") + first, by_rank)
    present = int(lab.breadth)
    if present in breadths and present < min(n, BREADTHS[-1]):
        weights[breadths.index(present)] = focus
    return weights


@lru_cache(maxsize=64)
def _by_rank(breadths: tuple[int, ...], n: int, tau: float) -> tuple[Floats, Floats, Places]:
    """Weights of domains by rank, the gain from training on that few, OOM, and where rows begin.

    Args:
        breadths: classes of breadth; the widest stands for all domains.
        n: number of domains.
        tau: share of training that serves every domain.

    Returns:
        Shapes (breadths, domains), (breadths, 1) and (breadths, 1).
    """
    wide = [n if breadth >= min(n, BREADTHS[-1]) else breadth for breadth in breadths]
    weights = np.stack([capability.focus_weights(list(range(m)), n) for m in wide])
    gain = np.log10(tau + (1 - tau) * n / np.array(breadths))
    return weights, gain[:, None], np.arange(len(wide))[:, None] * n


def _class_of(breadth: int) -> int:
    """Class of a breadth: the first that is as wide."""
    return min(bisect_left(BREADTHS, breadth), len(BREADTHS) - 1)


def _imitated(lab: "Lab", dimension: Dimension, draws: list[float]) -> tuple[int, str] | None:
    """Alternative of a better-performing peer, if one is met and believed (Fermi rule)."""
    market, p = lab.model, lab.model.scenario.strategy
    peers = market.living.tolist()
    peers.remove(lab.row)
    if not peers:
        return None
    peer = market.lab_at(peers[min(int(draws[0] * len(peers)), len(peers) - 1)])
    own, other = (log(max(float(x.value), 1.0)) for x in (lab, peer))
    example = _current(peer, dimension)
    if dimension.name == "product":
        example = int(peer.product_stage > 0)
    if example is None or draws[1] >= rule.copies(p, own, other):
        return None
    return example, peer.name


def _act(lab: "Lab", dimension: Dimension, choice: int, options: Floats, reason: Reason) -> None:
    """Put a choice into force and record it, with its reason if it is an event."""
    market = lab.model
    if dimension.component is not None:
        level = float(options[choice])
        if level != lab.disclosure[dimension.component]:
            lab.disclosure[dimension.component] = level
            market.log("disclosure_change", lab.name, "", level, reason())
    elif dimension.name == "focus":
        refocus(lab, options[choice], reason)
    elif dimension.name == "product" and choice == 1:
        market.start_product(lab, int(options.argmax()))
    elif dimension.name == "camp":
        market.change_camp(lab, closed=bool(choice), reason=reason())
    elif dimension.name == "stance":
        lab.stance = choice - 1


def refocus(lab: "Lab", weights: Floats, reason: Reason) -> None:
    """Change focus to some weights; a fall by two classes of breadth is a pivot in the data."""
    before, focus = _class_of(lab.breadth), (weights > 1e-9).nonzero()[0]
    lab.focus, lab.breadth = weights, focus.size
    if before - _class_of(focus.size) >= 2:
        market = lab.model
        names = [market.scenario.domains[i] for i in focus]
        market.log("pivot", lab.name, "", float(lab.breadth), {**reason(), "domains": names})
