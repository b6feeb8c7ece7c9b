"""Labs: firms that train LLMs, open or closed by how they release now."""

from math import inf, isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.agents import strategy
from abm.agents.columns import Column, Table
from abm.agents.firm import Firm
from abm.agents.offer import CLOSED, OPEN
from abm.scenario.cast import LICENCES

if TYPE_CHECKING:
    from abm.market import Market

RESTRICTED, NO_HOSTING = LICENCES.index("restricted"), LICENCES.index("no-hosting")


class Attempt(NamedTuple):
    """An attempt to raise a round.

    Attributes:
        month: when.
        hazard: chance that it closes with private money.
        climate: the capital climate.
        rank: place of the lab in capability, 1 best, 0 last.
        kill_zone: share of the hazard that the shadow of larger labs takes away.
        runway: months that cash lasts.
    """

    month: int
    hazard: float
    climate: float
    rank: float
    kill_zone: float
    runway: float

    def told(self) -> dict[str, Any]:
        """What an event's reason says of it."""
        return {
            "month": self.month,
            "hazard": round(self.hazard, 4),
            "climate": round(self.climate, 3),
            "rank": round(self.rank, 3),
            "kill_zone": round(self.kill_zone, 4),
            "runway": told_months(self.runway),
        }


class Lab(Firm):
    """A firm that trains LLMs. Its class says how it releases now and nothing more."""

    alive = Column("switch", "in business", dtype=np.bool_, fill=False)
    closed = Column("switch", "releases through an API only", dtype=np.bool_, fill=False)
    owned = Column(
        "switch", "controlled by a parent that covers it, not for sale", dtype=np.bool_, fill=False
    )
    born = Column("month", "month of entry; -1 for those there at the start", dtype=np.int64)

    cash = Column("USD m", "liquid funds")
    raised = Column("USD m", "equity raised: the preference stack")
    returned = Column("USD m", "what its end brought its investors: price or cash left")
    founders_share = Column(
        "1", "share of the firm not sold since it was founded or the run began", fill=1.0
    )
    public_stake = Column("1", "share of the firm that the state holds")
    value = Column("USD m", "pre-money valuation of the month")
    parent_budget = Column("USD m/month", "what the owner pays")
    parent_base = Column("USD m/month", "what the owner pays whatever the models are worth to it")
    parent_reference = Column("OOM", "capability at which the owner's reward sets in")
    parent_users = Column("m users", "users of the owner's own products")
    credit = Column("USD m", "compute still owed to the cloud that invested")
    supplier = Column("row", "cloud that the credit binds to; -1 none", dtype=np.int64, fill=-1)
    opening_cash = Column("USD m", "cash at the start of the month")
    income = Column("USD m/month", "revenue of the month")
    burn = Column("USD m/month", "spending minus income, smoothed over a quarter")
    revenue_year = Column("USD m/year", "revenue of the last twelve months")
    gross_margin = Column("1", "part of revenue left after the cost of serving", fill=1.0)
    revenue_before = Column("USD m/year", "revenue of the twelve months before those")
    revenue_path = Column("USD m/month", "revenue of the last 24 months", shape=("memory",))

    researchers = Column("people", "people who train models")
    staff = Column("people", "other people")
    wage = Column("1", "wage relative to the market", fill=1.0)
    renown = Column("1", "fame among candidates and investors")

    algorithms = Column("OOM", "algorithmic knowledge relative to the starting frontier")
    data = Column("Q0", "stock of curated data by domain", shape=("domain",))
    curated = Column("Q0", "web data curated so far")
    comparisons = Column("m comparisons", "post-training stock by domain", shape=("domain",))
    encumbered = Column("1", "share of data under third-party rights")
    focus = Column("1", "focus weights by domain", shape=("domain",))
    breadth = Column("domains", "number of focus domains", dtype=np.int64)
    theta = Column("OOM", "capability of its best model, internal or released", shape=("domain",))
    base = Column("OOM", "the same before post-training", shape=("domain",))
    log_compute = Column("log10 FLOP", "compute of that model")
    model_base = Column(
        "row", "offer that its best model builds on; -1 none", dtype=np.int64, fill=-1
    )
    model_cost = Column("USD m", "cost of the run behind its best model")
    disclosure = Column("1", "level of each component", shape=("component",))
    licence = Column("code", "licence of its open weights", dtype=np.int64)
    stance = Column("code", "price stance: -1 penetration, 0 neutral, 1 premium", dtype=np.int64)

    run_cost = Column("USD m", "cost of the current run")
    run_length = Column("months", "length of the current run", dtype=np.int64)
    run_left = Column("months", "months left of the current run; 0 none", dtype=np.int64)
    run_base = Column(
        "row", "offer that the run builds on; -1 from scratch", dtype=np.int64, fill=-1
    )
    run_base_theta = Column(
        "OOM", "what the run can make of that offer, if it builds on one", shape=("domain",)
    )
    last_cost = Column("USD m", "cost of the last run planned")
    last_planned = Column("month", "month of that plan", dtype=np.int64)
    last_gain = Column("OOM", "gain of the last release, until a round follows")
    training_spend = Column("USD m/month", "compute bought this month")

    product_stage = Column("code", "0 none, 1 building, 2 live", dtype=np.int64)
    product_left = Column("months", "months of building left", dtype=np.int64)
    product_segment = Column("row", "segment served; -1 none", dtype=np.int64, fill=-1)
    seats = Column("m seats", "paying-equivalent seats of its product")
    moat = Column("1", "mean switching cost of its users")
    gpu_farm = Column("USD m/month", "owned or committed compute at starting rental rates")
    club = Column(
        "code", "reciprocal club: 1 member, 0 has not weighed it, -1 declined", dtype=np.int64
    )
    held = Column("switch", "keeps its best model back for liability", dtype=np.bool_, fill=False)
    suit_left = Column("months", "months left of a pending suit; 0 none", dtype=np.int64)
    exclusive = Column("row", "only cloud for its closed models; -1 none", dtype=np.int64, fill=-1)
    attraction = Column("1", "attractions of the alternatives", shape=("alternative",))
    experience = Column("1", "experience by dimension of strategy", shape=("dimension",))

    def __init__(self, model: "Market", table: Table, row: int, name: str) -> None:
        super().__init__(model, table, row, name)
        self.failed_rounds: list[Attempt] = []

    @property
    def line(self) -> int:
        """Row of the offer on which the lab releases now."""
        return 2 * self.row + (CLOSED if self.closed else OPEN)

    @property
    def runway(self) -> float:
        """Months that cash lasts at the present burn; infinite if the lab earns its way."""
        burn: float = self.burn
        return self.cash / burn if burn > 1e-9 else inf

    def review(self, draws: list[float], errors: list[float]) -> None:
        """Reconsider one dimension of strategy.

        Args:
            draws: five uniforms, for the dimension, the choice and imitation.
            errors: standard normals of the forecasts, one for each alternative of each dimension.
        """
        strategy.review(self, draws, errors)

    def snapshot(self) -> dict[str, Any]:
        """What an event's reason says of the lab's finances."""
        return {"cash": round(float(self.cash), 3), "runway": told_months(self.runway)}

    def told_rounds(self) -> list[dict[str, Any]]:
        """What an event's reason says of the rounds that failed."""
        return [attempt.told() for attempt in self.failed_rounds]


class OpenLab(Lab):
    """A lab that releases weights now."""


class ClosedLab(Lab):
    """A lab that sells an API only."""


def told_months(runway: float) -> float | None:
    """Runway as an event tells it; none if the lab earns its way."""
    return round(runway, 2) if isfinite(runway) else None


def short_of_cash(labs: Table, months: float) -> NDArray[np.bool_]:
    """Whose cash lasts less than some months at its present burn, shape (labs,)."""
    short: NDArray[np.bool_] = (labs.cash < months * labs.burn) & (labs.burn > 1e-9)
    return short


def runways(labs: Table) -> NDArray[np.float64]:
    """Months that the cash of each lab lasts at its present burn; infinite if it earns its way."""
    burning = labs.burn > 1e-9
    months: NDArray[np.float64] = np.divide(
        labs.cash, labs.burn, out=np.full(labs.rows, np.inf), where=burning
    )
    return months
