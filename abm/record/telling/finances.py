"""What several kinds of reasons say of a lab's money: runway and failed rounds."""

from typing import Any

from abm.record.occurrence import Occurrence
from abm.record.wording import count, money, months, percent


def runway(event: Occurrence) -> list[str]:
    """Cash that was left, and how long it would have lasted."""
    cash, left = event.number("cash"), event.number("runway")
    if cash is None:
        return []
    if cash < 0:
        return [f"It was {money(-cash)} in debt and could not pay its bills."]
    if left is None:
        return [f"It had {money(cash)} in cash and earned its way."]
    return [f"It had {money(cash)} in cash, which would have lasted {months(left)}."]


def failed_rounds(event: Occurrence) -> list[str]:
    """Attempts to raise money that failed before, and their odds."""
    rounds: list[dict[str, Any]] = event.reason.get("failed_rounds") or []
    if "failed_rounds" not in event.reason:
        return []
    if not rounds:
        return ["It had not tried to raise money before."]
    odds = [float(attempt["hazard"]) for attempt in rounds if "hazard" in attempt]
    since = event.month_label(int(rounds[0].get("month", event.month)))
    text = f"Since {since} it had failed to raise money {_often(len(rounds))}"
    if not odds:
        return [f"{text}."]
    low, high = percent(min(odds)), percent(max(odds))
    return [f"{text}; the odds were {low if low == high else f'{low} to {high}'} a month."]


def raised(event: Occurrence) -> list[str]:
    """Equity that investors had put in."""
    amount = event.number("raised")
    return [] if not amount else [f"Investors had put in {money(amount)}."]


def given_up(event: Occurrence) -> list[str]:
    """What a board that would rather end it put side by side."""
    worth, brings = event.number("going_on"), event.number("closing")
    chance, value = event.number("chance_of_a_round"), event.number("value")
    if worth is None or brings is None:
        return []
    said = [
        f"Its board held another year to be worth {money(worth)}, and to end it {money(brings)} "
        "in cash."
    ]
    if chance is None or value is None:
        return said
    return [
        *said,
        f"Investors, who valued it at {money(value)}, would come in with odds of {percent(chance)} "
        "before the cash was gone.",
    ]


def _often(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, count(number, "time"))
