"""Events in plain words: what happened, and why."""

from collections.abc import Mapping
from typing import Any

from abm.record.occurrence import Occurrence
from abm.record.summary import Section, summary
from abm.record.telling import Telling, deals, firms, law, listings, models, strategy
from abm.record.wording import capital

TELLINGS: dict[str, Telling] = {
    **models.TELLINGS,
    **listings.TELLINGS,
    **strategy.TELLINGS,
    **firms.TELLINGS,
    **deals.TELLINGS,
    **law.TELLINGS,
}
"""How each kind of event is told."""


def headline(row: Mapping[str, Any]) -> str:
    """What happened, in one line without month and full stop.

    Args:
        row: a row of the events table, as a dictionary.
    """
    event = Occurrence.of(row)
    return capital(TELLINGS[event.kind].headline(event))


def reasons(row: Mapping[str, Any]) -> list[str]:
    """Why it happened, sentence by sentence.

    Args:
        row: a row of the events table, as a dictionary.
    """
    event = Occurrence.of(row)
    return [capital(sentence) for sentence in TELLINGS[event.kind].because(event)]


def explain(row: Mapping[str, Any]) -> str:
    """What happened, when and why: a headline, and below it a line for every reason.

    Args:
        row: a row of the events table, as a dictionary.
    """
    first = f"{Occurrence.of(row).when}: {headline(row)}."
    return "\n".join([first, *(f"  {sentence}" for sentence in reasons(row))])


__all__ = ["TELLINGS", "Section", "explain", "headline", "reasons", "summary"]
