"""Parameters of the mechanism `litigation`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Litigation(Mechanism):
    """Suits over training data, by component of disclosure."""

    hazard: float = param(
        0.002,
        "Monthly hazard hL of being sued at no disclosure and no revenue.",
        unit="1/month",
        low=0.0005,
        high=0.005,
        le=1,
        source="suits filed in 2023 against some 30 developers; judgement",
    )
    disclosure_weight: float = param(
        1.5,
        "Weight g_D of disclosed encumbered data.",
        unit="1",
        low=0.5,
        high=3.0,
        source=JUDGEMENT,
    )
    revenue_weight: float = param(
        0.3,
        "Weight g_R of log yearly revenue: deep pockets attract suits.",
        unit="1",
        low=0.1,
        high=0.6,
        source=JUDGEMENT,
    )
    bandwagon: float = param(
        0.02,
        "Weight g_N of suits pending in the market.",
        unit="1",
        low=0.0,
        high=0.1,
        source=JUDGEMENT,
    )
    defence: float = param(
        0.5,
        "Monthly cost of defence.",
        unit="USD m/month",
        low=0.3,
        high=1.0,
        source=JUDGEMENT,
    )
    duration: int = param(
        18,
        "Months until a suit ends.",
        unit="months",
        low=12,
        high=30,
        ge=1,
        le=600,
        source=JUDGEMENT,
    )
    settle: float = param(
        0.6,
        "Probability that a suit ends in a payment.",
        unit="1",
        low=0.4,
        high=0.8,
        le=1,
        source=JUDGEMENT,
    )
    cash_cap: float = param(
        0.15,
        "Share phi_c of cash that damages can take.",
        unit="1",
        low=0.05,
        high=0.4,
        le=1,
        source=JUDGEMENT,
    )
    per_work: float = param(
        0.003,
        "Payment per work.",
        unit="USD m",
        low=0.001,
        high=0.005,
        source="settlements reported at about USD 3000 a work; judgement",
    )
    works: float = param(
        50000.0,
        "Works in a typical claim.",
        unit="works",
        low=1000,
        high=500000,
        source=JUDGEMENT,
    )
    resolution: float = param(
        0.02,
        "Monthly hazard that the legal question is settled for all.",
        unit="1/month",
        low=0.005,
        high=0.05,
        le=1,
        source=JUDGEMENT,
    )
    cleared: float = param(
        0.6,
        "Probability that it is settled in favour of training.",
        unit="1",
        low=0.3,
        high=0.9,
        le=1,
        source=JUDGEMENT,
    )
    cleared_factor: float = param(
        0.2,
        "Hazard relative to today once training is cleared.",
        unit="1",
        low=0.05,
        high=0.5,
        source=JUDGEMENT,
    )
    adverse_factor: float = param(
        2.5,
        "Hazard relative to today once training is held unlawful.",
        unit="1",
        low=1.5,
        high=5,
        source=JUDGEMENT,
    )
