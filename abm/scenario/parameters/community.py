"""Parameters of the mechanism `community`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Community(Mechanism):
    """Unpaid contributions to open models."""

    contribution: float = param(
        0.02,
        "Person-months that a million dollars a year of developer activity contributes.",
        unit="person-months/USD m",
        low=0.005,
        high=0.08,
        source=JUDGEMENT,
    )
    preferential: float = param(
        1.0,
        "Exponent gamma of preferential attachment of contributions.",
        unit="1",
        low=0.8,
        high=1.1,
        source="Osborne, Ding & Kirk 2024",
    )
    baseline_use: float = param(
        0.01,
        "Use share u0 that an unused open model is treated as having.",
        unit="1",
        low=0.001,
        high=0.05,
        gt=0,
        source=JUDGEMENT,
    )
    restricted_discount: float = param(
        0.6,
        "Attractiveness to contributors of a restricted licence (permissive = 1).",
        unit="1",
        low=0.3,
        high=0.9,
        le=1,
        source=JUDGEMENT,
    )
    fit_weight: float = param(
        2.0,
        "Weight b_f of the fit between a model's focus and contributors' needs.",
        unit="1",
        low=0.0,
        high=4.0,
        source=JUDGEMENT,
    )
    depreciation: float = param(
        0.08,
        "Monthly depreciation of contributed work.",
        unit="1/month",
        low=0.03,
        high=0.15,
        le=1,
        source=JUDGEMENT,
    )
    slope: float = param(
        0.15,
        "Gain chi_m per tenfold stock of contributions.",
        unit="OOM",
        low=0.05,
        high=0.3,
        source=JUDGEMENT,
    )
    half_stock: float = param(
        20.0,
        "Stock M0 of contributions in a domain at which gains set in.",
        unit="person-months",
        low=5,
        high=80,
        gt=0,
        source=JUDGEMENT,
    )
    ceiling: float = param(
        0.3,
        "Largest gain from contributions.",
        unit="OOM",
        low=0.1,
        high=0.5,
        source=JUDGEMENT,
    )
