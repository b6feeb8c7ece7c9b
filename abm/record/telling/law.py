"""Law and policy: suits, settlements, rulings, policies."""

from typing import Any

from abm.record.occurrence import Occurrence
from abm.record.telling import Telling
from abm.record.telling.finances import runway
from abm.record.wording import capital, count, listing, money, percent, spelt

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
    verb = "ends" if event.text("state") == "ends" else "comes into force"
    lever = f", {event.counterpart.replace('-', ' ')}," if event.counterpart else ""
    return f"Policy {name}{lever} {verb}"


def _applied_because(event: Occurrence) -> list[str]:
    """The lever, as the policy recorded it: each has fields of its own."""
    return [
        f"{capital(spelt(name))}: {_value(value)}."
        for name, value in event.reason.items()
        if value not in (None, [], "") and name not in ("state", "kind")
    ]


def _value(value: Any) -> str:
    """A field of a lever in words."""
    if isinstance(value, list):
        return listing(_value(item) for item in value)
    return str(value).replace("_", "-")


def _club(event: Occurrence) -> str:
    return f"{event.actor} {'joins' if event.amount > 0 else 'leaves'} the reciprocal club"


def _club_because(event: Occurrence) -> list[str]:
    gain, partners = event.number("gain"), event.number("partners")
    said = ["The club is no longer open to it."] if event.reason.get("closed_to_it") else []
    if gain is not None:
        said.append(f"It expected membership to be worth {money(gain)} over the coming year.")
    if partners is not None:
        said.append(f"It counted on {count(int(partners), 'other lab')} in the club.")
    return [*said, *runway(event)]


def _held_back(event: Occurrence) -> str:
    return f"{event.actor} keeps its new model back"


def _held_back_because(event: Occurrence) -> list[str]:
    worth, due = event.number("worth"), event.number("expected_damages")
    said = []
    if worth is not None:
        said.append(f"The release would have been worth {money(worth)} to it.")
    if due is not None:
        said.append(f"It would have to answer for expected damages of {money(due)}.")
    return [*said, *runway(event)]


TELLINGS = {
    "lawsuit": Telling(_sued, _sued_because),
    "settlement": Telling(_settled, _settled_because),
    "ruling": Telling(_ruled, _ruled_because),
    "policy": Telling(_applied, _applied_because),
    "club": Telling(_club, _club_because),
    "held_back": Telling(_held_back, _held_back_because),
}
"""Tellings of law and policy."""
