"""Parameters of the mechanism `ledger`."""

from abm.scenario.fields import Mechanism, param


class Ledger(Mechanism):
    """Double-entry books."""

    tolerance: float = param(
        1e-9,
        "Largest residual of rows and columns relative to gross flow.",
        unit="1",
        low=1e-9,
        high=1e-9,
        gt=0,
        source="design",
    )
