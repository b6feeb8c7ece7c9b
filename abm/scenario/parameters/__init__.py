"""Every parameter of every mechanism: technology, market, firms."""

from abm.scenario.parameters.firms import (
    Acquisition,
    Capital,
    Entry,
    Ledger,
    Litigation,
    Strategy,
    Talent,
)
from abm.scenario.parameters.market import Demand, Hosting, Pressure, Pricing, Product
from abm.scenario.parameters.technology import (
    Capability,
    Community,
    Compute,
    Disclosure,
    Knowledge,
    PostTraining,
    Race,
    Release,
)

__all__ = [
    "Acquisition",
    "Capability",
    "Capital",
    "Community",
    "Compute",
    "Demand",
    "Disclosure",
    "Entry",
    "Hosting",
    "Knowledge",
    "Ledger",
    "Litigation",
    "PostTraining",
    "Pressure",
    "Pricing",
    "Product",
    "Race",
    "Release",
    "Strategy",
    "Talent",
]
