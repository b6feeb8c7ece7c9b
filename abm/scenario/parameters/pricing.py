"""Parameters of the mechanism `pricing`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Pricing(Mechanism):
    """Prices from costs and competition."""

    reference_cost: float = param(
        6.0,
        "Marginal cost in October 2023 of a model trained with the reference compute.",
        unit="USD/m tokens",
        low=2,
        high=12,
        gt=0,
        source="GPT-4 at USD 37.5 blended and a logit mark-up of 3 to 6",
    )
    reference_compute: float = param(
        25.32,
        "Log10 training FLOP of the model whose cost is the reference cost.",
        unit="log10 FLOP",
        low=25.0,
        high=25.6,
        source="GPT-4: 2.1e25 FLOP (Epoch AI)",
    )
    cost_exponent: float = param(
        0.5,
        "Elasticity of serving cost in training compute (model size).",
        unit="1",
        low=0.3,
        high=0.6,
        source="Hoffmann et al. 2022 (compute-optimal size)",
    )
    serving_progress: float = param(
        3.0,
        "Yearly fall of the cost of serving a given model.",
        unit="x/year",
        low=2,
        high=10,
        ge=1,
        source="Epoch AI 2025; a16z; judgement",
    )
    adjustment: float = param(
        0.3,
        "Share of the distance to the target price closed in a month.",
        unit="1/month",
        low=0.1,
        high=0.6,
        le=1,
        source=JUDGEMENT,
    )
    host_margin: float = param(
        0.5,
        "Mark-up of a host alone with an open model; falls as 1/n with n hosts.",
        unit="1",
        low=0.1,
        high=0.8,
        source=JUDGEMENT,
    )
    undercut_runway: float = param(
        12.0,
        "Runway above which a lab may sell below cost to win share.",
        unit="months",
        low=6,
        high=24,
        source=JUDGEMENT,
    )
    undercut_floor: float = param(
        0.5,
        "Lowest price of a lab that undercuts, relative to cost.",
        unit="1",
        low=0.2,
        high=0.9,
        le=1,
        source=JUDGEMENT,
    )
    stance_step: float = param(
        0.25,
        "Log step of the target price between penetration, neutral and premium.",
        unit="1",
        low=0.1,
        high=0.5,
        source=JUDGEMENT,
    )
