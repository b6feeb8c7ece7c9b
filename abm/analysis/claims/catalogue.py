"""The thirty claims in order, and finding some of them by name."""

from collections.abc import Iterable

from abm.analysis.claims.changes import Changes
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.froth import FROTH
from abm.analysis.claims.futures import FUTURES
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


def worlds_of(claims: Iterable[Claim]) -> list[Changes]:
    """Every world that some claims need, each once."""
    return list(dict.fromkeys(world for claim in claims for world in claim.all_worlds()))
