"""The levers: one class each, one module a field of policy."""

from typing import Annotated

from pydantic import Field

from abm.policy.levers.access import DistillationBan, LocalProcessing, PublicProcurement
from abm.policy.levers.capital import ComputeCap, ComputeLicensing, CounterCyclicalCapital
from abm.policy.levers.club import ReciprocalClub
from abm.policy.levers.competition import CloudNonDiscrimination, Interoperability, MergerControl
from abm.policy.levers.disclosure import DelayedDisclosure, DisclosureMandate
from abm.policy.levers.law import ReleaseLiability, SafeHarbour, StatutoryRoyalty
from abm.policy.levers.support import DataCommons, PublicSpending, ResearchCredit, TrainingGrants

AnyLever = Annotated[
    CloudNonDiscrimination
    | ComputeCap
    | ComputeLicensing
    | CounterCyclicalCapital
    | DataCommons
    | DelayedDisclosure
    | DisclosureMandate
    | DistillationBan
    | Interoperability
    | LocalProcessing
    | MergerControl
    | PublicProcurement
    | PublicSpending
    | ReciprocalClub
    | ReleaseLiability
    | ResearchCredit
    | SafeHarbour
    | StatutoryRoyalty
    | TrainingGrants,
    Field(discriminator="kind"),
]
"""Every lever, told apart by its kind."""

__all__ = [
    "AnyLever",
    "CloudNonDiscrimination",
    "ComputeCap",
    "ComputeLicensing",
    "CounterCyclicalCapital",
    "DataCommons",
    "DelayedDisclosure",
    "DisclosureMandate",
    "DistillationBan",
    "Interoperability",
    "LocalProcessing",
    "MergerControl",
    "PublicProcurement",
    "PublicSpending",
    "ReciprocalClub",
    "ReleaseLiability",
    "ResearchCredit",
    "SafeHarbour",
    "StatutoryRoyalty",
    "TrainingGrants",
]
