"""Every parameter, one module a mechanism, as `abm.mechanisms` has them.

OOM means an order of magnitude (a factor of ten) of effective training compute.
"""

from abm.scenario.parameters.acquisition import Acquisition
from abm.scenario.parameters.capability import Capability
from abm.scenario.parameters.capital import Capital
from abm.scenario.parameters.community import Community
from abm.scenario.parameters.compute import Compute
from abm.scenario.parameters.demand import Demand
from abm.scenario.parameters.disclosure import Disclosure
from abm.scenario.parameters.entry import Entry
from abm.scenario.parameters.hosting import Hosting
from abm.scenario.parameters.knowledge import Knowledge
from abm.scenario.parameters.ledger import Ledger
from abm.scenario.parameters.litigation import Litigation
from abm.scenario.parameters.post_training import PostTraining
from abm.scenario.parameters.pressure import Pressure
from abm.scenario.parameters.pricing import Pricing
from abm.scenario.parameters.product import Product
from abm.scenario.parameters.race import Race
from abm.scenario.parameters.release import Release
from abm.scenario.parameters.strategy import Strategy
from abm.scenario.parameters.talent import Talent

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
