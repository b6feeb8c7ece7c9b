"""Parameters of the mechanism `capital`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Capital(Mechanism):
    """Capital climate, staged rounds, runway, dilution."""

    start_climate: float = param(
        1.6,
        "Capital climate K in the first month (1 = normal).",
        unit="1",
        low=1.2,
        high=2.0,
        gt=0,
        source=JUDGEMENT,
    )
    reversion: float = param(
        0.06,
        "Monthly mean reversion kK of the climate.",
        unit="1/month",
        low=0.02,
        high=0.12,
        le=1,
        source=JUDGEMENT,
    )
    momentum: float = param(
        0.04,
        "Response chi of the climate to exits, surprises and disappointments.",
        unit="1",
        low=0.0,
        high=0.1,
        source=JUDGEMENT,
    )
    expected_growth: float = param(
        1.0,
        "Yearly growth of labs' revenue that investors expect in a normal climate.",
        unit="1/year",
        low=0.5,
        high=2.0,
        gt=0,
        source="a revenue multiple of 20 pays only if revenue doubles for years; judgement",
    )
    noise: float = param(
        0.06,
        "Monthly shock sig_K of the climate.",
        unit="1",
        low=0.0,
        high=0.12,
        source=JUDGEMENT,
    )
    hazard: float = param(
        0.03,
        "Monthly success hazard hF of a round attempt in a normal climate.",
        unit="1/month",
        low=0.015,
        high=0.06,
        le=1,
        source="Carta: median seed to A 420 days hot, 774 cold",
    )
    trigger_runway: float = param(
        9.0,
        "Runway below which a lab tries to raise.",
        unit="months",
        low=6,
        high=12,
        source="Gompers 1995; judgement",
    )
    trigger_gain: float = param(
        0.3,
        "Gain of a new release that makes a lab try to raise.",
        unit="OOM",
        low=0.1,
        high=0.6,
        source=JUDGEMENT,
    )
    rank_weight: float = param(
        2.0,
        "Weight b1 of a lab's rank in capability (1 best, 0 last).",
        unit="utils",
        low=0.5,
        high=4,
        source=JUDGEMENT,
    )
    growth_weight: float = param(
        1.0,
        "Weight b2 of log revenue growth.",
        unit="utils",
        low=0.3,
        high=2,
        source=JUDGEMENT,
    )
    product_weight: float = param(
        0.5,
        "Weight b3 of having a product.",
        unit="utils",
        low=0.0,
        high=1.5,
        source=JUDGEMENT,
    )
    renown_weight: float = param(
        0.5,
        "Weight b4 of renown.",
        unit="utils",
        low=0.0,
        high=1.5,
        source=JUDGEMENT,
    )
    kill_zone: float = param(
        0.4,
        "Share by which rounds get rarer where an incumbent with all customers has just bought.",
        unit="1",
        low=0.0,
        high=0.5,
        le=1,
        source="Kamepalli et al. 2020: 40% less; Prado 2021: more; judgement",
    )
    intercept: float = param(
        -1.8,
        "Intercept b0: places the mean lab at the mean hazard.",
        unit="utils",
        low=-3,
        high=0,
        ge=None,
        source=JUDGEMENT,
    )
    months_bought: float = param(
        18.0,
        "Months of planned burn that a round is sized for.",
        unit="months",
        low=12,
        high=24,
        gt=0,
        source="venture practice; judgement",
    )
    max_dilution: float = param(
        0.25,
        "Largest share of the firm sold in one round.",
        unit="1",
        low=0.15,
        high=0.35,
        gt=0,
        le=0.9,
        source="venture practice: 15-25%",
    )
    revenue_multiple: float = param(
        20.0,
        "Value of a dollar of yearly revenue in a normal climate.",
        unit="1",
        low=8,
        high=40,
        source="OpenAI: USD 29bn at 1.3bn revenue, 2023",
    )
    talent_value: float = param(
        5.0,
        "Value v_tal of one researcher.",
        unit="USD m",
        low=2,
        high=20,
        source="Inflection 2024: 650m for most of 70 staff",
    )
    option_value: float = param(
        3000.0,
        "Value v_opt of standing at the frontier of the whole scorecard.",
        unit="USD m",
        low=1000,
        high=10000,
        source="Inflection USD 4bn, Adept 1bn; judgement",
    )
    strategic_share: float = param(
        0.3,
        "Share of rounds led by a cloud that hosts or could host the lab.",
        unit="1",
        low=0.0,
        high=0.6,
        le=1,
        source="Amazon and Google in Anthropic; judgement",
    )
    compute_credit: float = param(
        0.6,
        "Share of a cloud-led round that is committed to that cloud's compute.",
        unit="1",
        low=0.3,
        high=0.9,
        le=1,
        source="press, weak",
    )
