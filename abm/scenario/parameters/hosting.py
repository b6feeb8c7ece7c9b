"""Parameters of the mechanism `hosting`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Hosting(Mechanism):
    """Catalogue slots of the clouds and the split of the revenue."""

    slot_cost: float = param(
        0.3,
        "Quarterly cost c_slot of the first managed slot.",
        unit="USD m/quarter",
        low=0.1,
        high=1.0,
        source=JUDGEMENT,
    )
    slot_exponent: float = param(
        1.0,
        "Exponent phi: the n-th slot costs c_slot * n^phi a quarter.",
        unit="1",
        low=0.5,
        high=2.0,
        source=JUDGEMENT,
    )
    onboarding: float = param(
        1.0,
        "One-off cost c_on of listing a model.",
        unit="USD m",
        low=0.3,
        high=3.0,
        source=JUDGEMENT,
    )
    pressure_weight: float = param(
        0.10,
        "Value kappa that a cloud puts on a dollar of budget pressing for a model.",
        unit="1",
        low=0.02,
        high=0.3,
        source=JUDGEMENT,
    )
    hysteresis: float = param(
        0.25,
        "Shortfall below the listing threshold at which a model is dropped.",
        unit="1",
        low=0.0,
        high=0.5,
        source=JUDGEMENT,
    )
    garden_quality: float = param(
        0.3,
        "Quality of an unmanaged listing relative to a managed one.",
        unit="1",
        low=0.1,
        high=0.6,
        le=1,
        source=JUDGEMENT,
    )
    bargaining: float = param(
        0.5,
        "Lab's bargaining weight b in the Nash split.",
        unit="1",
        low=0.3,
        high=0.6,
        le=1,
        source="Nash 1950; Horn & Wolinsky 1988; judgement",
    )
    enforceability: float = param(
        0.8,
        "Share of the unlicensed profit that a restrictive licence denies to a cloud.",
        unit="1",
        low=0.0,
        high=1.0,
        le=1,
        source=JUDGEMENT,
    )
    review_months: int = param(
        3,
        "Months between a cloud's catalogue reviews.",
        unit="months",
        low=1,
        high=6,
        ge=1,
        le=600,
        source="design",
    )
    catalogue_value: float = param(
        0.1,
        "Weight b_cat of the log of catalogue size when a customer picks a cloud.",
        unit="utils",
        low=0.0,
        high=0.5,
        source="Rochet & Tirole 2003; judgement",
    )
    cloud_churn: float = param(
        0.005,
        "Share of communities that reconsider their home cloud in a month.",
        unit="1/month",
        low=0.0,
        high=0.01,
        le=0.05,
        source=JUDGEMENT,
    )
    cloud_profit: float = param(
        4000.0,
        "What all clouds earn on everything that customers run there, at stake in their choice.",
        unit="USD m/month",
        low=2500,
        high=5500,
        source="operating income of 2023: AWS 25 billion, Google 2, Azure perhaps 20 (recalled)",
    )
