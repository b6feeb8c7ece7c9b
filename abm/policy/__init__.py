"""Policies: interventions as data, composed of levers.

from abm.policy import compose

Market("status-quo-2023", seed=7, policies=[compose("mandatory-data-disclosure@12")]).run()
"""

from abm.policy.composing import available, compose, read
from abm.policy.policy import LEVERS, Policy, PolicyFile

__all__ = ["LEVERS", "Policy", "PolicyFile", "available", "compose", "read"]
