"""The thirty claims in order, and finding some of them by name."""

from collections.abc import Iterable

from abm.analysis.claims.changes import Changes
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.froth import FROTH
from abm.analysis.claims.futures import FUTURES
from abm.analysis.claims.metrics import MONTHS
from abm.analysis.claims.sharing import SHARING
from abm.analysis.claims.specialising import SPECIALISING
from abm.errors import AbmError
from abm.scenario.declared import nearest

CLAIMS: dict[str, Claim] = {
    claim.id: claim for claim in (*FROTH, *SHARING, *FUTURES, *SPECIALISING)
}
"""Claims by id."""


def chosen(names: Iterable[str]) -> list[Claim]:
    """The claims of these ids, in the catalogue's order; all of them if none are named.

    Raises:
        AbmError: if there is none of a name.
    """
    wanted = [name.upper() for name in names]
    for name in wanted:
        if name not in CLAIMS:
            near = nearest(name, CLAIMS)
            raise AbmError(
                f"claim {name!r}: there is none of this name"
                + (f"; did you mean {near}?" if near else "")
                + f" (allowed: {next(iter(CLAIMS))} to {list(CLAIMS)[-1]})"
            )
    return [claim for id, claim in CLAIMS.items() if not wanted or id in wanted]


def worlds_of(claims: Iterable[Claim], *, tried: bool = True) -> dict[Changes, int]:
    """Every world that some claims need, with the months up to the last one that is looked at.

    Args:
        claims: what is tested.
        tried: whether with what must and must not remove the effects.
    """
    found: dict[Changes, int] = {}
    for claim in claims:
        for more in ((), *((change,) for change in claim.taken_away if tried)):
            for term in claim.terms:
                world = term.changes + more
                found[world] = max(found.get(world, 0), MONTHS[term.metric])
    return found
