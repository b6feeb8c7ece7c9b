"""The levers: one class each, one module a field of policy."""

from typing import Annotated

from pydantic import Field

from abm.policy.levers.disclosure import DisclosureMandate

LEVERS = (DisclosureMandate,)
"""Every lever, in the order in which the documentation lists them."""

AnyLever = Annotated[DisclosureMandate, Field(discriminator="kind")]

__all__ = ["LEVERS", "AnyLever", "DisclosureMandate"]
