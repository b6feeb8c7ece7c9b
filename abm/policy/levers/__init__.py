"""The levers: one class each, one module a field of policy."""

from typing import Annotated

from pydantic import Field

from abm.policy.levers.access import DistillationBan, LocalProcessing, PublicProcurement
from abm.policy.levers.capital import ComputeCap, ComputeLicensing, CounterCyclicalCapital
from abm.policy.levers.competition import (
    CloudNonDiscrimination,
    Interoperability,
    MergerControl,
)
from abm.policy.levers.disclosure import DisclosureMandate
from abm.policy.levers.law import SafeHarbour

AnyLever = Annotated[
    DisclosureMandate
    | SafeHarbour
    | MergerControl
    | CloudNonDiscrimination
    | Interoperability
    | PublicProcurement
    | DistillationBan
    | LocalProcessing
    | ComputeCap
    | ComputeLicensing
    | CounterCyclicalCapital,
    Field(discriminator="kind"),
]
"""Every lever, told apart by its kind."""

__all__ = [
    "AnyLever",
    "CloudNonDiscrimination",
    "ComputeCap",
    "ComputeLicensing",
    "CounterCyclicalCapital",
    "DisclosureMandate",
    "DistillationBan",
    "Interoperability",
    "LocalProcessing",
    "MergerControl",
    "PublicProcurement",
    "SafeHarbour",
]
