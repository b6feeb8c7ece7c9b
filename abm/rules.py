"""The rules in force: what the state prescribes, permits and grants this month.

Every entry is neutral unless a policy writes it, and a neutral entry changes nothing, to the last
bit. Levers of policies write here and nowhere else; each mechanism reads what concerns it. What
awaits a lab that releases in a camp has the camp as its first axis (0 open weights, 1 closed API),
so that a lab which weighs a change of camp sees both.

A market without policies does not look at every entry: to write rules by hand, give it a policy,
which is any callable that takes the market.
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
    "notification": Rule("1", "factor on the price above which a sale is notifiable", BY_CAMP, 1.0),
    "block": Rule("utils", "shift of the odds that merger control blocks a sale", BY_CAMP),
    "hires_reviewed": Rule("1", "share of licence-and-hire reviewed like mergers", BY_CAMP),
    "review_months": Rule("months", "by how much merger reviews are longer", BY_CAMP),
    "self_preference": Rule(
        "1", "factor on how clouds mark down rivals of their own lab", BY_CAMP, 1.0
    ),
    "slot_right": Rule("switch", "models that may fill the clouds' reserved slots", BY_CAMP),
    "reserved_slots": Rule("slots", "slots of each cloud reserved for such models"),
    "lab_share": Rule("1", "least share of a listing's profit that goes to the lab", BY_CAMP),
    "friction": Rule("1", "factor on what keeps customers from switching", ("segment",), 1.0),
    "reserved_share": Rule("1", "share of the budget reserved for eligible models", ("segment",)),
    "reserved_from": Rule(
        "1", "disclosure index from which a model is eligible", (*BY_CAMP, "segment"), np.inf
    ),
    "local_share": Rule("1", "share of use that must run on own machines", ("segment",)),
    "copying": Rule("1", "factor on what rivals learn from the lab's API", BY_CAMP, 1.0),
    "flop_cap": Rule("FLOP", "most that a run may take", BY_CAMP, np.inf),
    "licence_above": Rule("FLOP", "compute above which a run needs a licence", BY_CAMP, np.inf),
    "licence_fee": Rule("USD m", "fee for the licence of a run", BY_CAMP),
    "licence_months": Rule("months", "how long the licence of a run takes", BY_CAMP),
    "round_floor": Rule("1/month", "chance below which the state joins a round", BY_CAMP),
    "public_round": Rule("USD m", "most that the state puts into a round", BY_CAMP, np.inf),
}
"""Every entry: unit, meaning, axes and neutral value."""


class Rules:
    """The rules of a month, one array an entry of `RULES`.

    Args:
        sizes: length of each axis by name.
    """

    def __init__(self, sizes: dict[str, int]) -> None:
        for name, rule in RULES.items():
            entry = np.zeros([sizes[axis] for axis in rule.axes])
            if rule.neutral != 0:
                entry.fill(rule.neutral)
            setattr(self, name, entry)

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
        applies: Floats = entry[0].copy()
        if entry.ndim == 2:
            np.putmask(applies, closed, entry[1])
        else:
            applies[closed] = entry[1][closed]
        return applies

    def by_offer(self, name: str) -> Floats:
        """An entry by camp and lab, by offer: two lines a lab, open weights first."""
        entry: Floats = getattr(self, name)
        return entry.T.ravel()
