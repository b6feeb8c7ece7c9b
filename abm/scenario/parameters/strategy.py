"""Parameters of the mechanism `strategy`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Strategy(Mechanism):
    """Experience-weighted attraction with foregone payoffs and imitation."""

    review_months: int = param(
        6,
        "Months between a lab's strategy reviews (staggered).",
        unit="months",
        low=3,
        high=12,
        ge=1,
        le=600,
        source="design",
    )
    memory: float = param(
        0.9,
        "Decay phi of attractions.",
        unit="1",
        low=0.7,
        high=1.0,
        le=1,
        source="Camerer & Ho 1999",
    )
    foregone: float = param(
        0.5,
        "Weight delta of foregone payoffs.",
        unit="1",
        low=0.2,
        high=0.9,
        le=1,
        source="Camerer & Ho 1999",
    )
    experience: float = param(
        0.9,
        "Decay rho of the experience count.",
        unit="1",
        low=0.7,
        high=1.0,
        le=1,
        source="Camerer & Ho 1999",
    )
    precision: float = param(
        100.0,
        "Precision lambda of the logit: at 100 one percent of the firm's value moves odds by e.",
        unit="1",
        low=30,
        high=300,
        source="auditors' materiality, about 1% of a firm; judgement",
    )
    inertia: float = param(
        0.03,
        "Cost of changing a strategy, relative to the firm's value: attention, contracts, people.",
        unit="1",
        low=0.01,
        high=0.1,
        source="Hannan & Freeman 1984; Samuelson & Zeckhauser 1988; judgement",
    )
    forecast_error: float = param(
        0.3,
        "Relative standard deviation of projected payoffs.",
        unit="1",
        low=0.0,
        high=0.6,
        source=JUDGEMENT,
    )
    imitation: float = param(
        0.2,
        "Probability that a review copies a better-performing peer instead.",
        unit="1",
        low=0.0,
        high=0.5,
        le=1,
        source=JUDGEMENT,
    )
    imitation_noise: float = param(
        0.5,
        "Temperature T of the Fermi rule of imitation (values in log units).",
        unit="1",
        low=0.1,
        high=2.0,
        gt=0,
        source="Traulsen et al. 2006; judgement",
    )
    horizon: float = param(
        12.0,
        "Months over which alternatives are projected.",
        unit="months",
        low=6,
        high=24,
        gt=0,
        source="design",
    )
