"""Parameters of the mechanism `pressure`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


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
