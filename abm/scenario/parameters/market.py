"""Parameters of how models are used: demand, pressure, hosting, product, price."""

from pydantic import model_validator

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Demand(Mechanism):
    """Nested spend-share logit with hazards, network term and Bass growth."""

    quality: float = param(
        1.5,
        "Weight b_q of log fitness for purpose.",
        unit="utils",
        low=0.8,
        high=3,
        source=JUDGEMENT,
    )
    fitness_slope: float = param(
        2.0,
        "Slope k_v of fitness in capability relative to the requirement.",
        unit="1/OOM",
        low=1.0,
        high=3.0,
        gt=0,
        source=JUDGEMENT,
    )
    requirement_growth: float = param(
        0.55,
        "Growth of what counts as good enough.",
        unit="OOM/year",
        low=0.4,
        high=0.7,
        source=JUDGEMENT,
    )
    price: float = param(
        0.5,
        "Weight alpha of the log price (spend shares).",
        unit="utils",
        low=0.1,
        high=2.0,
        gt=0,
        source="Demirer et al. 2025; Fradkin 2025",
    )
    home_cloud: float = param(
        0.8,
        "Weight b_h of being on the customer's own cloud.",
        unit="utils",
        low=0.2,
        high=1.5,
        source=JUDGEMENT,
    )
    privacy: float = param(
        1.0,
        "Weight b_o of local use, times the customer's taste for privacy.",
        unit="utils",
        low=0.0,
        high=2.0,
        source=JUDGEMENT,
    )
    network: float = param(
        0.3,
        "Weight b_n of the log use among neighbours; 1 locks in on a symmetric pair.",
        unit="utils",
        low=0.0,
        high=0.9,
        source="Katz & Shapiro 1985; Arthur 1989; judgement",
    )
    network_floor: float = param(
        0.02,
        "Use share n0 that keeps the network term finite for a new model.",
        unit="1",
        low=0.005,
        high=0.1,
        gt=0,
        source=JUDGEMENT,
    )
    self_hosting: float = param(
        1.0,
        "Cost of staff and idle capacity when a firm runs open weights itself.",
        unit="utils",
        low=0.3,
        high=2.5,
        source=JUDGEMENT,
    )
    support: float = param(
        0.5,
        "Value of a vendor's support, indemnity and tooling (its own API or a managed host).",
        unit="utils",
        low=0.0,
        high=1.5,
        source=JUDGEMENT,
    )
    nest_model: float = param(
        0.7,
        "Dissimilarity of models within the open or the closed nest.",
        unit="1",
        low=0.6,
        high=0.95,
        gt=0,
        le=1,
        source="Train 2009",
    )
    nest_lineage: float = param(
        0.4,
        "Dissimilarity of models built on the same base, within the open or the closed nest.",
        unit="1",
        low=0.4,
        high=0.6,
        gt=0,
        le=1,
        source="closer substitutes than models of their own making: judgement",
    )
    nest_host: float = param(
        0.4,
        "Dissimilarity of hosts of the same model.",
        unit="1",
        low=0.2,
        high=0.4,
        gt=0,
        le=1,
        source="Train 2009; Demirer et al. 2025",
    )
    innovation: float = param(
        0.010,
        "Bass coefficient of innovation.",
        unit="1/month",
        low=0.003,
        high=0.02,
        source="Bass 1969, faster here: judgement",
    )
    imitation: float = param(
        0.10,
        "Bass coefficient of imitation.",
        unit="1/month",
        low=0.05,
        high=0.2,
        source="Bass 1969, faster here: judgement",
    )
    experiments: float = param(
        0.3,
        "Share of customers' budgets that is experiment ordered from above.",
        unit="1",
        low=0.0,
        high=0.6,
        le=1,
        source=JUDGEMENT,
    )
    taste_spread: float = param(
        0.3,
        "Spread of tastes among the communities of a segment (log standard deviation).",
        unit="1",
        low=0.0,
        high=0.6,
        source=JUDGEMENT,
    )
    tie_degree: int = param(
        8,
        "Social ties of a community (small world).",
        unit="ties",
        low=4,
        high=16,
        ge=0,
        source="Watts & Strogatz 1998; judgement",
    )
    tie_rewiring: float = param(
        0.1,
        "Share of rewired social ties.",
        unit="1",
        low=0.0,
        high=0.5,
        le=1,
        source="Watts & Strogatz 1998; judgement",
    )

    @model_validator(mode="after")
    def _nested(self) -> "Demand":
        for lower, upper in (("nest_host", "nest_lineage"), ("nest_lineage", "nest_model")):
            if getattr(self, lower) > getattr(self, upper):
                raise ValueError(f"{lower} must not exceed {upper} (random-utility consistency)")
        return self


class Pressure(Mechanism):
    """The chain from developers to managers to deciders to clouds."""

    manager_rate: float = param(
        0.35,
        "Rate am at which developers' use convinces managers.",
        unit="1/month",
        low=0.15,
        high=0.6,
        le=1,
        source="fit to Llama 2's listings",
    )
    decider_rate: float = param(
        0.25,
        "Rate ab at which convinced managers move deciders.",
        unit="1/month",
        low=0.1,
        high=0.5,
        le=1,
        source="fit to Llama 2's listings",
    )
    forgetting: float = param(
        0.05,
        "Monthly loss dm = db of endorsement and of demand for hosting.",
        unit="1/month",
        low=0.02,
        high=0.1,
        le=1,
        source=JUDGEMENT,
    )
    threshold: float = param(
        0.3,
        "Endorsement th at which half of the deciders act.",
        unit="1",
        low=0.15,
        high=0.4,
        le=1,
        source="Granovetter 1978; judgement",
    )
    width: float = param(
        0.05,
        "Spread w_b of the deciders' thresholds.",
        unit="1",
        low=0.02,
        high=0.1,
        gt=0,
        source=JUDGEMENT,
    )
    internal: float = param(
        0.5,
        "Weight of a firm's own use against its developers' ties to hobby developers.",
        unit="1",
        low=0.2,
        high=0.8,
        le=1,
        source=JUDGEMENT,
    )


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
