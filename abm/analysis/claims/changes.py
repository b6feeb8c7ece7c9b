"""Changes of a world that claims are tested with: one mechanism each, and none by a lab's name.

A treatment is what a claim compares with, an ablation takes away what a claim says is the cause, a
placebo takes away something else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from abm.scenario import Scenario

SHARING = str(Path(__file__).with_name("open-sharing.toml"))
"""Policy under which all open labs show three quarters of everything."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that is different in a world.

    Attributes:
        name: how tables call it.
        what: what is different, in words.
        touches: the part of the scenario that it changes, and the only one: a mechanism, or
            ``labs.field`` or ``labs``; empty for a policy.
        values: new values of the mechanism's parameters.
        cast: changes the scenario's values in place; for what is about labs.
        policy: text of a policy that is in force.
    """

    name: str
    what: str
    touches: str = ""
    values: tuple[tuple[str, Any], ...] = ()
    cast: Callable[[Values], None] | None = None
    policy: str = ""

    def alter(self, world: Values) -> None:
        """Change the values of a scenario in place."""
        if self.values:
            world[self.touches].update(self.values)
        if self.cast is not None:
            self.cast(world)


Changes = tuple[Change, ...]
"""What is different in a world, in the order in which it is done."""


def changed(scenario: Scenario, changes: Changes) -> Scenario:
    """The scenario with all changes, validated anew."""
    values = scenario.model_dump()
    for change in changes:
        change.alter(values)
    return Scenario.model_validate(values)


def policy_of(changes: Changes) -> str:
    """Text of the policies of some changes; empty for none."""
    return "+".join(change.policy for change in changes if change.policy)


def title(changes: Changes) -> str:
    """Name of the world with these changes."""
    return " + ".join(change.name for change in changes) or "baseline"


def parameter(name: str, what: str, mechanism: str, **values: Any) -> Change:
    """A change of parameters of one mechanism."""
    return Change(name, what, mechanism, tuple(values.items()))


# -- changes of the cast, blind to names ----------------------------------------------------------


def _everywhere(field: str, value: Any) -> Callable[[Values], None]:
    def alter(world: Values) -> None:
        for lab in world["labs"]:
            lab[field] = value

    return alter


def _licences(value: str) -> Callable[[Values], None]:
    def alter(world: Values) -> None:
        for lab in _open(world):
            lab["licence"] = value

    return alter


def _equal_data(world: Values) -> None:
    middle = median(lab["data_stock"] for lab in world["labs"])
    _everywhere("data_stock", middle)(world)


def _open(world: Values) -> list[Values]:
    return [lab for lab in world["labs"] if lab["camp"] == "open"]


ENDOWMENTS = ("cash", "raised", "researchers", "staff", "data_stock", "encumbered", "comparisons")
"""What every open lab has alike where endowments are equal."""


def _equal(world: Values) -> None:
    """Give every open lab the median open lab's endowments: no owner, no focus, no base."""
    labs = _open(world)
    known = [lab["algorithms"] for lab in labs if lab["algorithms"] is not None]
    middle = {field: median(lab[field] for lab in labs) for field in ENDOWMENTS}
    models = [lab["flagship"] for lab in labs if lab["flagship"]]
    model = {key: median(x[key] for x in models) for key in ("compute", "cost")} if models else {}
    for lab in labs:
        lab.update(middle, focus=[], builds_on="", licence="permissive")
        lab.update(owned=False, parent_budget=0.0)
        lab["algorithms"] = median(known) if known else None
        if lab["flagship"]:
            lab["flagship"].update(model)


def _without_the_richest(world: Values) -> None:
    """Take out the open lab with most money for the coming year, and what rests on it."""
    richest = max(_open(world), key=lambda lab: float(lab["cash"] + 12 * lab["parent_budget"]))
    name = richest["name"]
    world["labs"].remove(richest)
    for lab in world["labs"]:
        if lab["builds_on"] == name:
            lab["builds_on"] = ""
    for cloud in world["clouds"]:
        cloud["catalogue"] = [lab for lab in cloud["catalogue"] if lab != name]
        if cloud["own_lab"] == name:
            cloud["own_lab"] = ""


def first_sharer(scenario: Scenario) -> str:
    """The lab that shares where only one does: the open independent of median research staff.

    The first open lab if there is no open independent.
    """
    labs = [lab for lab in scenario.labs if lab.camp == "open"]
    free = [lab for lab in labs if not lab.owned and lab.parent_budget <= 0] or labs[:1]
    ranked = sorted(free, key=lambda lab: (lab.researchers, lab.name))
    return ranked[(len(ranked) - 1) // 2].name if ranked else ""


SHOWN = dict.fromkeys(("code", "documentation", "data", "recipe", "post_training"), 0.75)


def _one_shares(world: Values) -> None:
    name = first_sharer(Scenario.model_validate(world))
    for lab in world["labs"]:
        if lab["name"] == name:
            lab["disclosure"].update(SHOWN)


def _all_start_sharing(world: Values) -> None:
    for lab in _open(world):
        lab["disclosure"].update(SHOWN)


def _nothing_taught(world: Values) -> None:
    knowledge = world["knowledge"]
    knowledge.update(recipe_rate=knowledge["leak"], duplication=1.0)


# -- treatments -----------------------------------------------------------------------------------

SCARCE_MONEY = parameter(
    "scarce money", "capital is scarce from the start and stays so", "capital",
    start_climate=0.6, reversion=0.02,
)  # fmt: skip
DATA_SHOWN = Change(
    "data shown", "open labs must show three quarters of data", policy="open-data-disclosure"
)
ALL_SHARE = Change(
    "all share", "all open labs must show three quarters of everything", policy=SHARING
)
ONE_SHARES = Change(
    "one shares", "one open lab starts by showing three quarters of everything",
    "labs.disclosure", cast=_one_shares,
)  # fmt: skip
ALL_START_SHARING = Change(
    "all start sharing", "all open labs start by showing three quarters of everything",
    "labs.disclosure", cast=_all_start_sharing,
)  # fmt: skip
NO_RICH_LAB = Change(
    "no rich lab", "the open lab with most money is not there", "labs", cast=_without_the_richest
)
NO_LITIGATION = Change(
    "no litigation", "nobody sues over training data", "litigation", (("enabled", False),)
)
EQUAL_LABS = Change(
    "equal labs", "all open labs have the median open lab's endowments", "labs", cast=_equal
)

# -- ablations ------------------------------------------------------------------------------------

NO_RENOWN = parameter(
    "no renown", "releases bring no renown among candidates and investors", "talent",
    open_renown=0.0, leader_renown=0.0,
)  # fmt: skip
RESTRICTED = Change(
    "restricted licences", "all open weights carry a licence that clouds must pay for",
    "labs.licence", cast=_licences("restricted"),
)  # fmt: skip
PERMISSIVE = Change(
    "permissive licences", "all open weights are free for clouds", "labs.licence",
    cast=_licences("permissive"),
)  # fmt: skip
NO_NETWORK = parameter(
    "no network effect", "customers do not mind what others use", "demand", network=0.0
)
OWN_USE_ONLY = parameter(
    "own use only", "managers see their own firm's use and no developers' play", "pressure",
    internal=1.0,
)  # fmt: skip
FREE_SLOTS = parameter(
    "free slots", "listing a model costs a cloud nothing", "hosting", slot_cost=0.0, onboarding=0.0
)
NO_EXPERIMENTS = parameter(
    "no experiments", "no budget is experiment ordered from above", "demand", experiments=0.0
)
SHOWING_TEACHES_NOTHING = Change(
    "showing teaches nothing",
    "what is shown teaches no more than what leaks, and no effort is pooled",
    "knowledge", cast=_nothing_taught,
)  # fmt: skip
NO_CLAIMS_ON_DATA = Change(
    "no claims on data", "nobody else has rights in training data", "labs.encumbered",
    cast=_everywhere("encumbered", 0.0),
)  # fmt: skip
EQUAL_DATA = Change(
    "equal data", "all labs start with the median stock of data", "labs.data_stock",
    cast=_equal_data,
)  # fmt: skip
SLOW_RUNS = parameter(
    "slow runs", "a training run takes eighteen months", "release",
    base_months=18.0, longest_months=18,
)  # fmt: skip
DEEP_CAPITAL = parameter(
    "deep capital", "investors fund nearly every lab that asks", "capital",
    hazard=1.0, intercept=5.0, kill_zone=0.0,
)  # fmt: skip
NO_FEEDBACK = parameter(
    "no feedback", "own use teaches a lab nothing", "post_training", feedback_own=0.0
)
FEEDBACK_FROM_HOSTS = parameter(
    "feedback from hosts", "use through others' hosts teaches as much as own use",
    "post_training", feedback_hosted=1.0,
)  # fmt: skip
FOCUS_IS_USELESS = parameter(
    "focus is useless", "all training serves all domains", "capability", transfer=1.0
)
NO_NICHE_BONUS = parameter(
    "no niche bonus", "feedback from a niche adds nothing in it", "capability", niche_bonus=0.0
)
NO_REUSE = parameter(
    "no reuse", "no lab may build on another's weights", "capability", reuse_enabled=False
)
DEAR_SELF_HOSTING = parameter(
    "dear self-hosting", "running weights oneself is out of reach", "demand", self_hosting=50.0
)

# -- placebo --------------------------------------------------------------------------------------

NO_RESALE = Change(
    "no resale", "idle hardware earns nothing", "compute", (("enabled", False),)
)  # fmt: skip
"""The placebo, unless a claim is about it."""
