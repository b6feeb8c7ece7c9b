"""Parameters of the mechanism `entry`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


class Entry(Mechanism):
    """Entry of new labs and spin-offs."""

    rate: float = param(
        0.35,
        "Expected entrants in a month in a normal climate.",
        unit="labs/month",
        low=0.1,
        high=0.8,
        source=JUDGEMENT,
    )
    profit_weight: float = param(
        0.5,
        "Weight bE of the expected value of an entrant relative to its cost.",
        unit="1",
        low=0.0,
        high=1.5,
        source=JUDGEMENT,
    )
    inheritance: float = param(
        0.7,
        "Share kap of its parent's knowledge that a spin-off takes along.",
        unit="1",
        low=0.4,
        high=0.9,
        le=1,
        source="Klepper 2007",
    )
    spin_off_share: float = param(
        0.7,
        "Share of entrants founded by leavers of a living lab.",
        unit="1",
        low=0.4,
        high=0.9,
        le=1,
        source="Klepper 2007; judgement",
    )
    outsider_gap: float = param(
        0.3,
        "Algorithmic lag of an outsider's lab behind the median lab.",
        unit="OOM",
        low=0.0,
        high=0.8,
        source=JUDGEMENT,
    )
    outsider_data: float = param(
        0.3,
        "Data of an outsider's lab relative to the median lab.",
        unit="1",
        low=0.1,
        high=0.6,
        le=1,
        source=JUDGEMENT,
    )
    carried_feedback: float = param(
        0.1,
        "Share of a parent's feedback stock that founders can rebuild at once.",
        unit="1",
        low=0.0,
        high=0.3,
        le=1,
        source=JUDGEMENT,
    )
    disruption_half: float = param(
        50.0,
        "Freed founders at which half of the disruption effect sets in.",
        unit="people",
        low=20,
        high=150,
        gt=0,
        source=JUDGEMENT,
    )
    disruption_decay: float = param(
        0.2,
        "Monthly share of freed founders who settle elsewhere.",
        unit="1/month",
        low=0.05,
        high=0.5,
        le=1,
        source=JUDGEMENT,
    )
    founders_stake: float = param(
        0.8,
        "Share of the firm that founders keep after the seed round.",
        unit="1",
        low=0.7,
        high=0.9,
        le=1,
        source=JUDGEMENT,
    )
    seed_round: float = param(
        25.0,
        "Seed money of an entrant in a normal climate.",
        unit="USD m",
        low=5,
        high=60,
        gt=0,
        source="Contextual 20m, Reka 58m, Mistral 113m: company releases, 2023",
    )
    founders: float = param(
        12.0,
        "Researchers of an entrant.",
        unit="people",
        low=5,
        high=25,
        gt=0,
        source="xAI 12, Mistral about 20 people: company releases, 2023",
    )
    max_labs: int = param(
        96,
        "Rows for labs, living and gone (a size of the tables, not a behaviour).",
        unit="labs",
        low=64,
        high=128,
        ge=1,
        le=2000,
        source="design",
    )
