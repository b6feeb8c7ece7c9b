"""Parameters of the mechanism `capability`."""

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
        gt=0,
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
