"""Parameters of the mechanism `knowledge`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


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
        le=2000,
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
