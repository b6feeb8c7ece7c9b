"""Parameters of the mechanism `demand`."""

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
        "Weight b_o of running a model on one's own, times the customer's taste for privacy.",
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
        le=100,
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
