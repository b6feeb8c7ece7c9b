"""Parameters of the mechanism `race`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Race(Mechanism):
    """Cost of the frontier: what a lab believes the entry ticket to be, and what it commits."""

    growth: float = param(
        2.4,
        "Perceived yearly growth g of the cost of a frontier run.",
        unit="x/year",
        low=2.0,
        high=5.0,
        ge=1,
        source="Cottier et al. 2024: 2.4 (90% CI 2.0-2.9); the essay says 5",
    )
    commitment: float = param(
        0.35,
        "Share phi_I of liquid funds that a lab commits to runs and experiments in a year.",
        unit="1/year",
        low=0.2,
        high=0.6,
        le=2,
        source=JUDGEMENT,
    )
    experiments: float = param(
        1.5,
        "Spending on experiments per dollar of the final run.",
        unit="1",
        low=1.0,
        high=2.5,
        source=JUDGEMENT,
    )
