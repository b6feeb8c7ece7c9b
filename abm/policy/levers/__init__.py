"""The levers: one class each, one module a field of policy."""

from typing import Annotated

from pydantic import Field

from abm.policy.levers.disclosure import DisclosureMandate
from abm.policy.levers.law import SafeHarbour

AnyLever = Annotated[DisclosureMandate | SafeHarbour, Field(discriminator="kind")]
"""Every lever, told apart by its kind."""

__all__ = ["AnyLever", "DisclosureMandate", "SafeHarbour"]
