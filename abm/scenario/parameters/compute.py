"""Parameters of the mechanism `compute`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Compute(Mechanism):
    """GPU farms: owned or committed capacity, and its resale."""

    utilisation: float = param(
        0.6,
        "Share of idle capacity that finds a renter at the start.",
        unit="1",
        low=0.3,
        high=0.9,
        le=1,
        source=JUDGEMENT,
    )
    rental_decline: float = param(
        0.45,
        "Yearly decline of the rental rate of given hardware, as a log10 step.",
        unit="OOM/year",
        low=0.14,
        high=0.6,
        source="H100: USD 8 an hour in mid-2023, 2.9 in 2024: GPU rental surveys",
    )
    depreciation: float = param(
        0.02,
        "Monthly depreciation of a farm's hardware.",
        unit="1/month",
        low=0.01,
        high=0.04,
        le=1,
        source="four-year service life of accelerators; judgement",
    )
    running_cost: float = param(
        0.4,
        "Energy, space and finance cost of a farm per dollar of starting capacity.",
        unit="1",
        low=0.2,
        high=0.7,
        le=1,
        source=JUDGEMENT,
    )
