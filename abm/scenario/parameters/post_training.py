"""Parameters of the mechanism `post_training`."""

from abm.scenario.fields import JUDGEMENT, Mechanism, param


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
