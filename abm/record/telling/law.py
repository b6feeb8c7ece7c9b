"""Law and policy: suits, settlements, rulings, policies."""

from abm.record.occurrence import Occurrence
from abm.record.telling import Telling
from abm.record.wording import capital, money, percent

_REGIMES = {
    "open": "the law was not settled",
    "cleared": "courts had cleared training on such data",
    "adverse": "courts had ruled against training on such data",
}


def _sued(event: Occurrence) -> str:
    return f"{capital(event.counterpart or 'rightsholders')} sue {event.actor} over training data"


def _sued_because(event: Occurrence) -> list[str]:
    hazard, shown = event.number("hazard"), event.number("data_disclosure")
    encumbered, revenue = event.number("encumbered"), event.number("revenue")
    said = []
    if shown is not None:
        said.append(
            f"It discloses {percent(shown)} of its data, so that claims can be checked."
            if shown > 0
            else "It discloses none of its data, which makes claims harder to prove."
        )
    if encumbered is not None:
        said.append(f"Others hold rights in {percent(encumbered)} of the data.")
    if revenue is not None:
        said.append(f"It earned {money(revenue)} in a year; the more, the likelier a suit.")
    if event.text("regime") in _REGIMES:
        said.append(f"{capital(_REGIMES[event.text('regime')])}.")
    if hazard is not None:
        said.append(f"The odds of a suit were {percent(hazard)} that month.")
    return said


def _settled(event: Occurrence) -> str:
    if event.text("outcome") == "dismissed" or event.amount <= 0:
        return f"The suit against {event.actor} is dismissed"
    return f"{event.actor} pays {money(event.amount)} to end its suit"


def _settled_because(event: Occurrence) -> list[str]:
    if event.amount <= 0:
        return []
    return ["The payment is capped by the number of works and by a share of its cash."]


def _ruled(event: Occurrence) -> str:
    outcome = {"cleared": "clear", "adverse": "rule against"}.get(event.text("regime"), "settle")
    return f"Courts {outcome} training on copyrighted data, for all labs"


def _ruled_because(_event: Occurrence) -> list[str]:
    return ["Whether and when courts decide is chance in this model; suits change from here on."]


def _applied(event: Occurrence) -> str:
    name = event.actor or event.text("policy") or "a policy"
    verb = {"end": "ends", "ends": "ends"}.get(event.text("change"), "comes into force")
    return f"Policy {name} {verb}"


def _applied_because(event: Occurrence) -> list[str]:
    """The levers, as the policy recorded them: each policy has its own."""
    return [f"{capital(name.replace('_', ' '))}: {value}." for name, value in event.reason.items()]


TELLINGS = {
    "lawsuit": Telling(_sued, _sued_because),
    "settlement": Telling(_settled, _settled_because),
    "ruling": Telling(_ruled, _ruled_because),
    "policy": Telling(_applied, _applied_because),
}
"""Tellings of law and policy."""
