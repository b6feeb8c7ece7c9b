"""Parameters of the mechanism `product`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Product(Mechanism):
    """Products: launch, users, churn and the moat of switching costs."""

    launch_cost: float = param(
        3.0,
        "Cost c_p of building a product.",
        unit="USD m",
        low=1,
        high=10,
        source=JUDGEMENT,
    )
    build_months: int = param(
        8,
        "Months that building a product takes.",
        unit="months",
        low=6,
        high=12,
        ge=1,
        le=600,
        source=JUDGEMENT,
    )
    build_staff: float = param(
        0.2,
        "Share of researchers that building a product occupies.",
        unit="1",
        low=0.1,
        high=0.4,
        le=1,
        source=JUDGEMENT,
    )
    innovation: float = param(
        0.0003,
        "Bass coefficient of innovation of one product's users.",
        unit="1/month",
        low=0.0001,
        high=0.002,
        source="Bass 1969; judgement",
    )
    imitation: float = param(
        0.10,
        "Bass coefficient of imitation of product users.",
        unit="1/month",
        low=0.05,
        high=0.2,
        source="Bass 1969; judgement",
    )
    churn: float = param(
        0.04,
        "Monthly churn of a product's users without a moat.",
        unit="1/month",
        low=0.02,
        high=0.08,
        le=1,
        source=JUDGEMENT,
    )
    moat_rate: float = param(
        0.05,
        "Monthly growth of the moat towards one with tenure.",
        unit="1/month",
        low=0.02,
        high=0.1,
        le=1,
        source=JUDGEMENT,
    )
    moat_strength: float = param(
        0.7,
        "Share of churn that a full moat removes.",
        unit="1",
        low=0.3,
        high=0.9,
        le=1,
        source=JUDGEMENT,
    )
    service_cost: float = param(
        0.35,
        "Cost of serving a seat per dollar of its revenue at the start.",
        unit="1",
        low=0.15,
        high=0.6,
        source=JUDGEMENT,
    )
    owner_value: float = param(
        0.3,
        "Yearly value to a parent of an OOM of capability in its own products.",
        unit="USD/user/OOM/year",
        low=0.05,
        high=1.0,
        source="about 1% of a large platform's yearly revenue per user; judgement",
    )
