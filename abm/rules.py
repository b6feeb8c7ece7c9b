"""The rules in force: what the state prescribes, permits and grants this month.

Every entry is neutral unless a policy writes it, and a neutral entry changes nothing, to the last
bit. Levers of policies write here and nowhere else; each mechanism reads what concerns it. What
awaits a lab that releases in a camp has the camp as its first axis (0 open weights, 1 closed API),
so that a lab which weighs a change of camp sees both.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """One entry of the rules.

    Attributes:
        unit: unit of the value; ``1`` for a pure number.
        doc: what it prescribes, permits or grants.
        axes: names of its axes, none for a single number.
        neutral: value that changes nothing.
    """

    unit: str
    doc: str
    axes: tuple[str, ...] = ()
    neutral: float = 0.0


BY_CAMP = ("camp", "lab")

RULES: dict[str, Rule] = {
    "disclosure_floor": Rule(
        "1", "least disclosure of each component", (*BY_CAMP, "component"), 0.0
    ),
    "exposure": Rule("1", "factor on how disclosed data exposes to suits", BY_CAMP, 1.0),
    "suits": Rule("1", "factor on the hazard of being sued", BY_CAMP, 1.0),
    "damages_cap": Rule("USD m", "most that a suit can cost in damages", BY_CAMP, np.inf),
    "admin": Rule("USD m/month", "work of complying that labs pay", BY_CAMP),
    "public_admin": Rule("USD m/month", "work of complying that the state pays", BY_CAMP),
    "delayed_floor": Rule(
        "1", "least disclosure of each component as it was a while ago", (*BY_CAMP, "component")
    ),
    "delay": Rule("months", "how long ago that is, by component", (*BY_CAMP, "component"), np.inf),
    "club_floor": Rule(
        "1", "least disclosure of each component among members of the club", (*BY_CAMP, "component")
    ),
    "grant": Rule(
        "USD m/month", "training grant, by the disclosure index that it takes", (*BY_CAMP, "step")
    ),
    "credit": Rule("1", "share of training spending that the state refunds", BY_CAMP),
    "credit_by_disclosure": Rule("1", "more of it per unit of the disclosure index", BY_CAMP),
    "commons_data": Rule(
        "USD m/month", "public curation of data that reaches a lab", (*BY_CAMP, "domain")
    ),
    "commons_feedback": Rule(
        "USD m/month", "public comparisons that reach a lab", (*BY_CAMP, "domain")
    ),
    "levy": Rule("1", "share of revenue owed to rightsholders", BY_CAMP),
    "liability": Rule("USD m/release", "expected damages that a release answers for", BY_CAMP),
    "public_spending": Rule("USD m/month", "work that the state pays for the public"),
}
"""Every entry: unit, meaning, axes and neutral value."""


class Rules:
    """The rules of a month, one array an entry of `RULES`.

    Args:
        sizes: length of each axis by name.
    """

    def __init__(self, sizes: dict[str, int]) -> None:
        for name, rule in RULES.items():
            shape = tuple(sizes[axis] for axis in rule.axes)
            setattr(self, name, np.full(shape, rule.neutral))

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> NDArray[Any]: ...

    def reset(self) -> None:
        """Make every entry neutral."""
        for name, rule in RULES.items():
            getattr(self, name)[...] = rule.neutral

    def now(self, name: str, closed: NDArray[np.bool_]) -> Floats:
        """An entry by camp, as it applies to labs that release as they do now.

        Args:
            name: entry whose first axes are the camp and the lab.
            closed: camp of each lab, shape (labs,).
        """
        entry: Floats = getattr(self, name)
        return entry[closed.astype(np.int64), np.arange(closed.size)]
