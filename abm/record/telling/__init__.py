"""How each kind of event is told: a headline, and the reasons behind it, in plain words.

A telling reads nothing but the event's own row. A number that a reason does not hold leaves out its
sentence, so that runs recorded by older versions can still be told.
"""

from collections.abc import Callable
from typing import NamedTuple

from abm.record.occurrence import Occurrence


class Telling(NamedTuple):
    """How one kind of event is told.

    Attributes:
        headline: one line without a full stop that says what happened.
        because: sentences that say what led to it.
    """

    headline: Callable[[Occurrence], str]
    because: Callable[[Occurrence], list[str]]


__all__ = ["Telling"]
