"""Parameters of the mechanism `release`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


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
        le=600,
        source=JUDGEMENT,
    )
    slip: float = param(
        0.65,
        "How far runs slip: standard deviation of the log of a run's length around its plan.",
        unit="1",
        low=0.3,
        high=0.8,
        le=3,
        source="0.65 within labs: logs of the months between one lab's releases in 2023-24",
    )
    longest_slip: float = param(
        3.0,
        "Longest that a run takes, relative to its plan: who is that late takes what there is.",
        unit="1",
        low=2,
        high=5,
        ge=1,
        le=600,
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
        le=600,
        source="median 2.3 months between releases in 2023-24; judgement",
    )
