"""One month, phase by phase: each module wires agents and mechanisms, in this order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abm.phases import (
    books,
    capital,
    deals,
    demand,
    entry,
    hosting,
    knowledge,
    law,
    policy,
    pressure,
    prices,
    products,
    record,
    releases,
    strategy,
    talent,
    training,
)

if TYPE_CHECKING:
    from abm.market import Market


@dataclass(frozen=True)
class Phase:
    """A named phase of the month; the first line of its function's docstring describes it."""

    name: str
    run: Callable[["Market"], None]

    @property
    def summary(self) -> str:
        """What happens in the phase."""
        return (self.run.__doc__ or "").strip().splitlines()[0]


PHASES = (
    Phase("open the books", books.open_books),
    Phase("policies", policy.apply),
    Phase("capital climate", capital.climate),
    Phase("strategy reviews", strategy.review),
    Phase("training", training.train),
    Phase("release", releases.release),
    Phase("knowledge diffusion", knowledge.diffuse),
    Phase("community contribution", knowledge.contribute),
    Phase("talent", talent.move),
    Phase("prices", prices.reprice),
    Phase("demand", demand.adopt),
    Phase("products", products.grow),
    Phase("pressure", pressure.press),
    Phase("cloud catalogues", hosting.revise_catalogues),
    Phase("settlement", books.settle),
    Phase("litigation", law.litigate),
    Phase("reckoning", books.reckon),
    Phase("funding", capital.fund),
    Phase("distress and deals", deals.clear),
    Phase("entry", entry.enter),
    Phase("record", record.record),
)
"""The month, in order."""
