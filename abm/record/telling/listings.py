"""What clouds list and drop, and on what terms."""

from abm.record.occurrence import Occurrence
from abm.record.telling import Telling
from abm.record.wording import count, money, months, ordinal, percent


def _hosted(event: Occurrence) -> str:
    model = f"{event.text('camp')} model".strip()
    return f"{event.counterpart} lists the {model} of {event.actor}"


def _delisted(event: Occurrence) -> str:
    return f"{event.counterpart} drops the model of {event.actor}"


def _hosted_because(event: Occurrence) -> list[str]:
    return [*_place(event), *_age(event), *_pressure(event), *_worth(event), *_terms(event)]


def _delisted_because(event: Occurrence) -> list[str]:
    return [*_pressure(event), *_worth(event)]


def _place(event: Occurrence) -> list[str]:
    """Rank among the models of its camp, and against how many it was chosen."""
    rank, rivals = event.number("rank_in_camp"), event.number("candidates")
    if rank is None:
        return []
    place = "best" if rank == 1 else f"{ordinal(int(rank))} best"
    chosen = "" if rivals is None else f", chosen from {count(int(rivals), 'candidate')}"
    return [f"It was the {place} {event.text('camp')} model{chosen}."]


def _age(event: Occurrence) -> list[str]:
    age = event.number("months_since_first_release")
    if age is None:
        return []
    return [f"The lab's first release of this kind lay {months(age)} back."]


def _pressure(event: Occurrence) -> list[str]:
    """What the customers' deciders asked for."""
    asked = event.number("asked")
    if asked:
        return [f"Deciders behind {money(asked)} of spending a quarter asked for it."]
    if event.text("camp") == "open":
        return ["No customer's deciders asked for it."]
    return []


def _worth(event: Occurrence) -> list[str]:
    """The cloud's sum: margin less what is covered or lost, against the cost of the slot."""
    net, margin = event.number("net"), event.number("margin")
    due = event.number("slot_cost")
    if net is None or margin is None or due is None:
        return []
    breadth = event.number("breadth") or 0.0
    covered, lost = event.number("similarity") or 0.0, event.number("cannibalised") or 0.0
    said = [f"The cloud expected a margin of {money(margin)} a quarter from it."]
    if breadth > 0:
        said.append(f"Customers who choose a cloud by its catalogue bring {money(breadth)} more.")
    if covered > 0:
        said.append(f"Models in its catalogue covered {percent(covered)} of that already.")
    if lost > 0:
        said.append(f"{money(lost)} would have been taken from its own lab's models.")
    said.append(f"All in all it was worth {money(net)}, and {_slot(event)} costs {money(due)}.")
    if event.reason.get("reserved"):
        said.append("The slot was reserved by law: of its own accord it would not have listed it.")
    return said


def _slot(event: Occurrence) -> str:
    number = event.number("slots")
    return "its slot" if number is None else f"the {ordinal(int(number))} slot"


def _terms(event: Occurrence) -> list[str]:
    """What the lab gets of the revenue."""
    royalty, revenue = event.number("royalty"), event.number("revenue")
    if royalty is None:
        return []
    if royalty > 0:
        due = "" if revenue is None else money(royalty * revenue)
        about = "" if due.startswith("less") else "about "
        paid = due and f", {about}{due} a quarter"
        return [f"The lab gets {percent(royalty)} of the revenue{paid}."]
    if event.text("camp") == "open":
        return ["The lab gets nothing: under its licence anyone may host the weights for free."]
    return ["The lab gets nothing of the revenue."]


TELLINGS = {
    "hosted": Telling(_hosted, _hosted_because),
    "delisted": Telling(_delisted, _delisted_because),
}
"""Tellings of what clouds do with models."""
