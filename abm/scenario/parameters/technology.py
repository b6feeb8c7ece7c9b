"""Parameters of how models get better: training, data, knowledge, community, compute.

OOM means an order of magnitude (a factor of ten) of effective training compute.
"""

from pydantic import Field

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Capability(Mechanism):
    """Capability production: compute, algorithms, data quality, focus, base-model reuse."""

    flop_per_usd_rented: float = param(
        3e17,
        "Training FLOP that a dollar buys in October 2023 on rented hardware.",
        unit="FLOP/USD",
        low=2e17,
        high=4e17,
        gt=0,
        source="GPT-4: about 2e25 FLOP at USD 78m cloud rental (AI Index 2024)",
    )
    flop_per_usd_owned: float = param(
        5e17,
        "Training FLOP that a dollar buys in October 2023 on owned hardware.",
        unit="FLOP/USD",
        low=4e17,
        high=7e17,
        gt=0,
        source="GPT-4: 2.1e25 FLOP at USD 40.6m amortised (Epoch AI)",
    )
    hardware_progress: float = param(
        0.14,
        "Growth of hardware price-performance.",
        unit="OOM/year",
        low=0.10,
        high=0.20,
        source="Cottier et al. 2024",
    )
    transfer: float = param(
        0.4,
        "Share tau of training that transfers to all domains whatever the focus.",
        unit="1",
        low=0.2,
        high=0.7,
        le=1,
        source=JUDGEMENT,
    )
    niche_bonus: float = param(
        1.5,
        "Largest gain n_max from adapting to a niche with the niche's own feedback.",
        unit="OOM",
        low=0.7,
        high=2.2,
        source="Zhao et al. 2024 (LoRA Land)",
    )
    base_reuse: float = param(
        0.6,
        "Share rho_b of an open base model's effective compute that a builder inherits.",
        unit="1",
        low=0.3,
        high=0.9,
        le=1,
        source="Code Llama 2023; judgement",
    )
    reuse_share: float = param(
        0.05,
        "Own compute, relative to the base's, at which a builder inherits the base in full.",
        unit="1",
        low=0.01,
        high=0.25,
        gt=0,
        le=1,
        source="Code Llama: a quarter of the base's tokens; LoRA far less; judgement",
    )
    reuse_enabled: bool = Field(
        True,
        description="Whether labs may build on downloadable base models.",
        json_schema_extra={"unit": "switch", "source": "design"},
    )
    data_ceiling: float = param(
        0.8,
        "Largest gain q_max from data quality.",
        unit="OOM",
        low=0.4,
        high=1.0,
        source="Li et al. 2024 (DataComp-LM): 6.6x compute",
    )
    data_slope: float = param(
        0.4,
        "Gain chi per tenfold stock of curated data.",
        unit="OOM",
        low=0.2,
        high=0.6,
        source=JUDGEMENT,
    )
    data_depreciation: float = param(
        0.02,
        "Monthly depreciation of the stock of curated data.",
        unit="1/month",
        low=0.005,
        high=0.04,
        le=1,
        source=JUDGEMENT,
    )
    curation_rate: float = param(
        0.01,
        "Curated data that one researcher adds in a month (stock unit Q0 = 1).",
        unit="Q0/researcher/month",
        low=0.003,
        high=0.03,
        source=JUDGEMENT,
    )
    web_stock: float = param(
        400.0,
        "Curated data available from public human text before it is exhausted.",
        unit="Q0",
        low=100,
        high=1000,
        gt=0,
        source="Villalobos et al. (Epoch AI): text exhausted 2026-2032",
    )
    release_noise: float = param(
        0.10,
        "Standard deviation of a run's outcome, drawn once a release.",
        unit="OOM",
        low=0.0,
        high=0.2,
        source=JUDGEMENT,
    )


class Race(Mechanism):
    """Cost of the frontier: what a lab believes the entry ticket to be, and what it commits."""

    growth: float = param(
        2.4,
        "Perceived yearly growth g of the cost of a frontier run.",
        unit="x/year",
        low=2.0,
        high=5.0,
        ge=1,
        source="Cottier et al. 2024: 2.4 (90% CI 2.0-2.9); the essay says 5",
    )
    commitment: float = param(
        0.35,
        "Share phi_I of liquid funds that a lab commits to runs and experiments in a year.",
        unit="1/year",
        low=0.2,
        high=0.6,
        le=2,
        source=JUDGEMENT,
    )
    experiments: float = param(
        1.5,
        "Spending on experiments per dollar of the final run.",
        unit="1",
        low=1.0,
        high=2.5,
        source=JUDGEMENT,
    )


class PostTraining(Mechanism):
    """Post-training data: a second stock, fed by use of one's own products and by vendors."""

    ceiling: float = param(
        1.0,
        "Largest gain f_max from post-training.",
        unit="OOM",
        low=0.7,
        high=1.3,
        source="Davidson et al. 2023",
    )
    half_stock: float = param(
        2.1,
        "Stock F_half of comparisons that gives half the largest gain.",
        unit="m comparisons",
        low=1.4,
        high=3.3,
        gt=0,
        source="Llama 2: 1.4m comparisons, set to give 0.4 OOM",
    )
    depreciation: float = param(
        0.06,
        "Monthly depreciation dF of post-training data.",
        unit="1/month",
        low=0.03,
        high=0.12,
        le=1,
        source=JUDGEMENT,
    )
    feedback_own: float = param(
        0.03,
        "Comparisons nu from a million monthly seats of the lab's own product or API.",
        unit="m comparisons/m seats/month",
        low=0.01,
        high=0.1,
        source=JUDGEMENT,
    )
    feedback_hosted: float = param(
        0.05,
        "Feedback from use through another firm's host, relative to own use.",
        unit="1",
        low=0.0,
        high=0.2,
        le=1,
        source=JUDGEMENT,
    )
    label_cost: float = param(
        8.0,
        "Vendor's price of one comparison.",
        unit="USD",
        low=3,
        high=30,
        gt=0,
        source="weak public pages; judgement",
    )
    label_budget: float = param(
        0.10,
        "Spending on vendor labels per dollar of training spending.",
        unit="1",
        low=0.02,
        high=0.25,
        source=JUDGEMENT,
    )
    stickiness: float = param(
        0.4,
        "Diffusion of post-training know-how relative to other knowledge.",
        unit="1",
        low=0.2,
        high=0.7,
        le=1,
        source=JUDGEMENT,
    )


class Knowledge(Mechanism):
    """Creation and diffusion of knowledge over the network."""

    frontier_progress: float = param(
        0.45,
        "Algorithmic progress g_a of a frontier lab.",
        unit="OOM/year",
        low=0.26,
        high=1.0,
        source="Ho et al. 2024",
    )
    reference_researchers: float = param(
        800.0,
        "Researchers R_ref of a frontier lab.",
        unit="people",
        low=400,
        high=1500,
        gt=0,
        source="OpenAI 770 and Google DeepMind about 1000 in late 2023",
    )
    effort_elasticity: float = param(
        0.5,
        "Elasticity lambda of progress in research effort (stepping on toes).",
        unit="1",
        low=0.25,
        high=0.8,
        le=1,
        source="Jones 1995; Bloom et al. 2020",
    )
    difficulty: float = param(
        0.2,
        "Log10 by which an OOM of algorithmic progress slows further progress.",
        unit="1/OOM",
        low=0.0,
        high=0.5,
        source="Bloom et al. 2020: research effort grew while progress stayed constant",
    )
    noise: float = param(
        0.25,
        "Standard deviation of the log of monthly progress.",
        unit="1",
        low=0.0,
        high=0.5,
        source=JUDGEMENT,
    )
    leak: float = param(
        0.012,
        "Monthly leakage l0 over an edge without disclosure.",
        unit="1/month",
        low=0.003,
        high=0.03,
        le=1,
        source="Mansfield 1985; judgement",
    )
    recipe_rate: float = param(
        0.35,
        "Monthly learning rate l1 over an edge at full disclosure.",
        unit="1/month",
        low=0.15,
        high=0.7,
        le=1,
        source=JUDGEMENT,
    )
    disclosure_exponent: float = param(
        2.0,
        "Exponent eta: partial disclosure teaches less than proportionally.",
        unit="1",
        low=1.0,
        high=3.0,
        gt=0,
        source=JUDGEMENT,
    )
    distillation: float = param(
        0.03,
        "Monthly learning rate from a rival's API outputs.",
        unit="1/month",
        low=0.0,
        high=0.10,
        le=1,
        source=JUDGEMENT,
    )
    duplication: float = param(
        0.6,
        "Largest share o of effort that two labs of the same focus duplicate.",
        unit="1",
        low=0.3,
        high=0.8,
        le=1,
        source=JUDGEMENT,
    )
    half_researchers: float = param(
        10.0,
        "Researchers R_half at which absorptive capacity is one half.",
        unit="people",
        low=3,
        high=30,
        gt=0,
        source="Cohen & Levinthal 1990; judgement",
    )
    reciprocity: float = param(
        0.2,
        "Share of disclosed knowledge that reaches only those who disclose themselves.",
        unit="1",
        low=0.0,
        high=0.6,
        le=1,
        source=JUDGEMENT,
    )
    degree: int = param(
        8,
        "Mean number of labs that a lab learns from at the start (small world).",
        unit="labs",
        low=4,
        high=16,
        ge=0,
        source=JUDGEMENT,
    )
    rewiring: float = param(
        0.1,
        "Share of long links in the starting learning network.",
        unit="1",
        low=0.0,
        high=0.3,
        le=1,
        source="Cowan & Jonard 2004",
    )
    contact: float = param(
        0.3,
        "Weight of a learning edge that a shared catalogue or a shared base opens.",
        unit="1",
        low=0.1,
        high=0.6,
        le=1,
        source=JUDGEMENT,
    )
    access: float = param(
        0.7,
        "Weight A of a learning edge at the start.",
        unit="1",
        low=0.4,
        high=1.0,
        le=1,
        source=JUDGEMENT,
    )


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


class Disclosure(Mechanism):
    """What open labs disclose at the start, and what disclosure costs to prepare."""

    initial_open: float | None = Field(
        None,
        ge=0,
        le=1,
        description="If set, every open lab starts with at least this level of every component.",
        json_schema_extra={"unit": "1", "range": [0, 1], "source": "scenario"},
    )
    preparation_cost: float = param(
        0.02,
        "Monthly cost of documenting and publishing at full disclosure, per component.",
        unit="USD m/month",
        low=0.005,
        high=0.1,
        source=JUDGEMENT,
    )


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


class Release(Mechanism):
    """Run length and release timing."""

    base_months: float = param(
        2.0,
        "Length of the shortest training run.",
        unit="months",
        low=1.0,
        high=4.0,
        ge=1,
        source=JUDGEMENT,
    )
    scale_cost: float = param(
        5.0,
        "Run cost I_0 beyond which runs take longer: months = base + ln(1 + I/I_0).",
        unit="USD m",
        low=1,
        high=20,
        gt=0,
        source=JUDGEMENT,
    )
    longest_months: int = param(
        6,
        "Longest training run.",
        unit="months",
        low=4,
        high=12,
        ge=1,
        source=JUDGEMENT,
    )
    minimum_gain: float = param(
        0.05,
        "Gain over its own current model that makes a lab release.",
        unit="OOM",
        low=0.02,
        high=0.2,
        source=JUDGEMENT,
    )
    fading_renown: float = param(
        0.3,
        "Renown below which a lab releases even a smaller gain.",
        unit="1",
        low=0.1,
        high=0.6,
        source=JUDGEMENT,
    )
    refresh_cost: float = param(
        0.10,
        "Cost of a post-training refresh relative to the run.",
        unit="1",
        low=0.02,
        high=0.2,
        source=JUDGEMENT,
    )
    refresh_every: int = param(
        3,
        "Months between post-training refreshes of a released model.",
        unit="months",
        low=1,
        high=6,
        ge=1,
        source="median 2.3 months between releases in 2023-24; judgement",
    )
