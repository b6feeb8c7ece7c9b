"""What labs show of their work: to everybody, among members of the club, and of the past."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
MEMBER, UNDECIDED, DECLINED = 1, 0, -1


def in_force(market: "Market") -> bool:
    """Whether a reciprocal club is open to anybody."""
    return bool(market.policies and np.count_nonzero(market.rules.club_floor))


def members(market: "Market") -> Mask:
    """Labs in the reciprocal club."""
    found: Mask = market.labs.alive & (market.labs.club == MEMBER)
    return found


def to_all(market: "Market") -> Floats:
    """What everybody is shown, (labs, components): members keep what the club covers inside."""
    if not in_force(market):
        return market.labs.disclosure
    covered = market.rules.now("club_floor", market.labs.closed) > 0
    kept = covered & members(market)[:, None]
    shown: Floats = np.where(kept, 0.0, market.labs.disclosure)
    return shown


def to_members(market: "Market") -> Floats:
    """What members are shown, (labs, components): by other members at least what the club asks."""
    if not in_force(market):
        return market.labs.disclosure
    asked = market.rules.now("club_floor", market.labs.closed) * members(market)[:, None]
    shown: Floats = np.maximum(market.labs.disclosure, asked)
    return shown


def seen_by(market: "Market", row: int) -> Floats:
    """What each lab shows to one, (labs, components)."""
    inside = market.labs.club[row] == MEMBER and market.labs.alive[row]
    return to_members(market) if inside else to_all(market)


def audience(market: "Market", row: int, component: int) -> Floats | None:
    """Who is shown a component of one lab, (labs,), 1 who is, 0 who is not; none if all are."""
    if not in_force(market):
        return None
    own = market.rules.club_floor[int(market.labs.closed[row]), row, component]
    if own > 0 and (inside := members(market))[row]:
        return inside.astype(np.float64)
    return None


def on_display(market: "Market") -> Floats:
    """What is shown to anybody at all, (labs, components), past states included.

    It takes work to prepare, and can be held against a lab.
    """
    if not (market.policies and np.count_nonzero(market.rules.delayed_floor)):
        return to_members(market)
    past = market.rules.now("delayed_floor", market.labs.closed)
    return np.maximum(to_members(market), past)
