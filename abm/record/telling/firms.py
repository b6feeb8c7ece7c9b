"""The life of a firm: founding, rounds of funding, closure."""

from abm.record.occurrence import Occurrence
from abm.record.telling import Telling
from abm.record.telling.finances import failed_rounds, given_up, raised
from abm.record.wording import count, listing, money, months, percent


def _entered(event: Occurrence) -> str:
    return f"{event.actor} enters the market with {money(event.amount)}"


def _spun_off(event: Occurrence) -> str:
    return f"People from {event.counterpart} found {event.actor} with {money(event.amount)}"


def _founded_because(event: Occurrence) -> list[str]:
    said = []
    founders, domains = event.number("founders"), event.reason.get("focus") or []
    if founders is not None:
        start = "starts" if round(founders) == 1 else "start"
        said.append(f"{count(round(founders), 'researcher')} {start} it.")
    if domains:
        said.append(f"Its focus, where it expects the best return: {listing(domains)}.")
    return [*said, *_climate(event)]


def _funded(event: Occurrence) -> str:
    return f"{event.actor} raises {money(event.amount)} from {event.counterpart}"


def _funded_because(event: Occurrence) -> list[str]:
    return [*_why_now(event), *_odds(event), *_climate(event), *_price(event), *_credit(event)]


def _why_now(event: Occurrence) -> list[str]:
    left = event.number("runway")
    if left is None:
        return []
    return [f"Its cash would have lasted {months(left)}."]


def _odds(event: Occurrence) -> list[str]:
    """Chance of success in the month, and how often it had failed."""
    hazard, rank = event.number("hazard"), event.number("rank")
    failed = event.number("failed_before")
    said = []
    if rank is not None:
        said.append(f"Its models beat those of {percent(rank)} of the other labs.")
    if hazard is not None:
        tries = (
            ""
            if failed is None
            else (
                " and worked at the first attempt"
                if failed == 0
                else f"; {count(int(failed), 'attempt')} had failed before"
            )
        )
        said.append(f"A round had odds of {percent(hazard)} that month{tries}.")
    if (floor := event.number("floor")) is not None:
        said.append(f"Investors declined; the state steps in to make that {percent(floor)}.")
    return [*said, *_shadow(event)]


def _shadow(event: Occurrence) -> list[str]:
    """What recent purchases by larger rivals took from the odds."""
    lost = event.number("kill_zone")
    if lost is None or lost < 0.005:
        return []
    return [
        f"Larger rivals in its field had bought labs lately, which cut the odds by {percent(lost)}."
    ]


def _climate(event: Occurrence) -> list[str]:
    climate = event.number("climate")
    if climate is None:
        return []
    if abs(climate - 1) < 0.05:
        return ["Capital was as easy to come by as usual."]
    word = "easier" if climate > 1 else "harder"
    return [f"Capital was {word} to come by than usual ({climate:.2f}; 1 is normal)."]


def _price(event: Occurrence) -> list[str]:
    before, dilution = event.number("pre_money"), event.number("dilution")
    if before is None or dilution is None:
        return []
    return [f"Investors valued it at {money(before)} before the round and got {percent(dilution)}."]


def _credit(event: Occurrence) -> list[str]:
    credit = event.number("compute_credit")
    if not credit:
        return []
    return [f"{money(credit)} of it must be spent on compute of {event.counterpart}."]


def _let_go(event: Occurrence) -> str:
    return f"The owner of {event.actor} stops covering it"


def _let_go_because(event: Occurrence) -> list[str]:
    short, use, value = (event.number(name) for name in ("shortfall", "use", "value"))
    if short is None or use is None or value is None:
        return []
    return [
        f"Another year would have cost the owner {money(short)} beyond its budget.",
        f"The lab was worth {money(use)} a year in the owner's own products, and "
        f"{money(value)} to investors.",
    ]


def _closed(event: Occurrence) -> str:
    if event.reason.get("voluntary"):
        return f"{event.actor} closes of its own accord"
    return f"{event.actor} shuts down"


def _closed_because(event: Occurrence) -> list[str]:
    cash, revenue = event.number("cash"), event.number("revenue")
    said = given_up(event)
    if cash is not None and cash > 0:
        said.append(f"Nobody offered more, so its investors take the {money(cash)} that is left.")
    elif cash is not None:
        said.append(f"It was {money(-cash)} in debt, and no sale had come through in time.")
    said += _pending(event)
    if revenue is not None:
        said.append(
            f"It had earned {money(revenue)} in twelve months."
            if revenue > 0.01
            else "It had earned nothing in twelve months."
        )
    return [*said, *failed_rounds(event), *raised(event)]


def _pending(event: Occurrence) -> list[str]:
    """The sale that merger control still looked into."""
    buyer, price, due = (
        event.text("pending_buyer"),
        event.number("pending_price"),
        event.number("due"),
    )
    if not buyer or price is None or due is None:
        return []
    return [
        f"Merger control was still looking into its sale to {buyer} for {money(price)} "
        f"and would have been done in {event.month_label(int(due))}."
    ]


TELLINGS = {
    "entry": Telling(_entered, _founded_because),
    "spin_off": Telling(_spun_off, _founded_because),
    "funding": Telling(_funded, _funded_because),
    "divestment": Telling(_let_go, _let_go_because),
    "shutdown": Telling(_closed, _closed_because),
}
"""Tellings of founding, funding, divestment and closure."""
